"""The demo company as one book."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from tamnhin.engine.book import SCHEMAS, Book, make_book

from .axes import Axes, make_axes
from .catalogue import KPIS
from .chain import card, links
from .emit import actual_rows, copies, formula_targets, rates, target_rows
from .lines import write_lines
from .measures import lay_out
from .people import DOMAIN, ROLES, Staff, hire
from .shocks import make_shocks
from .strategy import COMPANY, GRADES, SALES_CURVE, goals
from .templates import POSTS, UNIT_LINES, UNITS

_SALES = {"rep", "tele", "export", "shop", "online", "seller"}
# who answers for the KPIs that are on no unit's own scorecard
_KEEPERS = {"TEAMKPI": "HCNS", "COACH": "HCNS", "PUNCT": "HCNS", "TASK": "HCNS", "FORECAST": "KD", "COVER": "KD",
            "EXPORT": "KDN", "CALLS": "KD", "UNITCOST": "SX", "STRAT": "TN", "AUDITPLAN": "TN", "BREACH": "TN",
            "CONTRACT": "TN"}  # fmt: skip


def build(today: date, seed: int = 20260101) -> Book:
    """The demo company as it stands on the morning of ``today``: 24 months to the current, open one.

    Deterministic: one ``today`` and ``seed`` always give identical frames. The organisation and the past do not
    depend on ``today`` but for the moves, leaves and the story of the latest closed quarter, which stay recent.
    Raises ValueError before March 2022.
    """
    axes = make_axes(today)
    staff = hire(axes, seed)
    sheets = write_lines(axes, staff)
    table = lay_out(axes, staff, list(sheets.measured.values()), make_shocks(axes, seed), seed)
    shared = list(sheets.shared.values())
    targets = copies(target_rows(axes, table), shared)
    targets = pl.concat([targets.drop("_end"), formula_targets(axes, sheets.formulas, table)], how="diagonal")
    actuals = copies(actual_rows(axes, staff, table, seed), shared).drop("_end")
    scorecards = pl.DataFrame(
        sheets.rows,
        schema={key: dtype for key, dtype in SCHEMAS["scorecards"].items() if any(key in row for row in sheets.rows)},
    )
    keepers = _keepers()
    return make_book(
        COMPANY,
        units=_units(staff),
        people=_people(staff),
        placements=_placements(staff),
        absences=[dict(zip(("person", "from", "to", "kind"), row, strict=True)) for row in staff.absences],
        kpis=_kpis(axes, staff, keepers),
        goals=goals(axes, staff),
        scorecards=scorecards,
        targets=targets,
        actuals=actuals,
        links=links(axes, staff, keepers),
        grades=GRADES,
        bonus=_bonus(axes, staff),
        calendar=[dict(zip(("date", "kind", "note"), row, strict=True)) for row in axes.exceptions],
        rates=rates(axes),
    )


def logins(book: Book) -> list[tuple[str, str, str, str]]:
    """Who can log in to the demo, as (e-mail, role, unit the role is held on, person code).

    Heads of departments and a few employees too, so that every page has somebody to look at it.
    """
    people = {row["email"]: row for row in book["people"].iter_rows(named=True)}
    rows: list[tuple[str, str, str, str]] = []
    for name, role in ROLES.items():
        person = people[f"{name}@{DOMAIN}"]
        wide = role in ("director", "hr", "steward", "auditor", "admin")
        rows.append((person["email"], role, "TN" if wide else person["unit"], person["code"]))
    known = {row[3] for row in rows}
    by_code = {row["code"]: row for row in people.values()}
    for unit, head in book["units"].select("code", "head").iter_rows():
        if head is not None and head not in known:
            role = "finance" if unit == "TCKT" else "head"
            rows.append((by_code[head]["email"], role, unit, head))
    return rows


def _units(staff: Staff) -> list[dict[str, object]]:
    return [
        {"code": unit.code, "name": unit.name, "parent": unit.parent, "kind": unit.kind, "head": staff.heads[unit.code]}
        for unit in UNITS
    ]


def _people(staff: Staff) -> list[dict[str, object]]:
    return [
        {"code": p.code, "name": p.name, "email": p.email, "unit": p.unit, "position": POSTS[p.post].title,
         "manager": p.manager, "joined": p.joined, "left": p.left}
        for p in staff.people
    ]  # fmt: skip


def _placements(staff: Staff) -> list[dict[str, object]]:
    return [
        {"person": p.code, "unit": unit, "from": begin, "to": end, "share": share, "position": POSTS[post].title,
         "manager": staff.heads[unit]}
        for p in staff.people if p.moved
        for unit, post, begin, end, share in p.segments
    ]  # fmt: skip


def _keepers() -> dict[str, str]:
    """KPI → the unit whose head answers for its definition."""
    keeper = dict(_KEEPERS)
    for unit in reversed(UNITS):  # the highest unit that carries a KPI answers for it, but departments before divisions
        for line in UNIT_LINES[unit.code]:
            if unit.kind == "department" or line.kpi not in keeper:
                keeper[line.kpi] = unit.code
    keeper |= {"REV": "KD", "ORDERS": "KD", "VISITS": "KD", "NEWCUST": "KD", "AOV": "KD", "COST": "TCKT",
               "PROFIT": "TCKT", "GROWTH": "KD", "ENPS": "HCNS", "MSHARE": "MKT", "SATIN": "HCNS", "KAIZEN": "NM",
               "RPTIME": "TCKT", "RPERR": "TCKT", "HYGIENE": "QLCL"}  # fmt: skip
    return keeper


def _kpis(axes: Axes, staff: Staff, keepers: dict[str, str]) -> list[dict[str, object]]:
    return [
        {"code": k.code, "name": k.name, "name_en": k.name_en, "unit": k.unit, "direction": k.direction,
         "aggregation": k.aggregation, "across": k.across, "formula": k.formula, "scale": k.scale,
         "frequency": k.frequency, "level": k.level, "domain": k.domain, "timing": k.timing, "flow": k.flow,
         "perspective": k.perspective, "source": k.source, **card(k.code, axes, staff, keepers[k.code])}
        for k in KPIS.values()
    ]  # fmt: skip


def _bonus(axes: Axes, staff: Staff) -> list[dict[str, object]]:
    return [
        {"person": p.code, "base": Decimal(POSTS[p.post].pay), "curve": SALES_CURVE if p.post in _SALES else None,
         "from": max(p.joined, axes.first), "to": p.left}
        for p in staff.people
    ]  # fmt: skip
