"""An upload on its way: checked, confirmed, written, or let go."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from tests.cast import Cast, make_kpi
from tests.measurements.exchange_books import only

from tamnhin.accounts.models import User
from tamnhin.base.models import AuditEntry
from tamnhin.measurements import locks
from tamnhin.measurements.exchange import (
    Seen,
    UploadRefusedError,
    WrongStatusError,
    cancel_import,
    confirm_import,
    is_stalled,
    progress_of,
    start_import,
)
from tamnhin.measurements.exchange import progress as progressing
from tamnhin.measurements.exchange.progress import Reporter
from tamnhin.measurements.models import Import, Measurement
from tamnhin.workbook import write

Status = Import.Status


@pytest.fixture(autouse=True)
def _uploads(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def workbook(tmp_path: Path, *values: dict[str, object]) -> SimpleUploadedFile:
    path = tmp_path / "số liệu.xlsx"
    write(only(actuals=list(values)), path)
    return SimpleUploadedFile(path.name, path.read_bytes())


JANUARY: dict[str, object] = {"owner": "HOA", "kpi": "REV", "period": "2026-01", "value": 10.0}


def start(cast: Cast, tmp_path: Path, *values: dict[str, object], by: User | None = None) -> Import:
    if not cast.company.pk or not _has_kpi(cast):
        make_kpi(cast.company, "REV")
    upload = workbook(tmp_path, *(values or (JANUARY,)))
    return start_import(company=cast.company, upload=upload, acting_user=by or cast.tuan)


def _has_kpi(cast: Cast) -> bool:
    from tamnhin.kpis.models import Kpi

    return Kpi.objects.filter(company=cast.company, code="REV").exists()


def test_an_upload_is_checked_and_writes_no_value(cast: Cast, tmp_path: Path) -> None:
    record = start(cast, tmp_path, JANUARY, {**JANUARY, "kpi": "XYZ"})
    assert record.status == Status.CHECKED
    assert record.counts == {"actuals": {"new": 1, "changed": 0, "same": 0, "refused": 0}}
    assert [(one["code"], one["cell"]) for one in record.problems] == [("KPI_UNKNOWN", "B3")]
    assert record.problem_count == 1
    assert record.file_name == "số liệu.xlsx"
    assert not Measurement.objects.exists()


def test_a_confirmed_upload_is_written_in_the_name_of_who_confirmed(cast: Cast, tmp_path: Path) -> None:
    record = confirm_import(start(cast, tmp_path), acting_user=cast.dung)
    assert record.status == Status.DONE
    assert record.finished_at is not None
    row = Measurement.objects.get()
    assert (row.value, row.via, row.recorded_by) == (10.0, record, cast.dung)
    actions = list(
        AuditEntry.objects.filter(action__startswith="import.").order_by("id").values_list("action", flat=True)
    )
    assert actions == ["import.uploaded", "import.confirmed", "import.applied"]
    assert AuditEntry.objects.get(action="import.applied").after["sha256"] == record.sha256


def test_the_same_file_again_is_found_to_change_nothing(cast: Cast, tmp_path: Path) -> None:
    confirm_import(start(cast, tmp_path), acting_user=cast.tuan)
    again = start(cast, tmp_path)
    assert again.counts == {"actuals": {"new": 0, "changed": 0, "same": 1, "refused": 0}}
    confirm_import(again, acting_user=cast.tuan)
    assert Measurement.objects.count() == 1


def test_what_is_entered_between_check_and_confirmation_counts(cast: Cast, tmp_path: Path) -> None:
    record = start(cast, tmp_path)
    confirm_import(start(cast, tmp_path, {**JANUARY, "value": 7.0}), acting_user=cast.tuan)
    confirm_import(record, acting_user=cast.tuan)
    assert record.counts["actuals"]["changed"] == 1
    assert list(Measurement.objects.order_by("revision").values_list("value", flat=True)) == [7.0, 10.0]


@pytest.mark.parametrize("who", ["hoa", "minh", "thu", "quang", "nobody"])
def test_those_who_may_not_import_start_confirm_and_cancel_nothing(who: str, cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(PermissionDenied):
        start(cast, tmp_path, by=getattr(cast, who))
    record = start(cast, tmp_path)
    with pytest.raises(PermissionDenied):
        confirm_import(record, acting_user=getattr(cast, who))
    with pytest.raises(PermissionDenied):
        cancel_import(record, acting_user=getattr(cast, who))
    assert not Measurement.objects.exists()


def test_a_cancelled_upload_is_not_written_and_its_file_is_gone(
    cast: Cast, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    record = start(cast, tmp_path)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        cancel_import(record, acting_user=cast.tuan)
    assert record.status == Status.CANCELLED
    assert not record.file.storage.exists(record.file.name)
    with pytest.raises(WrongStatusError):
        confirm_import(record, acting_user=cast.tuan)
    with pytest.raises(WrongStatusError):
        cancel_import(record, acting_user=cast.tuan)
    assert not Measurement.objects.exists()


def test_an_import_is_confirmed_once(cast: Cast, tmp_path: Path) -> None:
    record = start(cast, tmp_path)
    confirm_import(record, acting_user=cast.tuan)
    with pytest.raises(WrongStatusError):
        confirm_import(record, acting_user=cast.tuan)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("hỏng.xlsx", b"PK\x03\x04 nothing of a spreadsheet", "FILE_CORRUPT"),
        ("ảnh.png", b"\x89PNG\r\n\x1a\n", "FILE_TYPE_UNKNOWN"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_its_reason(cast: Cast, name: str, data: bytes, code: str) -> None:
    upload = SimpleUploadedFile(name, data)
    record = start_import(company=cast.company, upload=upload, acting_user=cast.tuan)
    assert record.status == Status.FAILED
    assert [one["code"] for one in record.problems] == [code]
    with pytest.raises(WrongStatusError):
        confirm_import(record, acting_user=cast.tuan)


def test_an_empty_file_and_an_enormous_one_are_not_even_stored(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for upload, limit, code in (
        (SimpleUploadedFile("a.xlsx", b""), 10, "FILE_EMPTY"),
        (SimpleUploadedFile("a.xlsx", b"x" * 11), 10, "FILE_TOO_LARGE"),
    ):
        monkeypatch.setattr("tamnhin.measurements.exchange.uploads.MAX_UPLOAD_BYTES", limit)
        with pytest.raises(UploadRefusedError) as caught:
            start_import(company=cast.company, upload=upload, acting_user=cast.tuan)
        assert caught.value.problem.code == code
    assert not Import.objects.exists()


def test_the_name_of_an_upload_never_becomes_a_path(cast: Cast) -> None:
    upload = SimpleUploadedFile("x.xlsx", b"PK")
    upload._name = "..\\..\\etc/passwd.xlsx"  # type: ignore[attr-defined]
    record = start_import(company=cast.company, upload=upload, acting_user=cast.tuan)
    assert record.file_name == "passwd.xlsx"
    assert "passwd" not in record.file.name
    assert record.file.name.startswith("imports/")


def test_a_file_changed_on_the_server_after_the_check_is_refused(cast: Cast, tmp_path: Path) -> None:
    record = start(cast, tmp_path)
    other = workbook(tmp_path, {**JANUARY, "value": 999.0})
    Path(record.file.path).write_bytes(other.read())
    confirm_import(record, acting_user=cast.tuan)
    assert record.status == Status.FAILED
    assert [one["code"] for one in record.problems] == ["FILE_CHANGED"]
    assert not Measurement.objects.exists()


def test_a_fault_of_the_system_leaves_the_company_as_it_was_and_a_reference(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = start(cast, tmp_path)

    def full(self: io.BytesIO) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Reporter, "__call__", lambda self, done, total, sheet: full(io.BytesIO()))
    confirm_import(record, acting_user=cast.tuan)
    assert record.status == Status.FAILED
    assert [one["code"] for one in record.problems] == ["IMPORT_FAILED"]
    assert "…" not in str(record.problems[0]["vi"])
    assert not Measurement.objects.exists()


def test_of_very_many_problems_the_first_are_kept_and_all_are_counted(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamnhin.measurements.exchange.uploads.MAX_PROBLEMS", 3)
    record = start(cast, tmp_path, *({**JANUARY, "period": f"2026-{m:02}", "kpi": "XYZ"} for m in range(1, 11)))
    assert (len(record.problems), record.problem_count) == (3, 10)


def test_locked_periods_hold_for_uploads_too(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_providers", [])
    locks.provide(lambda company_id: {"2026-01"})
    record = start(cast, tmp_path)
    assert [one["code"] for one in record.problems] == ["PERIOD_LOCKED"]
    confirm_import(record, acting_user=cast.tuan)
    assert not Measurement.objects.exists()


# --- progress ---


def test_progress_is_read_from_beside_the_upload_and_written_twice_a_second_at_most(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = start(cast, tmp_path)
    clock = [100.0]
    monkeypatch.setattr(progressing.time, "monotonic", lambda: clock[0])
    reporter = Reporter(record.pk)
    reporter.phase("writing")
    assert progress_of(record) == Seen(0, 0, "", "writing")
    reporter(10, 100, "actuals")
    assert progress_of(record).done == 0
    clock[0] += 0.5
    reporter(20, 100, "actuals")
    reporter(30, 100, "actuals")
    assert progress_of(record) == Seen(20, 100, "actuals", "writing")
    assert progress_of(record).percent == 20
    reporter.close()
    assert progress_of(record) == Seen(record.progress_done, record.progress_total)


def test_nothing_is_left_of_the_progress_of_an_import_that_has_ended(cast: Cast, tmp_path: Path) -> None:
    record = confirm_import(start(cast, tmp_path), acting_user=cast.tuan)
    folder = tmp_path / "media" / "imports" / "progress"
    assert list(folder.iterdir()) == []
    assert progress_of(record) == Seen(1, 1)


def test_an_import_whose_worker_died_may_be_confirmed_again(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = start(cast, tmp_path)
    Import.objects.filter(pk=record.pk).update(status=Status.RUNNING)
    record.refresh_from_db()
    assert not is_stalled(record)
    with pytest.raises(WrongStatusError):
        confirm_import(record, acting_user=cast.tuan)
    later = time.time() + progressing.STALLED + 1
    monkeypatch.setattr(progressing.time, "time", lambda: later)
    assert is_stalled(record)
    confirm_import(record, acting_user=cast.tuan)
    assert record.status == Status.DONE
