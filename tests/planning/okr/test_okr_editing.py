"""Pages of objectives to write: drafts and changes, two writers at once, the weekly report, the grades, the end."""

from __future__ import annotations

import datetime
import re
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, make_kpi
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished
from tests.okr.okr_cases import RESULTS, make_objective, quarter, report, results_of

from tamnhin.engine.periods import next as following
from tamnhin.okr.models import CheckIn, Grade, Objective
from tamnhin.okr.services import close
from tamnhin.okr.writing import Wanted
from tamnhin.strategy.models import Goal


def fields(cast: Cast, owner: str = "KD", **changes: str) -> dict[str, str]:
    """A whole objective as a browser would send it."""
    sent = {
        "title": "Vào các trường học", "owner": owner, "period": quarter(cast).key, "why": "", "goal": "", "parent": "",
        "origin": "both", "kind": "aspirational", "expected": "70", "public": "on",
        "kr-0-title": "Trường đặt đều", "kr-0-baseline": "0", "kr-0-target": "60", "kr-0-unit": "trường",
        "kr-1-title": "Doanh số trường học", "kr-1-baseline": "0", "kr-1-target": "1tr5", "kr-1-unit": "VND",
        "kr-2-title": "Mua lại", "kr-2-baseline": "20,5", "kr-2-target": "35", "kr-2-unit": "%",
    }  # fmt: skip
    return {**sent, **changes}


def standing(client: Client, pk: int) -> dict[str, str]:
    """What the edit form of an objective sends when nothing is touched."""
    text = client.get(reverse("okr_edit", args=[pk])).content.decode()
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None or name[1] == "csrfmiddlewaretoken":
            continue
        if 'type="checkbox"' in tag:
            if " checked" in tag:
                sent[name[1]] = "on"
        else:
            sent[name[1]] = unescape(value[1]) if value is not None else ""
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', text):
        sent[name] = unescape(body).strip()
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', body)
        sent[name] = unescape(chosen[1]) if chosen is not None else ""
    return {name: value for name, value in sent.items() if name in KNOWN or name.startswith("kr-")}


KNOWN = {
    "title", "owner", "period", "why", "goal", "parent", "origin", "kind", "expected", "pay_tied", "public", "revision",
    "reason",
}  # fmt: skip


def errors_of(response: HttpResponse) -> dict[str, Any]:
    form = response.context["form"]  # type: ignore[attr-defined]
    found = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    for row in form.results:
        found |= {f"kr-{row.place}-{name}": [str(text) for text in texts] for name, texts in row.errors.items()}
    return found


# -- writing ------------------------------------------------------------------------------------------------------


def test_a_head_writes_an_objective_in_vietnamese_numbers(cast: Cast, browser: Browser) -> None:
    response = browser.of(cast.minh).post(reverse("okr_new"), fields(cast))
    made = Objective.objects.get()
    assert response["Location"] == reverse("okr_objective", args=[made.pk])
    assert (made.owner.code, made.status, made.public, made.pay_tied) == ("KD", "draft", True, False)
    assert [(row.baseline, row.target) for row in results_of(made)] == [(0.0, 60.0), (0.0, 1_500_000.0), (20.5, 35.0)]


def test_save_and_start_does_both_or_keeps_the_draft_and_says_what_is_missing(cast: Cast, browser: Browser) -> None:
    minh = browser.of(cast.minh)
    minh.post(reverse("okr_new"), {**fields(cast), "activate": "1"})
    assert Objective.objects.get().status == "active"
    two = {**fields(cast, title="Chưa đủ"), "kr-2-title": "", "kr-2-baseline": "", "kr-2-target": "", "kr-2-unit": ""}
    response = minh.post(reverse("okr_new"), {**two, "activate": "1"})
    assert response.status_code == 422
    assert "Mới có 2 kết quả then chốt" in response.content.decode()
    assert Objective.objects.get(title="Chưa đủ").status == "draft"


def test_bad_fields_are_named_together_and_nothing_that_was_right_is_lost(cast: Cast, browser: Browser) -> None:
    sent = fields(
        cast, owner="SX", **{"kr-0-target": "sáu mươi", "kr-1-target": "0", "kr-2-kpi": "KHÔNG CÓ", "expected": "170"}
    )
    response = browser.of(cast.minh).post(reverse("okr_new"), sent)
    assert response.status_code == 422
    assert set(errors_of(response)) == {"owner", "expected", "kr-0-target", "kr-2-kpi"}
    assert not Objective.objects.exists()
    text = response.content.decode()
    for value in ("Vào các trường học", "Trường đặt đều", "sáu mươi", "1", "20,5"):
        assert value in text
    again = browser.of(cast.minh).post(reverse("okr_new"), fields(cast, **{"kr-1-target": "0"}))
    assert errors_of(again) == {
        "kr-1-target": [
            "Đích bằng mốc xuất phát nên không có đường để đi. Giữ nguyên một mức là việc của KPI; "
            "hãy đặt đích khác mốc."
        ]
    }


def test_the_address_fills_the_form_in_as_far_as_the_writer_may(cast: Cast, browser: Browser) -> None:
    parent = make_objective(cast, "SAO", "Dẫn đầu", period=following(quarter(cast)).key)
    form = browser.of(cast.minh).get(reverse("okr_new"), {"owner": "KD", "parent": str(parent.pk)}).context["form"]
    assert (form["owner"].value(), form["parent"].value()) == ("KD · Kinh doanh", str(parent.pk))
    assert form["period"].value() == parent.period
    form = browser.of(cast.hoa).get(reverse("okr_new"), {"owner": "KD", "period": "2026-11"}).context["form"]
    assert (form["owner"].value(), form["period"].value()) == ("HOA · Lê Thị Hoa", quarter(cast).key)


def test_owners_and_kpis_are_found_by_code_by_suggestion_or_by_a_name_that_is_one_only(
    sao: Furnished, browser: Browser
) -> None:
    cast = sao.cast
    sent = fields(cast, owner="Kinh doanh", **{"kr-0-kpi": "REV · Doanh thu thuần", "kr-0-carrier": "lê thị hoa"})
    assert browser.of(cast.minh).post(reverse("okr_new"), sent).status_code == 302
    row = results_of(Objective.objects.get())[0]
    assert (row.kpi, row.kpi_owner, row.carrier) == (sao.revenue, cast.owner("KD"), cast.person("HOA"))
    many = browser.of(cast.lan).post(reverse("okr_new"), fields(cast, owner="n", title="Ai"))
    assert "có thể là" in errors_of(many)["owner"][0]


def test_nothing_is_tied_that_the_writer_may_not_see(cast: Cast, browser: Browser) -> None:
    hidden = make_objective(cast, "BINH", "Riêng của Bình", public=False)
    sent = fields(cast, owner="HOA", **{"parent": str(hidden.pk), "kr-0-carrier": "BINH"})
    response = browser.of(cast.hoa).post(reverse("okr_new"), sent)
    assert set(errors_of(response)) == {"parent", "kr-0-carrier"}
    assert "Riêng của Bình" not in response.content.decode()


def test_writing_for_another_is_refused_where_it_is_chosen(cast: Cast, browser: Browser) -> None:
    response = browser.of(cast.hoa).post(reverse("okr_new"), fields(cast, owner="KD"))
    assert "owner" in errors_of(response)
    assert not Objective.objects.exists()


# -- changing -----------------------------------------------------------------------------------------------------


def test_a_form_sent_back_untouched_changes_nothing(sao: Furnished, browser: Browser) -> None:
    cast = sao.cast
    results = [Wanted("Doanh thu", 0.5, 1234567.25, kpi=sao.revenue, kpi_owner=cast.owner("KD")), *RESULTS[1:]]
    objective = make_objective(cast, results=results, why="vì thế", parent=make_objective(cast, "SAO", "Trên"))
    minh = browser.of(cast.minh)
    assert minh.post(reverse("okr_edit", args=[objective.pk]), standing(minh, objective.pk)).status_code == 302
    after = Objective.objects.get(pk=objective.pk)
    assert (after.revision, after.why, after.parent_id) == (objective.revision, "vì thế", objective.parent_id)


def test_what_the_editor_may_not_see_stays_tied_without_a_word_about_it(cast: Cast, browser: Browser) -> None:
    """HR of the whole company tied things of production; Hoa edits her own objective and knows nothing of them."""
    goal = Goal.objects.create(
        company=cast.company, code="SX-MẬT", title="Mục tiêu kín của nhà máy", horizon="year", unit=cast.factory,
        valid_from=datetime.date(2020, 1, 1), valid_to=datetime.date(2099, 1, 1),
    )  # fmt: skip
    parent = make_objective(cast, "BINH", "Riêng của Bình", public=False)
    kpi = make_kpi(cast.company)
    results = [
        Wanted("Theo Bình", 0.0, 5.0, kpi=kpi, kpi_owner=cast.owner("BINH"), carrier=cast.person("BINH")), *RESULTS[1:]
    ]  # fmt: skip
    objective = make_objective(cast, "HOA", results=results, goal=goal, parent=parent)
    hoa = browser.of(cast.hoa)
    text = hoa.get(reverse("okr_edit", args=[objective.pk])).content.decode()
    assert [secret for secret in ("Mục tiêu kín", "SX-MẬT", "Riêng của Bình") if secret in text] == []
    sent = {**standing(hoa, objective.pk), "why": "vì khách hỏi"}
    assert hoa.post(reverse("okr_edit", args=[objective.pk]), sent).status_code == 302
    after = Objective.objects.get(pk=objective.pk)
    assert (after.why, after.goal, after.parent) == ("vì khách hỏi", goal, parent)
    row = results_of(after)[0]
    assert (row.kpi_owner, row.carrier) == (cast.owner("BINH"), cast.person("BINH"))


def test_a_number_under_way_asks_for_a_reason_at_its_field(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast)
    minh = browser.of(cast.minh)
    sent = {**standing(minh, objective.pk), "kr-0-target": "50"}
    response = minh.post(reverse("okr_edit", args=[objective.pk]), sent)
    assert set(errors_of(response)) == {"reason"}
    assert minh.post(reverse("okr_edit", args=[objective.pk]), {**sent, "reason": "thêm huyện"}).status_code == 302
    assert "thêm huyện" in minh.get(reverse("okr_objective", args=[objective.pk])).content.decode()


def test_a_dropped_key_result_is_archived_and_a_new_one_takes_its_place(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast, active=False)
    minh = browser.of(cast.minh)
    sent = {
        **standing(minh, objective.pk), "kr-1-drop": "on",
        "kr-3-title": "Mới", "kr-3-baseline": "1", "kr-3-target": "2",
    }  # fmt: skip
    assert minh.post(reverse("okr_edit", args=[objective.pk]), sent).status_code == 302
    assert [row.title for row in results_of(objective)] == [RESULTS[0].title, RESULTS[2].title, "Mới"]


def test_the_second_writer_sees_the_difference_keeps_their_words_and_may_send_them_again(
    cast: Cast, browser: Browser
) -> None:
    objective = make_objective(cast, active=False)
    minh, lan = browser.of(cast.minh), browser.of(cast.lan)
    mine, hers = standing(minh, objective.pk), standing(lan, objective.pk)
    address = reverse("okr_edit", args=[objective.pk])
    assert lan.post(address, {**hers, "title": "Của Lan", "kr-0-target": "45"}).status_code == 302
    response = minh.post(address, {**mine, "title": "Của Minh"})
    assert response.status_code == 422
    assert Objective.objects.get(pk=objective.pk).title == "Của Lan"
    differences = response.context["form"].differences
    assert ("Mục tiêu OKR", "Của Lan", "Của Minh") in differences
    assert [line for label, *line in differences if label == "Kết quả then chốt 1"] == [
        [f"{RESULTS[0].title} · 0 → 45 điểm", f"{RESULTS[0].title} · 0 → 40 điểm"]
    ]
    assert len(differences) == 2
    revision = re.search(r'name="revision" value="(\d+)"', response.content.decode())
    assert revision is not None
    assert minh.post(address, {**mine, "title": "Của Minh", "revision": revision[1]}).status_code == 302
    assert Objective.objects.get(pk=objective.pk).title == "Của Minh"


# -- acts ---------------------------------------------------------------------------------------------------------


def test_acts_are_done_or_say_why_not(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast, active=False)
    minh, address = browser.of(cast.minh), reverse("okr_act", args=[objective.pk])
    assert minh.post(address, {"act": "activate"}).status_code == 302
    again = minh.post(address, {"act": "activate"})
    assert again.status_code == 422
    assert "đang chạy" in again.content.decode()
    assert minh.post(address, {"act": "close"}).status_code == 422
    assert minh.post(address, {"act": "close", "reason": "đổi hướng"}).status_code == 302
    assert minh.post(address, {"act": "reopen", "reason": "đổi lại"}).status_code == 302
    assert minh.post(address, {"act": "xóa"}).status_code == 404
    assert minh.get(address).status_code == 405
    objective.refresh_from_db()
    assert objective.status == "active"


@pytest.mark.parametrize("who", ["hoa", "an", "binh", "thu", "dung", "quang", "nobody"])
def test_nobody_else_acts_edits_or_grades(cast: Cast, browser: Browser, who: str) -> None:
    objective = make_objective(cast)
    client = browser.of(getattr(cast, who))
    for name, data in (
        ("okr_act", {"act": "close", "reason": "thôi"}),
        ("okr_edit", fields(cast)),
        ("okr_grade", {"reflection": "xong"}),
        ("okr_checkin", {f"confidence-{results_of(objective)[0].pk}": "5"}),
    ):
        assert client.post(reverse(name, args=[objective.pk]), data).status_code == 404, name
    objective.refresh_from_db()
    assert (objective.status, CheckIn.objects.count()) == ("active", 0)


def test_what_is_graded_is_neither_edited_nor_graded_again(cast: Cast, browser: Browser) -> None:
    ended = close(acting_user=None, objective=make_objective(cast), reason="xong")
    minh = browser.of(cast.minh)
    assert minh.get(reverse("okr_grade", args=[ended.pk])).status_code == 404
    assert minh.post(reverse("okr_edit", args=[ended.pk]), standing(minh, ended.pk)).status_code == 422
    assert minh.get(reverse("okr_checkin", args=[ended.pk])).status_code == 404


# -- grading ------------------------------------------------------------------------------------------------------


def test_grading_offers_what_the_rule_gives_and_asks_why_where_it_is_changed(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast)
    report(cast, objective, (20.0, 6), (29.0, 7))
    first, second, third = results_of(objective)
    minh, address = browser.of(cast.minh), reverse("okr_grade", args=[objective.pk])
    page = minh.get(address).context["page"]
    assert [item.score for item in page.items] == ["0,5", "0,6", ""]
    sent = {
        "revision": str(page.revision), "reflection": "Bắt đầu sớm hơn.", f"score-{first.pk}": "0,5",
        f"score-{second.pk}": "0,9", f"score-{third.pk}": "1,5",
    }  # fmt: skip
    response = minh.post(address, sent)
    assert response.status_code == 422
    items = {item.key: item for item in response.context["page"].items}
    assert "khác điểm tính được (0,6)" in items[second.pk].reflection_errors[0]
    assert items[third.pk].score_errors == ["Điểm là số từ 0 đến 1."]
    assert (items[second.pk].score, response.context["page"].reflection) == ("0,9", "Bắt đầu sớm hơn.")
    assert not Grade.objects.exists()
    sent |= {
        f"reflection-{second.pk}": "tính cả tỉnh mới",
        f"score-{third.pk}": "0",
        f"reflection-{third.pk}": "chưa làm",
    }
    assert minh.post(address, sent).status_code == 302
    shown = minh.get(reverse("okr_objective", args=[objective.pk])).context["page"]
    assert (str(shown.graded.value), shown.graded.word, shown.graded.tone) == ("0.47", "có tiến bộ", "warn")
    assert shown.reflection == "Bắt đầu sớm hơn."
    assert str(minh.get(reverse("okr")).context["page"].rows[0].progress.value) == "0.47"


def test_a_grading_from_before_a_change_is_told(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast)
    rows = results_of(objective)
    sent = {"revision": "0", "reflection": "x", **{f"score-{row.pk}": "0,5" for row in rows}}
    sent |= {f"reflection-{row.pk}": "ước" for row in rows}
    response = browser.of(cast.minh).post(reverse("okr_grade", args=[objective.pk]), sent)
    assert response.status_code == 422
    assert "người khác đã lưu mục tiêu này" in response.content.decode()
    assert not Grade.objects.exists()


def test_a_number_reads_itself_out(cast: Cast, browser: Browser) -> None:
    hoa = browser.of(cast.hoa)
    assert "1.500.000" in hoa.get(reverse("okr_echo"), {"kr-0-target": "1tr5"}).content.decode()
    assert "Không đọc được" in hoa.get(reverse("okr_echo"), {"kr-0-target": "tám"}).content.decode()
    assert hoa.get(reverse("okr_echo")).status_code == 200
