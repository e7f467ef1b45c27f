"""What people send about the strategy. Forms parse and say what is wrong at its field; they write nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamnhin.dashboards.reading import language
from tamnhin.strategy.models import Cycle, Statement
from tamnhin.strategy.problems import Fault
from tamnhin.strategy.services.cycles import CycleValues
from tamnhin.strategy.services.statements import LONGEST

DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]


def date_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, as the browser sends it or as people type it."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=DATES,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Không đọc được ngày. Viết như 31/12/2027.")},
    )


class Refusable(forms.Form):
    """A form that also shows what the service refused."""

    def refuse(self, faults: Sequence[Fault]) -> None:
        """Put each fault at its field, or above the form when it has none of that name."""
        for fault in faults:
            place = fault.field if fault.field in self.fields else None
            self.add_error(place, fault.problem.text(language()))


class StatementForm(Refusable):
    """``expected`` is the number of the version the writer was looking at."""

    text = forms.CharField(
        label=_("Nội dung"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )
    reason = forms.CharField(
        label=_("Vì sao thay đổi"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Hãy nói vì sao thay đổi: những bản trước vẫn được giữ.")},
    )
    valid_from = date_field(_("Hiệu lực từ"), required=False, help_text=_("Để trống là từ hôm nay."))
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, kind: str, first: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not first
        text = self.fields["text"]
        text.label = str(Statement.Kind(kind).label)[:1].upper() + str(Statement.Kind(kind).label)[1:]
        text.widget.attrs["data-count"] = "statement-count"
        if kind == Statement.Kind.VALUES:
            text.help_text = _("Mỗi dòng một giá trị.")
            text.widget.attrs["rows"] = 6


class PerspectiveForm(Refusable):
    name = forms.CharField(label=_("Tên viễn cảnh"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Tên tiếng Anh"), max_length=120, required=False)


class CycleForm(Refusable):
    """A cycle; of a strategic one also the years and quarters to make with it (``keys``)."""

    kind = forms.ChoiceField(label=_("Tầm"), choices=Cycle.Kind.choices, initial=Cycle.Kind.STRATEGIC)
    valid_from = date_field(_("Từ ngày"))
    valid_to = date_field(_("Đến ngày"))
    parent = forms.ChoiceField(label=_("Nằm trong chu kỳ"), required=False)
    code = forms.CharField(
        label=_("Mã"), max_length=64, required=False, help_text=_("Để trống: lấy theo ngày, ví dụ 2026-Q3.")
    )
    name = forms.CharField(label=_("Tên"), max_length=200, required=False)

    def __init__(self, *args: Any, cycles: Sequence[Cycle], default_code: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cycles = {row.code: row for row in cycles}
        self._default_code = default_code
        choices = [("", pgettext_lazy("cycle", "không"))] + [
            (row.code, f"{row.name or row.code}") for row in cycles if row.kind != Cycle.Kind.QUARTER
        ]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> CycleValues:
        """After ``is_valid``."""
        data = self.cleaned_data
        start, end, kind = data["valid_from"], data["valid_to"], data["kind"]
        code = " ".join(data["code"].split()) or (self._default_code(kind, start, end) if self._default_code else "")
        return CycleValues(
            kind=kind,
            code=code,
            name=data["name"].strip(),
            valid_from=start,
            valid_to=end,
            parent=self._cycles.get(data["parent"]),
        )
