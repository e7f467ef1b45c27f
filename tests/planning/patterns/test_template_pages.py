"""The pages of templates: written, looked at, given."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.agreements.models import Agreement
from tamnhin.kpis.models import Assignment, Kpi, ScorecardTemplate, TemplateRun
from tamnhin.kpis.services.activation import put_in_force
from tamnhin.kpis.services.lines import LineInput
from tamnhin.kpis.services.templates import About, add_template, save_template, template_lines
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Person

SELLER = "Nhân viên bán hàng"


@pytest.fixture
def lan(sao: Furnished, browser: Browser) -> Client:
    return browser.of(sao.cast.lan)


@pytest.fixture
def template(sao: Furnished) -> ScorecardTemplate:
    Person.objects.filter(owner__code__in=("HOA", "AN")).update(position=SELLER)
    lines = [LineInput(sao.revenue.pk, Decimal(60), total=1200.0), LineInput(sao.delivery.pk, Decimal(40))]
    about = About("Bán hàng", SELLER, sao.cast.sales)
    return add_template(acting_user=sao.cast.hung, company=sao.cast.company, code="BH", about=about, lines=lines)


def next_year(sao: Furnished) -> dict[str, str]:
    year = today(sao.cast.company).year + 1
    return {"first": f"{year}-01-01", "last": f"{year}-12-31"}


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def form(template: ScorecardTemplate, *weights: tuple[Kpi, str], **more: str) -> dict[str, str]:
    out = {"name": template.name, "position": template.position, "unit": "KD", "level": template.level}
    out["revision"] = str(template.revision)
    for at, (kpi, weight) in enumerate(weights):
        out |= {f"kpi-{at}": kpi.code, f"weight-{at}": weight, f"total-{at}": ""}
    return out | more


# -- who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hoa", "an", "quang", "nobody"])
def test_those_who_look_down_from_no_unit_find_no_templates(
    sao: Furnished, browser: Browser, template: ScorecardTemplate, name: str
) -> None:
    client = browser.of(getattr(sao.cast, name))
    run = TemplateRun.objects.create(
        company=sao.cast.company, template=template, version=1, first=datetime.date(2030, 1, 1)
    )
    for address in (
        reverse("template", args=["BH"]),
        reverse("template_assign", args=["BH"]),
        reverse("template_run", args=[run.pk]),
    ):
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"then": "start"}).status_code == 404, address
    if name == "quang":  # a director, of another company
        assert "Bán hàng" not in text(client.get(reverse("template_list")))
        assert client.get(reverse("template_new"), {"from": "HOA"}).status_code == 404
    else:
        assert client.get(reverse("template_list")).status_code == 404
        assert client.get(reverse("template_new")).status_code == 404
        assert client.post(reverse("template_new"), {"code": "X", "name": "X"}).status_code == 404


def test_an_auditor_reads_and_changes_nothing(sao: Furnished, browser: Browser, template: ScorecardTemplate) -> None:
    client = browser.of(sao.cast.thu)
    assert client.get(reverse("template_list")).status_code == 200
    page = client.get(reverse("template", args=["BH"]))
    assert page.status_code == 200
    assert 'name="weight-0"' not in text(page)
    assert client.get(reverse("template_assign", args=["BH"])).status_code == 200
    assert client.get(reverse("template_new")).status_code == 404
    assert client.post(reverse("template", args=["BH"]), form(template)).status_code == 404
    for act in ("start", "page:1"):
        assert client.post(reverse("template_assign", args=["BH"]), {"then": act}).status_code == 404
    assert template_lines(template)


def test_a_head_reads_the_templates_of_others_and_gives_them_to_their_people_only(
    sao: Furnished, browser: Browser, template: ScorecardTemplate
) -> None:
    Person.objects.filter(owner__code="BINH").update(position=SELLER)
    ScorecardTemplate.objects.filter(pk=template.pk).update(unit=None)
    client = browser.of(sao.cast.minh)
    assert 'name="weight-0"' not in text(client.get(reverse("template", args=["BH"])))
    assert client.post(reverse("template", args=["BH"]), form(template, (sao.revenue, "100"))).status_code == 404
    shown = text(client.get(reverse("template_assign", args=["BH"]), next_year(sao)))
    assert "Lê Thị Hoa" in shown
    assert "Đỗ Bình" not in shown


def test_a_head_names_one_of_their_units(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.minh)
    given = {"code": "M", "name": "Mẫu", "unit": "", "level": "", "position": ""}
    refused = client.post(reverse("template_new"), given)
    assert refused.status_code == 422
    assert "Chọn một đơn vị trong phạm vi của bạn" in text(refused)
    assert client.post(reverse("template_new"), given | {"unit": "KD1"}).status_code == 302


def test_a_run_is_shown_to_who_began_it_and_to_those_who_see_everybody(
    sao: Furnished, browser: Browser, template: ScorecardTemplate
) -> None:
    run = TemplateRun.objects.create(
        company=sao.cast.company, template=template, version=1, first=datetime.date(2030, 1, 1),
        created_by=sao.cast.lan, status="done",
    )  # fmt: skip
    address = reverse("template_run", args=[run.pk])
    assert browser.of(sao.cast.hung).get(address).status_code == 200
    assert browser.of(sao.cast.minh).get(address).status_code == 404


# -- writing -----------------------------------------------------------------------------------------------------


def test_a_list_without_templates_says_how_to_begin(lan: Client) -> None:
    page = lan.get(reverse("template_list"))
    assert page.status_code == 200
    assert "Chưa có mẫu nào" in text(page)


def test_an_empty_company_has_the_pages_too(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.quang)
    assert client.get(reverse("template_list")).status_code == 200
    assert client.get(reverse("template_new")).status_code == 200
    made = client.post(reverse("template_new"), {"code": "T", "name": "Mẫu", "position": "", "unit": "", "level": ""})
    assert made.status_code == 302
    assert client.get(made.headers["Location"]).status_code == 200
    assert client.get(reverse("template_assign", args=["T"])).status_code == 200


def test_adding_a_kpi_and_splitting_are_shown_and_saved_only_by_saving(
    sao: Furnished, lan: Client, template: ScorecardTemplate
) -> None:
    given = form(template, (sao.revenue, "60,5"))
    added = lan.post(reverse("template", args=["BH"]), given | {"then": "add", "kpi": f"{sao.delivery.code} · Giao"})
    assert added.status_code == 200
    assert "chưa lưu" in text(added)
    assert 'value="60,5"' in text(added)
    split = lan.post(
        reverse("template", args=["BH"]), form(template, (sao.revenue, "60"), (sao.delivery, "1"), then="split")
    )
    assert text(split).count('value="50"') == 2
    template.refresh_from_db()
    assert template.version == 1
    unknown = lan.post(reverse("template", args=["BH"]), given | {"then": "add", "kpi": "<b>"})
    assert unknown.status_code == 422
    assert "Không có KPI “&lt;b&gt;”" in text(unknown)
    assert 'value="60,5"' in text(unknown)


def test_saving_makes_a_version_whose_difference_is_shown(
    sao: Furnished, lan: Client, template: ScorecardTemplate
) -> None:
    given = form(template, (sao.revenue, "70"), (sao.delivery, "30"), **{"profile-0": "working_days"})
    assert lan.post(reverse("template", args=["BH"]), given).status_code == 302
    template.refresh_from_db()
    assert template.version == 2
    rows = template_lines(template)
    assert [(row.weight, row.target, row.profile) for row in rows] == [(70, None, "working_days"), (30, None, "")]
    page = text(lan.get(reverse("template", args=["BH"])))
    assert "Bản 2 khác bản 1 ở đâu" in page
    old = lan.get(reverse("template", args=["BH"]), {"version": "1"})
    assert "Các KPI của bản 1" in text(old)
    assert 'name="weight-0"' not in text(old)
    for wrong in ("0", "3"):
        assert lan.get(reverse("template", args=["BH"]), {"version": wrong}).status_code == 404


def test_faults_are_told_at_their_line_and_what_was_typed_stays(
    sao: Furnished, lan: Client, template: ScorecardTemplate
) -> None:
    given = form(template, (sao.revenue, "nhiều"), (sao.delivery, "40"), name="Tên mới")
    page = lan.post(reverse("template", args=["BH"]), given)
    assert page.status_code == 422
    assert 'value="nhiều"' in text(page)
    assert 'value="Tên mới"' in text(page)
    over = lan.post(reverse("template", args=["BH"]), form(template, (sao.revenue, "120"), name=""))
    assert over.status_code == 422
    assert "Nhập tên của mẫu" in text(over)
    template.refresh_from_db()
    assert (template.name, template.version) == ("Bán hàng", 1)


def test_the_second_writer_is_shown_the_difference_and_may_save_again(
    sao: Furnished, lan: Client, template: ScorecardTemplate
) -> None:
    save_template(
        acting_user=sao.cast.hung, template=template, about=About.of(template),
        lines=[LineInput(sao.revenue.pk, Decimal(100))],
    )  # fmt: skip
    page = lan.post(reverse("template", args=["BH"]), form(template, (sao.delivery, "100")))
    assert page.status_code == 422
    assert "Khác nhau ở đâu" in text(page)
    template.refresh_from_db()
    assert template.version == 2
    assert lan.post(reverse("template", args=["BH"]), form(template, (sao.delivery, "100"))).status_code == 302
    template.refresh_from_db()
    assert template.version == 3


def test_a_new_template_begins_with_somebodys_scorecard(sao: Furnished, lan: Client) -> None:
    page = text(lan.get(reverse("template_new"), {"from": "HOA"}))
    assert 'name="weight-0"' in page
    assert "chưa lưu" in page
    assert lan.get(reverse("template_new"), {"from": "KHONG-CO"}).status_code == 404
    assert not ScorecardTemplate.objects.exists()


def test_putting_away_and_taking_out(sao: Furnished, lan: Client, template: ScorecardTemplate) -> None:
    address = reverse("template", args=["BH"])
    assert lan.post(address, {"then": "archive"}).status_code == 302
    assert "Chưa có mẫu nào" in text(lan.get(reverse("template_list")))
    assert "Bán hàng" in text(lan.get(reverse("template_list"), {"away": "1"}))
    assert lan.get(reverse("template_assign", args=["BH"])).status_code == 404
    assert lan.post(address, {"then": "restore"}).status_code == 302
    template.refresh_from_db()
    assert template.archived_at is None


# -- giving ------------------------------------------------------------------------------------------------------


def test_the_preview_says_who_gets_what_and_writes_nothing(
    sao: Furnished, lan: Client, template: ScorecardTemplate
) -> None:
    page = lan.get(reverse("template_assign", args=["BH"]), next_year(sao))
    assert page.status_code == 200
    assert "Lê Thị Hoa" in text(page)
    assert "Phạm An" in text(page)
    assert "Nguyễn Văn Minh" not in text(page)
    assert "không tự giảm theo ngày vào làm" in text(page)
    assert not Assignment.objects.exists()


def test_those_left_out_get_nothing_and_the_others_a_draft(
    sao: Furnished, lan: Client, template: ScorecardTemplate
) -> None:
    given = next_year(sao) | {"then": "start", "version": "1", "reason": "Năm mới", "give": "HOA"}
    answer = lan.post(reverse("template_assign", args=["BH"]), given | {"seen": ["HOA", "AN"]})
    run = TemplateRun.objects.get()
    assert answer.headers["Location"] == reverse("template_run", args=[run.pk])
    assert [one.owner.code for one in Assignment.objects.all()] == ["HOA"]
    page = text(lan.get(answer.headers["Location"]))
    assert "Xong: 1 bản nháp" in page
    assert reverse("plan", args=[Assignment.objects.get().pk]) in page
    assert "hx-get" not in page[page.index('id="run"') : page.index('id="run"') + 60]


def test_somebody_left_out_on_another_page_stays_left_out(
    sao: Furnished, lan: Client, template: ScorecardTemplate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamnhin.planning.patterns.giving.PAGE", 1)
    address = reverse("template_assign", args=["BH"])
    first = next_year(sao) | {"reason": "Năm mới", "version": "1"}
    second = text(lan.post(address, first | {"seen": "AN", "then": "page:2"}))
    assert '<input type="hidden" name="out" value="AN">' in second
    lan.post(address, first | {"out": "AN", "seen": "HOA", "give": "HOA", "then": "start"})
    assert [one.owner.code for one in Assignment.objects.all()] == ["HOA"]


def test_proposing_at_once_sends_them_out(sao: Furnished, lan: Client, template: ScorecardTemplate) -> None:
    given = next_year(sao) | {"then": "start", "version": "1", "reason": "Năm mới", "propose": "1"}
    lan.post(reverse("template_assign", args=["BH"]), given)
    assert Agreement.objects.count() == 2
    assert "2 đã gửi đi hỏi ý kiến" in text(lan.get(reverse("template_run", args=[TemplateRun.objects.get().pk])))


def test_what_is_wrong_is_told_where_it_is_and_nothing_begins(
    sao: Furnished, lan: Client, template: ScorecardTemplate
) -> None:
    address = reverse("template_assign", args=["BH"])
    given = next_year(sao) | {"then": "start", "version": "1"}
    for wrong, told in (
        ({"first": "mai"}, "Ngày bắt đầu chưa đúng"),
        ({"last": "2020-01-01"}, "Ngày kết thúc phải sau ngày bắt đầu"),
        ({"version": "9"}, "Mẫu đã sang bản 1"),
        ({"seen": ["HOA", "AN"]}, "Chưa có ai để giao"),
    ):
        page = lan.post(address, given | {"reason": "x", **wrong})
        assert page.status_code == 422, wrong
        assert told in text(page), wrong
    assert not TemplateRun.objects.exists()


def test_people_on_an_older_version_are_shown_and_get_only_the_differences(
    sao: Furnished, lan: Client, template: ScorecardTemplate
) -> None:
    cast = sao.cast
    lan.post(
        reverse("template_assign", args=["BH"]), next_year(sao) | {"then": "start", "version": "1", "reason": "Năm mới"}
    )
    made = list(Assignment.objects.select_related("owner", "company"))
    put_in_force(acting_user=cast.lan, company=cast.company, assignments=made)
    save_template(
        acting_user=cast.hung, template=template, about=About.of(template),
        lines=[LineInput(sao.revenue.pk, Decimal(70), total=1200.0), LineInput(sao.delivery.pk, Decimal(30))],
    )  # fmt: skip
    year = today(cast.company).year + 1
    asked = {"only": "older", "first": f"{year}-07-01"}
    page = text(lan.get(reverse("template_assign", args=["BH"]), asked))
    assert "Đề xuất cập nhật theo mẫu" in page
    assert "60 → 70" in page
    assert "mẫu này, bản 1" in page
    lan.post(reverse("template_assign", args=["BH"]), asked | {"then": "start", "version": "2", "reason": "Mẫu mới"})
    drafts = list(Assignment.objects.filter(status="draft"))
    assert {(one.kind, one.template_version, one.valid_to) for one in drafts} == {
        ("change", 2, datetime.date(year, 12, 31))
    }
    assert [line.weight for line in drafts[0].lines.order_by("order")] == [70, 30]


def test_a_run_under_way_asks_again_and_one_that_failed_can_go_on(
    sao: Furnished, lan: Client, template: ScorecardTemplate
) -> None:
    run = TemplateRun.objects.create(
        company=sao.cast.company, template=template, version=1, first=datetime.date(2030, 1, 1), total=2, done=1,
        created_by=sao.cast.lan, status="running",
    )  # fmt: skip
    address = reverse("template_run", args=[run.pk])
    page = text(lan.get(address))
    assert f'hx-get="{address}"' in page
    assert 'value="50"' in page
    TemplateRun.objects.filter(pk=run.pk).update(status="failed", fault="abc123")
    page = text(lan.get(address))
    assert "abc123" in page
    assert "Chạy tiếp" in page
    assert lan.post(address).status_code == 302
    run.refresh_from_db()
    assert run.status == "done"
