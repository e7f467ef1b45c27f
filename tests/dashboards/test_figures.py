"""Drawings and figures in templates."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.utils import translation

from tamnhin.dashboards.shapes import Bullet, Status, Unit
from tamnhin.dashboards.templatetags import figures, tamnhin


@pytest.mark.parametrize("status", list(Status))
def test_a_status_is_always_an_icon_a_word_and_a_colour(status: Status) -> None:
    for made in (figures.status(status), figures.status_icon(status)):
        assert re.search(r"<use href=\"[^\"]+#[\w-]+\"", made)
        assert re.search(r"tone-(good|warn|bad|open|none)", made)
        assert figures.status_word(status) in made


def test_no_data_is_never_red_and_an_open_period_never_final() -> None:
    for status in (Status.NO_DATA, Status.NOT_DUE, Status.NOT_APPLICABLE, Status.EXEMPT, Status.NOT_SCORED):
        assert figures.tone(status) == "none"
    for status in (Status.ON_PACE, Status.BEHIND):
        assert figures.tone(status) == "open"


def test_a_note_is_escaped() -> None:
    made = figures.status(Status.NO_DATA, '"><script>alert(1)</script>')
    assert "<script>" not in made


def test_a_drawing_has_no_inline_style_and_is_hidden_from_screen_readers() -> None:
    for made in (
        figures.bullet(Bullet(4, 5), Status.MET),
        figures.sparkline([1, None, 3], 2),
        figures.progress(0.5),
    ):
        assert "style=" not in made
        assert 'aria-hidden="true"' in made


def test_measures_are_written_in_the_readers_language() -> None:
    money, percent, days = Unit("₫", "money"), Unit("%", "percent", 1), Unit("ngày", "number", 1)
    with translation.override("vi"):
        assert tamnhin.measure(1_250_000_000, money) == "1,25\u00a0tỷ"
        assert tamnhin.measure(98.25, percent) == "98,3\u00a0%"
        assert tamnhin.measure(-24.4, percent, "plus") == "−24,4\u00a0điểm %"
        assert tamnhin.measure(1.0, days, "plus") == "+1,0\u00a0ngày"
        assert tamnhin.score(Decimal("88.1")) == "88,10"
    with translation.override("en"):
        assert tamnhin.measure(1_250_000_000, money) == "1.25bn"
        assert tamnhin.measure(98.25, percent) == "98.3%"
        assert tamnhin.pct_plus(5, 1) == "+5.0%"


def test_nothing_is_a_dash_and_zero_is_zero() -> None:
    assert "—" in tamnhin.measure(None, Unit())
    assert tamnhin.measure(0.0, Unit("điểm")) == "0\u00a0điểm"
    assert tamnhin.score(None) == "—"
    assert tamnhin.since(None) == ""
