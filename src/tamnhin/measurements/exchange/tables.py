"""Which table and column each sheet and column of the workbook is kept in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models

from tamnhin.kpis.models import Bonus, KpiVersion, Line, Link, Target
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.models import Absence, CalendarDay, Grade, Person, Placement, Rate, Unit
from tamnhin.strategy.models import Goal


@dataclass(frozen=True, slots=True)
class Kept:
    """``columns``: of the sheet → of the table. ``refers``: columns of the sheet whose codes become ids of a kind."""

    model: type[models.Model]
    columns: Mapping[str, str]
    refers: Mapping[str, str]


def _kept(model: type[models.Model], refers: Mapping[str, str], **columns: str) -> Kept:
    return Kept(model, {("from" if name == "from_" else name): column for name, column in columns.items()}, refers)


_OWNERS = "owner"
_KPIS = "kpi"

TABLES: dict[str, Kept] = {
    "units": _kept(
        Unit, {"code": _OWNERS, "parent": _OWNERS, "head": _OWNERS},
        code="owner_id", parent="parent_id", kind="kind", head="head_id", from_="valid_from", to="valid_to",
    ),
    "people": _kept(
        Person, {"code": _OWNERS, "unit": _OWNERS, "manager": _OWNERS},
        code="owner_id", email="email", unit="unit_id", position="position", manager="manager_id", joined="joined",
        left="left",
    ),
    "placements": _kept(
        Placement, {"person": _OWNERS, "unit": _OWNERS, "manager": _OWNERS},
        person="person_id", unit="unit_id", from_="valid_from", to="valid_to", share="share", position="position",
        manager="manager_id",
    ),
    "absences": _kept(
        Absence, {"person": _OWNERS}, person="person_id", from_="date_from", to="date_to", kind="kind"
    ),
    "kpis": _kept(
        KpiVersion, {"code": _KPIS, "owner": _OWNERS, "deputy": _OWNERS, "guardrail": _KPIS},
        code="kpi_id", name="name", name_en="name_en", unit="unit", direction="direction", aggregation="aggregation",
        across="across", formula="formula", scale="scale", frequency="frequency", level="level", domain="domain",
        timing="timing", flow="flow", perspective="perspective", owner="owner_id", source="source",
        review_by="review_by", from_="valid_from",
        purpose="purpose", definition="definition", inclusions="inclusions", exclusions="exclusions",
        deputy="deputy_id", guardrail="guardrail_id",  # status is the KPI's own: ``structure._write_kpis``
    ),
    "goals": _kept(
        Goal, {"parent": "goal", "unit": _OWNERS, "owner": _OWNERS, "kpi": _KPIS},
        code="code", title="title", description="description", scope="scope", horizon="horizon", parent="parent_id",
        unit="unit_id", owner="owner_id", from_="valid_from", to="valid_to", perspective="perspective",
        kpi="kpi_id", baseline="baseline", target="target", status="status",
    ),
    "scorecards": _kept(
        Line, {"owner": _OWNERS, "kpi": _KPIS, "goal": "goal", "post": _OWNERS},
        owner="owner_id", kpi="kpi_id", weight="weight", from_="valid_from", to="valid_to", method="method",
        baseline="baseline", floor="floor", cap="cap", low="low", high="high", zero_low="zero_low",
        zero_high="zero_high", penalty="penalty", curve="curve", rollup="rollup", goal="goal_id", post="post_id",
    ),
    "targets": _kept(
        Target, {"owner": _OWNERS, "kpi": _KPIS},
        owner="owner_id", kpi="kpi_id", period="period", target="target", profile="profile", basis="basis",
        revision="revision",
    ),
    "actuals": _kept(
        Measurement, {"owner": _OWNERS, "kpi": _KPIS},
        owner="owner_id", kpi="kpi_id", period="period", value="value", numerator="numerator",
        denominator="denominator", weight="weight", state="state", reason="reason", source="source",
        recorded_at="recorded_at", currency="currency", revision="revision",
    ),
    "links": _kept(
        Link, {"driver": _KPIS, "outcome": _KPIS, "claimed_by": _OWNERS},
        driver="driver_id", outcome="outcome_id", sign="sign", lag="lag", note="note", claimed_by="claimed_by_id",
        claimed_on="claimed_on",
    ),
    "grades": _kept(Grade, {}, grade="grade", from_="lower_bound", name="name"),
    "bonus": _kept(
        Bonus, {"person": _OWNERS}, person="person_id", base="base", curve="curve", from_="valid_from", to="valid_to"
    ),
    "calendar": _kept(CalendarDay, {}, date="date", kind="kind", note="note"),
    "rates": _kept(Rate, {}, currency="currency", period="period", rate="rate"),
}  # fmt: skip
