"""Files in and out by the pages: a dry run first, faults at their cell, and nothing written until somebody says so."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.dashboards import forms
from tamnhin.engine.book import make_book
from tamnhin.kpis.models import Bonus
from tamnhin.measurements.exchange import uploads
from tamnhin.measurements.models import Import, Measurement
from tamnhin.workbook import read, write

Status = Import.Status


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def workbook(tmp_path: Path, *rows: dict[str, object], name: str = "số liệu tháng.xlsx") -> SimpleUploadedFile:
    path = tmp_path / "made.xlsx"
    write(make_book(None, actuals=list(rows)), path)
    return SimpleUploadedFile(name, path.read_bytes())


def drop(client: Client, upload: SimpleUploadedFile) -> Any:
    return client.post(reverse("import"), {"file": upload}, follow=True)


def revenue(sao: Furnished, owner: str, value: float, back: int = 1) -> dict[str, object]:
    return {"owner": owner, "kpi": "REV", "period": sao.month(back), "value": value}


def test_a_file_with_two_faults_is_shown_mended_dropped_again_and_goes_in(
    sao: Furnished, browser: Browser, tmp_path: Path
) -> None:
    client = browser.of(sao.cast.tuan)
    before = Measurement.objects.count()
    faulty = [revenue(sao, "HOA", 95.0), revenue(sao, "NOBODY", 1.0), {**revenue(sao, "AN", 1.0), "kpi": "NO"}]
    page = drop(client, workbook(tmp_path, *faulty)).context["page"]
    assert (page.state, page.new, page.refused, page.problem_total) == ("dry_run", 1, 2, 2)
    assert [(one.severity, one.sheet, one.cell) for one in page.problems] == [
        ("error", "actuals", "A3"),
        ("error", "actuals", "B4"),
    ]
    assert "NOBODY" in page.problems[0].text
    assert Measurement.objects.count() == before

    right = [revenue(sao, "HOA", 95.0), revenue(sao, "AN", 121.0), revenue(sao, "MINH", 100.0)]
    response = drop(client, workbook(tmp_path, *right))
    page = response.context["page"]
    assert (page.new, page.changed, page.same, page.refused, page.problem_total) == (1, 1, 1, 0, 0)
    assert Measurement.objects.count() == before
    done = client.post(page.action, {"confirm": "1"}, follow=True).context["page"]
    assert (done.state, done.new, done.changed, done.same) == ("done", 1, 1, 1)
    assert Measurement.objects.count() == before + 2
    score = client.get(reverse("scorecard", args=["HOA"]), {"period": sao.month(1)}).context["page"].score
    assert score.value == Decimal("97.00")  # 95 % at weight 60 and 100 % at weight 40


def test_problems_are_in_the_readers_language(sao: Furnished, browser: Browser, tmp_path: Path) -> None:
    client = browser.of(sao.cast.tuan)
    drop(client, workbook(tmp_path, revenue(sao, "NOBODY", 1.0)))
    record = Import.objects.get()
    stored = record.problems[0]
    for language in ("vi", "en"):
        sao.cast.tuan.language = language
        sao.cast.tuan.save(update_fields=["language"])
        client.cookies["django_language"] = language
        page = client.get(reverse("one_import", args=[record.pk])).context["page"]
        assert page.problems[0].text == stored[language]
    assert stored["vi"] != stored["en"]


def test_the_problems_come_as_a_file_that_runs_nothing(sao: Furnished, browser: Browser, tmp_path: Path) -> None:
    client = browser.of(sao.cast.tuan)
    drop(client, workbook(tmp_path, revenue(sao, "NOBODY", 1.0)))
    record = Import.objects.get()
    record.problems = [{**record.problems[0], "owner": '=HYPERLINK("http://x")'}]
    record.save()
    response = client.get(reverse("import_problems", args=[record.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="so-lieu-thang-loi.csv"'
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["Sheet", "Ô", "Mức"]
    assert rows[1][1] == "A2"
    assert rows[1][5] == '\'=HYPERLINK("http://x")'


def test_a_dry_run_can_be_put_away_and_never_goes_in(sao: Furnished, browser: Browser, tmp_path: Path) -> None:
    client = browser.of(sao.cast.tuan)
    before = Measurement.objects.count()
    page = drop(client, workbook(tmp_path, revenue(sao, "HOA", 95.0))).context["page"]
    assert client.post(page.action, {"cancel": "1"}).status_code == 302
    record = Import.objects.get()
    assert record.status == Status.CANCELLED
    client.post(page.action, {"confirm": "1"}, follow=True)
    assert Import.objects.get().status == Status.CANCELLED
    assert Measurement.objects.count() == before
    past = client.get(reverse("import")).context["page"].past
    assert [(one.file, one.by, one.status) for one in past] == [("số liệu tháng.xlsx", "Đào Tuấn", "failed")]


def test_a_confirmation_that_is_sent_twice_writes_once(sao: Furnished, browser: Browser, tmp_path: Path) -> None:
    client = browser.of(sao.cast.tuan)
    page = drop(client, workbook(tmp_path, revenue(sao, "HOA", 95.0))).context["page"]
    client.post(page.action, {"confirm": "1"})
    count = Measurement.objects.count()
    response = client.post(page.action, {"confirm": "1"}, follow=True)
    assert "vừa chuyển sang bước khác" in response.content.decode()
    assert Measurement.objects.count() == count


def test_a_running_import_polls_itself_and_stops_when_it_is_done(sao: Furnished, browser: Browser) -> None:
    record = Import.objects.create(
        company=sao.cast.company, file_name="a.xlsx", sha256="0", status=Status.RUNNING, progress_done=30,
        progress_total=120, created_by=sao.cast.tuan,
    )  # fmt: skip
    client = browser.of(sao.cast.tuan)
    address = reverse("one_import", args=[record.pk])
    text = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'value="25"' in text
    assert "<html" not in text
    assert f'hx-get="{address}"' in text
    record.status = Status.DONE
    record.save()
    assert "hx-trigger" not in client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_an_import_that_broke_off_leaves_everything_as_it_was(
    sao: Furnished, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies half-way through the writing; the page says so, and says that nothing was written."""
    client = browser.of(sao.cast.tuan)
    page = drop(client, workbook(tmp_path, *[revenue(sao, "HOA", 95.0), revenue(sao, "AN", 5.0)])).context["page"]
    before = list(Measurement.objects.order_by("pk").values_list("pk", flat=True))
    version = type(sao.cast.company).objects.get(pk=sao.cast.company.pk).data_version

    class PowerCut(uploads.Reporter):
        def __call__(self, done: int, total: int, sheet: str) -> None:
            if self.last.phase == "writing":
                raise RuntimeError("the lights went out")
            super().__call__(done, total, sheet)

    monkeypatch.setattr(uploads, "Reporter", PowerCut)
    client.raise_request_exception = False
    client.post(page.action, {"confirm": "1"})
    assert list(Measurement.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert type(sao.cast.company).objects.get(pk=sao.cast.company.pk).data_version == version
    shown = client.get(page.action).context["page"]
    assert shown.state == "failed"
    assert "nguyên như trước" in shown.error


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("anh.png", b"\x89PNG", "Không đọc được loại tệp"),
        ("khong-duoi", b"x", "Không đọc được loại tệp"),
        ("rong.xlsx", b"", "Tệp rỗng"),
    ],
)
def test_a_file_of_another_kind_is_not_even_stored(
    name: str, body: bytes, said: str, sao: Furnished, browser: Browser
) -> None:
    response = browser.of(sao.cast.tuan).post(reverse("import"), {"file": SimpleUploadedFile(name, body)})
    assert response.status_code == 422
    assert said in response.context["page"].error
    assert not Import.objects.exists()


def test_no_file_at_all_is_said_so(sao: Furnished, browser: Browser) -> None:
    response = browser.of(sao.cast.tuan).post(reverse("import"), {})
    assert (response.status_code, response.context["page"].error) == (422, "Chưa chọn tệp nào.")


def test_a_file_above_the_limit_is_refused_with_both_sizes(
    sao: Furnished, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MAX_UPLOAD_BYTES", 1024)
    response = browser.of(sao.cast.tuan).post(reverse("import"), {"file": SimpleUploadedFile("a.xlsx", b"x" * 4096)})
    assert response.status_code == 422
    assert "4,0" in response.context["page"].error
    assert "1,0" in response.context["page"].error
    assert not Import.objects.exists()


def test_a_damaged_file_says_what_is_wrong_and_another_can_be_dropped(sao: Furnished, browser: Browser) -> None:
    page = drop(browser.of(sao.cast.tuan), SimpleUploadedFile("hong.xlsx", b"PK\x03\x04 not a zip")).context["page"]
    assert page.state == "failed"
    assert page.error == Import.objects.get().problems[0]["vi"]
    assert page.action == reverse("import")


def test_the_name_of_a_file_is_shown_as_text_and_never_becomes_a_path(
    sao: Furnished, browser: Browser, tmp_path: Path
) -> None:
    client = browser.of(sao.cast.tuan)
    drop(client, workbook(tmp_path, revenue(sao, "HOA", 1.0), name="<img src=x>.xlsx"))
    text = client.get(reverse("import")).content.decode()
    assert "<img src=x>" not in text
    assert "&lt;img src=x&gt;.xlsx" in text
    assert "img" not in Path(Import.objects.get().file.name).name


def test_another_companys_import_is_not_there(sao: Furnished, browser: Browser, tmp_path: Path) -> None:
    drop(browser.of(sao.cast.tuan), workbook(tmp_path, revenue(sao, "HOA", 95.0)))
    quang = browser.of(sao.cast.quang)
    pk = Import.objects.get().pk
    assert quang.get(reverse("import")).context["page"].past == []
    for name in ("one_import", "import_problems"):
        assert quang.get(reverse(name, args=[pk])).status_code == 404


# -- out --------------------------------------------------------------------------------------------------------


def taken_out(client: Client, tmp_path: Path) -> Any:
    response = client.get(reverse("export"))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith('attachment; filename="sao-')
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    found = read(path)
    assert found.book is not None
    return found.book


def test_the_export_holds_the_company_and_no_bonus_without_the_right(
    sao: Furnished, browser: Browser, tmp_path: Path
) -> None:
    Bonus.objects.create(company=sao.cast.company, person=sao.cast.person("HOA"), base=Decimal(12_345_678))
    Bonus.objects.create(company=sao.cast.company, person=sao.cast.person("LAN"), base=Decimal(99_000_000))
    with_right = taken_out(browser.of(sao.cast.hung), tmp_path)
    assert sorted(with_right["bonus"]["person"]) == ["HOA", "LAN"]
    for name in ("tuan", "dung"):
        without = taken_out(browser.of(sao.user(name)), tmp_path)
        assert without["bonus"].is_empty()
        assert without["actuals"].height == Measurement.objects.count()
    own = taken_out(browser.of(sao.cast.lan), tmp_path)  # one's own pay is no secret
    assert list(own["bonus"]["person"]) == ["LAN"]


def test_what_was_taken_out_goes_in_again_and_changes_nothing(sao: Furnished, browser: Browser, tmp_path: Path) -> None:
    client = browser.of(sao.cast.tuan)
    body = b"".join(client.get(reverse("export")).streaming_content)  # type: ignore[attr-defined]
    page = drop(client, SimpleUploadedFile("xuat.xlsx", body)).context["page"]
    assert page.state == "dry_run"
    assert (page.new, page.changed, page.refused) == (0, 0, 0)
    assert page.same > 0


def test_the_template_opens_in_the_readers_language(sao: Furnished, browser: Browser, tmp_path: Path) -> None:
    response = browser.of(sao.cast.tuan).get(reverse("import_template"))
    path = tmp_path / "template.xlsx"
    path.write_bytes(response.content)
    assert read(path).book is not None
    assert response["Content-Disposition"] == 'attachment; filename="tam-nhin-mau.xlsx"'
