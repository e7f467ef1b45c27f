"""Opening what was given: .xlsx, .ods, a folder of .csv files, or a clear refusal."""

from __future__ import annotations

import mmap
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from tamnhin.engine.problems import Problem
from tamnhin.workbook import guard, limits
from tamnhin.workbook.csvfiles import csv_sheets
from tamnhin.workbook.fold import fold
from tamnhin.workbook.raw import RawSheet
from tamnhin.workbook.refusal import RefusedError

_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")

# What zipfile raises on a damaged archive; the last two say a compression or an encryption that it cannot read.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip


def open_sheets(path: str | os.PathLike[str]) -> tuple[list[str], Iterator[RawSheet]]:
    """The names of the sheets and, one at a time, what they hold. RefusedError with the one fatal problem."""
    where = Path(path)
    name = where.name or str(where)
    try:
        if where.is_dir():
            return csv_sheets(where)
        if not where.exists():
            raise RefusedError(Problem("FILE_MISSING", args={"path": name}))
        if not where.is_file():
            raise RefusedError(Problem("FILE_TYPE_UNKNOWN", args={"path": name}))
        if where.stat().st_size == 0:
            raise RefusedError(Problem("FILE_EMPTY", args={"path": name}))
        with where.open("rb") as stream:
            head = stream.read(8)
        if head.startswith(_OLE2):
            raise RefusedError(_ole2(where, name))
        if where.suffix.lower() in {".csv", ".tsv"}:
            return csv_sheets(where)
        if not head.startswith(b"PK"):
            raise RefusedError(Problem("FILE_TYPE_UNKNOWN", args={"path": name}))
        return _zipped(where, name)
    except PermissionError:
        raise RefusedError(Problem("FILE_FORBIDDEN", args={"path": name})) from None
    except OSError:
        raise RefusedError(Problem("FILE_CORRUPT", args={"path": name})) from None


def _ole2(where: Path, name: str) -> Problem:
    """A password-protected .xlsx is an OLE2 box around an encrypted package; otherwise it is an old .xls (or .doc)."""
    # the directory of the box stands where its writer put it, in a large file perhaps at the very end
    with where.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as box:
        marks = [word.encode("utf-16-le") for word in ("EncryptedPackage", "EncryptionInfo")]
        locked = any(box.find(mark) >= 0 for mark in marks)
    if locked:
        return Problem("FILE_PROTECTED", args={"path": name})
    return Problem("FILE_OLD_FORMAT", args={"path": name, "kind": ".xls"})


def _zipped(where: Path, name: str) -> tuple[list[str], Iterator[RawSheet]]:
    corrupt = Problem("FILE_CORRUPT", args={"path": name})
    try:
        with zipfile.ZipFile(where) as archive:
            if (refusal := guard.oversize(name, archive)) is not None:
                raise RefusedError(refusal)
            if guard.protected(archive):
                raise RefusedError(Problem("FILE_PROTECTED", args={"path": name}))
            members = set(archive.namelist())
            if "xl/workbook.bin" in members:
                raise RefusedError(Problem("FILE_OLD_FORMAT", args={"path": name, "kind": ".xlsb"}))
            if "xl/workbook.xml" in members:
                scans = _scan_xlsx(archive, members)
            elif "content.xml" in members and b"spreadsheet" in archive.read("mimetype"):
                scans = guard.scan_ods(archive)
            else:
                raise RefusedError(Problem("FILE_TYPE_UNKNOWN", args={"path": name}))
    except DAMAGED:
        raise RefusedError(corrupt) from None
    for sheet, scan in scans.items():
        if (
            scan.rows > limits.MAX_ROWS
            or scan.columns > limits.MAX_COLUMNS
            or scan.rows * scan.columns > limits.MAX_CELLS
        ):
            raise RefusedError(
                Problem("SHEET_TOO_LARGE", args={"name": sheet, "rows": scan.rows, "columns": scan.columns})
            )
    try:
        book = CalamineWorkbook.from_path(where)
    except PasswordError:
        raise RefusedError(Problem("FILE_PROTECTED", args={"path": name})) from None
    except CalamineError:
        raise RefusedError(corrupt) from None
    if not book.sheet_names:
        raise RefusedError(Problem("FILE_EMPTY", args={"path": name}))
    # a chart sheet has a name and no cells
    names = [sheet for sheet in book.sheet_names if sheet in scans]
    return names, _calamine_sheets(book, names, scans, corrupt)


def _scan_xlsx(archive: zipfile.ZipFile, members: set[str]) -> dict[str, guard.Scan]:
    sheets = guard.xlsx_sheets(archive)
    for member in members:
        if fold(member).endswith("sharedstringsxml"):
            guard.drain(archive, member)
    return {
        name: guard.scan_xlsx(archive, member)
        for name, member in sheets.items()
        if member in members and "chartsheets/" not in member
    }


def _calamine_sheets(
    book: CalamineWorkbook, names: list[str], scans: dict[str, guard.Scan], corrupt: Problem
) -> Iterator[RawSheet]:
    with book:
        for name in names:
            try:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            except CalamineError:
                raise RefusedError(corrupt) from None
            yield RawSheet(name, rows, scans[name].broken)
