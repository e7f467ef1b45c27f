"""Which company a request is about. A user of several chooses; nobody reaches one they do not belong to."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from tamnhin.accounts.models import Membership
from tamnhin.organisation.models import Company

SESSION_KEY = "company_id"


class CompanyMiddleware:
    """Sets ``request.company`` (or None) and ``request.companies`` from the user's active memberships. One query.

    The session only remembers a choice: it is checked against the memberships at every request, so that
    somebody who has left a company is out at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        companies: list[Company] = []
        if request.user.is_authenticated:
            ids = Membership.objects.filter(user=request.user, is_active=True).values("company_id")
            companies = list(Company.objects.filter(pk__in=ids).order_by("name", "pk"))
        chosen = request.session.get(SESSION_KEY)
        company = next((one for one in companies if one.pk == chosen), companies[0] if companies else None)
        request.companies = companies  # type: ignore[attr-defined]
        request.company = company  # type: ignore[attr-defined]
        return self.get_response(request)


@require_POST
def choose_company(request: HttpRequest) -> HttpResponse:
    """Takes ``company`` (its code). Raises Http404 for a company the user does not belong to."""
    companies: list[Company] = getattr(request, "companies", [])
    for company in companies:
        if company.code == request.POST.get("company"):
            request.session[SESSION_KEY] = company.pk
            return HttpResponseRedirect("/")
    raise Http404
