"""The lines of one scorecard as a form: read from the page, shown again as they were typed, faults at their line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tamnhin.base.entry import Echo, read_number
from tamnhin.base.formatting import number
from tamnhin.engine.problems import Problem
from tamnhin.kpis.services.lines import TERMS, TEXTS, LineInput

MOST_LINES = 100


@dataclass(slots=True)
class Typed:
    """One line as it stands in the form. ``line`` is what it says; what could not be read stands in ``errors``."""

    key: str
    line: LineInput
    texts: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    removed: bool = False


def shown(value: Decimal | float | None, language: str) -> str:
    """A number as the form has it, and as it is read back."""
    return "" if value is None else number(value, 12, language=language).replace("−", "-")


def stored(lines: Sequence[LineInput], language: str) -> list[Typed]:
    """The form before anybody has typed."""
    out = []
    for i, line in enumerate(lines):
        texts = {"weight": shown(line.weight, language), "total": shown(line.total, language)}
        texts |= {
            name: (str(line.terms.get(name) or "") if name in TEXTS else shown(line.terms.get(name), language))
            for name in TERMS
        }
        out.append(Typed(str(i), line, texts))
    return out


def posted(
    data: Mapping[str, str],
    held: Mapping[tuple[int, int | None], LineInput],
    kpis: Mapping[str, int],
    goals: Mapping[str, int],
    posts: Mapping[str, int],
    language: str,
) -> list[Typed]:
    """What was sent. ``held`` are the lines as they are stored: figures of periods go on when the total is the same.

    Codes that mean nothing to the reader are refused by the services, like those that are not there at all.
    """
    out: list[Typed] = []
    keys = [name.removeprefix("kpi-") for name in data if name.startswith("kpi-")]
    for key in keys[:MOST_LINES]:
        code = data.get(f"kpi-{key}", "")
        if not code:
            continue
        post = posts.get(data.get(f"post-{key}", ""))
        kpi_id = kpis.get(code, 0)
        old = held.get((kpi_id, post))
        typed = Typed(key, old or LineInput(kpi_id, Decimal(0), post_id=post), removed=f"remove-{key}" in data)
        _read(typed, data, goals, language)
        out.append(typed)
    return out


def _read(typed: Typed, data: Mapping[str, str], goals: Mapping[str, int], language: str) -> None:
    key, old = typed.key, typed.line
    weight = _number(typed, data, "weight", language)
    total = _number(typed, data, "total", language)
    changes: dict[str, Any] = {"note": data.get(f"note-{key}", "").strip()[:500]}
    goal = data.get(f"goal-{key}", "")
    changes["goal_id"] = goals.get(goal, 0) if goal else None
    if weight is not None:
        changes["weight"] = weight
    elif not typed.errors:
        changes["weight"] = Decimal(0)
    given = None if total is None else float(total)
    if f"total-{key}" in data and given != old.total and not typed.errors:
        changes |= {"total": given, "targets": {}, "basis": ""}
        if old.profile not in ("even", "working_days"):
            changes["profile"] = ""
    terms: dict[str, Any] = {}
    for name in TERMS:
        if f"{name}-{key}" not in data:  # not on this form: as it was
            if name in old.terms:
                terms[name] = old.terms[name]
            continue
        if name in TEXTS:
            typed.texts[name] = data[f"{name}-{key}"].strip()
            if typed.texts[name]:
                terms[name] = typed.texts[name]
        else:
            found = _number(typed, data, name, language)
            if found is not None:
                terms[name] = float(found)
    typed.line = replace(old, terms=terms, **changes)


def _number(typed: Typed, data: Mapping[str, str], name: str, language: str) -> Decimal | None:
    text = data.get(f"{name}-{typed.key}", "")
    typed.texts[name] = text
    echo: Echo = read_number(text, language)
    if echo.problem is not None:
        typed.errors.append(echo.problem.text(language))
        return None
    return echo.value


def placed(problems: Sequence[Problem], typed: Sequence[Typed], codes: Mapping[int, str], language: str) -> list[str]:
    """Put each fault at its line; the texts of those that belong to none."""
    rest = []
    for problem in problems:
        line = next(
            (one for one in typed if problem.kpi is not None and codes.get(one.line.kpi_id) == problem.kpi), None
        )
        if line is None:
            rest.append(problem.text(language))
        else:
            line.errors.append(problem.text(language))
    return rest
