"""Who sees which versions, who writes them. A stranger gets 404, and so does a member for what is not shown to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tamnhin.accounts.models import Role
from tamnhin.base.permissions import permission
from tamnhin.organisation.access import company_or_404, holds_for_all, scope_of
from tamnhin.organisation.models import Company
from tamnhin.regulation.models import Event, File, Version

if TYPE_CHECKING:
    from tamnhin.organisation.access import AnyUser

EDITING = (Role.HR, Role.DIRECTOR, Role.ADMIN)
OPEN_TO_ALL = (Version.State.CONSULTING, Version.State.PUBLISHED)
# what everybody who sees a version reads of its log; opinions are their authors', and between writers stays the rest
SHARED = (Event.Kind.SENT, Event.Kind.MEETING, Event.Kind.DECIDED, Event.Kind.PUBLISHED, Event.Kind.LATE)


@permission("regulation.edit")
def can_edit(user: AnyUser, company: Company | None = None) -> bool:
    """Whether the user writes it and takes it through its steps: HR, director or admin of the whole company."""
    if company is None:
        return False
    scope = scope_of(user, company)
    return scope.is_member and not scope.reads_only and holds_for_all(scope, company, EDITING)


def can_read_all(user: AnyUser, company: Company) -> bool:
    """Drafts, every opinion, and who has read: those who write, and auditors."""
    return can_edit(user, company) or (scope_of(user, company).is_member and scope_of(user, company).reads_only)


def can_speak(user: AnyUser, company: Company) -> bool:
    """Whether the user may send an opinion on a draft: every member but an auditor, who changes nothing."""
    scope = scope_of(user, company)
    return scope.is_member and not scope.reads_only


def versions_visible_to(user: AnyUser, company: Company) -> QuerySet[Version]:
    """Newest first. Members see what is published or asked about; the rest only those of ``can_read_all``."""
    versions = Version.objects.filter(company=company).order_by("-number")
    if not scope_of(user, company).is_member:
        return versions.none()
    return versions if can_read_all(user, company) else versions.filter(state__in=OPEN_TO_ALL)


def events_visible_to(user: AnyUser, version: Version) -> QuerySet[Event]:
    """The log of a version that the user sees, oldest first. An employee reads the shared steps and their own words."""
    events = Event.objects.filter(company_id=version.company_id, version=version).order_by("id")
    if can_read_all(user, version.company):
        return events
    minutes = Q(kind=Event.Kind.FILED, file__kind__in=_shown_files(version))
    return events.filter(Q(kind__in=SHARED) | minutes | Q(kind=Event.Kind.OPINION, by_id=user.pk, who=""))


def files_visible_to(user: AnyUser, company: Company) -> QuerySet[File]:
    """Without their bytes. Minutes and decisions of a published version are everybody's; the rest is not."""
    files = File.objects.filter(company=company).defer("content")
    if not scope_of(user, company).is_member:
        return files.none()
    if can_read_all(user, company):
        return files
    return files.filter(version__state=Version.State.PUBLISHED, kind__in=[File.Kind.MINUTES, File.Kind.DECISION])


def _shown_files(version: Version) -> list[str]:
    return [File.Kind.MINUTES, File.Kind.DECISION] if version.state == Version.State.PUBLISHED else []


def get_version_or_404(request: HttpRequest, number: int) -> Version:
    """Raises Http404, the same for absent and for hidden."""
    company = company_or_404(request)
    found = versions_visible_to(request.user, company).filter(number=number).select_related("company").first()
    if found is None:
        raise Http404
    return found


def get_file_or_404(request: HttpRequest, pk: int) -> File:
    """Raises Http404, the same for absent and for hidden."""
    found = files_visible_to(request.user, company_or_404(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
