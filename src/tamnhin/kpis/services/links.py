"""Claiming and withdrawing what drives what. A link is a hypothesis: somebody claims it on a day."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.engine.book import CHOICES
from tamnhin.engine.lineage import would_cycle
from tamnhin.kpis.access import can_change_kpi
from tamnhin.kpis.errors import DefinitionError, DefinitionForbiddenError, Refusal, refuse
from tamnhin.kpis.models import Kpi, Link
from tamnhin.organisation.access import scope_of, today
from tamnhin.organisation.models import Company, Owner
from tamnhin.organisation.services import OtherCompanyError, touch

LONGEST_LAG = 60


@transaction.atomic
def add_link(
    *, acting_user: User, driver: Kpi, outcome: Kpi, sign: str = "+", lag: int | None = None, note: str = ""
) -> Link:
    """The user claims, today, that ``driver`` moves ``outcome`` (``sign`` + or −) ``lag`` periods later.

    Who may change either of the two may claim it. Raises DefinitionForbiddenError; OtherCompanyError; DefinitionError
    for a KPI that would drive itself, a circle (its path is said), a link that stands already, a retired KPI.
    """
    if driver.company_id != outcome.company_id:
        raise OtherCompanyError(f"{driver!r} and {outcome!r}")
    company = Company.objects.select_for_update().get(pk=driver.company_id)  # two claims could close a circle together
    if not (can_change_kpi(acting_user, driver) or can_change_kpi(acting_user, outcome)):
        raise DefinitionForbiddenError(refuse("", "DEFINE_NOT_ALLOWED", kpi=driver.code))
    found = _check(company, driver, outcome, sign, lag)
    if found:
        raise DefinitionError(*found)
    person = scope_of(acting_user, company).person_id
    link = Link.objects.create(
        company=company,
        driver=driver,
        outcome=outcome,
        sign=sign,
        lag=lag,
        note=note.strip(),
        claimed_by=Owner.objects.filter(company=company, pk=person).first() if person is not None else None,
        claimed_on=today(company),
    )
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="link.claimed",
        obj=link,
        after={"driver": driver.code, "outcome": outcome.code, "sign": sign, "lag": lag, "note": link.note},
    )
    touch(company.pk, structure=True)
    return link


@transaction.atomic
def withdraw_link(*, acting_user: User, link: Link) -> Link:
    """Take a claim back. The row stays, and leaves the books. Raises DefinitionForbiddenError."""
    link = Link.objects.select_for_update().select_related("driver", "outcome").get(pk=link.pk)
    if not (can_change_kpi(acting_user, link.driver) or can_change_kpi(acting_user, link.outcome)):
        raise DefinitionForbiddenError(refuse("", "DEFINE_NOT_ALLOWED", kpi=link.driver.code))
    if link.withdrawn_at is not None:
        return link
    link.withdrawn_at = timezone.now()
    link.save(update_fields=["withdrawn_at", "updated_at"])
    audit.record(
        company_id=link.company_id,
        acting_user=acting_user,
        action="link.withdrawn",
        obj=link,
        before={"driver": link.driver.code, "outcome": link.outcome.code, "sign": link.sign, "lag": link.lag},
    )
    touch(link.company_id, structure=True)
    return link


def _check(company: Company, driver: Kpi, outcome: Kpi, sign: str, lag: int | None) -> list[Refusal]:
    found: list[Refusal] = []
    if sign not in CHOICES["links", "sign"]:
        found.append(refuse("sign", "DEFINE_CHOICE", found=sign))
    if lag is not None and not 0 <= lag <= LONGEST_LAG:
        found.append(refuse("lag", "LINK_LAG", found=lag))
    if driver.pk == outcome.pk:
        return [*found, refuse("other", "LINK_SELF")]
    retired = [kpi for kpi in (driver, outcome) if kpi.status == Kpi.Status.RETIRED]
    found += [refuse("other", "LINK_RETIRED", kpi=kpi.code) for kpi in retired]
    standing = Link.objects.filter(company=company, withdrawn_at=None)
    edges = list(standing.order_by("id").values_list("driver__code", "outcome__code"))
    if (driver.code, outcome.code) in edges:
        found.append(refuse("other", "LINK_TWICE", driver=driver.code, outcome=outcome.code))
    elif path := would_cycle(edges, (driver.code, outcome.code)):
        found.append(refuse("other", "LINK_CYCLE", path=" → ".join(path)))
    return found
