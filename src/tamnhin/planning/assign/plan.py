"""One scorecard on its way: its lines against what is in force, where it stands, what is still in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tamnhin.agreements import words
from tamnhin.agreements.access import allowed_acts
from tamnhin.agreements.flow import Act
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.selectors import timeline
from tamnhin.agreements.states import State
from tamnhin.base.formatting import number
from tamnhin.dashboards.reading import Reading, path_of
from tamnhin.dashboards.shapes import Link
from tamnhin.kpis.access import can_assign, kpis_visible_to
from tamnhin.kpis.checks import problems_of
from tamnhin.kpis.models import Assignment, Kpi, KpiVersion, Line
from tamnhin.kpis.models import Link as KpiLink
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import measures_of, span_of, total_of
from tamnhin.kpis.services.lines import HUNDRED, LineInput
from tamnhin.kpis.services.proposals import agreement_of
from tamnhin.organisation.models import Placement
from tamnhin.planning.assign.addresses import address
from tamnhin.planning.assign.lines import Typed, stored
from tamnhin.planning.assign.proposing import asked_about
from tamnhin.planning.assign.shapes import Choice, PlanLine, PlanPage
from tamnhin.planning.assign.stages import stage_of
from tamnhin.planning.assign.words import method_choices, method_word, terms_of
from tamnhin.planning.cards.balance import BalanceNote, note_of_lines
from tamnhin.planning.targets.sums import notes_of
from tamnhin.strategy.access import goals_visible_to
from tamnhin.strategy.models import Goal

MOST_CHOICES = 400
MOST_SOURCES = 60


@dataclass(slots=True)
class Around:
    """What the lines of one scorecard are shown with. Filled once a page."""

    kpis: dict[int, Kpi]
    goals: dict[int, Goal]
    posts: dict[int, tuple[str, str]]  # unit id → code, name
    before: dict[tuple[int, int | None], Line]
    totals: dict[int, float]  # by KPI, of the targets that stand
    tactical: set[int]  # KPIs that should lead to something and do not
    force: list[Line]


def around_of(reading: Reading, assignment: Assignment, kpi_ids: set[int]) -> Around:
    company, owner = reading.company, assignment.owner_id
    force = planned.lines_in_force(company, [owner], assignment.valid_from).get(owner, [])
    kpi_ids = kpi_ids | {line.kpi_id for line in force}
    span = span_of(assignment.valid_from, assignment.valid_to, company.fiscal_year_start)
    measures = measures_of(company.pk, kpi_ids)
    totals = {}
    for (_owner, kpi), rows in planned.standing_targets(company, [owner], span, kpi_ids).items():
        total = total_of(rows, measures[kpi], span, company.fiscal_year_start)
        if total is not None:
            totals[kpi] = total
    newest = KpiVersion.objects.filter(company=company, kpi__in=kpi_ids, level="tactical")
    tactical = set(newest.values_list("kpi_id", flat=True))
    linked = KpiLink.objects.filter(company=company, driver__in=tactical, withdrawn_at=None)
    placed = Placement.objects.filter(company=company, person=owner).values_list(
        "unit_id", "unit__owner__code", "unit__owner__name"
    )
    posts = {unit: (code, name) for unit, code, name in placed}
    return Around(
        kpis={kpi.pk: kpi for kpi in Kpi.objects.filter(company=company, pk__in=kpi_ids)},
        goals={goal.pk: goal for goal in goals_visible_to(reading.user, company).exclude(status=State.CLOSED)},
        posts=posts if len(posts) > 1 else {},
        before={(line.kpi_id, line.post_id): line for line in force},
        totals=totals,
        tactical=tactical - set(linked.values_list("driver_id", flat=True)),
        force=force,
    )


def plan_page(
    reading: Reading,
    assignment: Assignment,
    *,
    typed: Sequence[Typed] | None = None,
    errors: Sequence[str] = (),
    conflict: Sequence[tuple[str, str, str]] = (),
    note: str = "",
) -> PlanPage:
    """``typed``: the form as it was sent, with its faults; else as it is stored. About thirty queries."""
    company = reading.company
    lines = planned.lines_of(company, [assignment])[assignment.pk]
    form = list(typed) if typed is not None else stored([LineInput.of(line) for line in lines], reading.language)
    around = around_of(reading, assignment, {one.line.kpi_id for one in form})
    editable = (
        assignment.status == State.DRAFT and not reading.scope.reads_only and can_assign(reading.user, assignment.owner)
    )
    agreement = agreement_of(assignment)
    acts = allowed_acts(reading.user, agreement) if agreement is not None else {}
    problems = problems_of(company, [assignment])[assignment.pk] if assignment.status == State.DRAFT else []
    gates = (
        problems_of(company, [assignment], activating=True)[assignment.pk] if assignment.status == State.AGREED else []
    )
    counted = [one for one in form if not one.removed]
    total = sum((one.line.weight for one in counted if one.line.weight.is_finite()), Decimal(0))
    kept = {(one.line.kpi_id, one.line.post_id) for one in counted}
    position = reading.live.owner_at.get(assignment.owner.code)
    return PlanPage(
        pk=assignment.pk,
        owner=assignment.owner.name,
        owner_url=path_of("scorecard", assignment.owner.code),
        owner_code=assignment.owner.code,
        kind=str(Assignment.Kind(assignment.kind).label),
        is_change=assignment.kind == Assignment.Kind.CHANGE,
        state=assignment.status,
        stage=stage_of(assignment.status),
        word=words.where(assignment.status),
        revision=assignment.revision,
        first=assignment.valid_from,
        last=assignment.valid_to,
        reason=assignment.reason,
        lines=[_line(reading, assignment, one, around, editable=editable) for one in form],
        gone=_gone(reading, around, kept) if assignment.status != State.ACTIVE else [],
        total=total,
        missing=HUNDRED - total,
        editable=editable,
        may_withdraw=not acts.get(Act.WITHDRAW, "x"),
        may_activate=not acts.get(Act.ACTIVATE, "x"),
        may_answer=not acts.get(Act.YES, "x"),
        agreement_pk=agreement.pk if agreement is not None else None,
        agreement_revision=agreement.revision if agreement is not None else 0,
        timeline=_timeline(agreement),
        problems=[problem.text(reading.language) for problem in problems],
        gates=[problem.text(reading.language) for problem in gates],
        kpis=_addable(reading, {one.line.kpi_id for one in form}) if editable else [],
        sources=_sources(reading, position) if editable and position is not None else [],
        changed_by=str(assignment.changed_by or ""),
        changed_at=assignment.updated_at,
        in_force_url=path_of("scorecard", assignment.owner.code) if around.force else "",
        vision=company.vision,
        errors=errors,
        conflict=conflict,
        trail=_trail(reading, position),
        note=note,
        asks=asked_about(reading, [assignment]).get(assignment.pk, []) if editable and not problems else [],
        balance=_balance(reading, assignment, counted, around),
        sums=notes_of(reading, assignment, {one.line.kpi_id for one in counted}),
    )


def _balance(reading: Reading, assignment: Assignment, form: Sequence[Typed], around: Around) -> BalanceNote:
    """Advice about the lines as they are on the form; it blocks nothing."""
    given = [
        (around.kpis[one.line.kpi_id].code, float(one.line.weight))
        for one in form
        if one.line.kpi_id in around.kpis and one.line.weight.is_finite()
    ]
    return note_of_lines(reading, assignment.owner.code, given)


def _timeline(agreement: Agreement | None) -> object:
    return timeline(agreement) if agreement is not None and agreement.state != State.DRAFT else None


def _trail(reading: Reading, position: int | None) -> list[Link]:
    trail = [Link(_("Giao KPI"), address("assign"))]
    unit = next(iter(reading.parents_of(position)), None) if position is not None else None
    if unit is not None:
        code = reading.live.plan.owners.codes[unit]
        url = path_of("assign_unit", code) if unit in reading.visible([unit]) else ""
        trail.append(Link(reading.owner_name(unit), url))
    return trail


def name_of(reading: Reading, kpi: Kpi | None) -> str:
    if kpi is None:
        return ""
    return reading.kpi_name(kpi.code) if kpi.code in reading.kpi_rows else kpi.name


def _line(reading: Reading, assignment: Assignment, typed: Typed, around: Around, *, editable: bool) -> PlanLine:
    line = typed.line
    kpi = around.kpis.get(line.kpi_id)
    old = around.before.get((line.kpi_id, line.post_id))
    code = kpi.code if kpi is not None else ""
    method = typed.texts.get("method", "")
    goal = around.goals.get(line.goal_id or 0)
    said = line.total is not None or bool(line.targets)
    return PlanLine(
        key=typed.key,
        kpi_id=line.kpi_id,
        code=code,
        name=name_of(reading, kpi),
        url=address("kpi_card", code) if code else "",
        unit=reading.unit_of(code),
        weight=typed.texts.get("weight", ""),
        total=typed.texts.get("total", ""),
        weight_value=line.weight,
        total_value=line.total if said else around.totals.get(line.kpi_id),
        weight_before=old.weight if old is not None else None,
        total_before=around.totals.get(line.kpi_id),
        method=method,
        method_word=method_word(method),
        methods=method_choices(method) if editable else [],
        goals=_goal_choices(around, line.goal_id) if editable else [],
        goal=goal.title if goal is not None else "",
        path=path_to_vision(around.goals, line.goal_id),
        note=line.note,
        post=around.posts.get(line.post_id or 0, ("", ""))[1],
        posts=[Choice(code_, name, unit == line.post_id) for unit, (code_, name) in around.posts.items()],
        terms=terms_of(typed.texts) if editable else [],
        targets_url=address("targets", assignment.pk, code) if code else "",
        flags=_flags(line, kpi, around),
        errors=typed.errors,
        removed=typed.removed,
    )


def _flags(line: LineInput, kpi: Kpi | None, around: Around) -> list[tuple[str, str]]:
    out = []
    if kpi is not None and kpi.status == Kpi.Status.DRAFT:
        out.append(("pencil-plus", _("KPI còn là bản nháp")))
    if kpi is not None and kpi.status == Kpi.Status.RETIRED:
        out.append(("circle-off", _("KPI đã ngừng")))
    if line.kpi_id in around.tactical:
        out.append(("help-circle", _("chưa nối KPI chiến lược")))
    if line.weight == 0:
        out.append(("eye", _("theo dõi, không tính điểm")))
    return out


def path_to_vision(goals: Mapping[int, Goal], goal_id: int | None) -> list[str]:
    """Titles from a goal up, as far as the reader may see; a circle is left where it closes."""
    out: list[str] = []
    seen: set[int] = set()
    while goal_id is not None and goal_id in goals and goal_id not in seen:
        seen.add(goal_id)
        out.append(goals[goal_id].title)
        goal_id = goals[goal_id].parent_id
    return out


def _goal_choices(around: Around, chosen: int | None) -> list[Choice]:
    rows = list(around.goals.values())[:MOST_CHOICES]
    if chosen is not None and chosen in around.goals and around.goals[chosen] not in rows:
        rows.append(around.goals[chosen])
    return [Choice(goal.code, f"{goal.code} · {goal.title}", goal.pk == chosen) for goal in rows]


def _gone(reading: Reading, around: Around, kept: set[tuple[int, int | None]]) -> list[tuple[str, str]]:
    return [
        (name_of(reading, around.kpis.get(key[0])), number(line.weight, 6))
        for key, line in around.before.items()
        if key not in kept
    ]


def _addable(reading: Reading, held: set[int]) -> list[Choice]:
    rows = kpis_visible_to(reading.user, reading.company).exclude(status=Kpi.Status.RETIRED).exclude(pk__in=held)
    return [Choice(kpi.code, name_of(reading, kpi)) for kpi in rows.order_by("id")[:3000]]


def _sources(reading: Reading, position: int) -> list[Choice]:
    """Whose lines may be copied: the others of the same unit who have any."""
    unit = next(iter(reading.parents_of(position)), None)
    if unit is None:
        return []
    table = reading.live.plan.line_starts
    near = [one for one in reading.children_of(unit) if one != position and table[one + 1] > table[one]]
    seen = reading.visible(near[:500])
    codes = reading.live.plan.owners.codes
    return [Choice(codes[one], reading.owner_name(one)) for one in near if one in seen][:MOST_SOURCES]
