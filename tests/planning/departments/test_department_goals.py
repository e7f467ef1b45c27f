"""A department's goals beside the company's: who sees them, what is missing, adding and proposing several at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.cast import Cast
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished
from tests.strategy.plans import strategic, with_vision, yearly

from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import speak
from tamnhin.strategy.models import Cycle, Goal


def page(browser: Browser, user: object, unit: str = "KD") -> Any:
    answer = browser.of(user).get(reverse("unit_goals", args=[unit]))
    assert answer.status_code == 200
    return answer.context["page"]


@pytest.fixture
def plan(sao: Furnished) -> Furnished:
    """Two goals of the company, one of them served by sales; a draft of sales that serves nothing."""
    cast = sao.cast
    with_vision(cast)
    one, two = strategic(cast, code="CL1"), strategic(cast, code="CL2")
    Goal.objects.update(status="active")
    assert two.pk
    yearly(cast, code="N1", parent=one, kpi=sao.revenue, baseline=100.0, target=400.0)
    yearly(cast, code="N2")
    yearly(cast, cast.lan, code="SX1", unit=cast.factory, parent=one)
    return sao


def test_left_stand_the_companys_goals_with_ours_under_them_and_right_ours(plan: Furnished, browser: Browser) -> None:
    shown = page(browser, plan.cast.minh)
    assert [(one.row.code, [link.note for link in one.ours], one.unserved) for one in shown.above] == [
        ("CL1", ["N1"], False), ("CL2", [], True),
    ]  # fmt: skip
    assert [(one.row.code, one.ready) for one in shown.ours] == [("N1", True), ("N2", False)]
    assert (shown.unserved, shown.loose, shown.drafts) == (1, 1, 2)
    assert any("SMART" in text for text in shown.ours[1].faults)


def test_a_department_may_serve_a_quarterly_goal_of_the_company(plan: Furnished, browser: Browser) -> None:
    cast = plan.cast
    quarter = yearly(cast, cast.lan, code="Q1", unit=cast.root, parent=Goal.objects.get(code="CL1"))
    Goal.objects.filter(pk=quarter.pk).update(status="active", horizon="quarter")
    shown = page(browser, cast.minh)
    assert "Q1" in [one.row.code for one in shown.above]
    assert "Q1" in dict(shown.add.fields["parent"].choices)
    # the root unit is the company itself: beside its goals stand only the strategic ones
    assert [one.row.code for one in page(browser, cast.lan, "SAO").above] == ["CL1", "CL2"]


def test_who_sees_the_unit_reads_and_who_leads_it_writes(plan: Furnished, browser: Browser) -> None:
    cast = plan.cast
    for name, writes in (("lan", True), ("hung", True), ("dung", True), ("minh", True), ("hoa", False), ("an", False),
                         ("thu", False), ("tuan", False), ("phuc", False)):  # fmt: skip
        assert page(browser, getattr(cast, name)).may_write is writes
        if not writes:
            answer = browser.of(getattr(cast, name)).post(
                reverse("unit_goals", args=["KD"]), {"act": "add", "title": "Một mục tiêu nào đó"}
            )
            assert answer.status_code == 404
    assert [one.row.code for one in page(browser, cast.hoa).ours] == []  # drafts are for those who write
    for user in (cast.binh, cast.quang, cast.nobody):
        assert browser.of(user).get(reverse("unit_goals", args=["KD"])).status_code == 404
    for code in ("HOA", "KHONG"):  # a person is no department
        assert browser.of(cast.lan).get(reverse("unit_goals", args=[code])).status_code == 404


def test_a_company_with_nothing_in_it_has_the_page(cast: Cast, browser: Browser) -> None:
    assert page(browser, cast.lan, "SX").above == []


def test_a_goal_is_added_in_one_line_where_no_cycle_is_set_and_where_one_is(cast: Cast, browser: Browser) -> None:
    strategic(cast, code="CL1", perspective="customer")
    Goal.objects.update(status="active")
    minh = browser.of(cast.minh)
    key = page(browser, cast.minh).add["cycle"].value()
    minh.post(
        reverse("unit_goals", args=["KD"]), {"act": "add", "title": "Mở 20 điểm bán mới", "parent": "CL1", "cycle": key}
    )
    goal = Goal.objects.get(unit=cast.sales)
    assert (goal.horizon, goal.parent.code if goal.parent else "", goal.owner) == ("year", "CL1", cast.owner("MINH"))
    assert (goal.perspective, goal.status) == ("customer", "draft")
    cycle = Cycle.objects.create(
        company=cast.company, code="Q", kind="quarter", valid_from=goal.valid_from, valid_to=goal.valid_to
    )
    minh.post(reverse("unit_goals", args=["KD"]), {"act": "add", "title": "Gọi lại khách cũ", "cycle": "Q"})
    assert Goal.objects.latest("pk").cycle == cycle


def test_a_line_that_is_refused_keeps_its_words(cast: Cast, browser: Browser) -> None:
    answer = browser.of(cast.minh).post(
        reverse("unit_goals", args=["KD"]), {"act": "add", "title": "Viết rồi thì còn", "cycle": "lạ"}
    )
    assert answer.status_code == 422
    assert "cycle" in answer.context["page"].add.errors
    assert "Viết rồi thì còn" in answer.content.decode()
    assert not Goal.objects.exists()
    assert browser.of(cast.minh).post(reverse("unit_goals", args=["KD"]), {"act": "bay"}).status_code == 404


def propose(browser: Browser, user: object, *codes: str, **more: Any) -> Any:
    ids = [str(pk) for pk in Goal.objects.filter(code__in=codes).values_list("pk", flat=True)]
    return browser.of(user).post(reverse("unit_goals", args=["KD"]), {"act": "propose", "goals": ids, **more})


def test_several_are_proposed_at_once_and_each_shows_what_it_waits_for(plan: Furnished, browser: Browser) -> None:
    cast = plan.cast
    top = Goal.objects.get(code="CL2")
    yearly(cast, code="N3", parent=top, kpi=plan.revenue, baseline=1.0, target=2.0)
    answer = propose(browser, cast.minh, "N1", "N3", people="HOA", related=["SX"], note="Xin xem trước thứ sáu")
    assert answer.status_code == 302
    shown = page(browser, cast.minh)
    lines = {one.row.code: one.timeline for one in shown.ours}
    assert lines["N1"] is not None
    assert lines["N3"] is not None
    assert lines["N1"].waits_for
    assert lines["N2"] is None
    assert shown.waiting == 2
    speak(acting_user=cast.hung, agreement=Agreement.objects.first(), answer="no", text="Thiếu căn cứ")  # type: ignore[arg-type]
    shown = page(browser, cast.minh)
    assert [one.row.state for one in shown.ours if one.row.code == "N1"] == ["draft"]


def test_one_that_is_not_fit_holds_all_back_and_is_named(plan: Furnished, browser: Browser) -> None:
    answer = propose(browser, plan.cast.minh, "N1", "N2")
    assert answer.status_code == 422
    assert "N2" in str(answer.context["page"].propose.non_field_errors())
    assert not Agreement.objects.exists()
    none = propose(browser, plan.cast.minh)
    assert "Chưa chọn mục tiêu nào" in str(none.context["page"].propose.non_field_errors())


def test_goals_of_another_unit_are_not_proposed_from_here(plan: Furnished, browser: Browser) -> None:
    answer = propose(browser, plan.cast.minh, "SX1")
    assert answer.status_code == 422
    assert not Agreement.objects.exists()


def test_a_goal_that_another_department_serves_is_no_gap_for_those_who_cannot_see_that_departments_goals(
    plan: Furnished, browser: Browser
) -> None:
    Goal.objects.filter(code="SX1").update(status="active", parent=Goal.objects.get(code="CL2"))
    shown = {one.row.code: one for one in page(browser, plan.cast.minh).above}
    assert (shown["CL2"].ours, shown["CL2"].others, shown["CL2"].unserved) == ([], 1, False)
    assert "SX1" not in browser.of(plan.cast.minh).get(reverse("unit_goals", args=["KD"])).content.decode()
