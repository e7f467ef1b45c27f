"""An agreed scorecard becomes lines and targets; what was in force ends, and history stays."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from tests.cast import Cast, make_kpi, make_line, make_target

from tamnhin.agreements import services as agreements
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import AgreementForbiddenError, AgreementGateError
from tamnhin.agreements.states import State
from tamnhin.kpis.models import Assignment, Kpi, Line, Target
from tamnhin.kpis.services.assignments import (
    LineInput,
    Time,
    draft_of,
    save_lines,
)
from tamnhin.kpis.services.proposals import agreement_of, propose
from tamnhin.organisation.access import today

NEXT = datetime.date(2030, 1, 1)
END = datetime.date(2030, 12, 31)


@pytest.fixture
def kpis(cast: Cast) -> tuple[Kpi, Kpi, Kpi]:
    return (
        make_kpi(cast.company, "REV", "Doanh thu"),
        make_kpi(cast.company, "OTD", "Giao đúng hẹn", aggregation="ratio", unit="%"),
        make_kpi(cast.company, "NEW", "Khách mới"),
    )


def line(kpi: Kpi, weight: str, **more: object) -> LineInput:
    return LineInput(kpi_id=kpi.pk, weight=Decimal(weight), **more)  # type: ignore[arg-type]


def draft(cast: Cast, code: str = "HOA", user: str = "minh") -> Assignment:
    return draft_of(acting_user=getattr(cast, user), owner=cast.owner(code), time=Time(NEXT, END, "Năm mới"))


def codes(raised: pytest.ExceptionInfo[Exception]) -> list[str]:
    return [problem.code for problem in raised.value.problems]  # type: ignore[attr-defined]


def agree(cast: Cast, assignment: Assignment) -> Agreement:
    """Everybody who is asked says yes."""
    for _ in range(6):
        found = agreement_of(assignment)
        assert found is not None
        if found.state == State.AGREED:
            return found
        for user in (cast.hung, cast.hoa, cast.an, cast.minh, cast.lan):
            try:
                agreements.speak(acting_user=user, agreement=found, answer="yes")
                break
            except agreements.AgreementError:
                continue
    raise AssertionError("nobody could agree")


def test_an_agreed_first_scorecard_becomes_lines_and_targets(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    made = draft(cast)
    save_lines(
        acting_user=cast.minh,
        assignment=made,
        lines=[line(kpis[0], "60", total=120.0, terms={"method": "ratio"}), line(kpis[1], "40", total=95.0)],
    )
    propose(acting_user=cast.minh, assignment=made)
    assert not Line.objects.exists()
    assert not Target.objects.exists()
    version = cast.company.structure_version
    agreements.activate(acting_user=cast.minh, agreement=agree(cast, made))
    made.refresh_from_db()
    cast.company.refresh_from_db()
    assert made.status == State.ACTIVE
    assert made.activated_at is not None
    assert cast.company.structure_version > version
    assert [(row.kpi.code, row.weight, row.method, row.valid_from, row.valid_to) for row in Line.objects.all()] == [
        ("REV", 60, "ratio", NEXT, END), ("OTD", 40, "", NEXT, END),
    ]  # fmt: skip
    assert Target.objects.filter(kpi=kpis[0]).count() == 12
    assert Target.objects.get(kpi=kpis[0], period="2030-03").target == 10.0


def test_a_change_ends_what_was_in_force_keeps_what_stays_and_appends_targets(
    cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]
) -> None:
    hoa = cast.owner("HOA")
    kept = make_line(hoa, kpis[0], "60")
    ended = make_line(hoa, kpis[1], "40")
    later = make_line(hoa, kpis[2], "10", valid_from=datetime.date(2030, 6, 1))
    make_target(hoa, kpis[0], "2029-12", 9.0)
    make_target(hoa, kpis[0], "2030-01", 10.0)
    make_target(hoa, kpis[0], "2030-02", 10.0)
    made = draft(cast)
    save_lines(
        acting_user=cast.minh,
        assignment=made,
        lines=[line(kpis[0], "60", targets={"2030-01": 10.0, "2030-02": 12.0}), line(kpis[2], "40")],
    )
    propose(acting_user=cast.minh, assignment=made)
    agreements.activate(acting_user=cast.minh, agreement=agree(cast, made))
    kept.refresh_from_db()
    ended.refresh_from_db()
    assert (kept.valid_from, kept.valid_to) == (None, END)  # goes on, not cut in two
    assert ended.valid_to == NEXT - datetime.timedelta(days=1)
    assert Line.objects.get(kpi=kpis[2], valid_from=NEXT).weight == 40
    later.refresh_from_db()
    assert later.valid_from == END + datetime.timedelta(days=1)  # somebody's plan for afterwards
    rows = Target.objects.filter(owner=hoa, kpi=kpis[0]).order_by("period", "revision")
    assert [(row.period, row.revision, row.target) for row in rows] == [
        ("2029-12", 1, 9.0), ("2030-01", 1, 10.0), ("2030-02", 1, 10.0), ("2030-02", 2, 12.0),
    ]  # fmt: skip


def test_a_longer_figure_takes_back_the_shorter_ones_that_would_hide_it(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    hoa = cast.owner("HOA")
    make_target(hoa, kpis[0], "2030-05", 5.0)
    made = draft(cast)
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100", targets={"2030": 60.0})])
    propose(acting_user=cast.minh, assignment=made)
    agreements.activate(acting_user=cast.minh, agreement=agree(cast, made))
    newest = Target.objects.get(owner=hoa, kpi=kpis[0], period="2030-05", revision=2)
    assert newest.target is None
    assert Target.objects.get(owner=hoa, kpi=kpis[0], period="2030").target == 60.0


def test_the_next_scorecard_closes_the_one_before_and_its_agreement(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    first = draft(cast)
    save_lines(acting_user=cast.minh, assignment=first, lines=[line(kpis[0], "100")])
    propose(acting_user=cast.minh, assignment=first)
    agreements.activate(acting_user=cast.minh, agreement=agree(cast, first))
    july = datetime.date(2030, 7, 1)
    second = draft_of(acting_user=cast.minh, owner=cast.owner("HOA"), time=Time(july, None, "Thêm KPI"))
    assert (second.kind, second.base) == ("change", first)
    save_lines(acting_user=cast.minh, assignment=second, lines=[line(kpis[0], "50"), line(kpis[1], "50")])
    agreement = propose(acting_user=cast.minh, assignment=second)
    assert agreement.kind == "change"
    agreements.activate(acting_user=cast.minh, agreement=agree(cast, second))
    first.refresh_from_db()
    assert (first.status, first.valid_to) == (State.CLOSED, datetime.date(2030, 6, 30))
    closed = Agreement.objects.get(subject_id=first.pk)
    assert closed.state == State.CLOSED
    assert closed.voices.filter(kind="closed").count() == 1
    weights = Line.objects.order_by("valid_from", "id").values_list("kpi__code", "weight", "valid_from", "valid_to")
    assert list(weights) == [
        ("REV", 100, NEXT, datetime.date(2030, 6, 30)), ("REV", 50, july, None), ("OTD", 50, july, None),
    ]  # fmt: skip


def test_a_draft_kpi_may_be_proposed_and_keeps_it_from_becoming_active(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    Kpi.objects.filter(pk=kpis[0].pk).update(status="draft")
    made = draft(cast)
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100")])
    propose(acting_user=cast.minh, assignment=made)
    agreement = agree(cast, made)
    with pytest.raises(AgreementGateError) as raised:
        agreements.activate(acting_user=cast.minh, agreement=agreement)
    assert codes(raised) == ["ASSIGNMENT_KPI_DRAFT"]
    assert not Line.objects.exists()


def test_who_proposes_for_themself_is_agreed_by_another(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    made = draft(cast, "HOA", "hoa")
    save_lines(acting_user=cast.hoa, assignment=made, lines=[line(kpis[0], "100")])
    agreement = propose(acting_user=cast.hoa, assignment=made)
    with pytest.raises(AgreementForbiddenError):
        agreements.speak(acting_user=cast.hoa, agreement=agreement, answer="yes")


def test_closing_a_scorecard_ends_its_lines_today(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    first = today(cast.company).replace(day=1)
    made = draft_of(acting_user=cast.minh, owner=cast.owner("HOA"), time=Time(first, END))
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100")])
    propose(acting_user=cast.minh, assignment=made)
    agreement = agree(cast, made)
    agreements.activate(acting_user=cast.minh, agreement=agreement)
    agreements.close(acting_user=cast.lan, agreement=agreement)
    made.refresh_from_db()
    assert made.status == State.CLOSED
    assert Line.objects.get().valid_to == today(cast.company)


def test_an_agreed_change_takes_effect_on_its_day_and_a_first_scorecard_waits(
    cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]
) -> None:
    first = today(cast.company)
    make_line(cast.owner("HOA"), kpis[0], "100")
    drafts = {
        code: draft_of(acting_user=cast.minh, owner=cast.owner(code), time=Time(first, END, "Thêm khách mới"))
        for code in ("HOA", "AN")
    }
    for made in drafts.values():
        save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "70"), line(kpis[2], "30")])
        propose(acting_user=cast.minh, assignment=made)
        agree(cast, made)
    (done,) = agreements.activate_ripe(cast.company)
    assert (done.agreement.owner.code, done.error) == ("HOA", None)
    for made in drafts.values():
        made.refresh_from_db()
    assert (drafts["HOA"].status, drafts["AN"].status) == (State.ACTIVE, State.AGREED)
