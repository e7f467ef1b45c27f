"""Text measured before it is drawn, and the files that a typesetter makes of drawings."""

from __future__ import annotations

import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamnhin.base.pictures import PictureError, document, drawing, on_paper, text_width, wrapped

VIETNAMESE = "Đến năm 2030, ly sữa sạch từ thảo nguyên có mặt trong mỗi bữa sáng của một triệu gia đình Việt."


def test_a_long_title_breaks_between_words_and_says_that_it_was_cut() -> None:
    lines = wrapped(VIETNAMESE, 190, 13, 2, bold=True)
    assert len(lines) == 2
    assert lines[0] == "Đến năm 2030, ly sữa sạch từ"
    assert lines[1].endswith("…")
    assert wrapped("Hoàn thành", 190, 13, 2) == ["Hoàn thành"]
    assert wrapped("  ", 190, 13, 2) == []


def test_a_sign_stays_with_its_number() -> None:
    assert wrapped("Hạ tỷ lệ lỗi xuống 1,2 % năm nay", 118, 12, 3) == ["Hạ tỷ lệ lỗi xuống", "1,2 % năm nay"]


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxy ếộữẵ WM0123456789", max_size=200), st.integers(1, 4))
def test_no_line_is_wider_than_its_room_and_nothing_is_lost_where_there_is_room(text: str, lines: int) -> None:
    found = wrapped(text, 120.0, 12, lines)
    assert len(found) <= lines
    assert all(text_width(line, 12) <= 120.0 for line in found)
    if not any(line.endswith("…") for line in found):
        assert "".join(found).replace(" ", "") == "".join(text.split())


def test_a_decomposed_text_is_as_wide_as_the_composed_one_and_drawn_composed() -> None:
    decomposed = "Nguye\u0302\u0303n"
    assert text_width(decomposed, 10) == text_width("Nguyễn", 10)
    assert on_paper(decomposed) == "Nguyễn"


def test_what_the_font_lacks_stands_apart_and_markup_is_text() -> None:
    assert on_paper("lỗi ≤ 1 % <b>") == 'lỗi <tspan font-family="serif">≤</tspan> 1 % &lt;b&gt;'


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 297 210" font-family="Be Vietnam Pro">'
    '<text x="10" y="20" font-size="6">Thỏa thuận: ế ộ ữ ẵ</text></svg>'
)


def test_a_drawing_becomes_one_landscape_page_with_the_embedded_typeface() -> None:
    made = drawing(SVG, "pdf", title="Bản đồ", alt="Bản đồ chiến lược", language="vi")
    assert made.startswith(b"%PDF-")
    assert b"BeVietnamPro" in made
    assert b"/Count 1" in made
    assert re.findall(rb"/MediaBox\s*\[([\d. ]+)\]", made) == [b"0 0 841.8898 595.2756"]


def test_a_drawing_becomes_a_png_of_an_a4_at_200_dots() -> None:
    made = drawing(SVG, "png", title="Bản đồ", alt="Bản đồ chiến lược", language="vi")
    assert made.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", made[16:24])
    assert (width, height) == (2339, 1654)


def test_a_document_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(PictureError, match="unknown variable"):
        document("#nothing_like_this", {})
