"""Keys for programs that read the API in somebody's name."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tamnhin.accounts.models import ApiToken
from tamnhin.accounts.tokens import TooManyTokensError, create_token, revoke_token
from tamnhin.base.pages import render_page
from tamnhin.dashboards.reading import Reading

USUAL_LIFE = datetime.timedelta(days=365)


class KeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Dùng cho"), max_length=120, help_text=gettext_lazy("Ví dụ: Power BI của phòng tài chính")
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Hết hạn"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_expires_on(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["expires_on"]
        if day is not None and day <= timezone.localdate():
            raise forms.ValidationError(_("Ngày hết hạn phải ở sau hôm nay."))
        return day


@dataclass(frozen=True, slots=True)
class KeysPage:
    keys: list[ApiToken]
    form: KeyForm
    secret: str = ""  # shown once, straight after it was made
    address: str = ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """One's own keys in this company. The secret of a new one stands in the answer to the form and nowhere else."""
    reading = Reading.of(request)
    own = ApiToken.objects.filter(company=reading.company, user=reading.user, revoked_at=None).order_by("-pk")
    form, secret, status = KeyForm(initial={"expires_on": timezone.localdate() + USUAL_LIFE}), "", 200
    if request.method == "POST" and request.POST.get("revoke"):
        number = request.POST["revoke"]
        token = own.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
        if token is None:
            raise Http404
        revoke_token(acting_user=reading.user, token=token)
        messages.success(request, _("Đã thu hồi khóa. Chương trình dùng khóa này không đọc được nữa."))
        return HttpResponseRedirect(reverse("api_keys"))
    if request.method == "POST":
        form = KeyForm(request.POST)
        if form.is_valid():
            try:
                _token, secret = create_token(
                    acting_user=reading.user, company_id=reading.company.pk, **form.cleaned_data
                )
                form = KeyForm(initial={"expires_on": timezone.localdate() + USUAL_LIFE})
            except TooManyTokensError as error:
                text = _("Đã có {most} khóa, là nhiều nhất. Thu hồi khóa không dùng nữa rồi thử lại.")
                form.add_error(None, text.format(most=error))
        status = 200 if secret else 422
    page = KeysPage(list(own), form, secret, request.build_absolute_uri("/api/v1/"))
    context = {"page": page, "shell": reading.shell("keys")}
    return render_page(request, "accounts/keys.html", context, status=status)
