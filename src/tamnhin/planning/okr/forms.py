"""Writing an objective. Forms read and say what is wrong; they write nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamnhin.base.entry import read_number
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.typed import as_typed
from tamnhin.engine.problems import Problem
from tamnhin.kpis.access import kpis_visible_to
from tamnhin.kpis.models import Kpi
from tamnhin.okr.access import objectives_visible_to, owners_editable_by
from tamnhin.okr.models import MOST_RESULTS, KeyResult, Objective
from tamnhin.okr.writing import Terms, Wanted
from tamnhin.organisation.access import owners_visible_to
from tamnhin.organisation.models import Owner, Person
from tamnhin.planning.okr.finding import find, labelled
from tamnhin.planning.okr.selectors.common import title_of
from tamnhin.planning.okr.selectors.tree import current_period, offered
from tamnhin.strategy.access import goals_visible_to
from tamnhin.strategy.models import Goal

KEEP = "keep"  # never a code: those of goals are offered only as far as the reader sees them
MOST_OFFERED = 200  # objectives above and goals in a list
LONGEST = 4000
COMPARED = (
    "title", "owner", "why", "period", "goal", "parent", "origin", "kind", "expected", "pay_tied", "public",
)  # fmt: skip


class Number(forms.CharField):
    """A number as people type it (``base.entry``), as a float; None where nothing was typed."""

    def __init__(self, language: str, **options: Any) -> None:
        super().__init__(required=False, max_length=60, **options)
        self.language = language

    def clean(self, value: Any) -> float | None:
        echo = read_number(super().clean(value), self.language)
        if echo.problem is not None:
            raise forms.ValidationError(echo.problem.text(self.language))
        return None if echo.value is None else float(echo.value)


def _suggested(what: str, name: str) -> dict[str, str]:
    """Attributes of a field that offers what fits as one types; without scripts one types the code."""
    return {
        "list": f"options-{name}",
        "hx-get": reverse("okr_suggest", args=[what]),
        "hx-trigger": "input changed delay:200ms, focus once",
        "hx-target": f"#options-{name}",
    }


def _echoed(form: forms.Form, name: str) -> dict[str, str]:
    """Attributes of a number field that says how it reads what was typed."""
    return {
        "inputmode": "decimal",
        "hx-get": reverse("okr_echo"),
        "hx-trigger": "input changed delay:200ms",
        "hx-target": f"#echo-{form.add_prefix(name)}",
    }


class ResultForm(forms.Form):
    """One key result. A row in which nothing was written is no key result."""

    def __init__(self, reading: Reading, place: int, data: Mapping[str, Any] | None, row: KeyResult | None) -> None:
        super().__init__(data, prefix=f"kr-{place}", initial=result_initial(reading, row) if row is not None else {})
        self.reading, self.place, self.row = reading, place, row
        language = reading.language
        self.fields["pk"] = forms.IntegerField(required=False, widget=forms.HiddenInput)
        self.fields["title"] = forms.CharField(label=_("Kết quả then chốt"), required=False, max_length=300)
        self.fields["baseline"] = Number(language, label=_("Từ"), widget=forms.TextInput(_echoed(self, "baseline")))
        self.fields["target"] = Number(language, label=_("Đến"), widget=forms.TextInput(_echoed(self, "target")))
        self.fields["unit"] = forms.CharField(label=_("Đơn vị tính"), required=False, max_length=64)
        self.fields["kpi"] = forms.CharField(
            label=_("Lấy số từ KPI"),
            required=False,
            max_length=400,
            widget=forms.TextInput(_suggested("kpis", self.add_prefix("kpi"))),
        )
        self.fields["kpi_owner"] = forms.CharField(
            label=_("Số của ai"),
            required=False,
            max_length=400,
            widget=forms.TextInput(_suggested("owners", self.add_prefix("kpi_owner"))),
        )
        self.fields["carrier"] = forms.CharField(
            label=_("Người báo"),
            required=False,
            max_length=400,
            widget=forms.TextInput(_suggested("people", self.add_prefix("carrier"))),
        )
        self.fields["drop"] = forms.BooleanField(label=_("Bỏ kết quả này"), required=False)

    @property
    def blank(self) -> bool:
        """Nothing stands in it, or it is to be dropped."""
        given = [self.data.get(self.add_prefix(name), "") for name in self.fields if name not in ("pk", "drop")]
        return bool(self.data.get(self.add_prefix("drop"))) or not any(str(text).strip() for text in given)

    @property
    def more(self) -> bool:
        """Whether the second line of fields stands open."""
        names = ("kpi", "kpi_owner", "carrier")
        return any(self[name].value() for name in names) or any(name in self.errors for name in names)

    def _kept(self, name: str) -> bool:
        """Left as it stands, which may be somebody whom this writer could not choose."""
        return self.row is not None and self.cleaned_data[name].strip() == self.initial.get(name)

    def clean_kpi(self) -> Kpi | None:
        if self._kept("kpi") and self.row is not None:
            return self.row.kpi
        rows = kpis_visible_to(self.reading.user, self.reading.company).filter(archived_at=None)
        return find(rows, self.cleaned_data["kpi"])

    def clean_kpi_owner(self) -> Owner | None:
        if self._kept("kpi_owner") and self.row is not None:
            return self.row.kpi_owner
        return find(owners_visible_to(self.reading.user, self.reading.company), self.cleaned_data["kpi_owner"])

    def clean_carrier(self) -> Person | None:
        if self._kept("carrier") and self.row is not None:
            return self.row.carrier
        people = owners_visible_to(self.reading.user, self.reading.company).filter(kind=Owner.Kind.PERSON)
        found = find(people, self.cleaned_data["carrier"])
        return found.person if found is not None else None

    def wanted(self, owner: Owner | None) -> Wanted:
        """What it says; a KPI whose owner was not named is that of the objective's owner."""
        said = self.cleaned_data
        kpi = said["kpi"]
        return Wanted(
            said["title"], said["baseline"], said["target"], said["unit"], kpi,
            (said["kpi_owner"] or owner) if kpi is not None else None, said["carrier"], said["pk"], self.place,
        )  # fmt: skip


class ObjectiveForm(forms.Form):
    """An objective with up to five key results (``results``)."""

    title = forms.CharField(
        label=gettext_lazy("Mục tiêu OKR"), max_length=300,
        help_text=gettext_lazy("Một câu nói điều sẽ khác đi; con số nằm ở các kết quả then chốt."),
    )  # fmt: skip
    owner = forms.CharField(label=gettext_lazy("Của ai"), max_length=400)
    why = forms.CharField(
        label=gettext_lazy("Vì sao đáng làm"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 2})
    )
    origin = forms.ChoiceField(label=gettext_lazy("Ai đặt mục tiêu này"), choices=Objective.Origin.choices)
    kind = forms.ChoiceField(label=gettext_lazy("Kiểu mục tiêu"), choices=Objective.Kind.choices)
    expected = forms.IntegerField(
        label=gettext_lazy("Mong đợi cuối kỳ (%)"), min_value=1, max_value=100,
        help_text=gettext_lazy("Vươn xa: khoảng 70. Cam kết: 100."),
    )  # fmt: skip
    pay_tied = forms.BooleanField(label=gettext_lazy("Kết quả này được tính vào lương, thưởng"), required=False)
    public = forms.BooleanField(label=gettext_lazy("Mọi người trong công ty cùng xem"), required=False)
    reason = forms.CharField(label=gettext_lazy("Vì sao sửa giữa kỳ"), required=False, max_length=LONGEST)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        reading: Reading,
        data: Mapping[str, Any] | None,
        objective: Objective | None = None,
        rows: Sequence[KeyResult] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        given = initial_of(reading, objective) if objective is not None else {**blank_of(reading), **(initial or {})}
        super().__init__(data, initial=given)
        self.reading, self.objective = reading, objective
        periods = {period.key: period.title(reading.language) for period in offered(reading)}
        periods.setdefault(str(given["period"]), title_of(reading, str(given["period"])))
        goals, parents = self._kept("goal", self._goals()), self._kept("parent", self._parents())
        self.labels: dict[str, dict[str, str]] = {
            "period": periods, "goal": goals, "parent": parents,
            "origin": {str(key): str(label) for key, label in Objective.Origin.choices},
            "kind": {str(key): str(label) for key, label in Objective.Kind.choices},
        }  # fmt: skip
        self.fields["owner"].widget.attrs |= _suggested("writable", "owner")
        self.fields["period"] = forms.ChoiceField(label=_("Kỳ"), choices=list(periods.items()))
        self.fields["goal"] = forms.ChoiceField(
            label=_("Phục vụ mục tiêu công ty"), required=False, choices=list(goals.items())
        )
        self.fields["parent"] = forms.ChoiceField(
            label=_("Góp vào OKR nào"), required=False, choices=list(parents.items())
        )
        there = {str(row.pk): row for row in rows}
        placed = [*rows, *[None] * MOST_RESULTS][: max(MOST_RESULTS, len(rows))]
        if data is not None:  # what was sent names its rows itself: another may have moved them meanwhile
            placed = [there.get(str(data.get(f"kr-{place}-pk", ""))) for place in range(len(placed))]
        self.results = [ResultForm(reading, place, data, row) for place, row in enumerate(placed)]
        self.general: list[str] = []
        self.differences: list[tuple[str, str, str]] = []

    @property
    def period_label(self) -> str:
        return self.labels["period"].get(str(self["period"].value()), "")

    def _kept(self, name: str, offered: dict[str, str]) -> dict[str, str]:
        """What is tied to it already stays choosable, without a word about what the reader may not see."""
        tied = self.objective is not None and getattr(self.objective, f"{name}_id") is not None
        if tied and str(self.initial[name]) not in offered:
            self.initial[name] = KEEP
            return {"": "—", KEEP: _("giữ như đang có"), **offered}
        return {"": "—", **offered}

    @property
    def fixed(self) -> bool:
        """Under way: owner and period stay."""
        return self.objective is not None and self.objective.status == Objective.Status.ACTIVE

    def _goals(self) -> dict[str, str]:
        rows = goals_visible_to(self.reading.user, self.reading.company).filter(
            valid_to__gte=self.reading.live.as_of, archived_at=None
        )
        if self.objective is not None and self.objective.goal_id is not None:
            rows = goals_visible_to(self.reading.user, self.reading.company).filter(
                Q(pk__in=rows.values("pk")) | Q(pk=self.objective.goal_id)
            )
        found = rows.order_by("valid_from", "code")[:MOST_OFFERED].values_list("code", "title")
        return {code: f"{title} ({code})" for code, title in found}

    def _parents(self) -> dict[str, str]:
        """Open objectives of units, and the one it serves now."""
        rows = objectives_visible_to(self.reading.user, self.reading.company).filter(
            Q(owner__kind=Owner.Kind.UNIT, status__in=[Objective.Status.DRAFT, Objective.Status.ACTIVE])
            | Q(pk__in=[one for one in (self.objective.parent_id if self.objective else None, self._asked()) if one])
        )
        if self.objective is not None:
            rows = rows.exclude(pk=self.objective.pk)
        found = rows.order_by("-period", "owner__unit__path", "pk").select_related("owner")[:MOST_OFFERED]
        return {str(one.pk): f"{one.title} ({one.owner.name}, {title_of(self.reading, one.period)})" for one in found}

    def _asked(self) -> int | None:
        text = str(self.initial.get("parent") or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def clean_owner(self) -> Owner | None:
        if self.objective is not None and self.cleaned_data["owner"].strip() == self.initial["owner"]:
            return self.objective.owner
        return find(owners_editable_by(self.reading.user, self.reading.company), self.cleaned_data["owner"])

    def clean_goal(self) -> Goal | None:
        code = self.cleaned_data["goal"]
        if code == KEEP and self.objective is not None:
            return self.objective.goal
        return goals_visible_to(self.reading.user, self.reading.company).filter(code=code).first() if code else None

    def clean_parent(self) -> Objective | None:
        pk = self.cleaned_data["parent"]
        if pk == KEEP and self.objective is not None:
            return self.objective.parent
        return objectives_visible_to(self.reading.user, self.reading.company).filter(pk=pk).first() if pk else None

    def is_valid(self) -> bool:
        """The form and every row in which something was written; all are read, so that all faults are shown at once."""
        rows = [row.is_valid() for row in self.results if not row.blank]
        return super().is_valid() and all(rows)

    def terms(self) -> Terms:
        said = self.cleaned_data
        return Terms(
            owner=said["owner"], title=said["title"], period=said["period"], why=said["why"], goal=said["goal"],
            parent=said["parent"], origin=said["origin"], pay_tied=said["pay_tied"], expected=said["expected"],
            kind=said["kind"], public=said["public"],
        )  # fmt: skip

    def wanted(self) -> list[Wanted]:
        return [row.wanted(self.cleaned_data["owner"]) for row in self.results if not row.blank]

    def take(self, problems: Sequence[Problem]) -> None:
        """Put what the services refused at the fields where it is put right."""
        for problem in problems:
            text = problem.text(self.reading.language)
            place, _dot, name = (problem.cell or "").rpartition(".")
            if place.isdigit() and int(place) < len(self.results):
                self.results[int(place)].add_error(name, text)
            elif problem.cell in self.fields:
                self.add_error(problem.cell, text)
            else:
                self.general.append(text)


def blank_of(reading: Reading) -> dict[str, Any]:
    """What a new objective begins with: the reader's own, this quarter."""
    me = reading.scope.person_id
    mine = Owner.objects.filter(company=reading.company, pk=me).first() if me is not None else None
    return {
        "owner": labelled(mine) if mine is not None else "",
        "period": current_period(reading).key,
        "origin": Objective.Origin.BOTH,
        "kind": Objective.Kind.ASPIRATIONAL,
        "expected": 70,
        "public": True,
    }


def initial_of(reading: Reading, objective: Objective) -> dict[str, Any]:
    """The objective as its fields show it."""
    return {
        "title": objective.title,
        "owner": labelled(objective.owner),
        "why": objective.why,
        "period": objective.period,
        "goal": objective.goal.code if objective.goal is not None else "",
        "parent": str(objective.parent_id or ""),
        "origin": objective.origin,
        "kind": objective.kind,
        "expected": objective.expected,
        "pay_tied": objective.pay_tied,
        "public": objective.public,
        "revision": objective.revision,
    }


def result_initial(reading: Reading, row: KeyResult) -> dict[str, Any]:
    """The key result as its fields show it."""
    return {
        "pk": row.pk,
        "title": row.title,
        "baseline": as_typed(row.baseline, reading.language),
        "target": as_typed(row.target, reading.language),
        "unit": row.unit,
        "kpi": labelled(row.kpi) if row.kpi is not None else "",
        "kpi_owner": labelled(row.kpi_owner) if row.kpi_owner is not None else "",
        "carrier": labelled(row.carrier.owner) if row.carrier is not None else "",
    }


def differences(
    reading: Reading, form: ObjectiveForm, current: Objective, rows: Sequence[KeyResult]
) -> list[tuple[str, str, str]]:
    """Where what was sent differs from what another has saved: the field, theirs, yours."""
    out = []
    theirs = initial_of(reading, current)
    for name in COMPARED:
        saved, sent = (_shown(form, name, value) for value in (theirs[name], form[name].value()))
        if saved != sent:
            out.append((str(form.fields[name].label), saved, sent))
    there = {row.pk: row for row in rows}
    for one in form.results:
        if one.blank and not one["pk"].value():
            continue
        pk = str(one["pk"].value() or "")
        row = there.pop(int(pk), None) if pk.isdigit() else None
        saved = _line(result_initial(reading, row)) if row is not None else ""
        sent = "" if one.blank else _line({name: one[name].value() for name in one.fields})
        if saved != sent:
            out.append((_("Kết quả then chốt {number}").format(number=one.place + 1), saved or "—", sent or "—"))
    out += [(_("Kết quả then chốt"), _line(result_initial(reading, row)), "—") for row in there.values()]
    return out


def _shown(form: ObjectiveForm, name: str, value: Any) -> str:
    if name in form.labels:
        return form.labels[name].get(str(value or ""), "…")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    return str(value or "—")


def _line(said: Mapping[str, Any]) -> str:
    way = f"{said.get('baseline') or '—'} → {said.get('target') or '—'} {said.get('unit') or ''}".strip()
    parts = [str(said.get(name) or "") for name in ("title",)] + [way]
    parts += [str(said.get(name) or "") for name in ("kpi", "kpi_owner", "carrier")]
    return " · ".join(part for part in parts if part)
