"""What people send: a delegation, the steps of the flow."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from tamnhin.agreements.flow import Rule
from tamnhin.organisation.models import Person


def choice_of(person: Person) -> str:
    """How a person is offered and typed: ``CODE · Name``."""
    return f"{person.owner.code} · {person.owner.name}"


class DelegationForm(forms.Form):
    """``person`` is asked only of those who may delegate for others. People are typed by code, offered as a list."""

    person = forms.CharField(
        label=_("Người ủy quyền"),
        max_length=400,
        widget=forms.TextInput(attrs={"list": "delegation-people", "autocomplete": "off"}),
    )
    to = forms.CharField(
        label=_("Người trả lời thay"),
        max_length=400,
        help_text=_("Gõ tên hoặc mã rồi chọn trong danh sách."),
        widget=forms.TextInput(attrs={"list": "delegation-candidates", "autocomplete": "off"}),
    )
    valid_from = forms.DateField(label=_("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    valid_to = forms.DateField(label=_("Đến ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Lý do"), max_length=300, required=False)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        people: Mapping[str, Person],
        candidates: Mapping[str, Person],
        own: Person | None,
        today: datetime.date,
    ) -> None:
        initial: dict[str, object] = {"valid_from": today, "valid_to": today + datetime.timedelta(days=7)}
        if own is not None:
            initial["person"] = choice_of(own)
        super().__init__(data, initial=initial)
        self.people, self.candidates, self.own = people, candidates, own
        if own is not None and set(people) <= {own.owner.code}:
            del self.fields["person"]

    def clean_person(self) -> Person:
        return self._named("person", self.people)

    def clean_to(self) -> Person:
        return self._named("to", self.candidates)

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if "person" not in self.fields:
            given["person"] = self.own
        return given

    def _named(self, field: str, among: Mapping[str, Person]) -> Person:
        text = str(self.cleaned_data[field]).strip()
        code = text.partition(" · ")[0].strip()
        found = among.get(code) or among.get(text)
        if found is None:
            same = [one for one in among.values() if one.owner.name.casefold() == text.casefold()]
            if len(same) == 1:
                return same[0]
            raise forms.ValidationError(_("Không có ai như vậy trong danh sách. Gõ tên hoặc mã rồi chọn một dòng."))
        return found


def read_rule(data: Mapping[str, object], key: str) -> Rule:
    """One row of the settings page as typed; a number that is none is 0, which the service refuses."""
    return Rule(
        hr=f"hr-{key}" in data,
        review=f"review-{key}" in data,
        approvals=_whole(data.get(f"approvals-{key}")),
        days=_whole(data.get(f"days-{key}")),
    )


def _whole(typed: object) -> int:
    text = str(typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
