"""The text as blocks, two texts beside each other, hints while writing, and which files are taken. No database."""

from __future__ import annotations

from importlib import resources

import pytest
from tests.regulation.papers import PDF, docx

from tamnhin.regulation.advice import missing_topics, penalties
from tamnhin.regulation.diff import AROUND, compare
from tamnhin.regulation.errors import RegulationError
from tamnhin.regulation.files import DOCX, LARGEST, checked, clean_name
from tamnhin.regulation.markup import blocks_of


def kinds(text: str) -> list[tuple[str, str, str]]:
    return [(block.kind, block.mark, block.plain) for block in blocks_of(text)]


def built_in(language: str) -> str:
    source = resources.files("tamnhin.regulation") / "text" / f"regulation.{language}.md"
    return source.read_text(encoding="utf-8")


# -- blocks -------------------------------------------------------------------------------------------------------


def test_numbers_stay_as_they_are_written() -> None:
    assert kinds("## Điều 7. Nguồn\n\n3. Khoản ba\nviết tiếp\na) điểm a\nđ) điểm đ\n- gạch\n1.2. khoản con") == [
        ("heading", "", "Điều 7. Nguồn"),
        ("clause", "3.", "Khoản ba viết tiếp"),
        ("point", "a)", "điểm a"),
        ("point", "đ)", "điểm đ"),
        ("dash", "-", "gạch"),
        ("clause", "1.2.", "khoản con"),
    ]


def test_a_sentence_that_begins_with_a_year_is_no_clause() -> None:
    assert kinds("2026 là năm đầu.") == [("paragraph", "", "2026 là năm đầu.")]


def test_bold_stands_out_and_an_open_mark_is_just_a_mark() -> None:
    assert blocks_of("Là **rất** quan trọng **chưa đóng")[0].runs == (
        ("Là ", False), ("rất", True), (" quan trọng **chưa đóng", False),
    )  # fmt: skip


def test_a_table_has_a_heading_and_rows_of_one_width() -> None:
    block = blocks_of("Trước\n| Loại | Điểm |\n|---|---|\n| A | từ 100 |\n| B |\nSau")[1]
    assert (block.head, block.rows) == (("Loại", "Điểm"), (("A", "từ 100"), ("B", "")))


@pytest.mark.parametrize("text", ["", "\n\n", "#", "|", "|||", "**", "1.", "a)", "-", "# \n|---|"])
def test_any_text_at_all_has_blocks(text: str) -> None:
    for block in blocks_of(text):
        assert block.kind


def test_every_heading_can_be_linked_to() -> None:
    anchors = [block.anchor for block in blocks_of(built_in("vi")) if block.kind == "heading"]
    assert len(anchors) == len(set(anchors)) == 7 + 18


# -- what differs -------------------------------------------------------------------------------------------------


def test_a_changed_number_is_marked_and_nothing_else_is() -> None:
    found = compare("Khiếu nại trong 10 ngày", "Khiếu nại trong 15 ngày")
    row = found.rows[0]
    assert (found.changed, found.added, found.removed) == (1, 0, 0)
    assert [words for words, changed in row.before if changed] == ["10"]
    assert [words for words, changed in row.after if changed] == ["15"]
    assert "".join(words for words, _changed in row.after) == "Khiếu nại trong 15 ngày"


def test_what_only_looks_different_is_the_same() -> None:
    assert compare("## Điều 1\n\n**Đo** để học", "# Điều 1\nĐo để học\n\n\n").is_same


def test_long_runs_of_the_same_are_counted_and_every_line_is_accounted_for() -> None:
    before = [f"Dòng {i}" for i in range(40)]
    after = [*before[:20], "Câu hoàn toàn mới ở giữa", *before[20:]]
    found = compare("\n".join(before), "\n".join(after))
    assert [row.kind for row in found.rows] == ["gap", *["same"] * AROUND, "added", *["same"] * AROUND, "gap"]
    assert sum(row.count for row in found.rows) + 2 * AROUND == 40


def test_both_sides_of_a_comparison_give_the_texts_back() -> None:
    before, after = built_in("vi"), built_in("vi").replace("10 ngày", "15 ngày").replace("## Điều 14", "## Điều 14a")
    plain = after.splitlines()
    del plain[20:24]
    rows = compare(before, "\n".join(plain)).rows
    shown = [row for row in rows if row.kind != "gap"]
    for side, text in (("before", before), ("after", "\n".join(plain))):
        lines = {line.lstrip("# ").replace("**", "").strip() for line in text.splitlines()}
        for row in shown:
            words = "".join(part for part, _changed in getattr(row, side))
            assert not words or words in lines


def test_a_line_longer_than_a_page_is_replaced_whole() -> None:
    found = compare("x " * 3000, "x " * 3001)
    assert [row.kind for row in found.rows] == ["added", "removed"]


# -- hints --------------------------------------------------------------------------------------------------------


def test_a_fine_is_found_at_its_line_and_its_denial_is_not() -> None:
    text = (
        "1. Đi muộn bị phạt tiền 50.000 đồng.\n"
        "2. Công ty không phạt tiền. Ai sai bị trừ lương 5 %.\n"
        "3. Nghiêm cấm cắt lương."
    )
    assert [(one.line, one.words) for one in penalties(text)] == [
        (1, "Đi muộn bị phạt tiền 50.000 đồng."),
        (2, "Ai sai bị trừ lương 5 %."),
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_built_in_text_fines_nobody(language: str) -> None:
    assert penalties(built_in(language)) == []


def test_the_built_in_text_speaks_of_everything_and_a_short_one_does_not() -> None:
    assert missing_topics(built_in("vi")) == []
    assert "complaint" in missing_topics("Điều 1. Mục đích")
    assert missing_topics("  ") == []


# -- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("bien-ban.pdf", PDF, "application/pdf"),
        ("Biên bản.DOCX", docx(), DOCX),
        ("anh.jpg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("anh.jpeg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("anh.png", b"\x89PNG\r\n\x1a\nrest", "image/png"),
    ],
)
def test_four_kinds_of_files_are_taken_by_what_is_in_them(name: str, content: bytes, kind: str) -> None:
    good = checked(name, content)
    assert (good.name, good.content_type, good.content) == (name, kind, content)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "REGULATION_FILE_EMPTY"),
        ("a.pdf", b"%PDF-" + b"x" * LARGEST, "REGULATION_FILE_TOO_LARGE"),
        ("a.pdf", b"MZ\x90", "REGULATION_FILE_KIND"),
        ("a.pdf", b"<html><script>alert(1)</script>", "REGULATION_FILE_KIND"),
        ("a.html", PDF, "REGULATION_FILE_KIND"),
        ("a", PDF, "REGULATION_FILE_KIND"),
        ("a.png", PDF, "REGULATION_FILE_KIND"),
        ("a.docx", b"PK\x03\x04 broken", "REGULATION_FILE_KIND"),
        ("a.docx", docx("word/vbaProject.bin"), "REGULATION_FILE_KIND"),
        ("a.svg", b"<svg onload='x'/>", "REGULATION_FILE_KIND"),
    ],
)
def test_anything_else_is_refused_and_told_why(name: str, content: bytes, code: str) -> None:
    with pytest.raises(RegulationError) as caught:
        checked(name, content)
    assert (caught.value.problem.code, caught.value.field) == (code, "file")
    for language in ("vi", "en"):
        assert "…" not in caught.value.texts(language)[0]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Hùng\\biên bản.pdf", "biên bản.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("", "tep"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert clean_name(given) == kept
