"""How far the company has come in the five steps, and whom it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.core.cache import cache
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.accounts.models import Membership
from tamnhin.agreements import words
from tamnhin.agreements.access import agreements_visible_to
from tamnhin.agreements.selectors import waits_on
from tamnhin.agreements.states import State
from tamnhin.dashboards.notes import Note
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.engine.lineage import trace
from tamnhin.kpis.models import Assignment, Kpi, Line
from tamnhin.organisation.access import can_edit_people
from tamnhin.organisation.models import Company, Owner, Person, Unit
from tamnhin.planning.start.steps import Counts, Item, Step, next_step, steps_of
from tamnhin.regulation.models import Version
from tamnhin.strategy.access import can_write_company
from tamnhin.strategy.models import Cycle, Goal, Perspective

AGREED = (State.AGREED, State.ACTIVE)
OPEN = (State.PROPOSED, State.HR_CONSULTED, State.REVIEWED, State.AGREED)
MOST_WAITING = 8
KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with the address of the page on which it is done; "" where the reader cannot do it."""

    item: Item
    url: str = ""


@dataclass(frozen=True, slots=True)
class ShownStep:
    step: Step
    url: str
    items: Sequence[Shown] = ()
    current: bool = False


@dataclass(frozen=True, slots=True)
class WaitingRow:
    title: str
    url: str
    state: str
    for_whom: Sequence[str]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the step of departments."""

    name: str
    code: str
    depth: int
    head: str
    people: int
    goals: int
    agreed: int
    goals_url: str
    assign_url: str


@dataclass(frozen=True, slots=True)
class StartPage:
    steps: Sequence[ShownStep]
    current: ShownStep | None
    waiting: Sequence[WaitingRow] = ()
    units: Sequence[UnitRow] = ()
    may_write: bool = False
    finished: bool = False
    before: str = ""
    after: str = ""


def counts_of(reading: Reading) -> Counts:
    """A dozen counting queries, whatever the size of the company, and the chain from the book in memory."""
    company, on = reading.company, reading.live.as_of
    goals = Goal.objects.filter(company=company, archived_at=None).exclude(status=State.CLOSED)
    strategic, short = Q(horizon="strategic"), ~Q(horizon="strategic")
    of_goals = goals.aggregate(
        strategic=Count("pk", filter=strategic),
        strategic_active=Count("pk", filter=strategic & Q(status=State.ACTIVE)),
        short=Count("pk", filter=short),
        short_active=Count("pk", filter=short & Q(status=State.ACTIVE)),
    )
    units = Unit.objects.filter(company=company, owner__archived_at=None).exclude(parent=None)
    in_place = Q(valid_to=None) | Q(valid_to__gte=on)
    of_units = units.filter(in_place).aggregate(
        units=Count("pk", distinct=True),
        units_without_head=Count("pk", distinct=True, filter=Q(head=None)),
    )
    kept = goals.exclude(unit=None)
    agreed = kept.filter(status__in=AGREED)
    people = Person.objects.filter(company=company, owner__archived_at=None).filter(Q(left=None) | Q(left__gte=on))
    can_enter = Membership.objects.filter(company=company, is_active=True).exclude(person=None).values("person")
    held = Line.objects.filter(company=company, owner__kind=Owner.Kind.PERSON).filter(
        Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on)
    )
    of_kpis = Kpi.objects.filter(company=company, archived_at=None).aggregate(
        kpis=Count("pk", filter=Q(status=Kpi.Status.ACTIVE)), kpis_draft=Count("pk", filter=Q(status=Kpi.Status.DRAFT))
    )
    chain = trace(reading.live.book, on, with_data=reading.live.heard)
    found = {code: len(chain.of(code)) for code in {one.code for one in chain.findings}}
    used = set(reading.live.book["scorecards"]["kpi"].cast(str).unique())
    return Counts(
        vision=bool(company.vision.strip()),
        mission=bool(company.mission.strip()),
        values=len(company.values),
        perspectives=Perspective.objects.filter(company=company, archived_at=None).count(),
        cycles=Cycle.objects.filter(company=company).count(),
        **of_goals,
        goals_without_kpi=found.get("GOAL_WITHOUT_KPI", 0),
        goals_without_path=found.get("GOAL_WITHOUT_PARENT", 0),
        **of_units,
        units_with_goal=units.filter(in_place, pk__in=kept.values("unit")).count(),
        units_agreed=units.filter(in_place, pk__in=agreed.values("unit")).count(),
        people=people.count(),
        people_without_login=people.exclude(pk__in=can_enter).count(),
        **of_kpis,
        kpis_without_owner=found.get("KPI_WITHOUT_OWNER", 0),
        unlinked=found.get("TACTICAL_WITHOUT_LINK", 0),
        orphans=found.get("KPI_WITHOUT_PATH", 0),
        carrying=people.filter(pk__in=held.values("owner")).count(),
        proposed=Assignment.objects.filter(company=company, status__in=OPEN, owner__kind=Owner.Kind.PERSON).count(),
        measured=len(used & set(reading.live.heard)),
        owed=len(used - set(reading.live.heard)),
        regulation=Version.objects.filter(company=company, state=Version.State.PUBLISHED).exists(),
    )


def start_page(reading: Reading, key: str = "") -> StartPage:
    """The overview, or with ``key`` one step beside it."""
    steps = steps_of(counts_of(reading))
    may_write = can_write_company(reading.user, reading.company)
    here = next((step for step in steps if step.key == key), None)
    closed = () if can_edit_people(reading.user, reading.company) else ("start_units", "start_people")
    shown = [_shown(step, here, closed) for step in steps]
    current = next((one for one in shown if one.current), None)
    at = steps.index(here) if here is not None else -1
    return StartPage(
        steps=shown,
        current=current,
        waiting=waiting_rows(reading),
        units=unit_rows(reading.company) if may_write and key in ("departments", "people") else (),
        may_write=may_write,
        finished=next_step(steps) is None,
        before=shown[at - 1].url if at > 0 else "",
        after=shown[at + 1].url if -1 < at < len(shown) - 1 else "",
    )


def _shown(step: Step, here: Step | None, closed: Sequence[str]) -> ShownStep:
    """``closed``: pages that the reader does not reach."""
    back = reverse("start_step", args=[step.key])
    return ShownStep(
        step,
        back,
        [Shown(item, "" if item.to in closed else _address(item, back)) for item in step.items],
        step is here,
    )


def _address(item: Item, back: str) -> str:
    """Where an item is done, and the way back; a place on the step itself needs none."""
    if not item.to:
        return back + item.at if item.at else ""
    return with_query(reverse(item.to), next=back, **dict(parse_qsl(item.at.removeprefix("?"))))


def waiting_rows(reading: Reading) -> list[WaitingRow]:
    """The oldest agreements the reader may see that somebody has not answered yet, and who that is."""
    seen = agreements_visible_to(reading.user, reading.company).filter(state__in=OPEN)
    rows = list(seen.select_related("owner", "proposed_by").order_by("proposed_at", "pk")[:MOST_WAITING])
    names = waits_on(reading.company, rows)
    return [
        WaitingRow(row.heading, reverse("agreement", args=[row.pk]), words.where(row.state), names.get(row.pk, ()))
        for row in rows
    ]


def unit_rows(company: Company) -> list[UnitRow]:
    """Every unit with what it has. Three queries."""
    units = list(
        Unit.objects.filter(company=company, owner__archived_at=None)
        .select_related("owner", "head__owner")
        .order_by("path")
    )
    goals: dict[int, tuple[int, int]] = {
        unit: (count, agreed)
        for unit, count, agreed in Goal.objects.filter(company=company, archived_at=None)
        .exclude(status=State.CLOSED)
        .exclude(unit=None)
        .values("unit")
        .annotate(count=Count("pk"), agreed=Count("pk", filter=Q(status__in=AGREED)))
        .values_list("unit", "count", "agreed")
    }
    people: dict[int, int] = dict(
        Person.objects.filter(company=company, left=None)
        .exclude(unit=None)
        .values_list("unit")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return [
        UnitRow(
            unit.owner.name,
            unit.owner.code,
            len(unit.path_ids()) - 1,
            unit.head.owner.name if unit.head else "",
            people.get(unit.pk, 0),
            goals.get(unit.pk, (0, 0))[0],
            goals.get(unit.pk, (0, 0))[1],
            reverse("unit_goals", args=[unit.owner.code]),
            reverse("assign_unit", args=[unit.owner.code]),
        )
        for unit in units
    ]


def banner(reading: Reading) -> Note | None:
    """For the home page while the five steps are not done; only for those who write for the whole company."""
    company = reading.company
    if not can_write_company(reading.user, company):
        return None
    # counted anew when the structure moves, else every few minutes: the home page is no place for a dozen counts
    key = f"start-banner:{company.pk}:{company.structure_version}:{reading.language}"
    kept: Note | str | None = cache.get(key)
    if kept is None:
        kept = _banner(reading) or ""
        cache.set(key, kept, KEPT_SECONDS)
    return kept if isinstance(kept, Note) else None


def _banner(reading: Reading) -> Note | None:
    steps = steps_of(counts_of(reading))
    coming = next_step(steps)
    if coming is None:
        return None
    missing = next((item.text for item in coming.needed if not item.done), coming.title)
    text = _("Bước {number}: {title}. {missing}").format(number=coming.number, title=coming.title, missing=missing)
    url = reverse("start_step", args=[coming.key])
    return Note(text, url, _("Làm tiếp"), "stairs-up", sum(step.done for step in steps), len(steps))
