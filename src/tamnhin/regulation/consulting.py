"""Consultation: the draft goes out, opinions come back, a meeting is held, papers are kept."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.regulation import files
from tamnhin.regulation.access import can_speak
from tamnhin.regulation.errors import refused
from tamnhin.regulation.holding import State, hold, log, not_ahead, not_before, text_of
from tamnhin.regulation.models import Event, File, Version


@transaction.atomic
def send(
    *,
    acting_user: User,
    version: Version,
    revision: int,
    on: datetime.date,
    channel: str,
    who: str = "",
    until: datetime.date | None = None,
) -> Version:
    """The draft is sent out, or sent again after a change: to ``who``, by which ``channel``, opinions ``until``.

    From the first time on every member reads it and may answer. Raises RegulationError for an empty text or a day
    ahead, RegulationConflictError when the text is not the one looked at.
    """
    held = hold(version, acting_user, (State.DRAFT, State.CONSULTING), revision)
    if not text_of(held).body.strip():
        raise refused("REGULATION_EMPTY")
    not_ahead(held, on)
    not_before(held, on, Event.Kind.SENT)
    if until is not None and until < on:
        raise refused("REGULATION_DAY_OUT_OF_ORDER", field="until", day=until, before=Event.Kind.SENT, since=on)
    held.state, held.opinions_until = State.CONSULTING, until
    held.save(update_fields=["state", "opinions_until", "updated_at"])
    log(held, acting_user, Event.Kind.SENT, on=on, who=who, channel=channel, data={"until": _iso(until)})
    return held


@transaction.atomic
def give_opinion(*, acting_user: User, version: Version, text: str) -> Event:
    """One's own words on a draft that is being consulted on. Raises PermissionDenied for an auditor or a stranger."""
    if not can_speak(acting_user, version.company):
        raise PermissionDenied
    held = hold(version, acting_user, (State.CONSULTING,), None, editing=False)
    if not text.strip():
        raise refused("REGULATION_WORDS_MISSING", field="text")
    return log(held, acting_user, Event.Kind.OPINION, text=text)


@transaction.atomic
def record_opinion(
    *,
    acting_user: User,
    version: Version,
    on: datetime.date,
    who: str,
    text: str = "",
    upload: tuple[str, bytes] | None = None,
) -> Event:
    """A letter that came from outside the system: whose, what it says, and its file (name, bytes); one of the two."""
    held = hold(version, acting_user, (State.CONSULTING,), None)
    not_ahead(held, on)
    not_before(held, on, Event.Kind.SENT)
    if not text.strip() and upload is None:
        raise refused("REGULATION_WORDS_MISSING", field="text")
    kept = _keep(held, acting_user, File.Kind.OPINION, upload) if upload else None
    return log(held, acting_user, Event.Kind.OPINION, on=on, who=who, text=text, file=kept)


@transaction.atomic
def record_meeting(
    *,
    acting_user: User,
    version: Version,
    on: datetime.date,
    who: str,
    text: str,
    upload: tuple[str, bytes] | None = None,
) -> Event:
    """A dialogue meeting: who took part, what came out, and its minutes (name, bytes) where they are at hand."""
    held = hold(version, acting_user, (State.CONSULTING,), None)
    not_ahead(held, on)
    not_before(held, on, Event.Kind.SENT)
    kept = _keep(held, acting_user, File.Kind.MINUTES, upload) if upload else None
    return log(held, acting_user, Event.Kind.MEETING, on=on, who=who, text=text, file=kept)


@transaction.atomic
def attach(*, acting_user: User, version: Version, kind: str, upload: tuple[str, bytes]) -> File:
    """Minutes, an opinion or the decision as a file (name, bytes), until the version is published.

    Raises RegulationError for a file that is not taken (``files.checked``).
    """
    held = hold(version, acting_user, (State.CONSULTING, State.DECIDED), None)
    kept = _keep(held, acting_user, kind, upload)
    log(held, acting_user, Event.Kind.FILED, file=kept)
    return kept


def _keep(version: Version, acting_user: User, kind: str, upload: tuple[str, bytes]) -> File:
    good = files.checked(*upload)
    kept = File.objects.create(
        company_id=version.company_id,
        version=version,
        kind=kind,
        name=good.name,
        content_type=good.content_type,
        size=len(good.content),
        sha256=good.sha256,
        content=good.content,
        by=acting_user,
    )
    audit.record(
        company_id=version.company_id,
        acting_user=acting_user,
        action="regulation.file_kept",
        obj=kept,
        after={"name": good.name, "sha256": good.sha256, "size": len(good.content), "kind": kind},
    )
    return kept


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
