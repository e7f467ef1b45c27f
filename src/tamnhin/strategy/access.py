"""Who sees which goals, and who may write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tamnhin.accounts.models import Role
from tamnhin.agreements.access import agreements_visible_to, subjects_audited_by
from tamnhin.agreements.states import State
from tamnhin.organisation.access import company_or_404, holds_for_all, owners_visible_to, scope_of
from tamnhin.organisation.models import Company, Unit
from tamnhin.strategy.models import Cycle, Goal, GoalChange, Perspective, Statement

if TYPE_CHECKING:
    from tamnhin.organisation.access import AnyUser

# Who writes for the whole company, and who for a part of it.
COMPANY_WRITERS = frozenset({Role.DIRECTOR, Role.ADMIN, Role.HR})
UNIT_WRITERS = frozenset({Role.DIRECTOR, Role.HEAD, Role.HR, Role.ADMIN})


def goals_visible_to(user: AnyUser, company: Company) -> QuerySet[Goal]:
    """The company's own goals, and every strategic one, for every member; a unit's or a person's for those who may see
    that owner; any goal for those who are asked about it. What is still a draft, only for its author and for those who
    may write there; one that was proposed and came back, for its auditors too.
    """
    scope = scope_of(user, company)
    goals = Goal.objects.filter(company=company, archived_at=None)
    if not scope.is_member:
        return goals.none()
    visible = owners_visible_to(user, company).values("pk")
    open_to = Q(unit=None, owner=None) | Q(unit__parent=None, unit__isnull=False) | Q(horizon=Goal.Horizon.STRATEGIC)
    open_to |= Q(unit__in=visible) | Q(unit=None, owner__in=visible)
    drafts = ~Q(status=State.DRAFT) | Q(created_by=scope.user_id)
    if can_write_company(user, company):
        drafts = Q()
    else:
        for path in scope.paths(UNIT_WRITERS):
            drafts |= Q(unit__path__startswith=path)
    asked = agreements_visible_to(user, company).filter(kind="goal").exclude(state=State.DRAFT).values("subject_id")
    found = (open_to & drafts) | Q(pk__in=asked)
    if scope.reads_only:
        found |= Q(pk__in=subjects_audited_by(user, company, "goal"))
    return goals.filter(found)


def open_to_all(goal: Goal) -> bool:
    """Whether every member of the company may see the goal: the company's own, or a strategic one, and no draft.

    ``unit`` must be at hand. For texts that are written without knowing who reads them.
    """
    if goal.status == State.DRAFT:
        return False
    companys = goal.owner_id is None if goal.unit is None else goal.unit.parent_id is None
    return companys or goal.horizon == Goal.Horizon.STRATEGIC


def get_goal_or_404(request: HttpRequest, code: str) -> Goal:
    """The goal with this code. Raises Http404 when there is none that the reader may see."""
    goal = (
        goals_visible_to(request.user, company_or_404(request))
        .filter(code=code)
        .select_related("company", "parent", "cycle", "unit__owner", "owner__person", "owner__unit", "kpi")
        .first()
    )
    if goal is None:
        raise Http404
    return goal


def changes_visible_to(user: AnyUser, company: Company) -> QuerySet[GoalChange]:
    """Changes of the goals the user may see."""
    return GoalChange.objects.filter(company=company, goal__in=goals_visible_to(user, company))


def perspectives_visible_to(user: AnyUser, company: Company) -> QuerySet[Perspective]:
    """In the company's order, archived ones too."""
    rows = Perspective.objects.filter(company=company).order_by("order", "pk")
    return rows if scope_of(user, company).is_member else rows.none()


def cycles_visible_to(user: AnyUser, company: Company) -> QuerySet[Cycle]:
    """By their first day, the longer one first."""
    rows = Cycle.objects.filter(company=company).order_by("valid_from", "-valid_to", "pk")
    return rows if scope_of(user, company).is_member else rows.none()


def statements_visible_to(user: AnyUser, company: Company) -> QuerySet[Statement]:
    """Newest first."""
    rows = Statement.objects.filter(company=company).order_by("kind", "-number")
    return rows if scope_of(user, company).is_member else rows.none()


def can_write_company(user: AnyUser, company: Company) -> bool:
    """Whether the user may write the vision, perspectives, cycles and goals of the whole company."""
    scope = scope_of(user, company)
    return scope.is_member and not scope.reads_only and holds_for_all(scope, company, COMPANY_WRITERS)


def can_write_unit(user: AnyUser, company: Company, unit: Unit | None) -> bool:
    """Whether the user may write goals of the unit; of the company when ``unit`` is None or the root."""
    if unit is None or unit.parent_id is None:
        return can_write_company(user, company)
    scope = scope_of(user, company)
    if not scope.is_member or scope.reads_only or unit.company_id != company.pk:
        return False
    return any(unit.path.startswith(path) for path in scope.paths(UNIT_WRITERS))


def can_write_goal(user: AnyUser, goal: Goal) -> bool:
    """Whether the user may edit, propose and close the goal."""
    return can_write_unit(user, goal.company, unit_of(goal))


def unit_of(goal: Goal) -> Unit | None:
    """The unit whose goal it is: its own, else the one of its owner; None for a goal of the whole company."""
    if goal.unit is not None:
        return goal.unit
    if goal.owner is None or goal.horizon == Goal.Horizon.STRATEGIC:
        return None
    if goal.owner.kind == "unit":
        return goal.owner.unit
    return goal.owner.person.unit


def units_to_write(user: AnyUser, company: Company) -> QuerySet[Unit]:
    """Units for which the user may write goals, in tree order."""
    scope = scope_of(user, company)
    units = Unit.objects.filter(company=company).select_related("owner").order_by("path")
    if not scope.is_member or scope.reads_only:
        return units.none()
    if can_write_company(user, company):
        return units
    return units.filter(_starts(scope.paths(UNIT_WRITERS))).exclude(parent=None)


def _starts(paths: Sequence[str]) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(path__startswith=path)
    return condition
