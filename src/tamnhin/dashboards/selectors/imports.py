"""The import page: one page in the state its import is in, and the imports before it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.shapes import ImportCount, ImportPage, PastImport, ProblemRow
from tamnhin.measurements.access import can_export, imports_visible_to
from tamnhin.measurements.exchange.progress import is_stalled, progress_of
from tamnhin.measurements.exchange.uploads import MAX_UPLOAD_BYTES
from tamnhin.measurements.models import Import
from tamnhin.workbook.spec import SHEETS, find_sheet

PAST = 10
SHOWN_PROBLEMS = 100
_ORDER = {"error": 0, "warning": 1, "info": 2}
_PAGE_STATES = {
    Import.Status.UPLOADED: "running",
    Import.Status.CHECKING: "running",
    Import.Status.CHECKED: "dry_run",
    Import.Status.RUNNING: "running",
    Import.Status.DONE: "done",
    Import.Status.FAILED: "failed",
    Import.Status.CANCELLED: "drop",
}
_PAST_STATES = {
    Import.Status.CHECKED: "waiting",
    Import.Status.DONE: "done",
    Import.Status.FAILED: "failed",
    Import.Status.CANCELLED: "failed",
}


def drop_page(reading: Reading, error: str = "") -> ImportPage:
    """Where a file is dropped. ``error``: why the last one was not taken. One query."""
    return ImportPage(
        state="failed" if error else "drop",
        action=reverse("import"),
        template_url=reverse("import_template"),
        export_url=reverse("export") if can_export(reading.user, reading.company) else "",
        error=error,
        past=_past(reading),
        max_size=filesizeformat(MAX_UPLOAD_BYTES),
    )


def import_page(reading: Reading, record: Import) -> ImportPage:
    """One import in the state it is in. One query more where a file can be dropped again."""
    state = _PAGE_STATES[Import.Status(record.status)]
    problems = problem_rows(record, reading.language)
    address = reverse("one_import", args=[record.pk])
    seen = progress_of(record)
    stalled = is_stalled(record)
    fresh = state in ("drop", "failed")
    return ImportPage(
        state=state,  # type: ignore[arg-type]
        action=reverse("import") if fresh else address,
        template_url=reverse("import_template"),
        export_url=reverse("export") if can_export(reading.user, reading.company) else "",
        file=record.file_name,
        size=filesizeformat(record.size),
        counts=_counts(record, reading.language),
        problems=problems[:SHOWN_PROBLEMS],
        problem_total=max(record.problem_count, len(problems)),
        problems_url=reverse("import_problems", args=[record.pk]) if problems else "",
        error=_failure(problems) if state == "failed" else "",
        done=seen.done,
        total=seen.total,
        poll_url=address,
        again_url=reverse("import"),
        result_url=reading.card_url(reading.top) if reading.top is not None else "",
        past=_past(reading) if fresh else (),
        max_size=filesizeformat(MAX_UPLOAD_BYTES),
        checking=record.status in (Import.Status.UPLOADED, Import.Status.CHECKING),
        comparing=seen.phase == "comparing",
        stalled=stalled,
    )


def _failure(problems: Sequence[ProblemRow]) -> str:
    """What stopped the import, in one sentence."""
    worst = next((problem for problem in problems if problem.severity == "error"), None)
    return worst.text if worst is not None else _("Tệp không nhập được.")


def problem_rows(record: Import, language: str) -> list[ProblemRow]:
    """The problems kept with an import, errors first, then as they stand in the file."""
    rows = [
        ProblemRow(
            severity=problem["severity"],
            code=problem["code"],
            sheet=problem.get("sheet") or "",
            cell=problem.get("cell") or "",
            text=problem["vi" if language == "vi" else "en"],
            owner=problem.get("owner") or "",
            kpi=problem.get("kpi") or "",
        )
        for problem in record.problems
    ]
    rows.sort(key=lambda row: _ORDER[row.severity])
    return rows


def problems_csv(record: Import, language: str) -> Iterator[str]:
    """The problems as lines of a CSV that Excel reads with all marks; what looks like a formula is made harmless."""
    yield "\ufeff"
    header = (_("Sheet"), _("Ô"), _("Mức"), _("Mã"), _("Sai gì và sửa thế nào"), _("Chủ thẻ điểm"), "KPI")
    words = {"error": _("Lỗi"), "warning": _("Lưu ý"), "info": _("Thông tin")}
    rows = [
        (row.sheet, row.cell, words[row.severity], row.code, row.text, row.owner, row.kpi)
        for row in problem_rows(record, language)
    ]
    for row in (header, *rows):
        buffer = io.StringIO()
        csv.writer(buffer).writerow([_harmless(text) for text in row])
        yield buffer.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _counts(record: Import, language: str) -> list[ImportCount]:
    """Rows by sheet. Refused are those left out by the comparison, and those that could not even be read."""
    counts: Mapping[str, Mapping[str, Any]] = record.counts
    unread = _rows_with_errors(record)
    order = {name: i for i, name in enumerate(SHEETS)}
    return [
        ImportCount(
            SHEETS[name].label if language == "vi" and name in SHEETS else name,
            int(counts.get(name, {}).get("new", 0)),
            int(counts.get(name, {}).get("changed", 0)),
            int(counts.get(name, {}).get("same", 0)),
            max(int(counts.get(name, {}).get("refused", 0)), unread.get(name, 0)),
        )
        for name in sorted({*counts, *unread}, key=lambda name: order.get(name, len(order)))
    ]


def _rows_with_errors(record: Import) -> dict[str, int]:
    """By sheet, how many rows of the file have an error. At least so many: only the first problems are kept."""
    rows: dict[str, set[str]] = {}
    for problem in record.problems:
        sheet, cell = find_sheet(problem.get("sheet") or ""), problem.get("cell")
        if problem["severity"] == "error" and sheet is not None and cell:
            rows.setdefault(sheet, set()).add(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return {sheet: len(found) for sheet, found in rows.items()}


def _past(reading: Reading) -> list[PastImport]:
    records = imports_visible_to(reading.user, reading.company).select_related("created_by").defer("problems", "counts")
    return [
        PastImport(
            file=record.file_name,
            at=record.created_at,
            by=(record.created_by.name or record.created_by.email) if record.created_by else "",
            outcome=str(Import.Status(record.status).label),
            status=_PAST_STATES.get(Import.Status(record.status), "running"),  # type: ignore[arg-type]
            url=reverse("one_import", args=[record.pk]),
        )
        for record in records[:PAST]
    ]
