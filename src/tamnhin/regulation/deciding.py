"""The decision, the publication, and the ways back."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.engine.problems import Problem
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company
from tamnhin.regulation.deadlines import calendar_of, days_late, publish_due
from tamnhin.regulation.errors import RegulationError, refused
from tamnhin.regulation.holding import State, hold, log, not_ahead, not_before
from tamnhin.regulation.models import Event, File, Version
from tamnhin.regulation.writing import check_trial


def lacking(version: Version, *, publishing: bool) -> list[Problem]:
    """What the consultation still owes before a decision, or (``publishing``) before the publication. Two queries."""
    kinds = set(version.events.values_list("kind", flat=True))
    out = []
    if Event.Kind.SENT not in kinds:
        out.append(Problem("REGULATION_NOT_SENT"))
    if not kinds & {Event.Kind.OPINION, Event.Kind.MEETING}:
        out.append(Problem("REGULATION_NOT_HEARD"))
    if publishing and not version.files.filter(kind=File.Kind.MINUTES).exists():
        out.append(Problem("REGULATION_NO_MINUTES"))
    return out


@transaction.atomic
def decide(
    *,
    acting_user: User,
    version: Version,
    revision: int,
    on: datetime.date,
    effective_from: datetime.date | None,
    signer: str,
    decision: str = "",
) -> Version:
    """The text is final: who signed it, when, and from when it holds.

    Raises RegulationError where nobody was consulted, for a day out of order, an effective date that is before the
    decision, another version's, or in a past that evaluations have already followed another version in.
    """
    held = hold(version, acting_user, (State.CONSULTING,), revision)
    if owed := lacking(held, publishing=False):
        raise RegulationError(owed[0], *owed[1:])
    not_ahead(held, on)
    for kind in (Event.Kind.SENT, Event.Kind.MEETING):
        not_before(held, on, kind)
    if effective_from is None:
        raise refused("REGULATION_NO_EFFECTIVE_DATE", field="effective_from")
    if effective_from < on:
        raise refused(
            "REGULATION_EFFECTIVE_BEFORE_DECIDED", field="effective_from", effective=effective_from, decided=on
        )
    _check_effective(held, effective_from)
    check_trial(held.trial_from, held.trial_to, effective_from)
    held.state, held.decided_on, held.effective_from = State.DECIDED, on, effective_from
    held.signer, held.decision = signer, decision
    held.revision += 1
    held.save()
    log(
        held,
        acting_user,
        Event.Kind.DECIDED,
        on=on,
        who=signer,
        data={"decision": decision, "effective_from": effective_from.isoformat()},
    )
    return held


@transaction.atomic
def publish(
    *, acting_user: User, version: Version, revision: int, on: datetime.date, channel: str
) -> tuple[Version, Problem | None]:
    """The decided text is made known; it never changes again. With a warning where that was late: it is in the log.

    Raises RegulationError without records of the consultation (draft sent, an opinion or a meeting, minutes), for an
    effective date before the publication, and for whatever ``decide`` refuses about the date.
    """
    held = hold(version, acting_user, (State.DECIDED,), revision)
    owed = lacking(held, publishing=True)
    if owed:
        raise RegulationError(owed[0], *owed[1:])
    not_ahead(held, on)
    not_before(held, on, Event.Kind.DECIDED)
    if held.effective_from is None or held.decided_on is None:
        raise refused("REGULATION_NO_EFFECTIVE_DATE")
    if held.effective_from < on:
        raise refused("REGULATION_EFFECTIVE_BEFORE_PUBLISHED", field="on", effective=held.effective_from, published=on)
    _check_effective(held, held.effective_from)
    held.state, held.published_on, held.channel = State.PUBLISHED, on, channel
    held.published_at = timezone.now()
    held.revision += 1
    held.save()
    log(held, acting_user, Event.Kind.PUBLISHED, on=on, channel=channel)
    calendar = calendar_of(held.company, held.decided_on)
    due = publish_due(calendar, held.decided_on)
    late = days_late(calendar, due, on)
    if not late:
        return held, None
    log(held, acting_user, Event.Kind.LATE, on=on, data={"due": due.isoformat(), "days": late})
    return held, Problem("REGULATION_LATE", args={"published": on, "due": due, "days": late})


@transaction.atomic
def take_back(*, acting_user: User, version: Version, revision: int, reason: str) -> Version:
    """One step back with a reason: a decision that is not published to consultation, a consultation to the draft."""
    held = hold(version, acting_user, (State.CONSULTING, State.DECIDED), revision)
    if not reason.strip():
        raise refused("REGULATION_REASON_MISSING", field="reason")
    was = held.state
    if was == State.DECIDED:
        held.state, held.decided_on, held.signer, held.decision = State.CONSULTING, None, "", ""
    else:
        held.state, held.opinions_until = State.DRAFT, None
    held.revision += 1
    held.save()
    log(held, acting_user, Event.Kind.RETURNED, text=reason, data={"from": was, "to": held.state})
    return held


@transaction.atomic
def withdraw(*, acting_user: User, version: Version, revision: int, reason: str) -> Version:
    """A version that will not be: it stays in the list with its reason, and its number is not given again."""
    held = hold(version, acting_user, (State.DRAFT, State.CONSULTING, State.DECIDED), revision)
    if not reason.strip():
        raise refused("REGULATION_REASON_MISSING", field="reason")
    was = held.state
    held.state = State.WITHDRAWN
    held.revision += 1
    held.save()
    log(held, acting_user, Event.Kind.WITHDRAWN, text=reason, data={"from": was})
    return held


def _check_effective(version: Version, effective: datetime.date) -> None:
    """Nobody else's day, and no day that evaluations have already lived under another version."""
    Company.objects.select_for_update().get(pk=version.company_id)  # two decisions at once must see each other
    others = Version.objects.filter(company_id=version.company_id).exclude(pk=version.pk)
    taken = others.filter(state__in=[State.DECIDED, State.PUBLISHED], effective_from=effective).first()
    if taken is not None:
        raise refused("REGULATION_EFFECTIVE_TAKEN", field="effective_from", other=taken.number, effective=effective)
    now = today(version.company)
    if effective >= now:
        return
    # what was itself written down only today has not been followed by anybody yet: a company may enter its past at once
    begun = timezone.make_aware(datetime.datetime.combine(now, datetime.time()), ZoneInfo(version.company.time_zone))
    followed = others.filter(state=State.PUBLISHED, effective_from__lt=effective, published_at__lt=begun)
    last = followed.order_by("-effective_from").first()
    if last is not None:
        raise refused("REGULATION_HISTORY_MOVES", field="effective_from", other=last.number, effective=effective)
