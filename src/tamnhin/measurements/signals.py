"""What layers above listen to. Sent once a change is committed, never for one that was rolled back."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.dispatch import Signal

data_changed = Signal()
"""Keyword arguments: ``company_id`` (int), ``structure`` (bool: lines, units, definitions, targets or settings moved),
``measurement_ids`` ((first, last) ids inclusive of new values, or None)."""


def send_on_commit(company_id: int, *, structure: bool, measurement_ids: tuple[int, int] | None) -> None:
    """Tell the listeners after the open transaction. One that fails is logged by Django and stops nothing."""
    transaction.on_commit(
        partial(
            data_changed.send_robust,
            sender=None,
            company_id=company_id,
            structure=structure,
            measurement_ids=measurement_ids,
        )
    )
