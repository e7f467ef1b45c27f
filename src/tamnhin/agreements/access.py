"""Who sees which agreements and delegations, and who may change the steps of the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tamnhin.accounts.models import Role
from tamnhin.agreements import flow
from tamnhin.agreements.cases import load, who_of
from tamnhin.agreements.models import Agreement, Delegation, Participant
from tamnhin.agreements.states import State
from tamnhin.base.permissions import permission
from tamnhin.organisation.access import company_or_404, holds_for_all, owners_for, owners_visible_to, scope_of
from tamnhin.organisation.models import Company, Person

if TYPE_CHECKING:
    from tamnhin.accounts.models import User
    from tamnhin.organisation.access import AnyUser, Scope

SETTING = (Role.HR, Role.ADMIN, Role.DIRECTOR)
PROPOSING = frozenset({Role.DIRECTOR, Role.HEAD, Role.HR})
DELEGATING = frozenset({Role.HEAD, Role.DIRECTOR, Role.HR, Role.ADMIN})


def agreements_visible_to(user: AnyUser, company: Company) -> QuerySet[Agreement]:
    """Those about owners the user may see, those they proposed, and those in which they or whoever delegates to them
    is asked. What came back is a draft again: of owners they only see, it is not there until it is proposed anew; an
    auditor reads it all the same, with every voice.

    Whom a place falls to for a day besides finds it by ``get_agreement_or_404`` and in their inbox.
    """
    scope = scope_of(user, company)
    rows = Agreement.objects.filter(company=company)
    if not scope.is_member:
        return rows.none()
    visible = owners_visible_to(user, company).values("pk")
    whole = owners_for(scope, company, PROPOSING | {Role.AUDITOR}).values("pk")
    found = (Q(owner__in=visible) & ~Q(state=State.DRAFT)) | Q(owner__in=whole) | Q(proposed_by=scope.user_id)
    if scope.person_id is not None:
        found |= Q(owner=scope.person_id)
        asked = Participant.objects.filter(company=company).filter(
            Q(person=scope.person_id) | Q(unit__head=scope.person_id) | Q(person__in=_delegators(scope, company))
        )
        found |= Q(pk__in=asked.values("agreement_id"))
    return rows.filter(found)


def subjects_audited_by(user: AnyUser, company: Company, *kinds: str) -> QuerySet[Agreement, int]:
    """Ids of the subjects of these kinds that were ever proposed for an owner whom the user audits: a draft that came
    back is on record, one that nobody has proposed yet is its author's.
    """
    scope = scope_of(user, company)
    if not scope.is_member or not scope.has(Role.AUDITOR):
        return Agreement.objects.none().values_list("subject_id", flat=True)
    owners = owners_for(scope, company, {Role.AUDITOR}).values("pk")
    found = Agreement.objects.filter(company=company, kind__in=kinds, owner__in=owners)
    return found.values_list("subject_id", flat=True)


def _delegators(scope: Scope, company: Company) -> QuerySet[Delegation, int]:
    """People who have delegated to the user today."""
    held = delegations_on(scope, company).filter(to=scope.person_id)
    return held.values_list("person_id", flat=True)


def delegations_on(scope: Scope, company: Company) -> QuerySet[Delegation]:
    """In force on the day of the scope."""
    return Delegation.objects.filter(company=company, ended_at=None, valid_from__lte=scope.on, valid_to__gte=scope.on)


def get_agreement_or_404(request: HttpRequest, pk: int) -> Agreement:
    """One agreement. Raises Http404, the same for absent and for hidden."""
    company = company_or_404(request)
    related = ("owner", "proposed_by", "company")
    row = agreements_visible_to(request.user, company).filter(pk=pk).select_related(*related).first()
    if row is None:
        row = Agreement.objects.filter(company=company, pk=pk).select_related(*related).first()
        if row is None or not answers_for(request.user, row):
            raise Http404
    return row


def answers_for(user: AnyUser, agreement: Agreement) -> bool:
    """Whether the current step waits for the user, as themself or for somebody else."""
    if not user.is_authenticated:
        return False
    who = who_of(user, agreement.company)
    if not who.member or who.reads_only:
        return False
    cases = load(agreement.company, [agreement], actor=who)
    return bool(flow.held(who, cases.of[agreement.pk], cases.directory.chart))


def allowed_acts(user: User, agreement: Agreement) -> dict[flow.Act, str]:
    """Every act with the code that refuses it, empty where it is allowed now. Texts and gates are asked later."""
    who = who_of(user, agreement.company)
    cases = load(agreement.company, [agreement], actor=who)
    case, chart = cases.of[agreement.pk], cases.directory.chart
    return {act: flow.decide(act, who, case, chart, text="…").refusal for act in flow.Act}


def delegations_visible_to(user: AnyUser, company: Company) -> QuerySet[Delegation]:
    """One's own, those one holds, and those of the people below."""
    scope = scope_of(user, company)
    rows = Delegation.objects.filter(company=company).select_related("person__owner", "to__owner", "created_by")
    if not scope.is_member:
        return rows.none()
    below = owners_for(scope, company, DELEGATING | {Role.AUDITOR}).values("pk")
    found = Q(person__in=below)
    if scope.person_id is not None:
        found |= Q(person=scope.person_id) | Q(to=scope.person_id)
    return rows.filter(found)


def get_delegation_or_404(request: HttpRequest, pk: int) -> Delegation:
    """One delegation. Raises Http404, the same for absent and for hidden."""
    row = delegations_visible_to(request.user, company_or_404(request)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def people_delegable_by(user: AnyUser, company: Company) -> QuerySet[Person]:
    """For whom the user may say who answers: themself, and the people below them."""
    scope = scope_of(user, company)
    people = Person.objects.filter(company=company).select_related("owner").order_by("owner__sort_key", "owner_id")
    if not scope.is_member or scope.reads_only:
        return people.none()
    below = owners_for(scope, company, DELEGATING).values("pk")
    return people.filter(Q(pk=scope.person_id) | Q(pk__in=below))


@permission("agreements.delegate")
def can_delegate(user: AnyUser, person: Person | None = None) -> bool:
    """Whether the user may say who answers for this person."""
    return person is not None and people_delegable_by(user, person.company).filter(pk=person.pk).exists()


@permission("agreements.change_flow")
def can_change_flow(user: AnyUser, company: Company | None = None) -> bool:
    """The steps are the whole company's: a role on a part of it is not enough."""
    if company is None:
        return False
    scope = scope_of(user, company)
    return scope.is_member and not scope.reads_only and holds_for_all(scope, company, SETTING)


@permission("agreements.see_flow")
def can_see_flow(user: AnyUser, company: Company | None = None) -> bool:
    """Which steps there are is no secret inside the company."""
    return company is not None and scope_of(user, company).is_member
