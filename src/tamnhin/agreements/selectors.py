"""What waits for somebody and where things stand. Whatever the number, the queries stay the same few."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tamnhin.accounts.models import Membership, Role, User
from tamnhin.agreements import flow, words
from tamnhin.agreements.access import delegations_on
from tamnhin.agreements.cases import load, who_of
from tamnhin.agreements.flow import WAITS_FOR, Answered, Part
from tamnhin.agreements.models import Agreement, Participant
from tamnhin.agreements.shapes import Timeline, Waiting
from tamnhin.agreements.states import State
from tamnhin.agreements.timelines import names_of, timelines
from tamnhin.organisation.access import Scope, scope_of
from tamnhin.organisation.models import Absence, Company, Person, Placement, Unit

ABOVE = (Role.HEAD, Role.DIRECTOR, Role.HR)


def timeline(agreement: Agreement) -> Timeline:
    """Each step with who is asked and what they said; earlier rounds as they were. Include
    ``planning/agreements/timeline.html``."""
    return timelines(agreement.company, [agreement])[agreement.pk]


def open_of(company: Company, kind: str, subject_ids: Collection[int]) -> dict[int, Agreement]:
    """The living agreement (whatever its state, closed ones apart) of each of these subjects that has one."""
    rows = Agreement.objects.filter(company=company, kind=kind, subject_id__in=subject_ids).exclude(state=State.CLOSED)
    return {row.subject_id: row for row in rows.select_related("owner", "proposed_by")}


def waits_on(company: Company, agreements: Sequence[Agreement]) -> dict[int, list[str]]:
    """Names that the current step of each waits for, by pk. ``owner`` must be at hand."""
    return {pk: list(found.waits_for) for pk, found in timelines(company, agreements).items()}


def waiting_for(user: User, company: Company) -> list[Waiting]:
    """What waits for the user: answers (their own and those that fall to them), what they may activate, and what came
    back to them. The most pressing first."""
    who = who_of(user, company)
    if not who.member or who.reads_only:
        return []
    scope = scope_of(user, company)
    related = ("owner", "proposed_by", "company")
    held = _held(who, scope, company, _candidates(scope, company))
    names = names_of({one.place.person for _row, many in held for one in many})
    out = [_to_answer(row, many, names, scope.on) for row, many in held]
    out += [
        Waiting(row, "activate", words.kind(row.kind), _("các bên đã đồng ý"))
        for row in _mine(user, company).filter(state=State.AGREED).select_related(*related)
    ]
    out += [
        Waiting(row, "revise", words.kind(row.kind), _("bị trả lại kèm lý do"))
        for row in _returned(_mine(user, company)).select_related(*related)
    ]
    return sorted(out, key=_pressing)


def waiting_count(user: User, company: Company) -> int:
    """How many ``waiting_for`` would give: three queries for those to whom nothing falls from others, else a dozen."""
    who = who_of(user, company)
    if not who.member or who.reads_only:
        return 0
    scope = scope_of(user, company)
    own = _mine(user, company)
    mine = own.filter(state=State.AGREED).values("pk").union(_returned(own).values("pk"), all=True)
    found = list(_candidates(scope, company))
    if all(row.person_id == who.person and row.step == flow.AGREE for row in found):
        return mine.count() + len({row.agreement_id for row in found if row.agreement.proposed_by_id != user.pk})
    return mine.count() + len(_held(who, scope, company, found))


def _held(
    who: flow.Who, scope: Scope, company: Company, candidates: Iterable[Participant]
) -> list[tuple[Agreement, list[Answered]]]:
    """The agreements whose current step waits for the user, with the places that do."""
    asked = sorted({row.agreement_id for row in candidates})
    if not asked:
        return []
    rows = Agreement.objects.filter(company=company, pk__in=asked).select_related("owner", "proposed_by", "company")
    agreements = list(rows)
    cases = load(company, agreements, scope.on, actor=who)
    out = [(row, _unanswered(who, cases.of[row.pk], cases.directory.chart)) for row in agreements]
    return [(row, places) for row, places in out if places]


def proposed_by(user: User, company: Company, limit: int = 50) -> list[Agreement]:
    """What the user has proposed and is not closed, the newest first."""
    rows = _mine(user, company).exclude(state=State.CLOSED).select_related("owner", "proposed_by", "company")
    return list(rows.order_by("-proposed_at", "-pk")[:limit])


def _mine(user: User, company: Company) -> QuerySet[Agreement]:
    return Agreement.objects.filter(company=company, proposed_by=user)


def _returned(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Drafts that somebody sent back: not those that were withdrawn."""
    no = Participant.objects.filter(
        company=OuterRef("company"), agreement=OuterRef("pk"), round=OuterRef("round"), answer=Participant.Answer.NO
    )
    return rows.filter(Exists(no), state=State.DRAFT)


def _candidates(scope: Scope, company: Company) -> QuerySet[Participant]:
    """Open places of current steps that could be the user's: their own, those delegated to them, and for whoever
    stands above others those that have no person, or one who cannot be asked."""
    current = Q(pk__in=[])
    for state, step in WAITS_FOR.items():
        current |= Q(agreement__state=state, step=step)
    rows = Participant.objects.filter(current, company=company, answer="", round=F("agreement__round")).select_related(
        "agreement"
    )
    mine = Q(pk__in=[])
    if scope.person_id is not None:
        held = list(delegations_on(scope, company).filter(to=scope.person_id).values_list("person_id", flat=True))
        mine = Q(person=scope.person_id) | Q(person__in=held)
        if held:  # whoever holds a role may be among those who delegate
            mine |= Q(person=None)
    if scope.has(*ABOVE) or _leads(scope, company):
        # a reviewer who proposed it, or whom it is about, is passed over: who that is only the chart can tell
        mine |= Q(person=None) | Q(step=flow.REVIEW) | _out_of_reach(scope, company)
    return rows.filter(mine)


def _leads(scope: Scope, company: Company) -> bool:
    if scope.person_id is None:
        return False
    return (
        Unit.objects.filter(company=company, head=scope.person_id).exists()
        or Person.objects.filter(company=company, manager=scope.person_id).exists()
        or Placement.objects.filter(company=company, manager=scope.person_id).exists()
    )


def _out_of_reach(scope: Scope, company: Company) -> Q:
    """Places of people who are away, have left, cannot log in or may only read."""
    accounts = Membership.objects.filter(company=company, is_active=True, user__is_active=True)
    away = Absence.objects.filter(company=company, date_from__lte=scope.on, date_to__gte=scope.on)
    auditors = accounts.filter(user__grants__company=company, user__grants__role=Role.AUDITOR)
    return (
        ~Exists(accounts.filter(person=OuterRef("person")))
        | Exists(away.filter(person=OuterRef("person")))
        | Exists(auditors.filter(person=OuterRef("person")))
        | Q(person__left__lt=scope.on)
        | Q(person__owner__archived_at__isnull=False)
    )


def _unanswered(who: flow.Who, case: flow.Case, chart: flow.Chart) -> list[Answered]:
    if who.user == case.proposer:
        return []
    return [one for one in flow.held(who, case, chart) if not one.place.answer]


def _to_answer(row: Agreement, held: list[Answered], names: dict[int, str], on: datetime.date) -> Waiting:
    own = next((one for one in held if one.holder.part is Part.SELF), None)
    first = own or held[0]
    instead = ""
    if own is None and first.place.person is not None:
        detail = f"{first.why or ''}>{first.holder.part}"
        instead = words.in_stead(names.get(first.place.person, "—"), detail)
    overdue = (on - row.due).days if row.due is not None and row.due < on else 0
    return Waiting(
        row,
        "answer",
        words.kind(row.kind),
        words.role(first.place.role),
        instead,
        words.step(first.place.step),
        overdue,
    )


def _pressing(one: Waiting) -> tuple[datetime.date, datetime.datetime, int]:
    due = one.agreement.due or datetime.date.max
    return due, one.agreement.proposed_at or one.agreement.created_at, one.agreement.pk
