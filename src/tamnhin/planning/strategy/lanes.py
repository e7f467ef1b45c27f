"""The page of perspectives: their names and order, what stands in each, and those out of use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tamnhin.dashboards.reading import Reading
from tamnhin.kpis.models import Kpi
from tamnhin.planning.strategy.forms import PerspectiveForm
from tamnhin.strategy.access import can_write_company, goals_visible_to
from tamnhin.strategy.models import Perspective
from tamnhin.strategy.perspectives import perspective_key
from tamnhin.strategy.services.perspectives import perspectives_of


@dataclass(frozen=True, slots=True)
class LaneRow:
    code: str
    name: str
    name_en: str
    goals: int
    kpis: int
    first: bool
    last: bool
    form: PerspectiveForm | None


@dataclass(frozen=True, slots=True)
class PerspectivesPage:
    rows: Sequence[LaneRow]
    archived: Sequence[LaneRow]
    add: PerspectiveForm | None
    refused: PerspectiveForm | None
    refused_code: str


def perspectives_page(reading: Reading, refused: PerspectiveForm | None = None, code: str = "") -> PerspectivesPage:
    """``refused``: the form that was not taken, of the perspective ``code`` or, without one, of a new one."""
    every = perspectives_of(reading.company, archived=True)
    may = can_write_company(reading.user, reading.company)
    goals = Counter(
        perspective_key(text, every)
        for text in goals_visible_to(reading.user, reading.company).values_list("perspective", flat=True)
    )
    living = set(
        Kpi.objects.filter(company=reading.company).exclude(status=Kpi.Status.RETIRED).values_list("code", flat=True)
    )
    kpis = Counter(
        perspective_key(str(row.get("perspective") or ""), every)
        for kpi, row in reading.kpi_rows.items()
        if kpi in living
    )
    used = [row for row in every if row.archived_at is None]

    def row_of(at: int, lane: Perspective) -> LaneRow:
        form = None
        if may and refused is not None and code == lane.code:
            form = refused
        elif may:
            names = {"name": lane.name, "name_en": lane.name_en}
            form = PerspectiveForm(initial=names, auto_id=f"lane-{at}-%s")
        return LaneRow(
            code=lane.code,
            name=lane.name,
            name_en=lane.name_en,
            goals=goals[lane.code],
            kpis=kpis[lane.code],
            first=at == 0,
            last=at == len(used) - 1,
            form=form,
        )

    return PerspectivesPage(
        rows=[row_of(at, row) for at, row in enumerate(used)],
        archived=[row_of(100 + at, row) for at, row in enumerate(every) if row.archived_at is not None],
        add=(refused if refused is not None and not code else PerspectiveForm(auto_id="new-%s")) if may else None,
        refused=refused,
        refused_code=code,
    )
