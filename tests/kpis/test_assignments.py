"""Giving scorecards: drafts, exact weights, proposing them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from tests.cast import Cast, make_kpi, make_line

from tamnhin.agreements import services as agreements
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.states import State
from tamnhin.base.models import AuditEntry
from tamnhin.evaluation.models import EvaluationPeriod
from tamnhin.kpis.access import assignments_visible_to
from tamnhin.kpis.checks import problems_of
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi
from tamnhin.kpis.services.assignments import (
    AssignmentConflictError,
    AssignmentForbiddenError,
    AssignmentInvalidError,
    LineInput,
    Time,
    draft_of,
    drafts_of,
    save_lines,
    save_many,
)
from tamnhin.kpis.services.editing import change_time, copy_from, discard, save_series, split_equally
from tamnhin.kpis.services.proposals import agreement_of, propose, propose_many
from tamnhin.organisation.access import forget_scope, today
from tamnhin.organisation.models import Person, Unit
from tamnhin.organisation.services import OtherCompanyError

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


# -- drafts -----------------------------------------------------------------------------------------------------


def test_a_first_scorecard_is_empty_and_new(cast: Cast) -> None:
    made = draft(cast)
    assert (made.kind, made.status, made.valid_from, made.valid_to) == ("new", State.DRAFT, NEXT, END)
    assert made.lines.count() == 0
    assert made.created_by == cast.minh
    assert draft(cast).pk == made.pk  # asked again, it is the same one


def test_a_draft_of_somebody_who_has_lines_is_a_change_made_of_them(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    hoa = cast.owner("HOA")
    make_line(hoa, kpis[0], "60", method="ratio", cap=110.0)
    make_line(hoa, kpis[1], "40", valid_to=NEXT - datetime.timedelta(days=1))  # has ended by then
    made = draft(cast)
    assert (made.kind, made.base, made.valid_to) == ("change", None, END)
    (only,) = made.lines.all()
    assert (only.kpi, only.weight, only.method, only.cap) == (kpis[0], Decimal(60), "ratio", 110.0)
    assert only.targets == {}
    assert only.total is None


def test_heads_write_below_themselves_people_their_own_and_nobody_else_anything(cast: Cast) -> None:
    assert draft(cast, "HOA", "minh").owner.code == "HOA"
    assert draft(cast, "KD1", "minh").owner.code == "KD1"
    assert draft(cast, "BINH", "binh").owner.code == "BINH"
    assert draft(cast, "SX", "hung").owner.code == "SX"
    for code, user in (
        ("BINH", "minh"), ("MINH", "hoa"), ("SX", "binh"), ("AN", "thu"), ("AN", "tuan"), ("AN", "phuc"),
        ("AN", "quang"),
    ):  # fmt: skip
        with pytest.raises(AssignmentForbiddenError):
            draft(cast, code, user)
    with pytest.raises(OtherCompanyError):
        drafts_of(acting_user=cast.quang, company=cast.other, owners=[cast.owner("HOA")])


def test_an_auditor_writes_not_even_their_own(cast: Cast) -> None:
    from tamnhin.accounts.models import Role
    from tamnhin.accounts.services import grant_role

    grant_role(acting_user=None, company_id=cast.company.pk, user=cast.hoa, role=Role.AUDITOR, unit_id=None)
    forget_scope(cast.hoa)
    with pytest.raises(AssignmentForbiddenError):
        draft(cast, "HOA", "hoa")


def test_the_usual_first_day_is_never_in_the_past_months_of_somebody_with_a_scorecard(cast: Cast) -> None:
    from tamnhin.kpis.selectors.planned import usual_start

    assert usual_start(cast.company) > today(cast.company)
    EvaluationPeriod.objects.create(company=cast.company, period="2031", status="locked")
    assert usual_start(cast.company, changing=False) == datetime.date(2032, 1, 1)


# -- lines ------------------------------------------------------------------------------------------------------


def test_lines_are_saved_with_the_figures_of_their_periods(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    revenue, delivery, new = kpis
    made = save_lines(
        acting_user=cast.minh,
        assignment=draft(cast),
        lines=[line(revenue, "60", total=100.0), line(delivery, "40", total=95.0), line(new, "0")],
        revision=1,
    )
    assert made.revision == 2
    held = {row.kpi_id: row for row in made.lines.all()}
    months = held[revenue.pk].targets
    assert len(months) == 12
    assert sum(months.values()) == 100.0
    assert set(months.values()) == {8.0, 9.0}  # nobody reads out 8,333
    assert set(held[delivery.pk].targets.values()) == {95.0}
    assert held[new.pk].weight == 0
    entry = AuditEntry.objects.get(action="assignment.saved")
    assert [one["weight"] for one in entry.after["lines"]] == ["60", "40", "0"]


def test_saving_the_same_again_writes_nothing(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    lines = [line(kpis[0], "100", total=10.0)]
    made = save_lines(acting_user=cast.minh, assignment=draft(cast), lines=lines)
    again = save_lines(acting_user=cast.minh, assignment=made, lines=lines, revision=made.revision)
    assert again.revision == made.revision
    assert AuditEntry.objects.filter(action="assignment.saved").count() == 1


@pytest.mark.parametrize(
    ("weight", "code"),
    [
        ("-1", "ASSIGNMENT_WEIGHT_OUT_OF_RANGE"),
        ("100.01", "ASSIGNMENT_WEIGHT_OUT_OF_RANGE"),
        ("33.333", "ASSIGNMENT_WEIGHT_TOO_FINE"),
        ("NaN", "ASSIGNMENT_WEIGHT_NOT_A_NUMBER"),
        ("Infinity", "ASSIGNMENT_WEIGHT_NOT_A_NUMBER"),
    ],
)
def test_a_wrong_weight_is_refused_at_its_kpi(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi], weight: str, code: str) -> None:
    with pytest.raises(AssignmentInvalidError) as raised:
        save_lines(acting_user=cast.minh, assignment=draft(cast), lines=[line(kpis[0], weight)])
    assert [(one.code, one.owner, one.kpi) for one in raised.value.problems] == [(code, "HOA", "REV")]
    assert AssignmentLine.objects.count() == 0


def test_finer_weights_of_a_file_may_stay_as_they_are(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    hoa = cast.owner("HOA")
    make_line(hoa, kpis[0], "33.333333")
    made = draft(cast)
    lines = [LineInput.of(row) for row in made.lines.all()]
    save_lines(acting_user=cast.minh, assignment=made, lines=[*lines, line(kpis[1], "10")])
    assert made.lines.get(kpi=kpis[0]).weight == Decimal("33.333333")


def test_what_else_is_wrong_with_lines_is_told_all_at_once(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    revenue, delivery, new = kpis
    Kpi.objects.filter(pk=new.pk).update(status="retired")
    stranger = make_kpi(cast.other, "FAR")
    with pytest.raises(AssignmentInvalidError) as raised:
        save_lines(
            acting_user=cast.minh,
            assignment=draft(cast),
            lines=[
                line(revenue, "50"), line(revenue, "20"), line(new, "10"), line(stranger, "10"),
                line(delivery, "10", total=float("nan"), terms={"method": "magic"}, goal_id=999_999),
            ],
        )  # fmt: skip
    assert codes(raised) == [
        "ASSIGNMENT_KPI_TWICE", "ASSIGNMENT_KPI_RETIRED", "ASSIGNMENT_KPI_UNKNOWN", "ASSIGNMENT_TARGET_NOT_A_NUMBER",
        "ASSIGNMENT_METHOD_NOT_ALLOWED", "ASSIGNMENT_GOAL_UNKNOWN",
    ]  # fmt: skip


def test_a_post_is_a_unit_in_which_the_person_works(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    made = draft(cast)
    home = Person.objects.get(pk=made.owner_id).unit_id
    for unit in (cast.factory.pk, Unit.objects.get(company=cast.other).pk):
        with pytest.raises(AssignmentInvalidError) as raised:
            save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100", post_id=unit)])
        assert codes(raised) == ["ASSIGNMENT_POST_UNKNOWN"]
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100", post_id=home)])
    assert made.lines.get().post_id == home


def test_the_second_of_two_writers_is_told_and_overwrites_nothing(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    made = draft(cast)
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100")], revision=1)
    with pytest.raises(AssignmentConflictError) as raised:
        save_lines(acting_user=cast.hung, assignment=made, lines=[line(kpis[1], "100")], revision=1)
    assert raised.value.current.changed_by == cast.minh
    assert [row.kpi for row in made.lines.all()] == [kpis[0]]


def test_equal_weights_total_exactly_100_and_leave_followed_numbers_alone(
    cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]
) -> None:
    extra = make_kpi(cast.company, "FOLLOW", "Chỉ theo dõi")
    made = draft(cast)
    save_lines(
        acting_user=cast.minh,
        assignment=made,
        lines=[*(line(kpi, "10") for kpi in kpis), line(extra, "0")],
    )
    split_equally(acting_user=cast.minh, company=cast.company, owners=[made.owner])
    assert [str(row.weight) for row in made.lines.order_by("order")] == [
        "33.340000", "33.330000", "33.330000", "0.000000",
    ]  # fmt: skip


def test_a_copy_takes_lines_and_leaves_targets_behind(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    an = cast.owner("AN")
    make_line(an, kpis[0], "70", method="ratio")
    make_line(an, kpis[1], "30")
    made = copy_from(acting_user=cast.minh, assignment=draft(cast), source=an)
    assert [(row.kpi.code, row.weight, row.method, row.targets) for row in made.lines.order_by("order")] == [
        ("REV", 70, "ratio", {}), ("OTD", 30, "", {}),
    ]  # fmt: skip
    with pytest.raises(AssignmentInvalidError) as raised:  # Hoa sees nothing of An's
        copy_from(acting_user=cast.hoa, assignment=made, source=an)
    assert codes(raised) == ["ASSIGNMENT_EMPTY"]


def test_another_time_divides_totals_again_and_leaves_written_series(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    revenue, _delivery, new = kpis
    made = draft(cast)
    lines = [line(revenue, "50", total=120.0), line(new, "50", total=7.0, targets={"2030-05": 7.0}, profile="custom")]
    save_lines(acting_user=cast.minh, assignment=made, lines=lines)
    half = datetime.date(2030, 7, 1)
    made = change_time(acting_user=cast.minh, assignment=made, valid_from=half, valid_to=END, reason="Nửa năm")
    held = {row.kpi_id: row.targets for row in made.lines.all()}
    assert list(held[revenue.pk].values()) == [20.0] * 6
    assert held[new.pk] == {"2030-05": 7.0}
    assert [one.code for one in problems_of(cast.company, [made])[made.pk]] == ["ASSIGNMENT_TARGET_OUTSIDE"]
    with pytest.raises(AssignmentInvalidError) as raised:
        change_time(acting_user=cast.minh, assignment=made, valid_from=END, valid_to=half)
    assert codes(raised) == ["ASSIGNMENT_DATES_REVERSED"]


def test_one_series_is_saved_beside_the_other_lines(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    made = draft(cast)
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "50"), line(kpis[1], "50")])
    made = save_series(
        acting_user=cast.minh, assignment=made, kpi_id=kpis[0].pk, total=3.0, targets={"2030-01": 3.0}, profile="custom"
    )
    assert made.lines.get(kpi=kpis[0]).targets == {"2030-01": 3.0}
    assert made.lines.get(kpi=kpis[1]).targets == {}
    with pytest.raises(AssignmentInvalidError):
        save_series(acting_user=cast.minh, assignment=made, kpi_id=kpis[2].pk, total=None, targets={})


def test_a_draft_is_thrown_away_and_one_that_was_spoken_of_is_closed(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    made = draft(cast)
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100")])
    discard(acting_user=cast.minh, assignment=made)
    assert not Assignment.objects.exists()
    made = draft(cast)
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100")])
    agreement = propose(acting_user=cast.minh, assignment=made)
    agreements.withdraw(acting_user=cast.minh, agreement=agreement)
    discard(acting_user=cast.minh, assignment=made)
    made.refresh_from_db()
    assert made.status == State.CLOSED


# -- proposing ----------------------------------------------------------------------------------------------------


def test_a_total_that_is_not_100_is_refused_and_says_by_how_much(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    made = draft(cast)
    for weights, code, missing in ((("60", "39.99"), "SHORT", "0,01"), (("60", "50"), "OVER", "10")):
        save_lines(
            acting_user=cast.minh,
            assignment=made,
            lines=[line(kpi, weight) for kpi, weight in zip(kpis, weights, strict=False)],
        )
        with pytest.raises(AssignmentInvalidError) as raised:
            propose(acting_user=cast.minh, assignment=made)
        assert codes(raised) == [f"ASSIGNMENT_WEIGHTS_{code}"]
        assert missing in raised.value.problems[0].text("vi")
    made.refresh_from_db()
    assert made.status == State.DRAFT
    assert not Agreement.objects.exists()


def test_an_empty_one_and_one_of_somebody_who_has_left_are_refused(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    made = draft(cast)
    with pytest.raises(AssignmentInvalidError) as raised:
        propose(acting_user=cast.minh, assignment=made)
    assert codes(raised) == ["ASSIGNMENT_EMPTY"]
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100")])
    Person.objects.filter(owner=made.owner).update(left=datetime.date(2029, 12, 31))
    with pytest.raises(AssignmentInvalidError) as raised:
        propose(acting_user=cast.minh, assignment=made)
    assert codes(raised) == ["ASSIGNMENT_OWNER_LEFT"]


def test_a_change_needs_a_reason_a_difference_and_a_day_that_is_not_past(
    cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]
) -> None:
    make_line(cast.owner("HOA"), kpis[0], "100")
    past = today(cast.company).replace(day=1) - datetime.timedelta(days=1)
    made = draft_of(acting_user=cast.minh, owner=cast.owner("HOA"), time=Time(past))
    with pytest.raises(AssignmentInvalidError) as raised:
        propose(acting_user=cast.minh, assignment=made)
    assert codes(raised) == ["ASSIGNMENT_DATE_ELAPSED", "ASSIGNMENT_REASON_MISSING", "ASSIGNMENT_NOTHING_CHANGED"]


def test_nothing_begins_inside_or_before_a_locked_period(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    EvaluationPeriod.objects.create(company=cast.company, period="2030-Q1", status="locked")
    made = draft(cast)
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100")])
    with pytest.raises(AssignmentInvalidError) as raised:
        propose(acting_user=cast.minh, assignment=made)
    assert codes(raised) == ["ASSIGNMENT_DATE_LOCKED"]


def test_what_is_proposed_is_not_edited_until_it_is_withdrawn(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    made = draft(cast)
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100")])
    agreement = propose(acting_user=cast.minh, assignment=made)
    made.refresh_from_db()
    assert made.status == agreement.state
    assert made.status != State.DRAFT
    with pytest.raises(AssignmentInvalidError) as raised:
        save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[1], "100")])
    assert codes(raised) == ["ASSIGNMENT_NOT_A_DRAFT"]
    agreements.withdraw(acting_user=cast.minh, agreement=agreement)
    made.refresh_from_db()
    assert made.status == State.DRAFT
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[1], "100")])


def test_an_auditor_reads_a_scorecard_once_it_was_proposed_and_keeps_reading_it(
    cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]
) -> None:
    made = draft(cast)
    save_lines(acting_user=cast.minh, assignment=made, lines=[line(kpis[0], "100")])
    assert not assignments_visible_to(cast.thu, cast.company).exists()
    agreement = propose(acting_user=cast.minh, assignment=made)
    agreements.speak(acting_user=cast.hung, agreement=agreement, answer="no", text="Chưa có căn cứ")
    assert assignments_visible_to(cast.thu, cast.company).get() == made
    assert not assignments_visible_to(cast.an, cast.company).exists()


def test_many_are_proposed_in_one_act_or_none_of_them(cast: Cast, kpis: tuple[Kpi, Kpi, Kpi]) -> None:
    owners = [cast.owner(code) for code in ("HOA", "AN", "KD1")]
    drafts = save_many(
        acting_user=cast.minh,
        company=cast.company,
        lines={owner: [line(kpis[0], "100", total=12.0)] for owner in owners},
        time=Time(NEXT, END),
    )
    save_lines(acting_user=cast.minh, assignment=drafts[owners[1].pk], lines=[line(kpis[0], "90")])
    with pytest.raises(AssignmentInvalidError) as raised:
        propose_many(acting_user=cast.minh, company=cast.company, assignments={one.pk: None for one in drafts.values()})
    assert [(one.code, one.owner) for one in raised.value.problems] == [("ASSIGNMENT_WEIGHTS_SHORT", "AN")]
    assert not Agreement.objects.exists()
    save_lines(acting_user=cast.minh, assignment=drafts[owners[1].pk], lines=[line(kpis[0], "100")])
    made = propose_many(
        acting_user=cast.minh, company=cast.company, assignments={one.pk: None for one in drafts.values()}
    )
    assert {one.owner.code for one in made} == {"HOA", "AN", "KD1"}
    assert not Assignment.objects.filter(status=State.DRAFT).exists()
    with pytest.raises(AssignmentForbiddenError):
        propose_many(acting_user=cast.binh, company=cast.company, assignments={drafts[owners[0].pk].pk: None})
