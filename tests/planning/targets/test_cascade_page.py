"""The page that hands a unit's figure down: proposed, typed, locked, written; who may; what is said when it cannot."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import make_line, make_target, make_value
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished
from tests.planning.targets.test_series_page import TIME, draft, line

from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi
from tamnhin.kpis.services.assignments import draft_of
from tamnhin.organisation.services import add_person, touch


def address(owner: str, kpi: Kpi) -> str:
    return reverse("cascade", args=[owner, kpi.code])


def form_of(client: Client, owner: str, kpi: Kpi, **changes: str | None) -> dict[str, str]:
    """What the page would send unchanged, and the changes; None takes a field away."""
    page = client.get(address(owner, kpi)).context["page"]
    out: dict[str, str] = {"method": page.method, "profile": "unit", "was-total": page.total_plain}
    out |= {"first": page.first.isoformat(), "last": page.last.isoformat()}
    for row in page.rows:
        if row.why:
            continue
        out[f"rev-{row.owner_id}"] = row.revision
        out[f"was-take-{row.owner_id}"] = "1" if row.takes else ""
        if row.takes:
            out |= {f"take-{row.owner_id}": "on", row.figure.name: row.figure.text}
            out[f"was-{row.figure.name}"] = row.figure.was
    for name, value in changes.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = value
    return out


def rows_of(page: Any) -> dict[str, Any]:
    return {row.name: row for row in page.rows}


@pytest.fixture
def minh(sao: Furnished, browser: Browser) -> Client:
    return browser.of(sao.cast.minh)


def test_the_units_draft_is_divided_among_those_who_carry_the_kpi(sao: Furnished, minh: Client) -> None:
    draft(sao, "KD", line(sao.revenue, total=1201.0))
    page = minh.get(address("KD", sao.revenue)).context["page"]
    rows = rows_of(page)
    assert (page.total, page.below, page.difference, page.is_draft) == (Decimal(1201), Decimal(1201), 0, True)
    assert [(name, row.takes) for name, row in rows.items()] == [
        ("Nhóm Bắc", False), ("Nguyễn Văn Minh", True), ("Lê Thị Hoa", True),
    ]  # fmt: skip
    assert [rows[name].value for name in ("Nguyễn Văn Minh", "Lê Thị Hoa")] == [Decimal(601), Decimal(600)]
    assert rows["Nhóm Bắc"].heads == 1
    assert not AssignmentLine.objects.exclude(assignment__owner__code="KD").exists()  # looking writes nothing


def test_saving_writes_drafts_that_add_up_month_by_month(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "KD", line(sao.revenue, total=1201.0))
    team = sao.cast.owner("KD1").pk
    form = form_of(minh, "KD", sao.revenue, **{f"take-{team}": "on", "act": "save"})
    answer = minh.post(address("KD", sao.revenue), form)
    assert answer.status_code == 302
    page = minh.get(reverse("targets", args=[made.pk, sao.revenue.code])).context["page"]
    own = {row.key: row.value for row in page.rows if not row.longer}
    lines = AssignmentLine.objects.exclude(assignment=made).filter(kpi=sao.revenue)
    assert {row.assignment.owner.code: row.total for row in lines} == {"KD1": 401.0, "MINH": 400.0, "HOA": 400.0}
    assert {key: Decimal(sum(row.targets[key] for row in lines)) for key in own} == own
    hoa = lines.get(assignment__owner__code="HOA")
    assert hoa.weight == 60  # as in force
    assert lines.get(assignment__owner__code="KD1").weight == 0  # to be set
    page = minh.get(answer["Location"]).context["page"]
    assert (page.method, page.difference) == ("current", 0)  # they add up: nothing is proposed
    assert rows_of(page)["Nhóm Bắc"].down_url == address("KD1", sao.revenue)


def test_a_typed_figure_stays_and_the_others_share_the_rest(sao: Furnished, minh: Client) -> None:
    draft(sao, "KD", line(sao.revenue, total=1200.0))
    hoa = sao.cast.owner("HOA").pk
    form = form_of(minh, "KD", sao.revenue, **{f"f-{hoa}": "700", "act": "count"})
    page = minh.post(address("KD", sao.revenue), form).context["page"]
    rows = rows_of(page)
    assert (rows["Lê Thị Hoa"].locked, rows["Nguyễn Văn Minh"].value, page.difference) == (True, Decimal(500), 0)
    again = minh.post(address("KD", sao.revenue), form | {"act": "spread"}).context["page"]
    assert rows_of(again)["Lê Thị Hoa"].value == Decimal(600)
    far = minh.post(address("KD", sao.revenue), form | {f"f-{hoa}": "7000", "act": "save"})
    assert far.status_code == 422
    assert "vượt tổng" in far.context["page"].errors[0]
    assert rows_of(far.context["page"])["Lê Thị Hoa"].figure.text == "7000"


def test_own_percentages_and_heads_are_ways_to_divide(sao: Furnished, minh: Client) -> None:
    draft(sao, "KD", line(sao.revenue, total=1000.0))
    hoa, head = sao.cast.owner("HOA").pk, sao.cast.owner("MINH").pk
    form = form_of(minh, "KD", sao.revenue, method="custom", **{f"p-{hoa}": "70", f"p-{head}": "30", "act": "count"})
    rows = rows_of(minh.post(address("KD", sao.revenue), form).context["page"])
    assert (rows["Lê Thị Hoa"].value, rows["Nguyễn Văn Minh"].value) == (Decimal(700), Decimal(300))
    add_person(acting_user=None, company=sao.cast.company, code="MOI", name="Người Mới", unit=sao.cast.team)
    touch(sao.cast.company.pk, structure=True)
    team = sao.cast.owner("KD1").pk
    form = form_of(minh, "KD", sao.revenue, method="heads", **{f"take-{team}": "on", "act": "count"})
    assert rows_of(minh.post(address("KD", sao.revenue), form).context["page"])["Nhóm Bắc"].value == Decimal(500)


def test_last_years_shares_are_proposed_where_everybody_has_one(sao: Furnished, minh: Client) -> None:
    draft(sao, "KD", line(sao.revenue, total=1000.0))
    for month in range(1, 13):
        for year in (2028, 2029):
            make_value(sao.cast.owner("HOA"), sao.revenue, f"{year}-{month:02}", 30.0)
            make_value(sao.cast.owner("MINH"), sao.revenue, f"{year}-{month:02}", 10.0)
    touch(sao.cast.company.pk, structure=True)
    page = minh.get(address("KD", sao.revenue)).context["page"]
    assert page.method == "equal"  # years that have not been are nobody's history
    form = form_of(minh, "KD", sao.revenue, method="last_year", act="count")
    answer = minh.post(address("KD", sao.revenue), form)
    assert answer.status_code == 422
    assert "chưa có số năm trước" in answer.context["page"].errors[0]


def test_who_has_proposed_already_counts_and_is_left_alone(sao: Furnished, minh: Client) -> None:
    draft(sao, "KD", line(sao.revenue, total=1000.0))
    made = draft(sao, "HOA", line(sao.revenue, total=400.0))
    Assignment.objects.filter(pk=made.pk).update(status="proposed")
    rows = rows_of(minh.get(address("KD", sao.revenue)).context["page"])
    assert rows["Lê Thị Hoa"].why
    assert (rows["Lê Thị Hoa"].value, rows["Nguyễn Văn Minh"].value) == (Decimal(400), Decimal(600))
    form = form_of(minh, "KD", sao.revenue, act="save")
    assert minh.post(address("KD", sao.revenue), form).status_code == 302
    assert AssignmentLine.objects.get(assignment=made).total == 400.0
    assert AssignmentLine.objects.get(assignment__owner__code="MINH").total == 600.0


def test_a_unit_without_a_figure_says_what_to_do(sao: Furnished, minh: Client) -> None:
    page = minh.get(address("KD", sao.price)).context["page"]
    assert page.total is None
    assert "chưa có chỉ tiêu" in page.errors[0]
    assert minh.post(address("KD", sao.price), {"act": "save"}).status_code == 422


def test_what_is_in_force_is_divided_where_there_is_no_draft(sao: Furnished, minh: Client) -> None:
    make_target(sao.cast.owner("KD"), sao.revenue, "2030", 2400.0)
    where = address("KD", sao.revenue) + "?first=2030-01-01&last=2030-12-31"
    page = minh.get(where).context["page"]
    assert (page.total, page.is_draft, page.to_change) == (Decimal(2400), False, 2)


def test_a_level_is_the_same_for_all(sao: Furnished, minh: Client) -> None:
    draft(sao, "KD", line(sao.delivery, total=95.0))
    page = minh.get(address("KD", sao.delivery)).context["page"]
    assert (page.additive, rows_of(page)["Lê Thị Hoa"].value, page.difference) == (False, Decimal(95), None)
    form = form_of(minh, "KD", sao.delivery, act="save")
    assert minh.post(address("KD", sao.delivery), form).status_code == 302
    row = AssignmentLine.objects.get(assignment__owner__code="HOA", kpi=sao.delivery)
    assert set(row.targets.values()) == {95.0}


def test_the_second_of_two_writers_is_told_and_nothing_is_written(sao: Furnished, minh: Client) -> None:
    draft(sao, "KD", line(sao.revenue, total=1200.0))
    form = form_of(minh, "KD", sao.revenue, act="save")
    draft(sao, "HOA", line(sao.revenue, total=5.0), user="hung")
    answer = minh.post(address("KD", sao.revenue), form)
    assert answer.status_code == 422
    assert "vừa sửa thẻ điểm của Lê Thị Hoa" in answer.context["page"].errors[0]
    assert not AssignmentLine.objects.filter(assignment__owner__code="MINH").exists()
    head = Assignment.objects.get(owner__code="KD")
    AssignmentLine.objects.filter(assignment=head).update(
        total=900.0, targets={f"2030-{month:02}": 75.0 for month in range(1, 13)}
    )
    moved = minh.post(address("KD", sao.revenue), form)
    assert "vừa đổi từ 1.200 thành 900" in moved.context["page"].errors[0]


def test_strangers_employees_and_auditors_find_no_such_page(sao: Furnished, browser: Browser) -> None:
    draft(sao, "KD", line(sao.revenue, total=1200.0))
    for name in ("quang", "nobody", "hoa", "binh", "thu", "tuan"):
        client = browser.of(getattr(sao.cast, name))
        assert client.get(address("KD", sao.revenue)).status_code == 404, name
        assert client.post(address("KD", sao.revenue), {"act": "save"}).status_code == 404, name
    assert browser.of(sao.cast.lan).get(address("KD", sao.revenue)).status_code == 200
    assert browser.of(sao.cast.lan).get(address("HOA", sao.revenue)).status_code == 404  # nobody is below a person


def test_a_mismatch_is_told_on_the_units_own_series(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "KD", line(sao.revenue, total=1200.0))
    draft(sao, "HOA", line(sao.revenue, total=500.0))
    draft_of(acting_user=sao.cast.minh, owner=sao.cast.owner("MINH"), time=TIME)
    page = minh.get(reverse("targets", args=[made.pk, sao.revenue.code])).context["page"]
    assert [(note.below, note.difference, note.count) for note in page.notes] == [(Decimal(500), Decimal(-700), 1)]


def test_queries_do_not_grow_with_the_people(sao: Furnished, minh: Client) -> None:
    draft(sao, "KD", line(sao.revenue, total=1200.0))
    minh.get(address("KD", sao.revenue))
    with CaptureQueriesContext(connection) as few:
        minh.get(address("KD", sao.revenue))
    for at in range(6):
        person = add_person(
            acting_user=None, company=sao.cast.company, code=f"N{at}", name=f"Người {at}", unit=sao.cast.sales
        )
        make_line(person.owner, sao.revenue)
    touch(sao.cast.company.pk, structure=True)
    minh.get(address("KD", sao.revenue))
    with CaptureQueriesContext(connection) as many:
        page = minh.get(address("KD", sao.revenue)).context["page"]
    assert len(page.rows) == 9
    assert len(many) <= len(few) + 1


def test_the_scorecard_of_a_unit_says_which_figures_do_not_add_up(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "KD", line(sao.revenue, total=1200.0))
    draft(sao, "HOA", line(sao.revenue, total=500.0))
    answer = minh.get(reverse("plan", args=[made.pk]))
    assert [(note.kpi, note.difference) for note in answer.context["page"].sums] == [("Doanh thu thuần", Decimal(-700))]
    assert address("KD", sao.revenue) in answer.content.decode()


def test_a_change_of_what_is_in_force_needs_a_reason_and_a_day_that_has_not_elapsed(
    sao: Furnished, minh: Client
) -> None:
    hoa = sao.cast.owner("HOA")
    made = draft(sao, "HOA", line(sao.revenue, total=1200.0))
    Assignment.objects.filter(pk=made.pk).update(status="active")
    where = reverse("targets", args=[made.pk, sao.revenue.code])
    page = minh.get(where).context["page"]
    assert (page.editable, page.may_change) == (False, True)
    refused = minh.post(where, {"act": "change", "first": "2020-01-01", "reason": ""})
    assert (refused.status_code, len(refused.context["page"].errors)) == (422, 2)
    assert minh.post(where, {"act": "save", "total": "5", "revision": str(page.revision)}).status_code == 422
    answer = minh.post(where, {"act": "change", "first": "2030-07-01", "reason": "Thêm một khách lớn"})
    change = Assignment.objects.get(owner=hoa, status="draft")
    assert answer["Location"] == reverse("targets", args=[change.pk, sao.revenue.code])
    shown = minh.get(answer["Location"]).context["page"]
    elapsed = [row for row in shown.rows if row.past]
    assert (shown.editable, len(elapsed), {row.field for row in elapsed}) == (True, 6, {None})
    assert change.reason == "Thêm một khách lớn"
