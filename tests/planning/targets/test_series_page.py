"""The page of a series: shown, counted, saved; changes of what is in force; who may."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi
from tamnhin.kpis.services.assignments import LineInput, Time, draft_of, save_lines

TIME = Time(datetime.date(2030, 1, 1), datetime.date(2030, 12, 31), "Năm mới")


def draft(sao: Furnished, code: str, *lines: LineInput, user: str = "minh") -> Assignment:
    acting = sao.user(user)
    made = draft_of(acting_user=acting, owner=sao.cast.owner(code), time=TIME)
    return save_lines(acting_user=acting, assignment=made, lines=lines)


def line(kpi: Kpi, weight: str = "100", **more: Any) -> LineInput:
    return LineInput(kpi.pk, Decimal(weight), **more)


def address(made: Assignment, kpi: Kpi) -> str:
    return reverse("targets", args=[made.pk, kpi.code])


def form_of(client: Client, made: Assignment, kpi: Kpi, **changes: str) -> dict[str, str]:
    """What the page would send unchanged, and the changes."""
    page = client.get(address(made, kpi)).context["page"]
    out = {"revision": str(page.revision), "post": page.post, "way": page.way, "was_way": page.way}
    out |= {"total": page.total.text, "was-total": page.total.was}
    for row in page.rows:
        if row.field is not None:
            out |= {row.field.name: row.field.text, f"was-{row.field.name}": row.field.was}
    return out | changes


def figures(made: Assignment, kpi: Kpi) -> dict[str, float | None]:
    return dict(AssignmentLine.objects.get(assignment=made, kpi=kpi).targets)


@pytest.fixture
def minh(sao: Furnished, browser: Browser) -> Client:
    return browser.of(sao.cast.minh)


def test_a_total_is_divided_over_the_year_and_saved_exactly(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "HOA", line(sao.revenue))
    form = form_of(minh, made, sao.revenue, total="10 tỷ")
    counted = minh.post(address(made, sao.revenue), form | {"act": "count"}).context["page"]
    assert counted.total.text == "10.000.000.000"
    assert "mười tỷ" in counted.total.echo
    assert figures(made, sao.revenue) == {}  # counting writes nothing
    answer = minh.post(address(made, sao.revenue), form | {"act": "save"})
    assert answer.status_code == 302
    held = figures(made, sao.revenue)
    assert (len(held), sum(value or 0 for value in held.values())) == (12, 10_000_000_000)
    row = AssignmentLine.objects.get(assignment=made)
    assert (row.total, row.profile) == (10_000_000_000.0, "even")


def test_quarters_and_the_year_stand_above_their_months(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "HOA", line(sao.revenue, total=1200.0))
    rows = minh.get(address(made, sao.revenue)).context["page"].rows
    assert [row.key for row in rows[:6]] == ["2030", "2030-Q1", "2030-01", "2030-02", "2030-03", "2030-Q2"]
    assert [rows[0].value, rows[1].value, rows[2].value] == [Decimal(1200), Decimal(300), Decimal(100)]


def test_a_changed_month_moves_the_total_or_the_others(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "HOA", line(sao.revenue, total=1200.0))
    form = form_of(minh, made, sao.revenue, **{"f-2030-03": "155"})
    moved = minh.post(address(made, sao.revenue), form | {"act": "count"}).context["page"]
    assert moved.value == Decimal(1255)
    kept = minh.post(address(made, sao.revenue), form | {"act": "count", "keep": "1"}).context["page"]
    by_key = {row.key: row for row in kept.rows}
    assert (kept.value, by_key["2030-04"].value, by_key["2030-03"].locked) == (Decimal(1200), Decimal(95), True)


def test_a_figure_that_cannot_be_read_is_told_at_its_field_and_nothing_right_is_lost(
    sao: Furnished, minh: Client
) -> None:
    made = draft(sao, "HOA", line(sao.revenue, total=1200.0))
    form = form_of(minh, made, sao.revenue, **{"f-2030-03": "mười", "f-2030-04": "120"})
    answer = minh.post(address(made, sao.revenue), form | {"act": "save"})
    rows = {row.key: row.field for row in answer.context["page"].rows}
    assert answer.status_code == 422
    assert rows["2030-03"].text == "mười"
    assert rows["2030-03"].error
    assert (rows["2030-04"].text, rows["2030-04"].was) == ("120", "100")
    assert figures(made, sao.revenue)["2030-04"] == 100.0


def test_what_cannot_be_divided_says_why(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "HOA", line(sao.revenue, total=1200.0))
    form = form_of(minh, made, sao.revenue, **{"f-2030-03": "5000", "keep": "1"})
    answer = minh.post(address(made, sao.revenue), form | {"act": "save"})
    assert answer.status_code == 422
    assert "vượt tổng" in answer.context["page"].errors[0]


def test_the_second_of_two_writers_is_shown_the_difference(sao: Furnished, minh: Client, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, total=1200.0))
    mine = form_of(minh, made, sao.revenue, **{"f-2030-03": "155"})
    hung = browser.of(sao.cast.hung)
    theirs = form_of(hung, made, sao.revenue, **{"f-2030-03": "90"})
    assert hung.post(address(made, sao.revenue), theirs | {"act": "save"}).status_code == 302
    answer = minh.post(address(made, sao.revenue), mine | {"act": "save"})
    page = answer.context["page"]
    assert answer.status_code == 409
    assert [(one, two) for _name, one, two in page.conflict] == [(Decimal(90), Decimal(155))]
    assert figures(made, sao.revenue)["2030-03"] == 90.0
    again = mine | {"act": "save", "revision": str(page.revision)}
    assert minh.post(address(made, sao.revenue), again).status_code == 302
    assert figures(made, sao.revenue)["2030-03"] == 155.0


def test_a_level_is_one_figure_for_all_periods(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "HOA", line(sao.delivery))
    form = form_of(minh, made, sao.delivery, total="95,5")
    assert minh.post(address(made, sao.delivery), form | {"act": "save"}).status_code == 302
    assert set(figures(made, sao.delivery).values()) == {95.5}
    page = minh.get(address(made, sao.delivery)).context["page"]
    assert ([row for row in page.rows if row.longer], [way.value for way in page.ways]) == ([], ["same"])


def test_a_rate_is_kept_as_a_rate_and_shown_in_figures(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "HOA", line(sao.revenue))
    form = form_of(minh, made, sao.revenue, way="per_working_day", rate="20")
    assert minh.post(address(made, sao.revenue), form | {"act": "save"}).status_code == 302
    row = AssignmentLine.objects.get(assignment=made)
    assert (row.basis, set(row.targets.values())) == ("per_working_day", {20.0})
    page = minh.get(address(made, sao.revenue)).context["page"]
    month = next(one for one in page.rows if one.key == "2030-03")
    assert (page.way, month.value) == ("per_working_day", Decimal(20 * month.days))
    assert row.total == float(page.value)


def test_strangers_find_nothing_and_readers_write_nothing(sao: Furnished, browser: Browser) -> None:
    made = draft(sao, "HOA", line(sao.revenue, total=1200.0))
    place = address(made, sao.revenue)
    for name in ("quang", "nobody", "binh", "thu"):  # a draft is its writers'
        client = browser.of(getattr(sao.cast, name))
        assert client.get(place).status_code == 404, name
        assert client.post(place, {"act": "save", "total": "5"}).status_code == 404, name
    assert Client().get(place).status_code == 302
    hoa = browser.of(sao.cast.hoa)
    assert hoa.get(place).context["page"].editable  # everybody may write their own draft
    other = reverse("targets", args=[made.pk, sao.price.code])
    assert hoa.get(other).status_code == 404  # no such line


def test_with_a_rate_no_period_and_no_quarter_is_typed(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "HOA", line(sao.revenue, total=1200.0))
    form = form_of(minh, made, sao.revenue, way="per_working_day", rate="20", act="count")
    page = minh.post(address(made, sao.revenue), form).context["page"]
    assert {row.field for row in page.rows} == {None}
    form = form_of(minh, made, sao.revenue, way="per_working_day", act="save")
    refused = minh.post(address(made, sao.revenue), form)
    assert refused.status_code == 422
    assert "mỗi ngày làm việc" in refused.context["page"].errors[0]


def test_saving_what_has_not_changed_writes_nothing(sao: Furnished, minh: Client) -> None:
    made = draft(sao, "HOA", line(sao.revenue, total=1000.0))  # months of 83,333…, shown as round figures
    page = minh.get(address(made, sao.revenue)).context["page"]
    months = [row.value for row in page.rows if not row.longer]
    assert (sum(months), page.value) == (Decimal(1000), Decimal(1000))
    assert minh.post(address(made, sao.revenue), form_of(minh, made, sao.revenue, act="save")).status_code == 302
    made.refresh_from_db()
    assert made.revision == page.revision
