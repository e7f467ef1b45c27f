"""Files that cannot be read: one clear problem, never a traceback."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from tests.workbook.files import RIGHT, right_with, save

from tamnhin.engine.problems import Problem
from tamnhin.workbook import limits, read

OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")


def only_problem(path: Path) -> Problem:
    """The one problem of a file that is refused."""
    result = read(path)
    assert result.book is None
    assert len(result.problems) == 1
    assert result.problems[0].fatal
    assert "…" not in result.problems[0].text("vi") + result.problems[0].text("en")
    return result.problems[0]


def rewrite(path: Path, member: str, change: bytes | None, *, like: Path | None = None) -> Path:
    """The same archive with one member replaced (or removed)."""
    with zipfile.ZipFile(like or path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if change is None:
        del members[member]
    else:
        members[member] = change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert only_problem(tmp_path / "none.xlsx").code == "FILE_MISSING"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", RIGHT)
    path.chmod(0)
    assert only_problem(path).code == "FILE_FORBIDDEN"


def test_a_refusal_by_the_system_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.xlsx", RIGHT)

    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    # the tests may run as the superuser, whom no file mode stops: the system call itself is made to refuse
    monkeypatch.setattr(Path, "open", refuse)
    assert only_problem(path).code == "FILE_FORBIDDEN"


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.touch()
    assert only_problem(path).code == "FILE_EMPTY"


def test_a_folder_without_a_csv_file(tmp_path: Path) -> None:
    assert only_problem(tmp_path).code == "FILE_EMPTY"


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"just words", b"\x00\x01\x02\x03"])
def test_a_file_that_is_no_spreadsheet(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert only_problem(path).code == "FILE_TYPE_UNKNOWN"


def test_a_zip_that_is_no_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert only_problem(path).code == "FILE_TYPE_UNKNOWN"


def test_an_old_xls(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(OLE2 + b"\0" * 504 + "Workbook".encode("utf-16-le"))
    assert only_problem(path).code == "FILE_OLD_FORMAT"


def test_a_password_protected_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(OLE2 + b"\0" * 504 + "EncryptionInfo".encode("utf-16-le") + "EncryptedPackage".encode("utf-16-le"))
    assert only_problem(path).code == "FILE_PROTECTED"


def test_a_password_protected_ods(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", b"\x8a\x91\x00garbage")
        archive.writestr(
            "META-INF/manifest.xml", "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
        )
    assert only_problem(path).code == "FILE_PROTECTED"


def test_a_file_cut_short(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", RIGHT)
    path.write_bytes(path.read_bytes()[:-200])
    assert only_problem(path).code == "FILE_CORRUPT"


def test_a_file_with_flipped_bytes_inside(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", RIGHT)
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet4.xml").header_offset
    data = bytearray(path.read_bytes())
    data[at + 80 : at + 120] = b"\xff" * 40
    path.write_bytes(bytes(data))
    assert only_problem(path).code == "FILE_CORRUPT"


@pytest.mark.parametrize("member", ["xl/worksheets/sheet4.xml", "xl/workbook.xml"])
def test_a_part_that_is_not_xml(member: str, tmp_path: Path) -> None:
    path = rewrite(save(tmp_path / "a.xlsx", RIGHT), member, b"<worksheet><sheetData><row><c r='A1'")
    assert only_problem(path).code in {"FILE_CORRUPT", "FILE_EMPTY"}


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", RIGHT)
    bomb = b"<row>" + b" " * (limits.RATIO_FLOOR_BYTES + 1) + b"</row>"
    problem = only_problem(rewrite(path, "xl/worksheets/sheet4.xml", bomb))
    assert problem.code == "FILE_BOMB"
    assert problem.args["part"] == "xl/worksheets/sheet4.xml"


def test_a_sheet_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.xlsx", RIGHT)
    # a sheet of honest size against a small limit: writing 300 MB would be the slowest test of all
    monkeypatch.setattr(limits, "MAX_MEMBER_BYTES", 500)
    assert only_problem(path).code == "FILE_TOO_LARGE"


def test_a_directory_that_lies_about_sizes_is_a_damaged_file(tmp_path: Path) -> None:
    path = rewrite(save(tmp_path / "a.xlsx", RIGHT), "xl/worksheets/sheet4.xml", b"<a>" + b" " * 5_000_000 + b"</a>")
    data = path.read_bytes()
    real = (5_000_007).to_bytes(4, "little")
    assert data.count(real) >= 2
    path.write_bytes(data.replace(real, (100).to_bytes(4, "little")))
    assert only_problem(path).code == "FILE_CORRUPT"


def test_one_stray_cell_far_away_does_not_take_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("kpis")
        sheet.write(0, 0, "code")
        sheet.write(1_048_575, 16_383, "x")
    problem = only_problem(path)
    assert problem.code == "SHEET_TOO_LARGE"
    assert (problem.args["rows"], problem.args["columns"]) == (1_048_576, 16_384)


def test_a_repeated_cell_of_an_ods_does_not_take_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="kpis"><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16000"/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    assert only_problem(path).code == "SHEET_TOO_LARGE"


def test_an_error_cell_of_excel_is_not_taken_for_a_blank(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheets = right_with(actuals=None)
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
        sheet = book.add_worksheet("actuals")
        sheet.write_row(0, 0, ["owner", "kpi", "2026-01", "2026-02", "2026-03", "2026-04"])
        sheet.write_row(1, 0, ["HOA", "REV"])
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 3, "=2+3", None, 5)
        sheet.write_formula(1, 4, "=A9", None, "")
        sheet.write_blank(1, 5, None, book.add_format({"bold": True}))
    result = read(path)
    assert [(problem.code, problem.cell) for problem in result.problems] == [
        ("FORMULA_NOT_CALCULATED", "E2"),
        ("CELL_ERROR", "C2"),
    ]
    assert result.problems[1].args["found"] == "#DIV/0!"
    assert result.book is not None
    assert result.book["actuals"].select("period", "value").rows() == [("2026-02", 5.0)]


# --- folders of csv ---


def folder(where: Path, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """The right workbook as .csv files."""
    where.mkdir(exist_ok=True)
    for name, rows in RIGHT.items():
        text = "\n".join(delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows)
        (where / f"{name}.csv").write_text(text + "\n", encoding=encoding)
    return where


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_folder_of_csv_reads_as_the_spreadsheet_does(encoding: str, delimiter: str, tmp_path: Path) -> None:
    result = read(folder(tmp_path / "csv", encoding, delimiter))
    expected = read(save(tmp_path / "a.xlsx", RIGHT))
    assert result.problems == []
    assert result.book is not None
    assert expected.book is not None
    for name, frame in expected.book.frames.items():
        assert result.book[name].equals(frame), name


def test_a_csv_may_say_its_own_delimiter(tmp_path: Path) -> None:
    where = folder(tmp_path / "csv", delimiter=";")
    file = where / "people.csv"
    file.write_text("sep=;\n" + file.read_text(encoding="utf-8") + "LAN;Lan;XX\n", encoding="utf-8")
    result = read(where)
    assert [(problem.code, problem.cell) for problem in result.problems] == [("UNIT_UNKNOWN", "C5")]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_mixed_encodings_are_told_with_file_line_and_byte(mark: bytes, tmp_path: Path) -> None:
    where = folder(tmp_path / "csv")
    text = "code,name,unit\nMINH,Minh,KD\nHOA,Hòa,KD\nLAN,".encode() + "Lân".encode("cp1258") + b",KD\n"
    (where / "people.csv").write_bytes(mark + text)
    problem = only_problem(where)
    assert problem.code == "ENCODING_NOT_UTF8"
    assert problem.args == {"name": "people.csv", "line": 4, "byte": "0xE2"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_not_taken_for_utf_8(encoding: str, tmp_path: Path) -> None:
    where = folder(tmp_path / "csv")
    (where / "people.csv").write_text("code,name\nHOA,Hoa\n", encoding=encoding)
    assert only_problem(where).code == "ENCODING_NOT_UTF8"


def test_an_open_quote_is_told_with_its_line(tmp_path: Path) -> None:
    where = folder(tmp_path / "csv")
    (where / "people.csv").write_text('code,name\nHOA,"Hoa\nMINH,Minh\n', encoding="utf-8")
    problem = only_problem(where)
    assert problem.code == "CSV_BROKEN"
    assert problem.args["line"] == 3


def test_errors_exported_to_csv_are_told_as_errors(tmp_path: Path) -> None:
    where = folder(tmp_path / "csv")
    with (where / "actuals.csv").open("a", encoding="utf-8") as stream:
        stream.write("HOA,REV,2026-02,#N/A,,\n")
    result = read(where)
    assert [(problem.code, problem.cell) for problem in result.problems] == [("CELL_ERROR", "D4")]
