"""Which periods no scorecard may be changed in. They are closed layers above, which say so through ``provide``."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection

from tamnhin.engine import periods as per

Provider = Callable[[int], Collection[str]]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Register ``provider(company_id) -> keys of closed periods``. Called when the application starts."""
    if provider not in _providers:
        _providers.append(provider)


def locked_spans(company_id: int, fiscal_year_start: int) -> list[per.Period]:
    """All closed periods of a company, in order."""
    keys = {key for provider in _providers for key in provider(company_id)}
    return sorted(per.parse(key, fiscal_year_start) for key in keys)


def last_locked_day(spans: Collection[per.Period]) -> datetime.date | None:
    """The last day of the closed periods."""
    return max((span.end for span in spans), default=None)
