"""What every act on a version begins and ends with: the row held, its state and revision looked at, a line of log."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.organisation.access import today
from tamnhin.regulation.access import can_edit
from tamnhin.regulation.errors import RegulationConflictError, refused
from tamnhin.regulation.models import Event, File, Text, Version

State = Version.State


def hold(
    version: Version, acting_user: User, states: Collection[str], revision: int | None, *, editing: bool = True
) -> Version:
    """The row, locked. ``revision``: what the user looked at, None where it does not matter.

    Raises PermissionDenied; RegulationError for another state; RegulationConflictError where somebody was quicker.
    """
    if editing and not can_edit(acting_user, version.company):
        raise PermissionDenied
    held = Version.objects.select_for_update(of=("self",)).select_related("company").get(pk=version.pk)
    if held.state not in states:
        if held.state == State.PUBLISHED and State.DRAFT in states:
            raise refused("REGULATION_PUBLISHED_STAYS", number=held.number)
        raise refused("REGULATION_WRONG_STATE", number=held.number, state=State(held.state))
    if revision is not None and revision != held.revision:
        last = held.events.filter(revision=held.revision).select_related("by").order_by("-id").first()
        args: dict[str, object] = {"who": str(last.by) if last and last.by else "—", "at": last.at if last else "—"}
        raise RegulationConflictError(Problem("REGULATION_CHANGED_MEANWHILE", args=args))
    return held


def log(
    version: Version,
    acting_user: User | None,
    kind: str,
    *,
    on: datetime.date | None = None,
    who: str = "",
    channel: str = "",
    text: str = "",
    file: File | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """A line of the version's log, and the audit row of the act."""
    event = Event.objects.create(
        company_id=version.company_id,
        version=version,
        kind=kind,
        on=on or today(version.company),
        by=acting_user,
        who=who.strip()[:300],
        channel=channel.strip()[:300],
        text=text.strip(),
        revision=version.revision,
        file=file,
        data=data or {},
    )
    audit.record(
        company_id=version.company_id,
        acting_user=acting_user,
        action=f"regulation.{kind}",
        obj=version,
        after={"number": version.number, "state": version.state, "on": event.on, **event.data},
    )
    return event


def text_of(version: Version, revision: int | None = None) -> Text:
    """The words of the newest revision, or as they stood at one. Every version has at least one text."""
    texts = Text.objects.filter(company_id=version.company_id, version=version)
    if revision is not None:
        texts = texts.filter(revision__lte=revision)
    return texts.order_by("-revision")[0]


def not_ahead(version: Version, day: datetime.date, field: str = "on") -> None:
    """Raises RegulationError for a day that is still to come where the company is."""
    if day > today(version.company):
        raise refused("REGULATION_DAY_AHEAD", field=field, day=day)


def not_before(version: Version, day: datetime.date, kind: Event.Kind, field: str = "on") -> None:
    """Raises RegulationError for a day before the last event of a kind."""
    last = version.events.filter(kind=kind).order_by("-on").first()
    if last is not None and day < last.on:
        raise refused("REGULATION_DAY_OUT_OF_ORDER", field=field, day=day, before=kind, since=last.on)
