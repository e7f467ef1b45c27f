"""A folder of UTF-8 .csv files named after the sheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from tamnhin.engine.problems import Problem
from tamnhin.workbook import limits
from tamnhin.workbook.raw import RawSheet
from tamnhin.workbook.refusal import RefusedError

_DELIMITERS = (",", ";", "\t")


def csv_sheets(where: Path) -> tuple[list[str], Iterator[RawSheet]]:
    """The sheets of a folder (or of one file), by name. RefusedError where there are none or one cannot be read."""
    if where.is_dir():
        files = sorted(file for file in where.iterdir() if file.suffix.lower() in {".csv", ".tsv"} and file.is_file())
    else:
        files = [where]
    if not files:
        raise RefusedError(Problem("FILE_EMPTY", args={"path": where.name or str(where)}))
    for file in files:
        size = file.stat().st_size
        if size > limits.MAX_CSV_BYTES:
            raise RefusedError(
                Problem(
                    "FILE_TOO_LARGE",
                    args={
                        "path": where.name,
                        "part": file.name,
                        "size": size // 2**20,
                        "limit": limits.MAX_CSV_BYTES // 2**20,
                    },
                )
            )
    return [file.stem for file in files], (_sheet(file) for file in files)


def _sheet(file: Path) -> RawSheet:
    try:
        text = decode(file.name, file.read_bytes())
    except PermissionError:
        raise RefusedError(Problem("FILE_FORBIDDEN", args={"path": file.name})) from None
    skip = 0
    delimiter = None
    # Excel's own way to say the delimiter; the line still counts as row 1
    if text[:4].lower() == "sep=" and len(text) > 4:
        delimiter, skip = text[4], 1
    delimiter = delimiter or find_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as fault:
        raise RefusedError(
            Problem("CSV_BROKEN", args={"name": file.name, "line": reader.line_num, "reason": str(fault)})
        ) from None
    if skip:
        rows[0] = []
    width = max(map(len, rows), default=0)
    if len(rows) > limits.MAX_ROWS or width > limits.MAX_COLUMNS or len(rows) * width > limits.MAX_CELLS:
        raise RefusedError(Problem("SHEET_TOO_LARGE", args={"name": file.stem, "rows": len(rows), "columns": width}))
    return RawSheet(file.stem, rows, typed=False)


def decode(name: str, data: bytes) -> str:
    """UTF-8 text, with or without a byte order mark. RefusedError naming the line and byte of anything else."""
    # UTF-16 and binary files decode "well" for a while: their zero bytes give them away
    zero = data.find(b"\0")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        # the byte order mark is cut off before the offset is counted
        start = fault.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        raise RefusedError(_encoding(name, data, start)) from None
    if zero >= 0:
        raise RefusedError(_encoding(name, data, zero))
    return text


def _encoding(name: str, data: bytes, start: int) -> Problem:
    line = data.count(b"\n", 0, start) + 1
    byte = f"0x{data[start]:02X}" if start < len(data) else "…"
    return Problem("ENCODING_NOT_UTF8", sheet=name, args={"name": name, "line": line, "byte": byte})


def find_delimiter(text: str) -> str:
    """The one of comma, semicolon and tab that parts the first line most often, outside quotes."""
    quoted = False
    counts = dict.fromkeys(_DELIMITERS, 0)
    for char in text[:100_000]:
        if char == '"':
            quoted = not quoted
        elif not quoted and char in counts:
            counts[char] += 1
        elif not quoted and char == "\n" and any(counts.values()):
            break
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter])
