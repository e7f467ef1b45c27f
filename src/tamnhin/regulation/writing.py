"""Beginning a version, and changing its words and dates while that is still possible."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from tamnhin.accounts.models import User
from tamnhin.organisation.models import Company
from tamnhin.regulation.access import can_edit
from tamnhin.regulation.deadlines import trial_ends
from tamnhin.regulation.drafting import TITLES, draft_for
from tamnhin.regulation.errors import refused
from tamnhin.regulation.holding import State, hold, log, text_of
from tamnhin.regulation.models import Event, Text, Version

LONGEST = 200_000  # characters of a text: a hundred pages


@dataclass(frozen=True, slots=True)
class Written:
    """Everything of a version that its writers type."""

    title: str
    body: str
    body_en: str = ""
    summary: str = ""
    effective_from: datetime.date | None = None
    trial_from: datetime.date | None = None
    trial_to: datetime.date | None = None

    @classmethod
    def of(cls, version: Version) -> Written:
        text = text_of(version)
        return cls(
            version.title,
            text.body,
            text.body_en,
            version.summary,
            version.effective_from,
            version.trial_from,
            version.trial_to,
        )


@transaction.atomic
def start(*, acting_user: User, company: Company, source: str = "template", copied: Version | None = None) -> Version:
    """A new draft: from the built-in text (``template``), ``blank``, or ``copied`` from another version's words.

    Its number is the next one; a number is never given twice. Raises PermissionDenied.
    """
    if not can_edit(acting_user, company):
        raise PermissionDenied
    Company.objects.select_for_update().get(pk=company.pk)  # two at once must not take one number
    highest = Version.objects.filter(company=company).aggregate(most=Max("number"))["most"] or 0
    if copied is not None:
        words = text_of(copied)
        title, body, body_en = copied.title, words.body, words.body_en
    elif source == "template":
        title, body, body_en = TITLES["vi"], draft_for(company, "vi"), draft_for(company, "en")
    else:
        title, body, body_en = TITLES["vi"], "", ""
    version = Version.objects.create(company=company, number=highest + 1, title=title, based_on=copied)
    Text.objects.create(company=company, version=version, revision=1, body=body, body_en=body_en, by=acting_user)
    log(version, acting_user, Event.Kind.CREATED, data={"based_on": copied.number if copied else None})
    return version


@transaction.atomic
def edit(*, acting_user: User, version: Version, revision: int, written: Written) -> Version:
    """Change a draft, or a text that is being consulted on (the log then says that it moved under the readers).

    What stays the same writes nothing. Raises PermissionDenied, RegulationError for a published or decided text or a
    trial that cannot be, RegulationConflictError when ``revision`` is not the newest.
    """
    held = hold(version, acting_user, (State.DRAFT, State.CONSULTING), revision)
    check_trial(written.trial_from, written.trial_to, written.effective_from)
    before = Written.of(held)
    if before == written:
        return held
    held.title, held.summary = written.title, written.summary
    held.effective_from, held.trial_from, held.trial_to = (
        written.effective_from,
        written.trial_from,
        written.trial_to,
    )
    held.revision += 1
    held.save()
    if (before.body, before.body_en) != (written.body, written.body_en):
        Text.objects.create(
            company_id=held.company_id,
            version=held,
            revision=held.revision,
            body=written.body,
            body_en=written.body_en,
            by=acting_user,
        )
    changed = [name for name in Written.__dataclass_fields__ if getattr(before, name) != getattr(written, name)]
    log(held, acting_user, Event.Kind.EDITED, data={"changed": changed})
    return held


def check_trial(start: datetime.date | None, end: datetime.date | None, effective: datetime.date | None) -> None:
    """Raises RegulationError for half a trial, one not of 3 to 12 months, or one before the effect."""
    if start is None and end is None:
        return
    if start is None or end is None:
        raise refused("REGULATION_TRIAL_HALF", field="trial_from" if start is None else "trial_to")
    first, last = trial_ends(start)
    if not first <= end <= last:
        raise refused("REGULATION_TRIAL_LENGTH", field="trial_to", start=start, first=first, last=last)
    if effective is not None and start < effective:
        raise refused("REGULATION_TRIAL_BEFORE_EFFECT", field="trial_from", start=start, effective=effective)
