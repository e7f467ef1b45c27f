"""Pages of giving scorecards: the units, the matrix and its saving, proposing many, one plan from draft to force."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import make_kpi, make_line
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.agreements.models import Agreement
from tamnhin.agreements.states import State
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi, Line
from tamnhin.kpis.services.assignments import LineInput, Time, draft_of, save_lines
from tamnhin.organisation.services import add_person, create_company

FIRST, LAST = "2030-01-01", "2030-12-31"
TIME = Time(datetime.date(2030, 1, 1), datetime.date(2030, 12, 31), "Năm mới")


def draft(sao: Furnished, code: str, *lines: LineInput, user: str = "minh") -> Assignment:
    acting = sao.user(user)
    made = draft_of(acting_user=acting, owner=sao.cast.owner(code), time=TIME)
    return save_lines(acting_user=acting, assignment=made, lines=lines) if lines else made


def line(kpi: Kpi, weight: str, **more: Any) -> LineInput:
    return LineInput(kpi.pk, Decimal(weight), **more)


def post_cells(client: Client, unit: str, *cells: list[Any], first: str = FIRST, last: str = LAST) -> Any:
    return client.post(
        reverse("assign_save", args=[unit]),
        json.dumps({"first": first, "last": last, "cells": list(cells)}),
        content_type="application/json",
    )


def form_of(made: Assignment, **changes: str) -> dict[str, str]:
    """What the page of a plan would send unchanged, and the changes."""
    out = {
        "revision": str(made.revision), "first": made.valid_from.isoformat(),
        "last": made.valid_to.isoformat() if made.valid_to else "", "reason": made.reason,
    }  # fmt: skip
    for i, row in enumerate(made.lines.order_by("order", "id").select_related("kpi")):
        out |= {f"kpi-{i}": row.kpi.code, f"weight-{i}": f"{row.weight.normalize():f}".replace(".", ",")}
        out |= {f"total-{i}": "" if row.total is None else f"{row.total:g}", f"goal-{i}": "", f"method-{i}": row.method}
    return out | changes


# -- what a KPI proposes


@pytest.mark.parametrize(("proposed", "taken"), [("inverse", "inverse"), ("baseline", ""), ("", "")])
def test_a_new_line_takes_the_method_that_its_kpi_proposes(
    proposed: str, taken: str, sao: Furnished, browser: Browser
) -> None:
    """By the matrix and on the page of one scorecard; one that needs more than a target is left to people."""
    days = make_kpi(sao.cast.company, "DAYS", "Số ngày khóa sổ", direction="lower", aggregation="mean", method=proposed)
    minh = browser.of(sao.cast.minh)
    assert post_cells(minh, "KD", [sao.cast.owner("KD1").pk, days.pk, "w", None, 100]).status_code == 200
    made = draft(sao, "HOA", line(sao.revenue, "100"))
    answer = minh.post(reverse("plan", args=[made.pk]), form_of(made, then="add", kpi="DAYS"))
    assert answer.status_code == 302
    rows = AssignmentLine.objects.filter(kpi=days).values_list("assignment__owner__code", "method")
    assert set(rows) == {("KD1", taken), ("HOA", taken)}


# -- where it begins -----------------------------------------------------------------------------------------


def test_a_head_sees_their_units_and_how_far_each_has_come(sao: Furnished, browser: Browser) -> None:
    draft(sao, "HOA", line(sao.revenue, "100"))
    page = browser.of(sao.cast.minh).get(reverse("assign")).context["page"]
    assert [(row.name, row.depth, row.people, row.members) for row in page.units] == [
        ("Kinh doanh", 0, 2, 4), ("Nhóm Bắc", 1, 1, 2),
    ]  # fmt: skip
    sales = page.units[0]
    assert (sales.settled, sales.drafts, sales.none) == (2, 1, 1)  # the unit and Minh; Hoa; the team without any
    assert page.mine.stage == "active"


def test_somebody_without_a_scorecard_is_named(sao: Furnished, browser: Browser) -> None:
    add_person(acting_user=None, company=sao.cast.company, code="MOI", name="Người Mới", unit=sao.cast.sales)
    page = browser.of(sao.cast.minh).get(reverse("assign")).context["page"]
    assert [link.label for link in page.missing] == ["Người Mới"]


def test_an_employee_sees_their_own_and_no_unit(sao: Furnished, browser: Browser) -> None:
    answer = browser.of(sao.cast.hoa).get(reverse("assign"))
    page = answer.context["page"]
    assert page.units == []
    assert page.mine.new_url == reverse("plan_new", args=["HOA"])
    assert "Bạn không giao KPI" in answer.content.decode()


def test_strangers_find_nothing_and_an_auditor_changes_nothing(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "100"))
    quang, thu = browser.of(sao.cast.quang), browser.of(sao.cast.thu)
    for name, args in (
        ("assign_unit", ["KD"]), ("assign_propose", ["KD"]), ("plan", [made.pk]), ("plan_effect", [made.pk]),
        ("plan_new", ["HOA"]),
    ):  # fmt: skip
        assert quang.get(reverse(name, args=args)).status_code == 404, name
    assert browser.of(sao.cast.nobody).get(reverse("assign")).status_code == 404
    assert thu.get(reverse("assign_unit", args=["KD"])).status_code == 200
    assert thu.get(reverse("plan", args=[made.pk])).status_code == 404  # a draft is its writers'
    assert post_cells(thu, "KD", [sao.cast.owner("HOA").pk, sao.revenue.pk, "w", None, 5]).status_code == 404
    assert thu.get(reverse("assign_propose", args=["KD"])).status_code == 404
    assert Client().get(reverse("assign")).status_code == 302


def test_a_company_without_any_kpi_has_a_page_and_a_matrix(browser: Browser, cast: Any) -> None:
    client = browser.of(cast.lan)
    assert client.get(reverse("assign")).status_code == 200
    page = client.get(reverse("assign_unit", args=["SAO"])).context["page"]
    assert page.data["columns"] == []
    assert next(row["name"] for row in page.data["rows"]) == "Công ty Sao"


# -- the matrix ----------------------------------------------------------------------------------------------


def test_the_matrix_holds_the_unit_its_people_and_its_units(sao: Furnished, browser: Browser) -> None:
    page = browser.of(sao.cast.minh).get(reverse("assign_unit", args=["KD"])).context["page"]
    data = page.data
    assert [column["code"] for column in data["columns"]] == ["REV", "OTD"]
    assert [(row["code"], row["cells"], row["total"]) for row in data["rows"]] == [
        ("KD", [100.0, None], 100.0), ("KD1", [None, None], 0.0), ("MINH", [100.0, None], 100.0),
        ("HOA", [60.0, 40.0], 100.0),
    ]  # fmt: skip
    assert [kpi["code"] for kpi in data["kpis"]] == ["PRICE"]
    assert all(row["locked"] == "" for row in data["rows"])


def test_in_the_matrix_an_employee_sees_their_unit_and_themself(sao: Furnished, browser: Browser) -> None:
    data = browser.of(sao.cast.hoa).get(reverse("assign_unit", args=["KD"])).context["page"].data
    assert [(row["code"], bool(row["locked"])) for row in data["rows"]] == [("KD", True), ("HOA", False)]


@pytest.mark.parametrize("who", ["hoa", "thu", "phuc"])
def test_the_matrix_shows_a_draft_only_to_those_who_may_write_it(who: str, sao: Furnished, browser: Browser) -> None:
    draft(sao, "KD", line(sao.revenue, "35"), line(sao.price, "65"))
    data = browser.of(sao.user(who)).get(reverse("assign_unit", args=["KD"])).context["page"].data
    unit = next(row for row in data["rows"] if row["code"] == "KD")
    assert (unit["total"], unit["stage"]) == (100.0, "active")
    assert "PRICE" not in [column["code"] for column in data["columns"]]
    assert "plan/" not in unit["url"]


def test_saving_cells_tells_nothing_of_colleagues(sao: Furnished, browser: Browser) -> None:
    draft(sao, "KD", line(sao.revenue, "35"))
    draft(sao, "MINH", line(sao.revenue, "35"))
    hoa, unit, minh = browser.of(sao.cast.hoa), sao.cast.owner("KD"), sao.cast.owner("MINH")
    answer = post_cells(hoa, "KD", [unit.pk, sao.revenue.pk, "w", 100, 5]).json()
    assert (answer["saved"], len(answer["refused"]), answer["rows"]) == (0, 1, [])
    hidden = post_cells(hoa, "KD", [minh.pk, sao.revenue.pk, "w", 100, 5])
    assert hidden.status_code == 400
    assert minh.name not in hidden.json()["error"]


def test_targets_of_the_time_are_a_view_of_their_own(sao: Furnished, browser: Browser) -> None:
    draft(sao, "HOA", line(sao.revenue, "100", total=120.0))
    address = reverse("assign_unit", args=["KD"]) + f"?view=target&first={FIRST}&last={LAST}"
    data = browser.of(sao.cast.minh).get(address).context["page"].data
    hoa = next(row for row in data["rows"] if row["code"] == "HOA")
    assert data["view"] == "target"
    assert hoa["cells"][0] == 120.0
    assert hoa["lines"] == [True, False] or hoa["lines"] == [True]


def test_cells_are_saved_exactly_and_each_fault_is_told_at_its_cell(sao: Furnished, browser: Browser) -> None:
    hoa, minh = sao.cast.owner("HOA"), sao.cast.owner("MINH")
    client = browser.of(sao.cast.minh)
    answer = post_cells(
        client, "KD",
        [hoa.pk, sao.revenue.pk, "w", 60, 33.33], [hoa.pk, sao.delivery.pk, "w", 40, 140],
        [minh.pk, sao.revenue.pk, "w", 50, 70], [minh.pk, sao.price.pk, "t", None, 1.5],
    ).json()  # fmt: skip
    assert answer["saved"] == 2
    assert [(one["o"], one["k"]) for one in answer["refused"]] == [(hoa.pk, sao.delivery.pk)]
    (conflict,) = answer["conflicts"]
    assert (conflict["o"], conflict["theirs"]) == (minh.pk, 100.0)
    assert AssignmentLine.objects.get(assignment__owner=hoa, kpi=sao.revenue).weight == Decimal("33.33")
    assert {row["stage"] for row in answer["rows"]} == {"draft"}
    made = Assignment.objects.get(owner=hoa)
    assert (made.valid_from.isoformat(), made.kind) == (FIRST, "change")


def test_who_wrote_meanwhile_is_named_with_the_time(sao: Furnished, browser: Browser) -> None:
    hoa = sao.cast.owner("HOA")
    post_cells(browser.of(sao.cast.hung), "KD", [hoa.pk, sao.revenue.pk, "w", 60, 50])
    answer = post_cells(browser.of(sao.cast.minh), "KD", [hoa.pk, sao.revenue.pk, "w", 60, 55]).json()
    (conflict,) = answer["conflicts"]
    assert (conflict["by"], conflict["theirs"]) == ("Vũ Hùng", 50.0)
    assert conflict["at"]


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{}", '{"cells": 1}', '{"cells": [[1]]}', '{"cells": [[1, 2, "w", null, NaN]]}',
        '{"cells": [[1, 2, "x", null, 1]]}', '{"cells": [["1", 2, "w", null, 1]]}', '{"cells": [[1, 2, "w", "a", 1]]}',
        '{"cells": [[1, 2, "t", null, true]]}', "[" * 2000,
    ],
)  # fmt: skip
def test_a_body_that_is_no_list_of_cells_is_refused_whole(sao: Furnished, browser: Browser, body: str) -> None:
    answer = browser.of(sao.cast.minh).post(reverse("assign_save", args=["KD"]), body, content_type="application/json")
    assert answer.status_code == 400
    assert "Tải lại trang" in answer.json()["error"]


def test_cells_of_another_unit_are_refused_whole(sao: Furnished, browser: Browser) -> None:
    cell = [sao.cast.owner("BINH").pk, sao.delivery.pk, "w", 100, 50]
    assert post_cells(browser.of(sao.cast.minh), "KD", cell).status_code == 400
    assert post_cells(browser.of(sao.cast.minh), "SX", cell).status_code == 404
    assert not Assignment.objects.exists()


def test_the_matrix_asks_as_much_for_many_people_as_for_few(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.minh)
    address = reverse("assign_unit", args=["KD"])

    def count() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    few = count()
    for i in range(30):
        owner = add_person(acting_user=None, company=sao.cast.company, code=f"P{i}", name=f"N {i}", unit=sao.cast.sales)
        make_line(owner.owner, sao.revenue)
    assert count() <= few <= 30


# -- proposing many ------------------------------------------------------------------------------------------


def test_before_proposing_one_sees_who_will_be_told_and_what_is_wrong(sao: Furnished, browser: Browser) -> None:
    draft(sao, "HOA", line(sao.revenue, "50"), line(sao.delivery, "50"))
    draft(sao, "MINH", line(sao.revenue, "90"))
    page = browser.of(sao.cast.minh).get(reverse("assign_propose", args=["KD"])).context["page"]
    assert [one.name for one in page.ready] == ["Lê Thị Hoa"]
    assert [one.name for one in page.faulty] == ["Nguyễn Văn Minh"]
    assert "còn thiếu 10" in page.faulty[0].problems[0]
    assert "Lê Thị Hoa" in dict(page.told)
    assert not Agreement.objects.exists()  # it was only tried


def test_the_chosen_ones_are_proposed_in_one_act_with_one_reason(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "50"), line(sao.delivery, "50"))
    Assignment.objects.update(reason="")
    address, client = reverse("assign_propose", args=["KD"]), browser.of(sao.cast.minh)
    assert client.post(address, {}).status_code == 422
    token = f"{made.pk}:{made.revision}"
    answer = client.post(address, {"chosen": [token], "reason": ""})
    assert answer.status_code == 422
    assert "cần ghi lý do" in answer.content.decode()
    assert client.post(address, {"chosen": [token], "reason": "Kế hoạch năm"}).status_code == 302
    made.refresh_from_db()
    assert made.status == State.PROPOSED
    assert made.reason == "Kế hoạch năm"


def test_one_that_was_edited_meanwhile_stops_the_whole_act(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "50"), line(sao.delivery, "50"))
    seen = made.revision
    draft(sao, "HOA", line(sao.revenue, "100"), user="hung")
    client = browser.of(sao.cast.minh)
    answer = client.post(reverse("assign_propose", args=["KD"]), {"chosen": [f"{made.pk}:{seen}"]})
    assert answer.status_code == 422
    assert not Agreement.objects.exists()


# -- one plan ------------------------------------------------------------------------------------------------


def test_a_scorecard_is_begun_with_its_days(sao: Furnished, browser: Browser) -> None:
    client, address = browser.of(sao.cast.minh), reverse("plan_new", args=["HOA"])
    assert client.get(address).status_code == 200
    assert client.post(address, {"first": "xx", "last": ""}).status_code == 422
    assert client.post(address, {"first": LAST, "last": FIRST}).status_code == 422
    answer = client.post(address, {"first": FIRST, "last": LAST, "reason": "Năm mới"})
    made = Assignment.objects.get()
    assert answer["Location"] == reverse("plan", args=[made.pk])
    assert (made.valid_from.isoformat(), made.kind, made.lines.count()) == (FIRST, "change", 2)
    assert client.get(address)["Location"] == reverse("plan", args=[made.pk])


def test_the_page_of_a_plan_shows_what_is_in_force_beside_it(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "70", total=120.0), line(sao.price, "30"))
    page = browser.of(sao.cast.minh).get(reverse("plan", args=[made.pk])).context["page"]
    assert [(one.code, one.weight, one.weight_before) for one in page.lines] == [
        ("REV", "70", 60), ("PRICE", "30", None),
    ]  # fmt: skip
    assert page.gone == [("Giao hàng đúng hẹn", "40")]
    assert page.editable
    assert page.missing == 0


def test_lines_time_and_an_added_kpi_are_saved_by_one_form(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "100"))
    client, address = browser.of(sao.cast.minh), reverse("plan", args=[made.pk])
    sent = form_of(
        made, **{"weight-0": "62,5", "total-0": "1tr5", "method-0": "ratio", "cap-0": "110", "note-0": "Cố lên"},
        reason="Đổi trọng số", then="add", kpi="OTD · Giao hàng đúng hẹn",
    )  # fmt: skip
    assert client.post(address, sent).status_code == 302
    made.refresh_from_db()
    rows = made.lines.order_by("order")
    assert [(row.kpi.code, row.weight) for row in rows] == [("REV", Decimal("62.5")), ("OTD", 0)]
    assert (rows[0].total, rows[0].method, rows[0].cap, rows[0].note) == (1_500_000.0, "ratio", 110.0, "Cố lên")
    assert sum(rows[0].targets.values()) == 1_500_000.0
    assert made.reason == "Đổi trọng số"


def test_a_fault_is_shown_at_its_line_with_everything_that_was_typed(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "60"), line(sao.delivery, "40"))
    client, address = browser.of(sao.cast.minh), reverse("plan", args=[made.pk])
    for typed, word in (("abc", "Không đọc được"), ("120", "nằm ngoài khoảng"), ("33,333", "quá 2 chữ số lẻ")):
        answer = client.post(address, form_of(made, **{"weight-0": typed, "note-1": "giữ lại"}))
        page = answer.context["page"]
        assert answer.status_code == 422
        assert word in page.lines[0].errors[0]
        assert page.lines[0].weight == typed
        assert page.lines[1].note == "giữ lại"
        assert page.lines[1].errors == []
    assert [row.weight for row in made.lines.order_by("order")] == [60, 40]


def test_the_second_writer_is_shown_the_difference_and_may_still_save(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "100"))
    sent = form_of(made, **{"weight-0": "70"})
    draft(sao, "HOA", line(sao.revenue, "80"), line(sao.delivery, "20"), user="hung")
    client, address = browser.of(sao.cast.minh), reverse("plan", args=[made.pk])
    answer = client.post(address, sent)
    assert answer.status_code == 422
    page = answer.context["page"]
    assert page.conflict == [("Doanh thu thuần", "80", "70"), ("Giao hàng đúng hẹn", "20", "không có")]
    assert client.post(address, sent | {"revision": str(page.revision)}).status_code == 302
    assert [row.weight for row in made.lines.all()] == [70]


def test_splitting_copying_removing_and_throwing_away(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "10"), line(sao.delivery, "10"), line(sao.price, "10"))
    client, address = browser.of(sao.cast.minh), reverse("plan", args=[made.pk])
    client.post(address, form_of(made, then="split"))
    assert [str(row.weight) for row in made.lines.order_by("order")] == ["33.340000", "33.330000", "33.330000"]
    made.refresh_from_db()
    client.post(address, form_of(made, **{"remove-2": "on"}))
    assert made.lines.count() == 2
    made.refresh_from_db()
    client.post(address, form_of(made, then="copy", source="AN"))
    assert [(row.kpi.code, row.weight) for row in made.lines.all()] == [("REV", 100)]
    made.refresh_from_db()
    assert client.post(address, form_of(made, then="discard"))["Location"] == reverse("assign")
    assert not Assignment.objects.exists()


def test_a_plan_goes_from_draft_to_force_and_hoa_sees_why_before_she_agrees(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "70"), line(sao.delivery, "20"))
    minh, hoa = browser.of(sao.cast.minh), browser.of(sao.cast.hoa)
    address = reverse("plan", args=[made.pk])
    answer = minh.post(address, form_of(made, then="propose"))
    assert answer.status_code == 422
    assert "còn thiếu 10" in answer.content.decode()
    assert minh.post(address, form_of(made, **{"weight-1": "30"}, then="propose")).status_code == 302
    agreement = Agreement.objects.get()
    for who in (sao.cast.hung, sao.cast.hoa, sao.cast.lan):
        browser.of(who).post(reverse("agreement_act", args=[agreement.pk]), {"act": "yes"})
    page = hoa.get(address).context["page"]
    assert not page.editable
    assert [one.weight_before for one in page.lines] == [60, 40]
    agreement.refresh_from_db()
    assert agreement.state == State.AGREED
    act = reverse("plan_act", args=[made.pk])
    assert hoa.post(act, {"act": "discard"}).status_code == 404
    assert minh.post(act, {"act": "activate"}).status_code == 302
    assert Line.objects.filter(owner=made.owner, valid_from=TIME.first).count() == 2
    assert "đang hiệu lực" in hoa.get(address).content.decode()


def test_what_is_proposed_is_read_only_until_it_is_withdrawn(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "70"), line(sao.delivery, "30"))
    minh, address = browser.of(sao.cast.minh), reverse("plan", args=[made.pk])
    minh.post(address, form_of(made, then="propose"))
    made.refresh_from_db()
    assert minh.post(address, form_of(made, **{"weight-0": "1"})).status_code == 422
    assert browser.of(sao.cast.hung).post(reverse("plan_act", args=[made.pk]), {"act": "withdraw"}).status_code == 422
    assert minh.post(reverse("plan_act", args=[made.pk]), {"act": "withdraw"}).status_code == 302
    assert minh.get(address).context["page"].editable


def test_the_effect_of_a_plan_is_a_page_and_a_fragment(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "20"), line(sao.delivery, "80"))
    client, address = browser.of(sao.cast.minh), reverse("plan_effect", args=[made.pk])
    page = client.get(address).context["page"]
    assert [one.owner for one in page.effects] == ["Lê Thị Hoa"] * 2
    closed = page.effects[0]
    assert (closed.before, closed.after) == (Decimal("100.00"), Decimal("100.00"))
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith("<section")


def test_flags_say_what_to_look_at(sao: Furnished, browser: Browser) -> None:
    new = make_kpi(sao.cast.company, "MOI", "Chỉ số mới")
    Kpi.objects.filter(pk=new.pk).update(status="draft")
    made = draft(sao, "HOA", line(sao.delivery, "100"), line(new, "0"))
    page = browser.of(sao.cast.minh).get(reverse("plan", args=[made.pk])).context["page"]
    flags = [[text for _icon, text in one.flags] for one in page.lines]
    assert flags == [["chưa nối KPI chiến lược"], ["KPI còn là bản nháp", "theo dõi, không tính điểm"]]


def test_another_company_has_nothing_of_this(sao: Furnished, browser: Browser) -> None:
    create_company(acting_user=None, code="BA", name="Ba")
    made = draft(sao, "HOA", line(sao.revenue, "100"))
    quang = browser.of(sao.cast.quang)
    assert quang.post(reverse("plan", args=[made.pk]), form_of(made)).status_code == 404
    assert quang.post(reverse("plan_act", args=[made.pk]), {"act": "withdraw"}).status_code == 404
    assert post_cells(quang, "KD", [made.owner_id, sao.revenue.pk, "w", 100, 5]).status_code == 404


def test_all_drafts_of_a_unit_show_what_they_do_together(sao: Furnished, browser: Browser) -> None:
    draft(sao, "HOA", line(sao.revenue, "100", total=2400.0))
    draft(sao, "MINH", line(sao.revenue, "100", total=2400.0))
    client, address = browser.of(sao.cast.minh), reverse("assign_effect", args=["KD"])
    page = client.get(address).context["page"]
    assert page.count == 2
    assert [one.owner for one in page.effects] == ["Kinh doanh"] * 2
    assert all(one.after is None or one.before is None or one.after < one.before for one in page.effects)
    assert browser.of(sao.cast.quang).get(address).status_code == 404


def test_advice_stands_beside_a_plan_and_keeps_nothing_from_being_proposed(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, "100"))
    answer = browser.of(sao.cast.minh).get(reverse("plan", args=[made.pk]))
    page = answer.context["page"]
    assert page.balance.lines == 1
    assert page.balance.advice
    assert page.problems == []
    assert page.asks  # who will be told, before anybody is
