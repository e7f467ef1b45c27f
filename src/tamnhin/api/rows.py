"""From rows of the database to the shapes of ``schemas``."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tamnhin.api.paging import code_of
from tamnhin.engine.report import plain
from tamnhin.kpis.models import Assignment, Kpi, KpiVersion, Link
from tamnhin.strategy.models import Goal

DEEPEST = 50  # a path longer than this is a circle that somebody has managed to write
_GOAL = (
    "code", "title", "description", "scope", "horizon", "status", "valid_from", "valid_to", "perspective", "baseline",
    "target",
)  # fmt: skip
_KPI = (
    "name", "name_en", "unit", "direction", "aggregation", "frequency", "level", "domain", "timing", "flow",
    "perspective", "review_by",
)  # fmt: skip
_VERSION = (
    "valid_from", "name", "formula", "scale", "across", "purpose", "definition", "inclusions", "exclusions", "source",
    "reason",
)  # fmt: skip


def goal(row: Goal) -> dict[str, object]:
    related = {name: code_of(getattr(row, name)) for name in ("parent", "cycle", "unit", "owner", "kpi")}
    return {**{name: getattr(row, name) for name in _GOAL}, **related}


def path_of(row: Goal, seen: QuerySet[Goal]) -> list[str]:
    """Codes from the goal up. One query: the parents of all goals the caller may see."""
    parents = dict(seen.values_list("pk", "parent_id"))
    codes = dict(seen.values_list("pk", "code"))
    path, at = [row.code], row.parent_id
    while at is not None and at in codes and len(path) < DEEPEST:
        path.append(codes[at])
        at = parents[at]
    return path


def newest(row: Kpi) -> KpiVersion | None:
    """The newest definition, from the prefetched versions."""
    versions = list(row.versions.all())
    return max(versions, key=lambda one: (one.valid_from is not None, one.valid_from), default=None)


def kpi(row: Kpi) -> dict[str, object]:
    version = newest(row)
    card: dict[str, Any] = {name: getattr(version, name, "") for name in _KPI}
    if version is None:
        card.update(name=row.name, review_by=None)
    return {
        **card,
        "code": row.code,
        "status": row.status,
        "owner": code_of(version.owner) if version else None,
        "deputy": code_of(version.deputy) if version else None,
    }


def kpi_detail(row: Kpi, drives: list[Link], driven_by: list[Link]) -> dict[str, object]:
    versions = sorted(row.versions.all(), key=lambda one: (one.valid_from is not None, one.valid_from), reverse=True)
    return {
        **kpi(row),
        "versions": [
            {**{name: getattr(one, name) for name in _VERSION}, "guardrail": code_of(one.guardrail)} for one in versions
        ],
        "drives": [link(one) for one in drives],
        "driven_by": [link(one) for one in driven_by],
    }


def link(row: Link) -> dict[str, object]:
    return {
        "driver": row.driver.code,
        "outcome": row.outcome.code,
        "sign": row.sign,
        "lag": row.lag,
        "note": row.note,
        "claimed_by": code_of(row.claimed_by),
        "claimed_on": row.claimed_on,
        "evidence": "untested",  # what the data says of a link is not computed yet
    }


def assignment(row: Assignment) -> dict[str, object]:
    fields = ("kind", "status", "valid_from", "valid_to", "reason")
    return {
        **{name: getattr(row, name) for name in fields},
        "id": row.pk,
        "owner": row.owner.code,
        "lines": [
            {
                "kpi": line.kpi.code,
                "weight": plain(line.weight, trim=True),
                "method": line.method,
                "goal": code_of(line.goal),
                "total": line.total,
                "targets": line.targets,
            }
            for line in sorted(row.lines.all(), key=lambda one: (one.order, one.pk))
        ],
    }
