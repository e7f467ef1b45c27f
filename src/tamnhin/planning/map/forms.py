"""Drawing an arrow and moving a goal to another lane. Forms parse; the services of goals and links decide."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamnhin.kpis.services.links import LONGEST_LAG
from tamnhin.planning.map.sheet import Sheet

NO_LANE = "-"


class ArrowForm(forms.Form):
    """From one goal of the map to another, between the KPIs that measure them."""

    source = forms.ChoiceField(label=_("Mục tiêu dẫn dắt"))
    target = forms.ChoiceField(label=_("Mục tiêu chịu ảnh hưởng"))
    sign = forms.ChoiceField(
        label=_("Khi KPI dẫn dắt tăng"), choices=[("+", _("kết quả tăng theo")), ("-", _("kết quả giảm đi"))]
    )
    lag = forms.IntegerField(
        label=_("Độ trễ"), required=False, min_value=0, max_value=LONGEST_LAG,
        help_text=_("Sau mấy kỳ của KPI dẫn dắt thì thấy kết quả."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Vì sao tin như vậy"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—")]
        choices += [
            (box.code, f"{box.title} ({box.measured.name})") for box in sheet.drawn.values() if box.measured is not None
        ]
        for name in ("source", "target"):
            cast(forms.ChoiceField, self.fields[name]).choices = choices
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field.widget, forms.Select) else "form-control"


class MoveForm(forms.Form):
    """A goal and the lane it is to stand in."""

    goal = forms.ChoiceField(label=pgettext_lazy("one", "Mục tiêu"))
    lane = forms.ChoiceField(label=_("Viễn cảnh"))

    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goal = cast(forms.ChoiceField, self.fields["goal"])
        lane = cast(forms.ChoiceField, self.fields["lane"])
        goal.choices = [("", "—"), *((box.code, box.title) for box in sheet.drawn.values())]
        named = [(one.code, one.name) for one in sheet.lanes if one.code]
        lane.choices = [*named, (NO_LANE, _("Chưa xếp viễn cảnh"))]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
