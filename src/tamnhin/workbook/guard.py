"""Looking at a zip before anything opens it: bombs, passwords, giant sheets, and the cells calamine cannot tell apart.

calamine gives a cell with a spreadsheet error, and a formula that was never calculated, as blank; blank means "nothing
said", so both are looked up in the XML here. Every member is unpacked once in pieces, which also finds a directory
that lies about sizes (zipfile stops at the declared size and the checksum then fails).
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from tamnhin.engine.problems import Problem
from tamnhin.workbook import limits
from tamnhin.workbook.raw import NOT_CALCULATED

_PIECE = 8 * 1024**2


@dataclass(slots=True)
class Scan:
    """What a sheet's XML tells: its extent and its broken cells, (row, column) 0-based -> error text or ``=``."""

    rows: int = 0
    columns: int = 0
    broken: dict[tuple[int, int], str] = field(default_factory=dict)


def oversize(path: str, archive: zipfile.ZipFile) -> Problem | None:
    """The refusal of an archive whose directory declares too much, or None."""
    total = 0
    for member in archive.infolist():
        total += member.file_size
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > limits.RATIO_FLOOR_BYTES and ratio > limits.MAX_RATIO:
            return Problem("FILE_BOMB", args={"path": path, "part": member.filename, "ratio": round(ratio)})
        for size, limit in ((member.file_size, limits.MAX_MEMBER_BYTES), (total, limits.MAX_TOTAL_BYTES)):
            if size > limit:
                return Problem(
                    "FILE_TOO_LARGE",
                    args={"path": path, "part": member.filename, "size": size // 2**20, "limit": limit // 2**20},
                )
    return None


def protected(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is encrypted, as a zip or as an OpenDocument file."""
    if any(member.flag_bits & 1 for member in archive.infolist()):
        return True
    names = set(archive.namelist())
    return "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml")


# --- xlsx ---

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PLACE = re.compile(rb"<(?:\w+:)?(?:c|row)\s(?:[^>]*?\s)?r=[\"']([A-Z]{0,4})([0-9]{1,9})[\"']")
_FULL_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_CACHED = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode("ascii", "replace"): html.unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def xlsx_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> its member of the archive. KeyError where the workbook part is missing."""
    book = archive.read("xl/workbook.xml")
    targets: dict[str, str] = {}
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        relation = _attributes(tag)
        target = relation.get("Target", "")
        if target.startswith("/"):
            targets[relation.get("Id", "")] = target.lstrip("/")
        else:
            targets[relation.get("Id", "")] = posixpath.normpath(posixpath.join("xl", target))
    names: dict[str, str] = {}
    for tag in _SHEET.findall(book):
        sheet = _attributes(tag)
        reference = next((value for key, value in sheet.items() if key.endswith(":id")), "")
        if reference in targets:
            names[sheet.get("name", "")] = targets[reference]
    return names


def _pieces(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def drain(archive: zipfile.ZipFile, member: str) -> None:
    """Unpack a member to nowhere, for its checksum. BadZipFile or zlib.error where it is damaged or lies."""
    for _ in _pieces(archive, member):
        pass


def scan_xlsx(archive: zipfile.ZipFile, member: str) -> Scan:
    """Extent and broken cells of one sheet of an .xlsx. BadZipFile or zlib.error where it is damaged."""
    scan = Scan()
    letters: set[bytes] = set()
    rest = b""
    for piece in _pieces(archive, member):
        data = rest + piece
        cut = 0
        for end in _ROW_END.finditer(data, max(0, len(data) - _PIECE)):
            cut = end.end()
        _scan_xlsx_part(data[:cut], scan, letters)
        rest = data[cut:]
    _scan_xlsx_part(rest, scan, letters)
    scan.columns = max((column_index(word.decode()) + 1 for word in letters if word), default=0)
    return scan


def _scan_xlsx_part(data: bytes, scan: Scan, letters: set[bytes]) -> None:
    places = _PLACE.findall(data)
    if not places:
        return
    words, numbers = zip(*places, strict=True)
    letters.update(words)
    # rows are almost always in order, but a hostile file need not keep to it: the set is small per piece
    scan.rows = max(scan.rows, *map(int, set(numbers)))
    if b'"e"' not in data and b"'e'" not in data and not _FORMULA.search(data):
        return
    for attributes, body in _FULL_CELL.findall(data):
        formula = _FORMULA.search(body) is not None
        if not formula and b'"e"' not in attributes and b"'e'" not in attributes:
            continue
        cell = _attributes(attributes)
        place = re.fullmatch(r"([A-Z]+)([0-9]+)", cell.get("r", ""))
        if place is None:
            continue
        cached = _CACHED.search(body)
        at = int(place[2]) - 1, column_index(place[1])
        if cell.get("t") == "e":
            scan.broken[at] = cached[1].decode("utf-8", "replace") if cached else "#N/A"
        elif formula and cached is None and cell.get("t") != "str":
            # t="str" with nothing in it is a formula whose result is empty text, such as =IF(A1="","",A1)
            scan.broken[at] = NOT_CALCULATED


def column_index(letters: str) -> int:
    """``A -> 0``, ``AA -> 26``."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


# --- ods ---

_ODS_TAG = re.compile(
    rb"<table:table\s[^>]*>|<table:table-row\b[^>]*>|<table:(?:covered-)?table-cell\b[^>]*>|</table:table-row>"
)
_REPEAT = re.compile(rb"number-(?:rows|columns)-repeated=\"([0-9]+)\"")
_NAME = re.compile(rb"table:name=\"([^\"]*)\"")
_ODS_ERROR = re.compile(rb"calcext:value-type=\"error\"")
_ODS_VALUE = re.compile(rb"office:(?:value|string-value|date-value|time-value|boolean-value)=|office:value-type=")


def scan_ods(archive: zipfile.ZipFile) -> dict[str, Scan]:
    """Extent and broken cells of every sheet of an .ods. Repeated cells and rows count as many times as they say."""
    scans: dict[str, Scan] = {}
    scan = Scan()
    row, row_repeat, column, content = 0, 1, 0, False
    rest = b""
    for piece in _pieces(archive, "content.xml"):
        data = rest + piece
        cut = data.rfind(b"<")
        rest, data = data[cut:], data[:cut]
        for match in _ODS_TAG.finditer(data):
            tag = match[0]
            if tag.startswith(b"<table:table "):
                named = _NAME.search(tag)
                scan = scans.setdefault(html.unescape(named[1].decode("utf-8", "replace")) if named else "", Scan())
                row = 0
            elif tag.startswith(b"</") or (tag.startswith(b"<table:table-row") and tag.endswith(b"/>")):
                if not tag.startswith(b"</"):
                    row_repeat, content = _repeat(tag), False
                if content:
                    scan.rows = max(scan.rows, row + row_repeat)
                row += row_repeat
            elif tag.startswith(b"<table:table-row"):
                row_repeat, column, content = _repeat(tag), 0, False
            else:
                repeat = _repeat(tag)
                if _ODS_VALUE.search(tag):
                    content = True
                    scan.columns = max(scan.columns, column + repeat)
                if _ODS_ERROR.search(tag):
                    scan.broken[row, column] = "#N/A"
                column += repeat
    return scans


def _repeat(tag: bytes) -> int:
    found = _REPEAT.search(tag)
    return int(found[1]) if found else 1
