"""Writing an entry of the company's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tamnhin.dashboards.reading import Reading
from tamnhin.kpis.library import DEPARTMENTS, department_name
from tamnhin.kpis.services.entries import FIELDS, EntryText
from tamnhin.planning.cards.forms import CHOSEN, NEEDED, Refusable
from tamnhin.planning.cards.words import choices, label, perspective_name
from tamnhin.strategy.perspectives import perspective_key
from tamnhin.strategy.services.perspectives import perspectives_of

ORDER = (
    "code", "name", "name_en", "department", "purpose", "formula_text", "formula_text_en", "unit", "direction",
    "aggregation", "frequency", "method", "level", "timing", "flow", "domain", "perspective",
)  # fmt: skip
NAMES = {
    "department": _("Phòng ban"),
    "formula_text": _("Cách tính"),
    "formula_text_en": _("Cách tính bằng tiếng Anh"),
}
LONG = ("purpose", "formula_text", "formula_text_en")


class EntryForm(Refusable):
    """One entry; ``code`` only while it is new."""

    def __init__(
        self,
        reading: Reading,
        data: Mapping[str, object] | None = None,
        *,
        text: EntryText | None = None,
        code: str = "",
        is_new: bool = True,
    ) -> None:
        self.reading = reading
        self.lanes = perspectives_of(reading.company)
        first: dict[str, object] = {"code": code, "direction": "higher", "aggregation": "sum", "frequency": "month"}
        if text is not None:
            first |= {name: getattr(text, name) for name in FIELDS}
            first["perspective"] = perspective_key(text.perspective, self.lanes) or text.perspective
        super().__init__(data, initial=first)
        for name in ORDER:
            if name != "code" or is_new:
                self.fields[name] = self._field(name)

    def _field(self, name: str) -> forms.Field:
        shared: dict[str, Any] = {
            "label": NAMES.get(name) or label(name), "required": name in ("code", "name", *NEEDED)
        }  # fmt: skip
        language = self.reading.language
        if name in CHOSEN:
            return forms.ChoiceField(choices=choices(name, blank=name not in NEEDED), **shared)
        if name == "department":
            rows = [(code, department_name(code, language)) for code in DEPARTMENTS]
            return forms.ChoiceField(choices=[("", "—"), *rows], **shared)
        if name == "perspective":
            lanes = [(row.code, perspective_name(row.code, self.lanes, language)) for row in self.lanes]
            return forms.ChoiceField(choices=[("", "—"), *lanes], **shared)
        if name in LONG:
            return forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 2}), **shared)
        return forms.CharField(max_length={"code": 64, "unit": 64}.get(name, 300), **shared)

    def made(self) -> EntryText:
        return EntryText(**{name: str(self.cleaned_data.get(name) or "").strip() for name in FIELDS})
