"""What stands on a strategy map before it is drawn: the goals a reader may see, their numbers, what is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

from tamnhin.agreements import words
from tamnhin.agreements.access import agreements_visible_to
from tamnhin.agreements.states import State as Agreed
from tamnhin.dashboards.reading import Reading, path_of, with_query
from tamnhin.engine.periods import from_ordinal
from tamnhin.engine.states import State
from tamnhin.kpis.access import links_visible_to
from tamnhin.planning.map.shapes import ArrowRow, GoalBox, Hypothesis, Lane, Measured
from tamnhin.planning.numbers import Reached, held_lines, reached
from tamnhin.strategy.access import goals_visible_to, perspectives_visible_to
from tamnhin.strategy.models import Goal
from tamnhin.strategy.perspectives import STANDARD, perspective_key

RANKS = {"strategic": 0, "year": 1, "half": 2, "quarter": 3}
SCOPES = {"strategic": ("strategic",), "year": ("strategic", "year"), "all": ("strategic", "year", "half", "quarter")}
FEW = 6  # fewer strategic goals than this leave room for the year's
HORIZONS = {
    "strategic": noop("chiến lược"),
    "year": noop("năm"),
    "half": noop("nửa năm"),
    "quarter": noop("quý"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """``goals``: all that the reader sees and that have not ended, by code; ``drawn``: those on the map, in order."""

    reading: Reading
    scope: str
    lanes: Sequence[Lane]
    goals: Mapping[str, Goal]
    drawn: Mapping[str, GoalBox]
    arrows: Sequence[ArrowRow]
    kpis_of: Mapping[str, Sequence[str]]  # by drawn goal: its KPI, and those of what serves it
    with_value: frozenset[str]  # KPIs with a number in the period

    def box(self, code: str) -> GoalBox | None:
        return self.drawn.get(code)


def sheet_of(reading: Reading, scope: str = "", *, drafts: bool = True) -> Sheet:
    """``scope``: one of SCOPES, or "" for the one that suits. ``drafts``: also what is not agreed yet."""
    goals = {goal.code: goal for goal in _goals(reading, drafts=drafts)}
    if scope not in SCOPES:
        scope = "strategic" if sum(g.horizon == "strategic" for g in goals.values()) >= FEW else "year"
    lanes, lane_of = _lanes(reading, goals.values())
    shown = [goal for goal in goals.values() if goal.horizon in SCOPES[scope]]
    parents = {code: _code(goal.parent) for code, goal in goals.items()}
    roofs = _roofs([goal.code for goal in shown], parents)
    kpis_of = _kpis_of(reading, goals, roofs)
    with_value = _with_value(reading)
    numbers, unseen = _numbers(reading, shown)
    talks = _talks(reading, shown)
    drawn = {}
    for goal in sorted(shown, key=lambda g: (RANKS[g.horizon], g.valid_from, g.pk)):
        kpis = kpis_of[goal.code]
        measured = _measured(reading, goal, numbers.get(goal.code), with_value)
        drawn[goal.code] = GoalBox(
            pk=goal.pk,
            code=goal.code,
            title=goal.title,
            lane=lane_of[goal.code],
            horizon=_(HORIZONS[goal.horizon]),
            rank=RANKS[goal.horizon],
            owner=goal.owner.name if goal.owner else "",
            unit=goal.unit.owner.name if goal.unit else "",
            state="" if goal.status == Agreed.ACTIVE else words.where(goal.status),
            valid_from=goal.valid_from,
            valid_to=goal.valid_to,
            measured=measured,
            status=measured.status if measured else None,
            with_data=sum(code in with_value for code in kpis),
            kpis=len(kpis),
            talks=talks.get(goal.pk, 0),
            revision=goal.revision,
            unseen=goal.code in unseen,
            parent=roofs.get(parents[goal.code] or "", ""),
            url=with_query(path_of("map_goal", goal.code), period=reading.keep_period),
            page_url=path_of("goal", goal.code),
        )
    arrows = _arrows(reading, drawn, goals, roofs)
    return Sheet(reading, scope, lanes, goals, drawn, arrows, kpis_of, with_value)


def _code(goal: Goal | None) -> str | None:
    return goal.code if goal is not None else None


def _goals(reading: Reading, *, drafts: bool) -> Iterable[Goal]:
    rows = (
        goals_visible_to(reading.user, reading.company)
        .exclude(status=Agreed.CLOSED)
        .filter(valid_to__gte=from_ordinal(reading.period.first))
        .select_related("parent", "kpi", "owner", "unit__owner")
        .order_by("pk")
    )
    return rows if drafts else rows.filter(status=Agreed.ACTIVE)


def _lanes(reading: Reading, goals: Iterable[Goal]) -> tuple[list[Lane], dict[str, str]]:
    """The company's perspectives in their order, the standard four where it has none; and each goal's lane.

    A last lane holds goals without a perspective, or with one that the company does not have.
    """
    every = list(perspectives_visible_to(reading.user, reading.company))
    rows = [row for row in every if row.archived_at is None]
    english = reading.language == "en"
    if every:
        lanes = [Lane(row.code, (english and row.name_en) or row.name) for row in rows]
    else:
        lanes = [Lane(one.code, one.name_en if english else one.name) for one in STANDARD]
    codes = {lane.code for lane in lanes}
    found = {}
    for goal in goals:
        key = perspective_key(goal.perspective, rows)
        found[goal.code] = key if key in codes else ""
    if "" in found.values():
        lanes.append(Lane("", _("Chưa xếp viễn cảnh")))
    return lanes, found


def _roofs(shown: Iterable[str], parents: Mapping[str, str | None]) -> dict[str, str]:
    """By goal the nearest goal on the map at or above it. Goals under none are left out; circles end."""
    roof = {code: code for code in shown}
    for code in parents:
        trail: list[str] = []
        at: str | None = code
        while at is not None and at not in roof and at not in trail:
            trail.append(at)
            at = parents.get(at)
        if at is not None and at in roof:
            roof.update(dict.fromkeys(trail, roof[at]))
    return roof


def _kpis_of(reading: Reading, goals: Mapping[str, Goal], roofs: Mapping[str, str]) -> dict[str, list[str]]:
    """By goal of the map the KPIs that measure it or what serves it, its own first."""
    found: dict[str, dict[str, None]] = {roof: {} for roof in roofs.values()}
    for code, goal in sorted(goals.items(), key=lambda item: roofs.get(item[0]) != item[0]):
        if code in roofs and goal.kpi is not None:
            found[roofs[code]].setdefault(goal.kpi.code)
    lines = reading.live.book["scorecards"].filter(pl.col("goal").is_not_null()).select("goal", "kpi").unique()
    for goal_code, kpi in sorted(lines.iter_rows()):
        if goal_code in roofs:
            found[roofs[goal_code]].setdefault(str(kpi))
    return {roof: list(kpis) for roof, kpis in found.items()}


def _with_value(reading: Reading) -> frozenset[str]:
    plan = reading.live.plan
    held = held_lines(reading)
    said = held[reading.live.result.state[reading.at, held] == State.VALUE]
    return frozenset(plan.kpis.codes[i] for i in np.unique(plan.lines.kpi[said]).tolist())


def _numbers(reading: Reading, goals: Sequence[Goal]) -> tuple[dict[str, tuple[int, Reached]], set[str]]:
    """By goal the owner whose number it is and the number: of its unit, else of its owner, else of the company.

    Left out, and named beside, where the reader may not see that owner.
    """
    live = reading.live
    pairs: list[tuple[str, int, int]] = []
    for goal in goals:
        kpi = live.facts.kpi_at.get(goal.kpi.code) if goal.kpi is not None else None
        if kpi is None:
            continue
        ids = [goal.unit_id, goal.owner_id]
        places = [live.owner_of_id[pk] for pk in ids if pk in live.owner_of_id]
        if live.facts.root is not None and goal.unit_id is None:
            places.append(live.facts.root)
        pairs += [(goal.code, place, kpi) for place in dict.fromkeys(places)]
    seen = reading.visible({place for _goal, place, _kpi in pairs})
    unseen = {code for code, place, _kpi in pairs if place not in seen}
    pairs = [pair for pair in pairs if pair[1] in seen]
    owners = np.array([place for _goal, place, _kpi in pairs], dtype=np.int64)
    kpis = np.array([kpi for _goal, _place, kpi in pairs], dtype=np.int64)
    found: dict[str, tuple[int, Reached]] = {}
    for (code, place, _kpi), number in zip(pairs, reached(reading, owners, kpis), strict=True):
        if number is not None:
            found.setdefault(code, (place, number))
    return found, unseen - set(found)


def _measured(
    reading: Reading, goal: Goal, number: tuple[int, Reached] | None, with_value: frozenset[str]
) -> Measured | None:
    if goal.kpi is None:
        return None
    code = goal.kpi.code
    name, unit = reading.kpi_name(code), reading.unit_of(code)
    if number is None:
        return Measured(code, name, unit, path_of("kpi_card", code), has_data=code in with_value)
    place, found = number
    return Measured(
        code, name, unit, reading.kpi_url(place, code), found.actual, found.target, found.percent, found.status,
        has_data=found.actual is not None or code in with_value,
    )  # fmt: skip


def _talks(reading: Reading, goals: Sequence[Goal]) -> dict[int, int]:
    """By goal how many agreements about it are open."""
    rows = agreements_visible_to(reading.user, reading.company).filter(
        kind="goal", subject_id__in=[goal.pk for goal in goals]
    )
    rows = rows.exclude(state__in=(Agreed.ACTIVE, Agreed.CLOSED))
    return dict(rows.values("subject_id").annotate(count=Count("pk")).values_list("subject_id", "count"))


# -- arrows ------------------------------------------------------------------------------------------------------


def hypotheses_of(reading: Reading) -> list[Hypothesis]:
    """All claims of the company that stand. One query."""
    rows = (
        links_visible_to(reading.user, reading.company)
        .filter(withdrawn_at=None)
        .select_related("driver", "outcome", "claimed_by")
        .order_by("pk")
    )
    heard = reading.live.heard
    return [
        Hypothesis(
            pk=row.pk,
            driver=row.driver.code,
            driver_name=reading.kpi_name(row.driver.code),
            outcome=row.outcome.code,
            outcome_name=reading.kpi_name(row.outcome.code),
            sign="-" if row.sign == "-" else "+",
            delay=delay_words(row.lag, str(reading.kpi_rows.get(row.driver.code, {}).get("frequency") or "month")),
            note=row.note,
            claimed_by=row.claimed_by.name if row.claimed_by else "",
            claimed_on=row.claimed_on,
            without_data=[reading.kpi_name(kpi.code) for kpi in (row.driver, row.outcome) if kpi.code not in heard],
            driver_url=path_of("kpi_card", row.driver.code),
            outcome_url=path_of("kpi_card", row.outcome.code),
        )
        for row in rows
    ]


def delay_words(lag: int | None, frequency: str) -> str:
    """``2 tháng``; empty for none."""
    if not lag:
        return ""
    words = {
        "day": ngettext("{n} ngày", "{n} ngày", lag),
        "week": ngettext("{n} tuần", "{n} tuần", lag),
        "month": ngettext("{n} tháng", "{n} tháng", lag),
        "quarter": ngettext("{n} quý", "{n} quý", lag),
        "half": ngettext("{n} nửa năm", "{n} nửa năm", lag),
        "year": ngettext("{n} năm", "{n} năm", lag),
    }
    return words.get(frequency, words["month"]).format(n=lag)


def _arrows(
    reading: Reading, drawn: Mapping[str, GoalBox], goals: Mapping[str, Goal], roofs: Mapping[str, str]
) -> list[ArrowRow]:
    """What is claimed between KPIs, carried over to the goals that they measure, and parts of goals."""
    direct: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for code, goal in goals.items():
        if goal.kpi is None or code not in roofs:
            continue
        place = direct if code in drawn else below
        place.setdefault(goal.kpi.code, []).append(roofs[code])
    lines = reading.live.book["scorecards"].filter(pl.col("goal").is_not_null()).select("goal", "kpi").unique()
    carried: dict[str, list[str]] = {}
    for goal_code, kpi in sorted(lines.iter_rows()):
        if goal_code in roofs:
            carried.setdefault(str(kpi), []).append(roofs[goal_code])

    def measured_by(kpi: str) -> list[str]:
        return list(dict.fromkeys(direct.get(kpi) or below.get(kpi) or carried.get(kpi) or ()))

    claims: dict[tuple[str, str], list[Hypothesis]] = {}
    for claim in hypotheses_of(reading):
        for source in measured_by(claim.driver):
            for target in measured_by(claim.outcome):
                if source != target:
                    claims.setdefault((source, target), []).append(claim)
    out = [
        ArrowRow(
            source,
            target,
            said,
            with_query(path_of("map_arrow", source, target), period=reading.keep_period),
            drawn[source].title,
            drawn[target].title,
        )
        for (source, target), said in claims.items()
    ]
    out += [
        ArrowRow(box.code, box.parent, (), "", box.title, drawn[box.parent].title)
        for box in drawn.values()
        if box.parent and box.parent != box.code and (box.code, box.parent) not in claims
    ]
    return out
