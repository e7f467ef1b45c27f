"""What people send about the regulation. Forms parse; what may be done, the services say."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tamnhin.regulation.errors import RegulationError, refused
from tamnhin.regulation.files import ACCEPTED, LARGEST, checked
from tamnhin.regulation.models import File
from tamnhin.regulation.services import Written
from tamnhin.regulation.writing import LONGEST


class Day(forms.DateField):
    """A day from the browser's calendar."""

    def __init__(self, **given: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **given)


class Upload(forms.FileField):
    """A paper. Gives its name and bytes."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            widget=forms.FileInput(attrs={"accept": ACCEPTED}),
            help_text=_("PDF, Word (.docx), JPG hoặc PNG, tối đa 10 MB."),
            error_messages={"required": _("Chưa chọn tệp nào."), "empty": _("Tệp rỗng. Chọn lại tệp.")},
            **given,
        )

    def clean(self, data: Any, initial: Any = None) -> tuple[str, bytes] | None:
        upload: UploadedFile[bytes] | None = super().clean(data, initial)
        if not upload:
            return None
        name, size = upload.name or "", upload.size or 0
        try:
            if size > LARGEST:
                raise refused("REGULATION_FILE_TOO_LARGE", name=name, size=-(-size // 2**20), most=LARGEST // 2**20)
            content = upload.read()
            checked(name, content)
        except RegulationError as fault:
            language = "en" if (get_language() or "vi").startswith("en") else "vi"
            raise forms.ValidationError(fault.texts(language)) from None
        return name, content


def _area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class TextForm(forms.Form):
    """A version as its writers see it."""

    title = forms.CharField(label=_("Tên văn bản"), max_length=300)
    summary = forms.CharField(
        label=_("Điểm chính của phiên bản này"),
        max_length=1000,
        required=False,
        help_text=_("Một hai câu: phiên bản này đổi gì. Người đọc thấy ngay ở danh sách."),
        widget=_area(2),
    )
    effective_from = Day(
        label=_("Dự kiến hiệu lực từ"), required=False, help_text=_("Sau ngày công bố. Chốt khi quyết định.")
    )
    trial_from = Day(label=_("Chạy thử từ"), required=False)
    trial_to = Day(
        label=_("Chạy thử đến hết"),
        required=False,
        help_text=_("3 đến 12 tháng cho bộ KPI mới: đo và hiển thị, chưa trả lương."),
    )
    body = forms.CharField(
        label=_("Nội dung"), max_length=LONGEST, required=False, strip=False, widget=_area(32, spellcheck="true")
    )
    body_en = forms.CharField(
        label=_("Bản tiếng Anh"),
        max_length=LONGEST,
        required=False,
        strip=False,
        help_text=_("Để tham khảo; bản tiếng Việt là bản có giá trị."),
        widget=_area(16, lang="en"),
    )

    @staticmethod
    def initial_of(written: Written) -> dict[str, Any]:
        return {name: getattr(written, name) for name in TextForm.base_fields}

    def written(self) -> Written:
        given = dict(self.cleaned_data)
        for name in ("body", "body_en"):
            given[name] = given[name].replace("\r\n", "\n").strip()
        return Written(**given)


class SendForm(forms.Form):
    on = Day(label=_("Ngày gửi"))
    who = forms.CharField(
        label=_("Gửi cho"), max_length=300, help_text=_("Ví dụ: Ban chấp hành công đoàn cơ sở và toàn thể nhân viên.")
    )
    channel = forms.CharField(label=_("Gửi bằng"), max_length=300, help_text=_("Ví dụ: công văn, thư điện tử."))
    until = Day(label=_("Nhận ý kiến đến"), required=False)


class OpinionForm(forms.Form):
    text = forms.CharField(label=_("Góp ý của bạn"), max_length=10_000, widget=_area(5))


class LetterForm(forms.Form):
    on = Day(label=_("Ngày nhận"))
    who = forms.CharField(label=_("Ý kiến của"), max_length=300, help_text=_("Ví dụ: Ban chấp hành công đoàn cơ sở."))
    text = forms.CharField(label=_("Nội dung chính"), max_length=10_000, required=False, widget=_area(4))
    file = Upload(label=_("Tệp văn bản"), required=False)


class MeetingForm(forms.Form):
    on = Day(label=_("Ngày họp"))
    who = forms.CharField(label=_("Thành phần"), max_length=300)
    text = forms.CharField(label=_("Kết quả chính"), max_length=10_000, widget=_area(4))
    file = Upload(label=_("Biên bản"), required=False)


class FileForm(forms.Form):
    kind = forms.ChoiceField(label=_("Loại"), choices=File.Kind.choices, initial=File.Kind.MINUTES)
    file = Upload(label=_("Tệp"))


class DecideForm(forms.Form):
    on = Day(label=_("Ngày quyết định"))
    effective_from = Day(label=_("Hiệu lực từ"))
    signer = forms.CharField(label=_("Người ký"), max_length=200)
    decision = forms.CharField(label=_("Số quyết định"), max_length=100, required=False)


class PublishForm(forms.Form):
    on = Day(label=_("Ngày công bố"))
    channel = forms.CharField(
        label=_("Công bố bằng"), max_length=300, help_text=_("Ví dụ: niêm yết tại nơi làm việc và trên hệ thống.")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=2000, widget=_area(2))


FORMS: dict[str, type[forms.Form]] = {
    "send": SendForm,
    "opinion": OpinionForm,
    "letter": LetterForm,
    "meeting": MeetingForm,
    "file": FileForm,
    "decide": DecideForm,
    "publish": PublishForm,
    "return": ReasonForm,
    "withdraw": ReasonForm,
}


def form_of(act: str, today: datetime.date, data: Any = None, files: Any = None, **initial: Any) -> forms.Form:
    """The form of an act, its fields' ids of its own: a page has several. Days begin with today."""
    return FORMS[act](data, files, initial={"on": today, **initial}, auto_id=f"{act}-%s")
