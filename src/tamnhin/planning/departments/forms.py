"""Adding a goal in one line, and proposing several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tamnhin.base import formatting
from tamnhin.dashboards.reading import Reading
from tamnhin.engine import periods as per
from tamnhin.organisation.models import Unit
from tamnhin.planning.strategy.cycles import name_of
from tamnhin.planning.strategy.forms import Refusable
from tamnhin.planning.strategy.goal_form import SEPARATOR
from tamnhin.strategy.access import cycles_visible_to
from tamnhin.strategy.models import Cycle, Goal
from tamnhin.strategy.rules import GoalValues, next_code


class QuickGoalForm(Refusable):
    """A sentence, what it serves and when: the rest is written in the editor."""

    title = forms.CharField(
        label=_("Mục tiêu mới"), max_length=500, error_messages={"required": _("Viết mục tiêu thành một câu.")}
    )
    parent = forms.ChoiceField(label=_("Phục vụ"), required=False)
    cycle = forms.ChoiceField(
        label=pgettext_lazy("one", "Chu kỳ"),
        error_messages={
            "required": _("Chọn chu kỳ. Chưa có thì đặt ở trang Chu kỳ."),
            "invalid_choice": _("Chọn chu kỳ. Chưa có thì đặt ở trang Chu kỳ."),
        },
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, reading: Reading, unit: Unit, above: Sequence[Goal]
    ) -> None:
        today = reading.live.as_of
        self.cycles: dict[str, Cycle] = {
            row.code: row
            for row in cycles_visible_to(reading.user, reading.company).exclude(kind=Cycle.Kind.STRATEGIC)
            if row.closed_at is None and row.valid_to >= today
        }
        # where the company has set no cycles yet, the (fiscal) year and quarter of today stand in for them
        self.periods: dict[str, per.Period] = {}
        if not self.cycles:
            start = reading.company.fiscal_year_start
            year = per.containing(today, "year", start)
            quarters = [part for part in per.children(year, "quarter") if part.end >= today]
            self.periods = {one.key: one for one in (year, *quarters)}
        self.parents = {goal.code: goal for goal in above}
        self.reading, self.unit = reading, unit
        now = next((code for code, row in self.cycles.items() if row.valid_from <= today), next(iter(self.periods), ""))
        super().__init__(data, initial={"cycle": now}, auto_id="quick-%s")
        parents = [("", gettext("chọn mục tiêu của công ty"))]
        parents += [(code, f"{code}{SEPARATOR}{goal.title}"[:120]) for code, goal in self.parents.items()]
        self.fields["parent"].choices = parents  # type: ignore[attr-defined]
        periods = [(code, name_of(row)) for code, row in self.cycles.items()]
        periods += [(key, formatting.period(key)) for key in self.periods]
        self.fields["cycle"].choices = periods  # type: ignore[attr-defined]

    def values(self) -> GoalValues:
        """After ``is_valid``. The lane is that of what it serves; the head answers for it to begin with."""
        data = self.cleaned_data
        cycle = self.cycles.get(data["cycle"])
        period = self.periods.get(data["cycle"])
        if cycle is not None:
            horizon, first, last = cycle.kind, cycle.valid_from, cycle.valid_to
        else:
            assert period is not None  # noqa: S101 (the field takes nothing else)
            horizon, first, last = period.kind, period.start, period.end
        parent = self.parents.get(data["parent"])
        return GoalValues(
            code=next_code(self.reading.company),
            title=" ".join(data["title"].split()),
            horizon=horizon,
            valid_from=first,
            valid_to=last,
            parent=parent,
            cycle=cycle,
            unit=self.unit,
            owner=self.unit.head.owner if self.unit.head is not None else None,
            perspective=parent.perspective if parent is not None else "",
        )
