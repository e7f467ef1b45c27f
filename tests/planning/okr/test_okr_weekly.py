"""The weekly form: all my key results at once, with what was said before, and nothing lost when it is refused."""

from __future__ import annotations

from django.urls import reverse
from tests.cast import Cast
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished
from tests.okr.okr_cases import RESULTS, make_objective, report, results_of, this_week

from tamnhin.okr.models import CheckIn
from tamnhin.okr.writing import Wanted


def test_one_form_takes_all_my_key_results_of_the_week(cast: Cast, browser: Browser) -> None:
    one = make_objective(cast, "HOA", "một")
    two = make_objective(cast, "KD", "hai", results=[carried(cast, "HOA"), *RESULTS[1:]])
    make_objective(cast, "AN", "của An")
    hoa = browser.of(cast.hoa)
    page = hoa.get(reverse("okr_week")).context["page"]
    mine = [*results_of(one), results_of(two)[0]]
    assert [item.key for item in page.items] == [row.pk for row in mine]
    sent = {f"value-{mine[0].pk}": "12,5", f"confidence-{mine[0].pk}": "6", f"note-{mine[0].pk}": "ký thêm"}
    sent |= {f"confidence-{mine[3].pk}": "9"}
    assert hoa.post(reverse("okr_week"), sent).status_code == 302
    said = CheckIn.objects.order_by("pk").values_list("key_result", "value", "confidence", "note", "by")
    assert list(said) == [(mine[0].pk, 12.5, 6, "ký thêm", cast.hoa.pk), (mine[3].pk, None, 9, "", cast.hoa.pk)]
    assert hoa.get(reverse("okr")).context["page"].my_due == 2


def carried(cast: Cast, person: str) -> Wanted:
    first = RESULTS[0]
    return Wanted(first.title, first.baseline, first.target, first.unit, carrier=cast.person(person))


def test_the_form_shows_the_weeks_before_and_offers_the_last_value(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast, "HOA")
    report(cast, objective, (7.0, 4), back=2)
    report(cast, objective, (9.5, 6), back=1)
    item = browser.of(cast.hoa).get(reverse("okr_week")).context["page"].items[0]
    assert [(value, confidence) for _week, value, confidence in item.last] == [(7.0, 4), (9.5, 6)]
    assert (item.previous_text, item.text, item.confidence) == ("9,5", "", "")


def test_a_report_that_cannot_be_read_is_refused_whole_and_keeps_every_word(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast, "HOA")
    first, second, _third = results_of(objective)
    hoa, address = browser.of(cast.hoa), reverse("okr_week")
    sent = {f"value-{first.pk}": "mười hai", f"confidence-{first.pk}": "5", f"note-{second.pk}": "chỉ ghi chú"}
    response = hoa.post(address, sent)
    assert response.status_code == 422
    items = {item.key: item for item in response.context["page"].items}
    assert "mười hai" in items[first.pk].value_errors[0]
    assert (items[first.pk].text, items[second.pk].note) == ("mười hai", "chỉ ghi chú")
    response = hoa.post(address, {**sent, f"value-{first.pk}": "12"})
    items = {item.key: item for item in response.context["page"].items}
    assert items[second.pk].confidence_errors == [
        "Chọn độ tự tin từ 1 đến 10: bạn tin kết quả này tới đích đến mức nào."
    ]
    assert items[first.pk].value_errors == []
    assert not CheckIn.objects.exists()
    assert "Chưa báo gì" in hoa.post(address, {}).content.decode()


def test_whoever_reports_second_is_shown_the_first_and_may_send_again(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast)
    row = results_of(objective)[0]
    address = reverse("okr_checkin", args=[objective.pk])
    minh, lan = browser.of(cast.minh), browser.of(cast.lan)
    sent = {f"value-{row.pk}": "9", f"confidence-{row.pk}": "5", f"seen-{row.pk}": "0"}
    assert lan.post(address, sent).status_code == 302
    mine = {**sent, f"value-{row.pk}": "11"}
    response = minh.post(address, mine)
    assert response.status_code == 422
    item = response.context["page"].items[0]
    assert "Trần Thị Lan vừa báo" in item.value_errors[0]
    assert (item.text, item.seen) == ("11", CheckIn.objects.get().pk)
    assert minh.post(address, {**mine, f"seen-{row.pk}": str(item.seen)}).status_code == 302
    assert CheckIn.objects.order_by("-pk")[0].value == 11.0


def test_the_week_before_can_be_caught_up_and_an_older_one_not(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast, "HOA")
    row = results_of(objective)[0]
    hoa, sent = browser.of(cast.hoa), {f"confidence-{row.pk}": "5"}
    assert hoa.post(f"{reverse('okr_week')}?week={this_week(cast, 1)}", sent).status_code == 302
    response = hoa.post(f"{reverse('okr_week')}?week={this_week(cast, 3)}", sent)
    assert response.status_code == 422
    assert "Chỉ báo cho tuần này hoặc tuần vừa qua" in response.content.decode()
    assert list(CheckIn.objects.values_list("week", flat=True)) == [this_week(cast, 1)]


def test_the_number_of_a_kpi_is_shown_and_not_typed(sao: Furnished, browser: Browser) -> None:
    cast = sao.cast
    results = [Wanted("Doanh thu", 0.0, 500.0, kpi=sao.revenue, kpi_owner=cast.owner("HOA")), *RESULTS[1:]]
    objective = make_objective(cast, "HOA", results=results)
    row = results_of(objective)[0]
    hoa = browser.of(cast.hoa)
    assert f'name="value-{row.pk}"' not in hoa.get(reverse("okr_week")).content.decode()
    response = hoa.post(reverse("okr_week"), {f"value-{row.pk}": "5", f"confidence-{row.pk}": "5"})
    assert "Số này lấy từ KPI" in response.context["page"].items[0].value_errors[0]
