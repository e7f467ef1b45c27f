"""What people send: company settings, a file. Forms parse and say what is wrong; they write nothing."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from tamnhin.engine.calendar import CalendarError, parse_working_week
from tamnhin.measurements.exchange.uploads import MAX_UPLOAD_BYTES
from tamnhin.organisation.models import Company

EXTENSIONS = (".xlsx", ".ods")


class CompanyForm(forms.Form):
    """The settings that an administrator may change (``organisation.services.CHANGEABLE``)."""

    name = forms.CharField(label=_("Tên công ty"), max_length=300)
    vision = forms.CharField(
        label=_("Tầm nhìn"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    mission = forms.CharField(
        label=_("Sứ mệnh"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    values = forms.CharField(
        label=_("Giá trị cốt lõi"),
        required=False,
        max_length=2000,
        help_text=_("Mỗi dòng một giá trị."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    working_week = forms.CharField(
        label=_("Tuần làm việc"), max_length=64, help_text=_("Ví dụ: mon-fri, mon-sat, hoặc t2-t6.")
    )
    fiscal_year_start = forms.TypedChoiceField(
        label=_("Tháng đầu năm tài chính"), coerce=int, choices=[(month, str(month)) for month in range(1, 13)]
    )
    proration = forms.ChoiceField(
        label=_("Quy đổi theo"), choices=[("working_days", _("Ngày làm việc")), ("calendar_days", _("Ngày lịch"))]
    )
    period_score = forms.ChoiceField(
        label=_("Điểm quý, năm"),
        choices=[
            ("aggregate", _("Chấm từ số cộng dồn của cả kỳ")),
            ("mean_of_scores", _("Trung bình điểm các kỳ nhỏ")),
        ],
    )
    language = forms.ChoiceField(
        label=_("Ngôn ngữ của số liệu"),
        required=False,
        choices=[("", _("chưa nói")), ("vi", "Tiếng Việt"), ("en", "English")],
    )
    floor = forms.FloatField(label=_("Sàn điểm mỗi KPI"), min_value=0, max_value=100)
    cap = forms.FloatField(label=_("Trần điểm mỗi KPI"), min_value=100, max_value=1000)
    minimum_eligibility = forms.FloatField(label=_("Mức tham gia tối thiểu (%)"), min_value=0, max_value=100)
    minimum_group = forms.IntegerField(label=_("Nhóm tối thiểu"), min_value=1, max_value=100)

    @staticmethod
    def initial_of(company: Company) -> dict[str, Any]:
        """What the form shows before anybody has typed."""
        given = {name: getattr(company, name) for name in CompanyForm.base_fields}
        given["values"] = "\n".join(str(value) for value in company.values)
        return given

    def clean_working_week(self) -> str:
        text: str = self.cleaned_data["working_week"].strip()
        try:
            parse_working_week(text)
        except CalendarError:
            raise forms.ValidationError(_("Không hiểu tuần làm việc này. Viết như mon-fri hoặc mon,tue,thu.")) from None
        return text

    def clean_values(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["values"].splitlines() if line.strip()]

    def changes(self) -> dict[str, Any]:
        """Arguments of ``organisation.services.change_company``."""
        return dict(self.cleaned_data)


class UploadForm(forms.Form):
    """One file to bring in."""

    file = forms.FileField(
        error_messages={
            "required": _("Chưa chọn tệp nào."),
            "missing": _("Chưa chọn tệp nào."),
            "empty": _("Tệp rỗng, không có gì để đọc."),
            "max_length": _("Tên tệp quá dài. Đặt lại tên ngắn hơn."),
            "invalid": _("Không nhận được tệp. Thử gửi lại."),
        },
        max_length=255,
    )

    def clean_file(self) -> UploadedFile[bytes]:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        ending = PurePath(upload.name or "").suffix.lower()
        if ending not in EXTENSIONS:
            raise forms.ValidationError(
                _("Không đọc được loại tệp “%(ending)s”. Lưu lại thành .xlsx hoặc .ods rồi gửi."),
                params={"ending": ending or upload.name},
            )
        if (upload.size or 0) > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(
                _("Tệp nặng %(size)s, quá mức %(most)s. Tách thành vài tệp, mỗi tệp một sheet hoặc một năm."),
                params={"size": filesizeformat(upload.size or 0), "most": filesizeformat(MAX_UPLOAD_BYTES)},
            )
        return upload
