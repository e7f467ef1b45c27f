"""The weekly word on key results: who may give it, when, and what comes of two at once."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from tests.cast import Cast, make_kpi
from tests.okr.okr_cases import RESULTS, codes, make_objective, report, results_of, this_week

from tamnhin.base.models import AuditEntry, ChangeRefusedError
from tamnhin.okr.models import CheckIn
from tamnhin.okr.reporting import Said, check_in
from tamnhin.okr.services import close
from tamnhin.okr.weeks import weeks_in
from tamnhin.okr.writing import RefusedError, Wanted


def test_a_week_is_reported_in_one_act_and_a_correction_is_another_row(cast: Cast) -> None:
    running = make_objective(cast)
    first, second, _third = results_of(running)
    week = this_week(cast)
    said = [Said(first.pk, 6, 12.0, "ký thêm bốn điểm"), Said(second.pk, 4)]
    assert len(check_in(acting_user=cast.minh, company=cast.company, week=week, said=said)) == 2
    entry = AuditEntry.objects.get(action="okr.checked_in")
    assert entry.after["said"][0] == {
        "key_result": first.pk,
        "value": 12.0,
        "confidence": 6,
        "note": "ký thêm bốn điểm",
    }
    assert check_in(acting_user=cast.minh, company=cast.company, week=week, said=said) == []
    check_in(acting_user=cast.minh, company=cast.company, week=week, said=[Said(first.pk, 7, 14.0)])
    assert list(CheckIn.objects.filter(key_result=first).order_by("pk").values_list("value", flat=True)) == [12.0, 14.0]
    with pytest.raises(ChangeRefusedError):
        CheckIn.objects.all().delete()


def test_a_wrong_report_is_refused_as_a_whole(cast: Cast) -> None:
    kpi = make_kpi(cast.company)
    results = [*RESULTS[:2], Wanted("Doanh thu", 0.0, 100.0, kpi=kpi, kpi_owner=cast.owner("KD"))]
    first, second, third = results_of(make_objective(cast, results=results))
    said = [Said(first.pk, 5, 3.0), Said(second.pk, None, float("nan")), Said(third.pk, 11, 5.0)]
    with pytest.raises(RefusedError) as refused:
        check_in(acting_user=cast.minh, company=cast.company, week=this_week(cast), said=said)
    assert codes(refused.value) == [
        ("OKR_CONFIDENCE_MISSING", f"{second.pk}.confidence"),
        ("OKR_NUMBER_NOT_FINITE", f"{second.pk}.value"),
        ("OKR_CONFIDENCE_MISSING", f"{third.pk}.confidence"),
        ("OKR_VALUE_IS_KPI", f"{third.pk}.value"),
    ]
    assert not CheckIn.objects.exists()


def test_only_this_week_and_the_last_can_be_reported(cast: Cast) -> None:
    row = results_of(make_objective(cast))[0]
    for back in (0, 1):
        check_in(acting_user=cast.minh, company=cast.company, week=this_week(cast, back), said=[Said(row.pk, 5)])
    for week in (this_week(cast, 2), this_week(cast, -1), "hôm nay"):
        with pytest.raises(RefusedError) as refused:
            check_in(acting_user=cast.minh, company=cast.company, week=week, said=[Said(row.pk, 5)])
        assert codes(refused.value) == [("OKR_WEEK_CLOSED", None)]
    assert CheckIn.objects.count() == 2


def test_whoever_comes_second_sees_what_was_said_meanwhile(cast: Cast) -> None:
    row = results_of(make_objective(cast))[0]
    week = this_week(cast)
    made = check_in(acting_user=cast.lan, company=cast.company, week=week, said=[Said(row.pk, 3, 9.0, seen=0)])
    with pytest.raises(RefusedError) as refused:
        check_in(acting_user=cast.minh, company=cast.company, week=week, said=[Said(row.pk, 8, 11.0, seen=0)])
    assert codes(refused.value) == [("OKR_REPORTED_MEANWHILE", f"{row.pk}.value")]
    assert "Trần Thị Lan" in refused.value.problems[0].text("vi")
    check_in(acting_user=cast.minh, company=cast.company, week=week, said=[Said(row.pk, 8, 11.0, seen=made[0].pk)])
    assert CheckIn.objects.count() == 2


def test_a_key_result_is_reported_by_who_carries_it_and_by_who_edits_it_and_nobody_else(cast: Cast) -> None:
    results = [dataclasses.replace(RESULTS[0], carrier=cast.person("AN")), *RESULTS[1:]]
    first, second, _third = results_of(make_objective(cast, results=results))
    week = this_week(cast)
    check_in(acting_user=cast.an, company=cast.company, week=week, said=[Said(first.pk, 5)])
    check_in(acting_user=cast.hung, company=cast.company, week=week, said=[Said(second.pk, 5)])
    for who, row in (("an", second), ("hoa", first), ("thu", first), ("quang", first)):
        with pytest.raises(RefusedError) as refused:
            check_in(acting_user=getattr(cast, who), company=cast.company, week=week, said=[Said(row.pk, 9)])
        assert codes(refused.value) == [("OKR_NOT_ALLOWED", str(row.pk))]
    assert CheckIn.objects.count() == 2


def test_a_draft_or_an_ended_objective_takes_no_report(cast: Cast) -> None:
    draft = make_objective(cast, active=False)
    ended = close(acting_user=None, objective=make_objective(cast, "HOA", "Đã thôi"), reason="thôi")
    for objective in (draft, ended):
        with pytest.raises(RefusedError):
            report(cast, objective, (1.0, 5))
    assert not CheckIn.objects.exists()


def test_weeks_belong_to_the_quarter_of_their_thursday() -> None:
    from tamnhin.engine.periods import parse

    weeks = weeks_in(parse("2026-Q1"), datetime.date(2026, 12, 31))
    assert (weeks[0], weeks[-1], len(weeks)) == ("2026-W01", "2026-W13", 13)
    assert weeks_in(parse("2026-Q1"), datetime.date(2026, 1, 14)) == ["2026-W01", "2026-W02", "2026-W03"]
    assert weeks_in(parse("2027-Q1"), datetime.date(2026, 12, 28))[:1] == []
