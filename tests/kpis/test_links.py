"""What drives what: claimed by somebody on a day, withdrawn and claimed again, never in a circle."""

from __future__ import annotations

import pytest
from tests.cast import Cast, make_kpi

from tamnhin.base.models import AuditEntry
from tamnhin.kpis.errors import DefinitionError, DefinitionForbiddenError
from tamnhin.kpis.models import Kpi, KpiVersion, Link
from tamnhin.kpis.services.links import add_link, withdraw_link
from tamnhin.measurements.frames import load_book
from tamnhin.organisation.access import today
from tamnhin.organisation.services import OtherCompanyError


@pytest.fixture
def three(cast: Cast) -> tuple[Kpi, Kpi, Kpi]:
    a, b, c = (make_kpi(cast.company, code, code) for code in ("CALLS", "ORDERS", "REV"))
    return a, b, c


def test_a_link_says_who_claimed_it_and_when(cast: Cast, three: tuple[Kpi, Kpi, Kpi]) -> None:
    calls, orders, _rev = three
    link = add_link(acting_user=cast.hung, driver=calls, outcome=orders, lag=1, note=" Gọi trước, đơn sau ")
    assert (link.claimed_by, link.claimed_on) == (cast.owner("HUNG"), today(cast.company))
    assert (link.sign, link.lag, link.note) == ("+", 1, "Gọi trước, đơn sau")
    assert AuditEntry.objects.get(action="link.claimed").after["driver"] == "CALLS"
    book = load_book(cast.company)
    assert book["links"].select("driver", "outcome", "claimed_by").rows() == [("CALLS", "ORDERS", "HUNG")]


def test_somebody_who_is_none_of_the_people_claims_without_a_person(cast: Cast, three: tuple[Kpi, Kpi, Kpi]) -> None:
    assert add_link(acting_user=cast.dung, driver=three[0], outcome=three[1]).claimed_by is None


def test_a_circle_is_refused_with_its_path(cast: Cast, three: tuple[Kpi, Kpi, Kpi]) -> None:
    calls, orders, rev = three
    add_link(acting_user=cast.hung, driver=calls, outcome=orders)
    add_link(acting_user=cast.hung, driver=orders, outcome=rev)
    with pytest.raises(DefinitionError) as caught:
        add_link(acting_user=cast.hung, driver=rev, outcome=calls)
    assert caught.value.codes == ["LINK_CYCLE"]
    assert "REV → CALLS → ORDERS → REV" in caught.value.problem.text("vi")
    assert Link.objects.count() == 2


def test_what_makes_no_sense_is_refused(cast: Cast, three: tuple[Kpi, Kpi, Kpi]) -> None:
    calls, orders, rev = three
    add_link(acting_user=cast.hung, driver=calls, outcome=orders)
    Kpi.objects.filter(pk=rev.pk).update(status="retired")
    rev.refresh_from_db()
    for driver, outcome, more, said in (
        (calls, calls, {}, "LINK_SELF"),
        (calls, orders, {}, "LINK_TWICE"),
        (calls, rev, {}, "LINK_RETIRED"),
        (orders, calls, {"sign": "?"}, "DEFINE_CHOICE"),
        (orders, calls, {"lag": -1}, "LINK_LAG"),
    ):
        with pytest.raises(DefinitionError) as caught:
            add_link(acting_user=cast.hung, driver=driver, outcome=outcome, **more)  # type: ignore[arg-type]
        assert said in caught.value.codes
    with pytest.raises(OtherCompanyError):
        add_link(acting_user=cast.hung, driver=calls, outcome=make_kpi(cast.other, "FAR"))


def test_a_withdrawn_claim_stays_as_a_row_leaves_the_books_and_may_be_made_again(
    cast: Cast, three: tuple[Kpi, Kpi, Kpi]
) -> None:
    calls, orders, _rev = three
    link = withdraw_link(acting_user=cast.hung, link=add_link(acting_user=cast.hung, driver=calls, outcome=orders))
    assert link.withdrawn_at is not None
    assert load_book(cast.company)["links"].is_empty()
    assert withdraw_link(acting_user=cast.hung, link=link).withdrawn_at == link.withdrawn_at
    assert AuditEntry.objects.filter(action="link.withdrawn").count() == 1
    add_link(acting_user=cast.hung, driver=orders, outcome=calls)
    assert Link.objects.count() == 2


def test_who_may_change_one_of_the_two_may_claim_and_nobody_else(cast: Cast, three: tuple[Kpi, Kpi, Kpi]) -> None:
    calls, orders, rev = three
    KpiVersion.objects.filter(kpi=calls).update(owner=cast.owner("HOA"))
    link = add_link(acting_user=cast.minh, driver=calls, outcome=rev)
    for name in ("hoa", "binh", "tuan", "thu", "quang", "nobody"):
        with pytest.raises(DefinitionForbiddenError):
            add_link(acting_user=getattr(cast, name), driver=calls, outcome=orders)
        with pytest.raises(DefinitionForbiddenError):
            withdraw_link(acting_user=getattr(cast, name), link=link)
    with pytest.raises(DefinitionForbiddenError):
        add_link(acting_user=cast.minh, driver=orders, outcome=rev)
