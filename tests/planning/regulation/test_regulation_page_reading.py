"""Reading the regulation: two languages, two texts beside each other, who has read, what a scorecard says."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.template.loader import render_to_string
from tests.cast import Cast, member
from tests.conftest import Browser
from tests.planning.regulation.asking import (
    page_of,
    queries,
    typed,
    url,
)
from tests.regulation.papers import DAY, draft, published, sent

from tamnhin.base import formatting
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Unit
from tamnhin.regulation import services
from tamnhin.regulation.deadlines import trial_ends
from tamnhin.regulation.selectors import in_force

# -- the text in two languages, and two texts beside each other -------------------------------------------------------


def test_an_english_reader_gets_the_english_text_and_may_turn_to_the_one_that_binds(
    cast: Cast, browser: Browser
) -> None:
    version = services.start(acting_user=cast.hung, company=cast.company)
    cast.hung.language = "en"
    cast.hung.save()
    hung = browser.of(cast.hung)
    page = page_of(hung, url("version", version.number))
    assert page.words.language == "en"
    assert page.words.blocks[0].plain == "I. General"
    assert page_of(hung, page.words.other_url).words.blocks[0].plain == "Chương I. Những điều chung"


def test_two_versions_stand_beside_each_other_or_in_one_column(cast: Cast, browser: Browser) -> None:
    first = published(cast, today(cast.company), draft(cast, "Khiếu nại trong 10 ngày"))
    copy = services.start(acting_user=cast.hung, company=cast.company, copied=first)
    hung = browser.of(cast.hung)
    assert hung.post(url("edit", 2), typed(copy, body="Khiếu nại trong 15 ngày")).status_code == 302
    for view in ("", "inline"):
        response = hung.get(url("compare", 2, against="1", view=view))
        text = re.sub(r"\s+", " ", response.content.decode())
        assert "<del>10</del>" in text
        assert "<ins>15</ins>" in text
        assert response.context["page"].diff.changed == 1
    links = {link.label for link in page_of(hung, url("version", 2)).compare}
    assert links == {"So với phiên bản 1"}


def test_a_decided_text_stands_beside_what_was_sent_out(cast: Cast, browser: Browser) -> None:
    version = sent(cast, draft(cast, "Bản gửi đi"))
    hung = browser.of(cast.hung)
    assert hung.post(url("edit", 1), typed(version, body="Bản sau góp ý")).status_code == 302
    page = page_of(hung, url("compare", 1, against="sent"))
    assert page.before == "Bản gửi lấy ý kiến"
    assert not page.diff.is_same
    assert browser.of(cast.hoa).get(url("compare", 1, against="sent")).status_code == 404


@pytest.mark.parametrize("against", ["2", "99", "nix", "sent", ""])
def test_nothing_is_compared_with_what_the_reader_may_not_see(cast: Cast, browser: Browser, against: str) -> None:
    published(cast, today(cast.company))
    draft(cast)
    assert browser.of(cast.hoa).get(url("compare", 1, against=against)).status_code == 404


# -- who has read -------------------------------------------------------------------------------------------------


def test_units_count_their_whole_branch_and_open_one_by_one(cast: Cast, browser: Browser) -> None:
    version = published(cast, today(cast.company))
    services.acknowledge(acting_user=cast.an, version=version)
    hung = browser.of(cast.hung)
    page = page_of(hung, url("readers", 1))
    assert (page.total.asked, page.total.read) == (6, 1)
    assert {unit.name: (unit.asked, unit.read) for unit in page.units} == {
        "Trực tiếp tại Công ty Sao": (1, 0), "Kinh doanh": (3, 1), "Sản xuất": (1, 0), "Hành chính nhân sự": (1, 0),
    }  # fmt: skip
    assert [person.code for person in page.people] == ["BINH", "HOA", "HUNG", "LAN", "MINH"]
    branch = page_of(hung, next(unit.url for unit in page.units if unit.name == "Kinh doanh"))
    assert (branch.total.asked, branch.total.read) == (3, 1)
    assert {unit.name: (unit.asked, unit.read) for unit in branch.units} == {
        "Trực tiếp tại Kinh doanh": (2, 0), "Nhóm Bắc": (1, 1),
    }  # fmt: skip
    assert [person.code for person in branch.people] == ["HOA", "MINH"]
    assert [link.label for link in branch.crumbs] == ["Toàn công ty"]


def test_those_who_have_not_read_come_page_by_page_and_each_once(cast: Cast, browser: Browser) -> None:
    published(cast, today(cast.company))
    hung = browser.of(cast.hung)
    few = queries(hung, url("readers", 1))
    for i in range(60):
        member(cast.company, f"NV{i:02}", f"Người {i:02}", cast.team)
    first = page_of(hung, url("readers", 1))
    second = page_of(hung, first.following)
    assert (len(first.people), len(second.people), second.following) == (50, 16, "")
    assert len({person.code for person in [*first.people, *second.people]}) == 66
    assert page_of(hung, url("readers", 1, page="99")).first == 51
    assert queries(hung, url("readers", 1)) == few


def test_the_reminder_list_is_the_same_people_and_no_formula_gets_into_it(cast: Cast, browser: Browser) -> None:
    version = published(cast, today(cast.company))
    services.acknowledge(acting_user=cast.an, version=version)
    member(cast.company, "X1", "=HYPERLINK(1)", cast.team)
    response = browser.of(cast.hung).get(url("readers_file", 1))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Mã", "Họ tên", "Chức danh", "Đơn vị", "Thư điện tử"]
    assert {row[0] for row in rows[1:]} == {"BINH", "HOA", "HUNG", "LAN", "MINH", "X1"}
    assert ["X1", "'=HYPERLINK(1)", "", "Nhóm Bắc", "x1@sao.vn"] in rows
    branch = browser.of(cast.minh).get(url("readers_file", 1))
    codes = {line.split(",")[0] for line in b"".join(branch.streaming_content).decode().splitlines()[1:]}  # type: ignore[attr-defined]
    assert codes == {"HOA", "MINH", "X1"}


def test_the_list_of_versions_takes_the_same_queries_for_one_as_for_many(cast: Cast, browser: Browser) -> None:
    published(cast, today(cast.company))
    hung = browser.of(cast.hung)
    few = queries(hung, url(""))
    for _time in range(6):
        draft(cast)
    page = page_of(hung, url(""))
    assert len(page.rows) == 7
    assert page.holding.number == 1
    assert page.reading == (6, 0)
    assert queries(hung, url("")) == few


def test_a_company_with_two_roots_is_counted_root_by_root(cast: Cast, browser: Browser) -> None:
    version = published(cast, today(cast.company))
    Unit.objects.filter(pk=cast.factory.pk).update(parent=None, path=f"/{cast.factory.pk}/")
    page = page_of(browser.of(cast.dung), url("readers", version.number))
    assert {unit.name: unit.asked for unit in page.units} == {"Công ty Sao": 5, "Sản xuất": 1}
    assert page.total.asked == 6


# -- what a scorecard says ----------------------------------------------------------------------------------------


def test_a_scorecard_can_say_which_version_holds_and_that_its_trial_runs(cast: Cast) -> None:
    now = today(cast.company)
    version = draft(cast)
    end = trial_ends(now)[0]
    services.edit(
        acting_user=cast.hung, version=version, revision=version.revision,
        written=services.Written("Quy chế", "Chữ", trial_from=now, trial_to=end),
    )  # fmt: skip
    version.refresh_from_db()
    published(cast, now, version)
    template = "planning/regulation/in_force.html"
    text = render_to_string(template, {"regulation": in_force(cast.company, now)})
    assert url("version", 1) in text
    assert f"Chạy thử đến {formatting.day(end)}" in text
    assert "Chạy thử" not in render_to_string(template, {"regulation": in_force(cast.company, end + DAY)})
    assert render_to_string(template, {"regulation": in_force(cast.company, now - DAY)}).strip() == ""
