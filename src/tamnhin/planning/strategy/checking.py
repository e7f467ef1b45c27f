"""The SMART check while writing, with what the KPI has really been."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.agreements.states import OPEN
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.goals import past_of
from tamnhin.dashboards.templatetags.tamnhin import written
from tamnhin.engine.problems import Problem
from tamnhin.engine.smart import Check
from tamnhin.planning.strategy.shapes import Mark
from tamnhin.strategy.models import Goal
from tamnhin.strategy.rules import GoalValues
from tamnhin.strategy.smart import checks_of

NAMES = {
    "S": noop("Cụ thể"),
    "M": noop("Đo được"),
    "A": noop("Vừa sức"),
    "R": noop("Liên quan"),
    "T": noop("Có hạn"),
}
LOOKS = {
    "pass": (noop("đạt"), "circle-check", "good"),
    "warn": (noop("nên xem lại"), "alert-triangle", "warn"),
    "fail": (noop("chưa được"), "circle-x", "bad"),
}
NUMBERS = ("baseline", "target", "best")


def marks_of(reading: Reading, values: GoalValues, goal: Goal | None) -> list[Mark]:
    """The five letters in the reader's words; nothing for a goal that is past writing."""
    if goal is not None and goal.status not in OPEN:
        return []
    code = values.kpi.code if values.kpi is not None else ""
    row = reading.kpi_rows.get(code)
    owners = [
        values.unit.owner.code if values.unit is not None else None,
        values.owner.code if values.owner is not None else None,
    ]
    history = past_of(reading, code, owners, values.valid_from, values.valid_to) if row is not None else ()
    direction = str(row["direction"]) if row is not None else None
    checks = checks_of(reading.company, values, history, direction)
    return [_mark(reading, one, code) for one in checks]


def _mark(reading: Reading, one: Check, kpi: str) -> Mark:
    word, icon, tone = LOOKS[one.verdict]
    args = dict(one.args)
    for name in NUMBERS:
        if name in args:
            args[name] = written(float(str(args[name])), reading.unit_of(kpi))
    return Mark(
        letter=one.letter,
        name=_(NAMES[one.letter]),
        verdict=one.verdict,
        word=_(word),
        icon=icon,
        tone=tone,
        reason=Problem(one.code, args=args).text(reading.language),
    )
