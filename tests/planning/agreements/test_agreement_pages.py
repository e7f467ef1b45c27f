"""The inbox, one agreement, delegations and the steps of the flow, as people use them."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.agreements.told import absent
from tests.agreements.trial import Ask, Trial
from tests.cast import Cast
from tests.conftest import Browser

from tamnhin.agreements.flow import Rule
from tamnhin.agreements.models import Agreement, Delegation, Voice
from tamnhin.agreements.services import delegate, flow_of, speak
from tamnhin.engine.problems import Problem
from tamnhin.organisation.access import today

ROLES = ("lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc")
SECRETS = ("Thẻ điểm quý 1 của Hoa", "Lê Thị Hoa", "Nguyễn Văn Minh", "Công ty Sao")


def text_of(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def act(client: Client, row: Agreement, act: str, **more: str) -> int:
    row.refresh_from_db()
    data = {"act": act, "revision": str(row.revision), **more}
    return client.post(reverse("agreement_act", args=[row.pk]), data).status_code


# -- who gets which page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["inbox", "delegations", "flow_settings"])
def test_every_member_has_these_pages_and_a_stranger_has_nothing_of_the_company_on_them(
    ask: Ask, cast: Cast, browser: Browser, name: str
) -> None:
    ask()
    for role in ROLES:
        assert browser.of(getattr(cast, role)).get(reverse(name)).status_code == 200
    assert browser.of(cast.nobody).get(reverse(name)).status_code == 404
    theirs = text_of(browser.of(cast.quang), name)
    assert [secret for secret in SECRETS if secret in theirs] == []
    assert Client().get(reverse(name)).status_code == 302


def test_an_agreement_is_there_for_those_who_see_its_owner_and_for_nobody_else(
    ask: Ask, cast: Cast, browser: Browser
) -> None:
    row = ask()
    found = {role: browser.of(getattr(cast, role)).get(reverse("agreement", args=[row.pk])).status_code
             for role in (*ROLES, "quang", "nobody")}  # fmt: skip
    hidden = {"an", "binh", "quang", "nobody"}
    assert found == {role: 404 if role in hidden else 200 for role in found}
    for role in hidden:
        assert act(browser.of(getattr(cast, role)), row, "comment", text="x") == 404
    assert Voice.objects.count() == 1


def test_an_auditor_reads_and_has_nothing_to_press(ask: Ask, cast: Cast, browser: Browser) -> None:
    row = ask()
    thu = browser.of(cast.thu)
    assert 'name="act"' not in text_of(thu, "agreement", row.pk)
    assert act(thu, row, "comment", text="x") == 404
    assert thu.post(reverse("inbox_answer"), {"act": "yes", "chosen": f"{row.pk}:1"}).status_code == 404
    assert thu.post(reverse("delegations"), {"to": "AN"}).status_code == 404
    assert thu.post(reverse("flow_settings"), {}).status_code == 404
    assert Voice.objects.count() == 1


def test_a_company_with_nothing_in_it_has_its_empty_pages(cast: Cast, browser: Browser) -> None:
    quang = browser.of(cast.quang)
    assert "Không có gì chờ bạn" in text_of(quang, "inbox")
    assert "Bạn chưa đề xuất gì" in text_of(quang, "inbox", tab="sent")
    assert "Chưa có ủy quyền nào" in text_of(quang, "delegations")


# -- one agreement ----------------------------------------------------------------------------------------------


def test_hoa_reads_before_and_after_and_agrees(ask: Ask, cast: Cast, browser: Browser) -> None:
    row = speak(acting_user=cast.hung, agreement=ask(note="như đã bàn"), answer="yes")
    hoa = browser.of(cast.hoa)
    page = text_of(hoa, "agreement", row.pk)
    assert "Chỉ tiêu doanh thu" in page
    assert "giữ nguyên" in page  # the weight is what it was
    assert "/trial/1/" in page
    assert re.search(r"với tư cách: <b>Người nhận</b>", page)
    assert act(hoa, row, "yes") == 302
    assert Agreement.objects.get().state == "agreed"
    assert "Đã ghi ý kiến đồng ý" in text_of(hoa, "agreement", row.pk)


def test_a_return_without_a_reason_comes_back_with_the_form_and_one_with_it_goes(
    ask: Ask, cast: Cast, browser: Browser
) -> None:
    row = ask()
    hung = browser.of(cast.hung)
    response = hung.post(reverse("agreement_act", args=[row.pk]), {"act": "no", "revision": row.revision, "text": " "})
    assert response.status_code == 422
    assert "phải viết lý do" in response.content.decode()
    assert act(hung, row, "no", text="thiếu KPI về giao hàng") == 302
    assert Agreement.objects.get().state == "draft"
    assert "thiếu KPI về giao hàng" in text_of(browser.of(cast.minh), "agreement", row.pk)


def test_what_was_written_is_not_lost_when_somebody_else_was_quicker(ask: Ask, cast: Cast, browser: Browser) -> None:
    row = ask()
    hung = browser.of(cast.hung)
    speak(acting_user=cast.hoa, agreement=row, answer="comment", text="khoan đã")
    data = {"act": "no", "revision": str(row.revision), "text": "sai kỳ đánh giá"}
    response = hung.post(reverse("agreement_act", args=[row.pk]), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Lê Thị Hoa góp ý lúc" in page
    assert "khoan đã" in page
    assert "sai kỳ đánh giá" in page
    assert f'name="revision" value="{row.revision + 1}"' in page
    assert Agreement.objects.get().state == "proposed"


def test_a_comment_does_not_mind_what_was_said_meanwhile(ask: Ask, cast: Cast, browser: Browser) -> None:
    row = ask()
    speak(acting_user=cast.hung, agreement=row, answer="yes")
    response = browser.of(cast.hoa).post(
        reverse("agreement_act", args=[row.pk]),
        {"act": "comment", "revision": str(row.revision - 1), "text": "em hỏi thêm"},
    )
    assert response.status_code == 302
    assert Voice.objects.filter(kind="comment").count() == 1


def test_words_are_shown_as_words(ask: Ask, cast: Cast, browser: Browser) -> None:
    row = ask(title="<script>alert(1)</script>")
    act(browser.of(cast.hoa), row, "comment", text="<img src=x>")
    page = text_of(browser.of(cast.hoa), "agreement", row.pk)
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_gates_are_told_before_anybody_presses_and_the_button_is_not_there(
    ask: Ask, cast: Cast, browser: Browser, trial: Trial
) -> None:
    row = ask(by=cast.lan, owner="SAO")
    trial.gates[1] = [Problem("WEIGHTS_ALL_ZERO", args={"owner": "SAO"})]
    lan = browser.of(cast.lan)
    page = text_of(lan, "agreement", row.pk)
    assert "Mọi trọng số của SAO đều bằng 0" in page
    assert 'value="activate"' not in page
    assert act(lan, row, "activate") == 422
    trial.gates.clear()
    assert 'value="activate"' in text_of(lan, "agreement", row.pk)
    assert act(lan, row, "activate") == 302
    assert Agreement.objects.get().state == "active"
    assert act(lan, row, "close") == 302
    assert Agreement.objects.get().state == "closed"


def test_the_proposer_withdraws_and_whoever_may_not_is_told(ask: Ask, cast: Cast, browser: Browser) -> None:
    row = ask()
    assert act(browser.of(cast.hoa), row, "withdraw") == 422
    assert act(browser.of(cast.minh), row, "withdraw", text="sai kỳ") == 302
    assert Agreement.objects.get().state == "draft"


def test_an_act_that_does_not_exist_is_refused(ask: Ask, cast: Cast, browser: Browser) -> None:
    assert act(browser.of(cast.hung), ask(), "explode") == 422


def test_a_page_is_not_an_answer(ask: Ask, cast: Cast, browser: Browser) -> None:
    row = ask()
    assert browser.of(cast.hung).get(reverse("agreement_act", args=[row.pk])).status_code == 405
    assert Client(enforce_csrf_checks=True).post(reverse("agreement_act", args=[row.pk])).status_code == 403


# -- the inbox --------------------------------------------------------------------------------------------------


def test_many_are_chosen_listed_for_confirmation_and_answered(ask: Ask, cast: Cast, browser: Browser) -> None:
    rows = [ask(subject=number, title=f"Thẻ số {number}") for number in (1, 2, 3)]
    hung = browser.of(cast.hung)
    chosen = [f"{row.pk}:{row.revision}" for row in rows[:2]]
    response = hung.post(reverse("inbox_answer"), {"act": "yes", "chosen": chosen})
    page = response.content.decode()
    assert ("Thẻ số 1" in page, "Thẻ số 2" in page, "Thẻ số 3" in page) == (True, True, False)
    assert not Voice.objects.filter(kind="yes").exists()
    speak(acting_user=cast.hoa, agreement=rows[1], answer="comment", text="khoan")
    data = {"act": "yes", "chosen": chosen, "confirmed": "1", "text": "đúng khung"}
    page = hung.post(reverse("inbox_answer"), data, follow=True).content.decode()
    assert "Đã đồng ý 1 mục." in page
    assert "Lê Thị Hoa góp ý lúc" in page
    assert [row.state for row in Agreement.objects.order_by("pk")] == ["reviewed", "proposed", "proposed"]
    assert Voice.objects.get(kind="yes").text == "đúng khung"


def test_many_are_activated_by_who_proposed_them(ask: Ask, cast: Cast, browser: Browser, trial: Trial) -> None:
    rows = [ask(by=cast.lan, owner="SAO", subject=number, title=f"Mục tiêu số {number}") for number in (1, 2)]
    trial.gates[2] = [Problem("TARGET_ZERO")]
    lan = browser.of(cast.lan)
    assert "Đã đồng ý, chờ bạn kích hoạt" in text_of(lan, "inbox")
    data = {"act": "activate", "chosen": [f"{row.pk}:{row.revision}" for row in rows], "confirmed": "1"}
    page = lan.post(reverse("inbox_answer"), data, follow=True).content.decode()
    assert "Đã kích hoạt 1 mục." in page
    assert "Mục tiêu số 2: Chỉ tiêu bằng 0" in page
    assert [row.state for row in Agreement.objects.order_by("pk")] == ["active", "agreed"]


def test_choosing_what_is_hidden_answers_nothing_and_tells_nothing(ask: Ask, cast: Cast, browser: Browser) -> None:
    row = ask()
    for user in (cast.an, cast.quang):
        for confirmed in ("", "1"):
            data = {"act": "yes", "chosen": [f"{row.pk}:1", "x", "9999999:1"], "confirmed": confirmed}
            page = browser.of(user).post(reverse("inbox_answer"), data, follow=True).content.decode()
            assert row.title not in page
    assert Voice.objects.count() == 1


def test_choosing_nothing_says_so(cast: Cast, browser: Browser) -> None:
    page = browser.of(cast.hung).post(reverse("inbox_answer"), {"act": "yes"}, follow=True).content.decode()
    assert "Chưa chọn mục nào" in page
    assert browser.of(cast.hung).post(reverse("inbox_answer"), {"act": "no", "chosen": "1:1"}).status_code == 404


def test_the_inbox_says_in_whose_stead_and_what_is_overdue(ask: Ask, cast: Cast, browser: Browser) -> None:
    absent(cast, "MINH")
    row = speak(acting_user=cast.hung, agreement=ask(by=cast.hoa), answer="yes")
    Agreement.objects.filter(pk=row.pk).update(due=today(cast.company) - datetime.timedelta(days=2))
    page = text_of(browser.of(cast.lan), "inbox")
    assert "thay Nguyễn Văn Minh (đang nghỉ phép)" in page
    assert "quá hạn 2 ngày" in page


def test_filters_show_a_kind_or_what_is_late(ask: Ask, cast: Cast, browser: Browser) -> None:
    ask(subject=1, title="Thẻ đúng hạn")
    late = ask(subject=2, title="Thẻ trễ hạn")
    Agreement.objects.filter(pk=late.pk).update(due=today(cast.company) - datetime.timedelta(days=1))
    hung = browser.of(cast.hung)
    assert "Thẻ đúng hạn" not in text_of(hung, "inbox", late="1")
    assert "Thẻ trễ hạn" in text_of(hung, "inbox", late="1")
    assert "Không có việc nào khớp bộ lọc" in text_of(hung, "inbox", kind="goal")
    assert "Thẻ đúng hạn" in text_of(hung, "inbox", kind="trial")


def test_minh_sees_where_what_he_proposed_is_and_what_came_back(ask: Ask, cast: Cast, browser: Browser) -> None:
    ask(subject=1, title="Thẻ đang chờ")
    speak(acting_user=cast.hung, agreement=ask(subject=2, title="Thẻ bị trả"), answer="no", text="thiếu")
    minh = browser.of(cast.minh)
    page = text_of(minh, "inbox", tab="sent")
    assert "chờ nhân sự cho ý kiến" in page
    assert "Bộ phận nhân sự" in page
    assert "bị trả lại" in page
    assert "Bị trả lại, cần bạn sửa" in text_of(minh, "inbox")


def test_what_is_agreed_says_who_puts_it_in_force_and_dates_are_the_readers(
    ask: Ask, cast: Cast, browser: Browser
) -> None:
    row = ask(title="Thẻ của Hoa · 01/12/2026")
    for user in (cast.hung, cast.hoa):
        speak(acting_user=user, agreement=row, answer="yes")
    cast.hoa.language = "en"
    cast.hoa.save(update_fields=["language"])
    theirs = text_of(browser.of(cast.hoa), "agreement", row.pk)
    assert "Thẻ của Hoa · 1 Dec 2026" in theirs
    assert f"{cast.minh}, the manager above or HR puts it in force" in theirs
    assert 'value="activate"' not in theirs
    own = text_of(browser.of(cast.minh), "agreement", row.pk)
    assert "Thẻ của Hoa · 01/12/2026" in own
    assert 'value="activate"' in own


def test_the_partial_for_the_home_page_shows_what_waits(ask: Ask, cast: Cast) -> None:
    from django.template.loader import render_to_string

    from tamnhin.agreements.selectors import waiting_for

    row = ask()
    shown = render_to_string("planning/agreements/waiting.html", {"waiting": waiting_for(cast.hung, cast.company)})
    assert reverse("agreement", args=[row.pk]) in shown
    assert render_to_string("planning/agreements/waiting.html", {"waiting": []}).strip() == ""


# -- delegations ------------------------------------------------------------------------------------------------


def days(cast: Cast) -> dict[str, str]:
    start = today(cast.company)
    return {"valid_from": start.isoformat(), "valid_to": (start + datetime.timedelta(days=3)).isoformat()}


def test_hoa_hands_over_to_her_head_and_takes_it_back(cast: Cast, browser: Browser) -> None:
    hoa = browser.of(cast.hoa)
    page = text_of(hoa, "delegations")
    assert "MINH · Nguyễn Văn Minh" in page
    assert "Đỗ Bình" not in page  # of another unit, and leads none
    assert 'name="person"' not in page  # only for herself
    data = {**days(cast), "to": "MINH · Nguyễn Văn Minh", "reason": "nghỉ phép"}
    assert hoa.post(reverse("delegations"), data).status_code == 302
    row = Delegation.objects.get()
    assert (row.person, row.to, row.reason) == (cast.person("HOA"), cast.person("MINH"), "nghỉ phép")
    assert "đang có hiệu lực" in text_of(browser.of(cast.minh), "delegations")
    assert hoa.post(reverse("delegation_end", args=[row.pk])).status_code == 302
    assert "đã chấm dứt" in text_of(hoa, "delegations")
    assert "đã chấm dứt" in hoa.post(reverse("delegation_end", args=[row.pk]), follow=True).content.decode()


def test_hr_hands_over_for_somebody_by_name(cast: Cast, browser: Browser) -> None:
    data = {**days(cast), "person": "Lê Thị Hoa", "to": "AN"}
    assert browser.of(cast.hung).post(reverse("delegations"), data).status_code == 302
    assert Delegation.objects.get().person == cast.person("HOA")


def test_what_is_wrong_is_told_at_its_field_and_the_rest_is_kept(cast: Cast, browser: Browser) -> None:
    hoa = browser.of(cast.hoa)
    response = hoa.post(reverse("delegations"), {**days(cast), "to": "ai đó", "reason": "đi công tác xa"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Không có ai như vậy trong danh sách" in page
    assert "đi công tác xa" in page
    backwards = {**days(cast), "valid_to": "2020-01-01", "to": "MINH"}
    response = hoa.post(reverse("delegations"), backwards)
    assert response.status_code == 422
    assert "Ngày kết thúc phải từ ngày bắt đầu" in response.content.decode()
    assert not Delegation.objects.exists()


def test_nobody_ends_a_delegation_that_is_not_theirs(cast: Cast, browser: Browser) -> None:
    start = today(cast.company)
    row = delegate(acting_user=cast.minh, person=cast.person("MINH"), to=cast.person("AN"), valid_from=start,
                   valid_to=start)  # fmt: skip
    for name in ("hoa", "binh", "quang", "nobody", "an"):  # An sees it, and may not end it
        response = browser.of(getattr(cast, name)).post(reverse("delegation_end", args=[row.pk]))
        assert response.status_code == 404
    assert Delegation.objects.get().ended_at is None


# -- the steps --------------------------------------------------------------------------------------------------


def test_hr_switches_a_step_off_and_the_next_proposal_passes_it(cast: Cast, browser: Browser) -> None:
    hung = browser.of(cast.hung)
    data = {"was-goal-unit": "1,1,2,5", "hr-goal-unit": "on", "approvals-goal-unit": "3", "days-goal-unit": "9"}
    page = hung.post(reverse("flow_settings"), data, follow=True).content.decode()
    assert "Đã lưu các bước thỏa thuận" in page
    assert flow_of(cast.company, "goal", "unit") == Rule(True, False, 3, 9)
    assert flow_of(cast.company, "goal", "person").days == 5


def test_a_number_that_is_none_keeps_every_row_as_it_was(cast: Cast, browser: Browser) -> None:
    data = {"was-goal-unit": "1,1,2,5", "approvals-goal-unit": "1", "days-goal-unit": "5",
            "was-goal-person": "1,0,1,5", "approvals-goal-person": "1", "days-goal-person": "mười"}  # fmt: skip
    response = browser.of(cast.hung).post(reverse("flow_settings"), data)
    assert response.status_code == 422
    assert "hạn mỗi bước từ 1 đến 90 ngày" in response.content.decode()
    assert flow_of(cast.company, "goal", "unit") == Rule(True, True, 2, 5)


def test_the_second_who_changes_a_row_is_shown_what_the_first_made_of_it(cast: Cast, browser: Browser) -> None:
    first = {"was-goal-unit": "1,1,2,5", "approvals-goal-unit": "1", "days-goal-unit": "5"}
    assert browser.of(cast.hung).post(reverse("flow_settings"), first).status_code == 302
    second = {"was-goal-unit": "1,1,2,5", "hr-goal-unit": "on", "approvals-goal-unit": "3", "days-goal-unit": "5"}
    response = browser.of(cast.dung).post(reverse("flow_settings"), second)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Người khác vừa đổi dòng này thành: Đề xuất → trưởng đơn vị → có hiệu lực" in page
    assert 'name="was-goal-unit" value="0,0,1,5"' in page
    assert flow_of(cast.company, "goal", "unit") == Rule(False, False, 1, 5)


@pytest.mark.parametrize("who", ["minh", "hoa", "tuan", "phuc"])
def test_others_read_the_steps_and_have_no_form(cast: Cast, browser: Browser, who: str) -> None:
    client = browser.of(getattr(cast, who))
    page = text_of(client, "flow_settings")
    assert "Đề xuất → nhân sự → người nhận, trưởng đơn vị → có hiệu lực" in page
    assert "Lưu thay đổi" not in page
    assert client.post(reverse("flow_settings"), {"was-goal-unit": "1,1,2,5"}).status_code == 404
