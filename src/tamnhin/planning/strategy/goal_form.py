"""The editor of a goal: fields as people type them, looked up in what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tamnhin.base.entry import read_number
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.typed import as_typed
from tamnhin.kpis.access import kpis_visible_to
from tamnhin.kpis.models import Kpi
from tamnhin.organisation.access import owners_visible_to
from tamnhin.organisation.models import Owner, Unit
from tamnhin.planning.strategy.cycles import best_cycle, name_of, natural
from tamnhin.planning.strategy.forms import Refusable, date_field
from tamnhin.strategy.access import can_write_company, cycles_visible_to, goals_visible_to, units_to_write
from tamnhin.strategy.models import Cycle, Goal, Perspective
from tamnhin.strategy.perspectives import perspective_key
from tamnhin.strategy.rules import HORIZONS, GoalValues, next_code
from tamnhin.strategy.services.perspectives import perspectives_of

MOST_OFFERED = 400  # owners offered while typing; any other code is taken all the same
SEPARATOR = " · "
RESERVED = ("new", "check")  # addresses beside those of goals


class NumberField(forms.CharField):
    """A number as people type it (``base.entry``): ``1tr5``, ``2 tỷ``, ``12,5``. Gives a float or None."""

    def __init__(self, reading_language: str, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=60, **kwargs)
        self.reading_language = reading_language
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off"}

    def clean(self, value: Any) -> float | None:
        echo = read_number(str(super().clean(value) or "").removesuffix("%").strip(), self.reading_language)
        if echo.problem is not None:
            raise forms.ValidationError(echo.problem.text(self.reading_language))
        return float(echo.value) if echo.value is not None else None


class GoalForm(Refusable):
    """One goal. ``revision`` is the one the writer was looking at, 0 for a new goal."""

    title = forms.CharField(
        label=pgettext_lazy("one", "Mục tiêu"),
        max_length=500,
        help_text=_("Một câu: động từ, việc, con số. Ví dụ: “Giao đúng hẹn 95 % đơn ở miền Bắc”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Viết mục tiêu thành một câu.")},
    )
    description = forms.CharField(
        label=_("Diễn giải"),
        required=False,
        max_length=4000,
        help_text=_("Điều gì sẽ khác, cho ai."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    scope = forms.CharField(
        label=_("Phạm vi"),
        required=False,
        max_length=300,
        help_text=_("Ở đâu: thị trường, sản phẩm, vùng, nhóm khách."),
    )
    unit = forms.ChoiceField(label=_("Của đơn vị"), required=False)
    horizon = forms.ChoiceField(label=_("Tầm"), choices=[])
    parent = forms.ChoiceField(label=_("Phục vụ mục tiêu"), required=False)
    cycle = forms.ChoiceField(label=pgettext_lazy("one", "Chu kỳ"), required=False)
    valid_from = date_field(_("Từ ngày"), required=False)
    valid_to = date_field(_("Đến ngày"), required=False, help_text=_("Để trống: theo chu kỳ."))
    owner = forms.CharField(
        label=_("Người phụ trách"),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"list": "goal-owners", "autocomplete": "off"}),
    )
    perspective = forms.ChoiceField(label=_("Viễn cảnh"), required=False)
    kpi = forms.CharField(
        label=_("KPI đo mục tiêu"),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"list": "goal-kpis", "autocomplete": "off"}),
    )
    code = forms.CharField(label=_("Mã"), max_length=64, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    TOP = ("title", "description", "scope")
    PLACE = ("unit", "owner", "parent", "perspective")
    TIME = ("horizon", "cycle", "valid_from", "valid_to")
    NUMBERS = ("kpi", "baseline", "target")

    def __init__(self, data: Mapping[str, Any] | None, reading: Reading, goal: Goal | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.reading, self.goal = reading, goal
        user, company = reading.user, reading.company
        self.fields["baseline"] = NumberField(reading.language, label=_("Mốc xuất phát"))
        self.fields["target"] = NumberField(reading.language, label=_("Chỉ tiêu"))
        self.units: list[Unit] = list(units_to_write(user, company))
        self.goals: dict[str, Goal] = {
            row.code: row
            for row in goals_visible_to(user, company).select_related("unit__owner", "owner").order_by("code")
            if goal is None or row.pk != goal.pk
        }
        self.hidden = ""
        if goal is not None and goal.parent is not None and goal.parent.code not in self.goals:
            self.hidden = goal.parent.code  # it stays chosen, though the reader may not see more of it yet
            self.goals[self.hidden] = goal.parent
        self.cycles: dict[str, Cycle] = {row.code: row for row in cycles_visible_to(user, company)}
        self.lanes: list[Perspective] = perspectives_of(company)
        self._fill()

    def _fill(self) -> None:
        def capital(text: str) -> str:
            return text[:1].upper() + text[1:]

        whole = can_write_company(self.reading.user, self.reading.company)
        self._choose("unit", ([("", gettext("Toàn công ty"))] if whole else []) + [
            (row.owner.code, row.owner.name) for row in self.units if row.parent_id is not None
        ])  # fmt: skip
        self._choose("horizon", [(str(one), capital(str(one.label))) for one in HORIZONS])
        living = [row for row in self.goals.values() if row.status != "closed" or self._is("parent", row.code)]
        order = {str(one): i for i, one in enumerate(HORIZONS)}
        living.sort(key=lambda row: (order[row.horizon], row.code))
        none = [("", gettext("không, đây là mục tiêu cao nhất"))]
        named = [
            (row.code, row.code if row.code == self.hidden else f"{row.code}{SEPARATOR}{row.title}"[:140])
            for row in living
        ]
        self._choose("parent", none + named)
        opened = [row for row in self.cycles.values() if row.closed_at is None or self._is("cycle", row.code)]
        self._choose("cycle", [("", gettext("không theo chu kỳ nào")), *((row.code, name_of(row)) for row in opened)])
        vietnamese = self.reading.language == "vi"
        lanes = [(row.code, row.name if vietnamese else row.name_en or row.name) for row in self.lanes]
        self._choose("perspective", [("", gettext("chưa chọn")), *lanes])

    def _is(self, name: str, code: str) -> bool:
        return bool(self.initial.get(name) == code)

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    # -- what is offered while typing --------------------------------------------------------------------------

    def kpis_offered(self) -> list[tuple[str, str]]:
        """Code and name of every KPI that is not retired."""
        return [
            (code, self.reading.kpi_name(code))
            for code in self._kpis().exclude(status=Kpi.Status.RETIRED).order_by("code").values_list("code", flat=True)
        ]

    def owners_offered(self) -> list[tuple[str, str]]:
        """Code and name of people who still work here, and units, of those the reader may see."""
        today = self.reading.live.as_of
        visible = owners_visible_to(self.reading.user, self.reading.company).filter(archived_at=None)
        rows = visible.exclude(person__left__lt=today).order_by("kind", "sort_key")
        return list(rows.values_list("code", "name")[:MOST_OFFERED])

    def bands(self) -> dict[str, list[forms.BoundField]]:
        """The fields in the groups of the page."""
        return {
            "top": [self[name] for name in self.TOP],
            "place": [self[name] for name in self.PLACE],
            "time": [self[name] for name in self.TIME],
            "numbers": [self[name] for name in self.NUMBERS],
        }

    # -- reading -----------------------------------------------------------------------------------------------

    def _kpis(self) -> Any:
        return kpis_visible_to(self.reading.user, self.reading.company)

    def clean_kpi(self) -> Kpi | None:
        text = self.cleaned_data["kpi"].strip()
        if not text:
            return None
        code = text.split(SEPARATOR)[0].strip()
        found = self._kpis().filter(code=code).first() or self._kpis().filter(name__iexact=text).first()
        if found is None:
            raise forms.ValidationError(
                gettext("Không có KPI “%(text)s”. Chọn trong danh sách, hoặc tạo KPI trước."), params={"text": text}
            )
        kpi: Kpi = found
        return kpi

    def clean_code(self) -> str:
        code = " ".join(self.cleaned_data["code"].split())
        if code.lower() in RESERVED:
            raise forms.ValidationError(gettext("Mã này trùng với địa chỉ của trang. Chọn mã khác."))
        return code

    def clean_owner(self) -> Owner | None:
        text = self.cleaned_data["owner"].strip()
        if not text:
            return None
        visible = owners_visible_to(self.reading.user, self.reading.company).select_related("person", "unit")
        found = list(visible.filter(code=text.split(SEPARATOR)[0].strip())[:1]) or list(visible.filter(name=text)[:2])
        if len(found) != 1:
            message = (
                gettext("Có nhiều người tên “%(text)s”. Gõ mã của người đó.")
                if found
                else gettext("Không có ai tên hoặc mã “%(text)s”. Chọn trong danh sách.")
            )
            raise forms.ValidationError(message, params={"text": text})
        return found[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        cycle = self.cycles.get(data.get("cycle") or "")
        for name, day in (("valid_from", "valid_from"), ("valid_to", "valid_to")):
            if data.get(name) is None and name not in self.errors:
                if cycle is None:
                    self.add_error(name, gettext("Chọn chu kỳ hoặc gõ ngày."))
                else:
                    data[name] = getattr(cycle, day)
        return data

    def unit_named(self, code: str | None) -> Unit | None:
        """The unit with this code; "" is the whole company, whose goals the root unit carries."""
        if not code:
            return next((row for row in self.units if row.parent_id is None), None)
        return next((row for row in self.units if row.owner.code == code), None)

    def values(self) -> GoalValues:
        """After ``is_valid``."""
        data = self.cleaned_data
        unit = self.unit_named(data["unit"])
        return GoalValues(
            code=data["code"] or next_code(self.reading.company),
            title=" ".join(data["title"].split()),
            horizon=data["horizon"],
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            description=data["description"].strip(),
            scope=data["scope"].strip(),
            parent=self.goals.get(data["parent"]),
            cycle=self.cycles.get(data["cycle"]),
            unit=unit,
            owner=data["owner"],
            perspective=data["perspective"],
            kpi=data["kpi"],
            baseline=data["baseline"],
            target=data["target"],
        )


def initial_of(reading: Reading, goal: Goal) -> dict[str, Any]:
    """What the editor shows of a goal that is there."""
    lanes = perspectives_of(reading.company)
    return {
        "title": goal.title,
        "description": goal.description,
        "scope": goal.scope,
        "unit": goal.unit.owner.code if goal.unit is not None and goal.unit.parent_id is not None else "",
        "horizon": goal.horizon,
        "parent": goal.parent.code if goal.parent is not None else "",
        "cycle": goal.cycle.code if goal.cycle is not None else "",
        "valid_from": goal.valid_from,
        "valid_to": goal.valid_to,
        "owner": f"{goal.owner.code}{SEPARATOR}{goal.owner.name}" if goal.owner is not None else "",
        "perspective": perspective_key(goal.perspective, lanes) or "",
        "kpi": f"{goal.kpi.code}{SEPARATOR}{reading.kpi_name(goal.kpi.code)}" if goal.kpi is not None else "",
        "baseline": as_typed(goal.baseline, reading.language) if goal.baseline is not None else "",
        "target": as_typed(goal.target, reading.language) if goal.target is not None else "",
        "code": goal.code,
        "revision": goal.revision,
    }


def initial_new(reading: Reading, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the editor proposes for a new goal: the next code, one step shorter than the parent, the cycle of today."""
    company = reading.company
    cycles = list(cycles_visible_to(reading.user, company))
    parent = goals_visible_to(reading.user, company).filter(code=asked.get("parent", "")).select_related("unit").first()
    horizon = asked.get("horizon", "")
    if horizon not in Goal.Horizon.values:
        horizon = "year" if parent is not None and parent.horizon == "strategic" else "strategic"
        if parent is not None and parent.horizon != "strategic":
            horizon = "quarter"
        elif parent is None and asked.get("unit"):
            horizon = "year"
    cycle = best_cycle(cycles, horizon, reading.live.as_of)
    start, end = (
        (cycle.valid_from, cycle.valid_to) if cycle is not None else natural(company, horizon, reading.live.as_of)
    )
    if parent is not None:  # three years of today may begin before the goal they would serve
        start, end = max(start, parent.valid_from), min(end, parent.valid_to)
    units = [row.owner.code for row in units_to_write(reading.user, company) if row.parent_id is not None]
    unit = asked.get("unit", "")
    if unit not in units:
        unit = "" if can_write_company(reading.user, company) or not units else units[0]
    head = Owner.objects.filter(company=company, person__heads__owner__code=unit).first() if unit else None
    return {
        "unit": unit,
        "horizon": horizon,
        "parent": parent.code if parent is not None else "",
        "cycle": cycle.code if cycle is not None else "",
        "valid_from": start,
        "valid_to": end,
        "owner": f"{head.code}{SEPARATOR}{head.name}" if head is not None else "",
        "perspective": perspective_key(parent.perspective, perspectives_of(company)) if parent is not None else "",
        "code": next_code(company),
        "revision": 0,
    }


def partial_values(form: GoalForm) -> GoalValues:
    """As much as can be read of what is typed so far, for the check while writing; today where a day is missing."""
    form.is_valid()
    data = form.cleaned_data
    cycle = form.cycles.get(data.get("cycle") or "")
    today = form.reading.live.as_of
    blank = GoalValues(code="", title="", horizon="year", valid_from=today, valid_to=today)
    return replace(
        blank,
        code=data.get("code") or "",
        title=" ".join(str(form.data.get("title", "")).split()),
        horizon=data.get("horizon") or "year",
        valid_from=data.get("valid_from") or (cycle.valid_from if cycle is not None else today),
        valid_to=data.get("valid_to") or (cycle.valid_to if cycle is not None else today),
        description=data.get("description") or "",
        scope=data.get("scope") or "",
        parent=form.goals.get(data.get("parent") or ""),
        cycle=cycle,
        unit=form.unit_named(data.get("unit")),
        owner=data.get("owner"),
        kpi=data.get("kpi"),
        baseline=data.get("baseline"),
        target=data.get("target"),
    )
