"""What people send when a goal is proposed, changed by request or closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.goals import goal_numbers
from tamnhin.dashboards.typed import as_typed
from tamnhin.organisation.access import people_visible_to
from tamnhin.organisation.models import Person, Unit
from tamnhin.planning.strategy.forms import Refusable, date_field
from tamnhin.planning.strategy.goal_form import MOST_OFFERED, SEPARATOR, GoalForm, NumberField
from tamnhin.strategy.models import Goal
from tamnhin.strategy.rules import GoalValues
from tamnhin.strategy.services.changes import CHANGEABLE


class ProposeForm(Refusable):
    """Who is asked besides those whom the flow asks anyway."""

    related = forms.MultipleChoiceField(
        label=_("Phòng liên quan được hỏi"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    people = forms.CharField(
        label=_("Người được nêu tên"),
        required=False,
        max_length=2000,
        help_text=_("Mã hoặc họ tên, cách nhau bằng dấu chấm phẩy. Mỗi người sẽ được hỏi có đồng ý không."),
        widget=forms.TextInput(attrs={"list": "goal-people", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Ghi chú cho nhân sự và các phòng"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, reading: Reading, unit: Unit | None) -> None:
        super().__init__(data)
        self.reading = reading
        rows = Unit.objects.filter(company=reading.company).exclude(parent=None).select_related("owner")
        self.units = {row.owner.code: row for row in rows.order_by("path") if unit is None or row.pk != unit.pk}
        self.fields["related"].choices = [(code, row.owner.name) for code, row in self.units.items()]  # type: ignore[attr-defined]
        self.named: list[Person] = []

    def people_offered(self) -> list[tuple[str, str]]:
        rows = self._people()[:MOST_OFFERED]
        return [(row.owner.code, row.owner.name) for row in rows]

    def _people(self) -> Any:
        today = self.reading.live.as_of
        return people_visible_to(self.reading.user, self.reading.company).exclude(left__lt=today)

    def clean_people(self) -> str:
        text: str = self.cleaned_data["people"]
        for part in text.replace("\n", ";").split(";"):
            wanted = part.strip()
            if not wanted:
                continue
            rows = self._people()
            code = wanted.split(SEPARATOR)[0].strip()
            found = list(rows.filter(owner__code=code)[:1]) or list(rows.filter(owner__name=wanted)[:2])
            if len(found) != 1:
                raise forms.ValidationError(
                    gettext("Không tìm được đúng một người cho “%(text)s”. Gõ mã của người đó."),
                    params={"text": wanted},
                )
            self.named.append(found[0])
        return text

    def asked(self) -> dict[str, Any]:
        """Arguments of ``propose_goals``, after ``is_valid``."""
        related = [self.units[code] for code in self.cleaned_data["related"]]
        return {"related": related, "people": self.named, "note": self.cleaned_data["note"].strip()}


class ChangeForm(GoalForm):
    """Of a goal in force: what a request may change, its reason and its day."""

    reason = forms.CharField(
        label=_("Vì sao cần thay đổi"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Hãy nói vì sao cần thay đổi: người được hỏi sẽ đọc lý do này.")},
    )
    effective = date_field(_("Hiệu lực từ"), help_text=_("Từ hôm nay trở đi."))

    SHOWN = (*CHANGEABLE, "reason", "effective")

    def __init__(self, data: Mapping[str, Any] | None, reading: Reading, goal: Goal, **kwargs: Any) -> None:
        super().__init__(data, reading, goal, **kwargs)
        self.initial.setdefault("effective", reading.live.as_of)
        for name in [name for name in self.fields if name not in self.SHOWN]:
            del self.fields[name]
        self.order_fields(self.SHOWN)
        self.fields["title"].help_text = self.fields["valid_to"].help_text = ""
        for name in ("valid_from", "valid_to"):
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data  # days are asked for by themselves here, and no cycle brings them

    def values(self) -> GoalValues:
        data = self.cleaned_data
        assert self.goal is not None  # noqa: S101 (a request is about a goal)
        return replace(
            GoalValues.of(self.goal),
            title=" ".join(data["title"].split()),
            description=data["description"].strip(),
            parent=self.goals.get(data["parent"]),
            owner=data["owner"],
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            kpi=data["kpi"],
            baseline=data["baseline"],
            target=data["target"],
        )


class CloseForm(Refusable):
    """The number now is proposed as the result."""

    note = forms.CharField(
        label=_("Vì sao đóng, rút ra điều gì"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, reading: Reading, goal: Goal) -> None:
        now = goal_numbers(reading, [goal]).get(goal.pk)
        actual = as_typed(now.actual, reading.language) if now is not None and now.actual is not None else ""
        super().__init__(data, initial={"result": actual})
        self.fields["result"] = NumberField(
            reading.language,
            label=_("Kết quả"),
            help_text=_("Lấy từ số hiện tại của KPI; sửa nếu khác.") if actual else "",
        )
        self.order_fields(["result", "note"])
