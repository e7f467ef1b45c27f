"""The form of a card: fields as people type them, looked up in what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tamnhin.base.entry import read_number
from tamnhin.base.text import folded
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.typed import as_typed
from tamnhin.kpis.access import kpis_visible_to
from tamnhin.kpis.errors import DefinitionError
from tamnhin.kpis.models import Kpi
from tamnhin.kpis.services.definitions import FIELDS, Definition
from tamnhin.organisation.access import owners_visible_to
from tamnhin.organisation.models import Owner
from tamnhin.planning.cards.words import choices, label, perspective_name
from tamnhin.strategy.perspectives import perspective_key
from tamnhin.strategy.services.perspectives import perspectives_of

SEPARATOR = " · "
LONG = {"purpose": 2, "definition": 3, "inclusions": 2, "exclusions": 2, "formula": 2}
LENGTHS = {"name": 300, "name_en": 300, "unit": 64, "source": 300, "scale": 60, "code": 64, "reason": 500}
HELP = {
    "name": _("Nói rõ đo cái gì, ví dụ “Tỷ lệ giao hàng đúng hạn”."),
    "purpose": _("Con số này giúp ai quyết định việc gì."),
    "definition": _("Tử số, mẫu số, lấy ở đâu, tính lúc nào."),
    "unit": _("Ví dụ: VND, %, đơn, giờ."),
    "scale": _("Với tỷ lệ: để trống là 100 khi đơn vị là %, còn lại là 1."),
    "formula": _("Để trống nếu số được nhập. Ví dụ: DOANH_THU / SO_DON. Mã có dấu gạch viết trong nháy: 'SAL-001'."),
    "across": _("Để trống: như cộng dồn."),
    "method": _("Các thẻ điểm nhận KPI này sẽ được đề nghị cách chấm này."),
    "guardrail": _("KPI phải giữ vững khi đẩy KPI này, ví dụ doanh thu đi với tỷ lệ trả hàng."),
    "owner": _("Gõ tên hoặc mã rồi chọn trong gợi ý. Một người, hoặc một đơn vị có trưởng."),
    "deputy": _("Một người còn làm việc, khác người phụ trách."),
    "source": _("Hệ thống hoặc người đưa số."),
}
PICKS = {"owner": "owners", "deputy": "people", "guardrail": "kpis"}
CHOSEN = ("direction", "aggregation", "across", "frequency", "method", "level", "domain", "timing", "flow")
NEEDED = ("direction", "aggregation", "frequency")
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Đo cái gì"), ("name", "code", "name_en", "purpose", "definition", "inclusions", "exclusions")),
    (_("Cách tính"), ("unit", "direction", "aggregation", "across", "frequency", "scale", "method", "formula")),
    (_("Phân loại"), ("level", "timing", "flow", "domain", "perspective")),
    (_("Ai chịu trách nhiệm"), ("owner", "deputy", "source", "review_by", "guardrail")),
    (_("Thay đổi này"), ("valid_from", "reason")),
)


def choice_of(row: Owner | Kpi) -> str:
    """How an owner or a KPI is offered and typed: ``CODE · Name``."""
    return f"{row.code}{SEPARATOR}{row.name}"


def code_in(text: str) -> str:
    """The code of what was picked, or typed by itself."""
    return text.split(SEPARATOR, 1)[0].strip()


class Refusable(forms.Form):
    """A form whose fields a service may refuse."""

    reading: Reading

    def refuse(self, error: DefinitionError) -> None:
        """The refusals of a service at their fields, in the reader's language."""
        for one in error.refusals:
            self.add_error(one.field if one.field in self.fields else None, one.problem.text(self.reading.language))


class CardForm(Refusable):
    """One card. ``changing``: of something in use, so that a day and a reason are asked for. ``revision`` is the one
    the writer was looking at, 0 for a new card.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(
        self,
        reading: Reading,
        data: Mapping[str, object] | None = None,
        *,
        definition: Definition | None = None,
        code: str = "",
        revision: int = 0,
        changing: bool = False,
    ) -> None:
        self.reading = reading
        self.definition = definition
        self.lanes = perspectives_of(reading.company)
        super().__init__(data, initial=self._first(definition, code, revision))
        for _title, names in SECTIONS:
            for name in names:
                if name == "code" and definition is not None and revision:
                    continue
                if name in ("valid_from", "reason") and not changing:
                    continue
                self.fields[name] = self._field(name)

    def _first(self, definition: Definition | None, code: str, revision: int) -> dict[str, object]:
        given: dict[str, object] = {"code": code, "revision": revision}
        if definition is None:
            return given | {"direction": "higher", "aggregation": "sum", "frequency": "month"}
        for name in FIELDS:
            value = getattr(definition, name)
            if isinstance(value, Owner | Kpi):
                value = choice_of(value)
            elif name == "scale":
                value = "" if value is None else as_typed(value, self.reading.language)
            elif name == "perspective":
                value = perspective_key(value, self.lanes) or value
            given[name] = value
        return given

    def _field(self, name: str) -> forms.Field:
        shared: dict[str, Any] = {
            "label": label(name), "required": name in ("code", "name", *NEEDED), "help_text": HELP.get(name, "")
        }  # fmt: skip
        if name in CHOSEN:
            return forms.ChoiceField(choices=choices(name, blank=name not in NEEDED), **shared)
        if name == "perspective":
            return forms.ChoiceField(choices=self._lanes(), **shared)
        if name in ("review_by", "valid_from"):
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **shared)
        length = LENGTHS.get(name, 400 if name in PICKS else 4000)
        if name in LONG:
            return forms.CharField(max_length=length, widget=forms.Textarea(attrs={"rows": LONG[name]}), **shared)
        attrs: dict[str, str] = {"autocomplete": "off"} if name in PICKS or name == "code" else {}
        if name in PICKS:
            attrs |= {"list": f"pick-{name}", "data-pick": PICKS[name]}
        return forms.CharField(max_length=length, widget=forms.TextInput(attrs=attrs), **shared)

    def _lanes(self) -> list[tuple[str, str]]:
        language = self.reading.language
        rows = [("", "—"), *((row.code, perspective_name(row.code, self.lanes, language)) for row in self.lanes)]
        kept = self.definition.perspective if self.definition else ""
        if kept and not perspective_key(kept, self.lanes):
            rows.append((kept, kept))  # a word of a file that is none of the company's lanes
        return rows

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Fields under their headings, for the page."""
        out = [(str(title), [self[name] for name in names if name in self.fields]) for title, names in SECTIONS]
        return [(title, fields) for title, fields in out if fields]

    def clean_scale(self) -> float | None:
        echo = read_number(self.cleaned_data["scale"], self.reading.language)
        if echo.problem is not None:
            raise forms.ValidationError(echo.problem.text(self.reading.language))
        return float(echo.value) if echo.value is not None else None

    def clean_owner(self) -> Owner | None:
        return self._owner("owner")

    def clean_deputy(self) -> Owner | None:
        return self._owner("deputy")

    def clean_guardrail(self) -> Kpi | None:
        typed = self.cleaned_data["guardrail"].strip()
        if not typed:
            return None
        found = kpis_visible_to(self.reading.user, self.reading.company).filter(code=code_in(typed)).first()
        if found is None:
            raise forms.ValidationError(_("Không có KPI “%(typed)s”. Gõ mã hoặc tên rồi chọn trong gợi ý."),
                                        params={"typed": typed[:60]})  # fmt: skip
        return found

    def _owner(self, name: str) -> Owner | None:
        typed = self.cleaned_data[name].strip()
        if not typed:
            return None
        return find_owner(self.reading, typed, kept=getattr(self.definition, name, None))

    def made(self) -> Definition:
        """What the form says, after ``is_valid``."""
        kept = self.definition
        given = {name: self.cleaned_data.get(name) for name in FIELDS}
        for name, value in given.items():
            if value is None and name not in ("scale", "owner", "deputy", "guardrail", "review_by"):
                given[name] = ""
            if isinstance(value, str):
                given[name] = value.strip().replace("\r\n", "\n")
        own_word = kept.perspective if kept is not None else ""
        if own_word and perspective_key(own_word, self.lanes) == given["perspective"]:
            given["perspective"] = own_word  # the file's own word for the same lane
        return Definition(**given)  # type: ignore[arg-type]


def find_owner(reading: Reading, typed: str, kept: Owner | None = None) -> Owner:
    """The owner that was picked or typed, among those the reader may see; ``kept`` stands already and may stay.

    Raises ValidationError with what to do.
    """
    code = code_in(typed)
    if kept is not None and kept.code == code:
        return kept
    rows = Owner.objects.filter(company=reading.company)
    known = list(rows.filter(code=code).values_list("pk", flat=True))
    # a whole name will do as well, as long as only one of those whom the reader may see has it
    if not known:
        alike = rows.filter(name_folded__startswith=folded(typed), archived_at=None)
        known = [pk for pk, name in alike.values_list("pk", "name")[:50] if folded(name) == folded(typed)]
    visible = list(owners_visible_to(reading.user, reading.company, among=known)[:2])
    found = visible[0] if len(visible) == 1 else None
    if found is None:
        raise forms.ValidationError(
            _("Không thấy “%(typed)s” trong những người và đơn vị bạn xem được. Gõ tên hoặc mã rồi chọn trong gợi ý."),
            params={"typed": typed[:60]},
        )
    return Owner.objects.select_related("person", "unit__head__owner").get(pk=found.pk)


class HandOverForm(Refusable):
    """Who answers for a KPI from today on."""

    owner = forms.CharField(
        label=_("Người phụ trách mới"), max_length=400, required=False,
        widget=forms.TextInput(attrs={"list": "pick-owner", "data-pick": "owners", "autocomplete": "off"}),
    )  # fmt: skip
    deputy = forms.CharField(
        label=_("Người thay"), max_length=400, required=False,
        widget=forms.TextInput(attrs={"list": "pick-deputy", "data-pick": "people", "autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(label=_("Lý do"), max_length=500, required=False)

    def __init__(self, reading: Reading, definition: Definition, data: Mapping[str, object] | None = None) -> None:
        self.reading = reading
        self.kept = definition
        first = {
            "owner": choice_of(definition.owner) if definition.owner else "",
            "deputy": choice_of(definition.deputy) if definition.deputy else "",
        }
        super().__init__(data, initial=first)

    def clean_owner(self) -> Owner | None:
        typed = self.cleaned_data["owner"].strip()
        return find_owner(self.reading, typed, self.kept.owner) if typed else None

    def clean_deputy(self) -> Owner | None:
        typed = self.cleaned_data["deputy"].strip()
        return find_owner(self.reading, typed, self.kept.deputy) if typed else None


class LinkForm(Refusable):
    """A claim about this KPI and another."""

    way = forms.ChoiceField(
        label=_("Chiều"), choices=[("drives", _("KPI này dẫn dắt")), ("driven", _("KPI này được dẫn dắt bởi"))]
    )
    other = forms.CharField(
        label=_("KPI kia"), max_length=400, help_text=_("Gõ mã hoặc tên rồi chọn trong gợi ý."),
        widget=forms.TextInput(attrs={"list": "pick-other", "data-pick": "kpis", "autocomplete": "off"}),
    )  # fmt: skip
    sign = forms.ChoiceField(label=_("Dấu"), choices=[("+", _("Cùng chiều (+)")), ("-", _("Ngược chiều (−)"))])
    lag = forms.IntegerField(label=_("Độ trễ (kỳ)"), required=False, help_text=_("Bao nhiêu kỳ sau thì thấy tác động."))
    note = forms.CharField(label=_("Vì sao tin như vậy"), required=False, max_length=1000)

    def __init__(self, reading: Reading, data: Mapping[str, object] | None = None, **initial: Any) -> None:
        self.reading = reading
        super().__init__(data, initial=initial)

    def clean_other(self) -> Kpi:
        typed = self.cleaned_data["other"].strip()
        found = kpis_visible_to(self.reading.user, self.reading.company).filter(code=code_in(typed)).first()
        if found is None:
            raise forms.ValidationError(
                _("Không có KPI “%(typed)s”. Gõ mã hoặc tên rồi chọn trong gợi ý."), params={"typed": typed[:60]}
            )
        return found
