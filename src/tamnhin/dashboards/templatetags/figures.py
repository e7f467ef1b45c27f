"""Drawings for templates: icons, statuses, bullet bars, sparklines. Server-side SVG, attributes only.

The content security policy forbids inline styles and scripts; colours come from classes in ``app.css``. A drawing
never says anything alone: the numbers it shows stand in text beside it, so it is hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tamnhin.dashboards import geometry
from tamnhin.dashboards.shapes import Bullet, LineRow, Status

register = template.Library()


@dataclass(frozen=True, slots=True)
class Look:
    """How a status is shown: never by colour alone."""

    icon: str
    word: Promise | str
    tone: str  # class suffix: good, warn, bad, open, none


LOOKS: dict[Status, Look] = {
    Status.MET: Look("circle-check", _("Đạt"), "good"),
    Status.NEAR: Look("circle-minus", _("Gần đạt"), "warn"),
    Status.MISSED: Look("circle-x", _("Chưa đạt"), "bad"),
    Status.ON_PACE: Look("trending-up", _("Đúng nhịp"), "open"),
    Status.BEHIND: Look("trending-down", _("Dưới nhịp"), "open"),
    Status.NO_DATA: Look("circle-dashed", _("Chưa có số liệu"), "none"),
    Status.NOT_DUE: Look("clock", _("Chưa đến hạn"), "none"),
    Status.NOT_APPLICABLE: Look("circle-off", _("Không áp dụng"), "none"),
    Status.EXEMPT: Look("shield-check", _("Được miễn"), "none"),
    Status.NOT_SCORED: Look("minus", _("Không chấm"), "none"),
}

FLAG_WORDS: dict[str, tuple[str, Promise | str]] = {
    "partial": ("circle-dashed", _("Số liệu một phần")),
    "target_changed": ("target-arrow", _("Chỉ tiêu đã đổi")),
    "no_data": ("database", _("Thiếu số liệu")),
    "disputed": ("message-question", _("Đang khiếu nại")),
    "guardrail": ("scale", _("Chạm ngưỡng bảo vệ")),
    "weights_not_100": ("scale", _("Trọng số chưa đủ 100")),
    "revised": ("history", _("Đã điều chỉnh")),
    "problem": ("alert-triangle", _("Cần sửa định nghĩa")),
}

DIRECTIONS: dict[str, tuple[str, Promise | str]] = {
    "higher": ("arrow-up", _("càng cao càng tốt")),
    "lower": ("arrow-down", _("càng thấp càng tốt")),
    "band": ("arrows-horizontal", _("nằm trong khoảng là tốt")),
}


@lru_cache(maxsize=512)
def _icon(name: str, extra: str = "") -> SafeString:
    """Drawn once a process: a heat map has a thousand of a handful of icons, and the sprite's address stays."""
    return format_html(
        '<svg class="icon{}" width="18" height="18" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" {extra}" if extra else "",
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; always beside a word, or inside something with an ``aria-label``."""
    return _icon(name, extra)


@register.simple_tag
def status(value: Status | str, note: str = "") -> SafeString:
    """Icon, word and colour of a status."""
    return _status(Status(value), note, get_language() or "")


@lru_cache(maxsize=512)
def _status(value: Status, note: str, _language: str) -> SafeString:
    look = LOOKS[value]
    return format_html(
        '<span class="stat tone-{}"{}>{}<span>{}</span></span>',
        look.tone,
        format_html(' title="{}"', note) if note else "",
        _icon(look.icon),
        look.word,
    )


@register.simple_tag
def status_icon(value: Status | str) -> SafeString:
    """The same in little room: the word is still read out."""
    return _status_icon(Status(value), get_language() or "")


@lru_cache(maxsize=64)
def _status_icon(value: Status, _language: str) -> SafeString:
    look = LOOKS[value]
    return format_html(
        '<span class="stat tone-{}" title="{}">{}<span class="visually-hidden">{}</span></span>',
        look.tone,
        look.word,
        _icon(look.icon),
        look.word,
    )


@register.filter
def tone(value: Status | str) -> str:
    """The class suffix of a status: good, warn, bad, open, none."""
    return LOOKS[Status(value)].tone


@register.filter
def status_word(value: Status | str) -> str:
    return str(LOOKS[Status(value)].word)


@register.simple_tag
def flag(kind: str, note: str = "") -> SafeString:
    name, word = FLAG_WORDS[kind]
    return format_html(
        '<span class="flag flag-{}"{}>{}<span>{}</span></span>',
        kind,
        format_html(' title="{}"', note) if note else "",
        _icon(name),
        word,
    )


@register.simple_tag
def direction(value: str) -> SafeString:
    """The arrow of a KPI: ↑ ↓ ↔ with its meaning in words."""
    name, word = DIRECTIONS[value]
    return format_html(
        '<span class="direction" title="{}">{}<span class="visually-hidden">{}</span></span>', word, _icon(name), word
    )


def _rectangle(kind: str, span: tuple[float, float] | None, y: float, height: float) -> SafeString:
    if span is None:
        return SafeString("")
    return format_html('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', kind, span[0], y, span[1], height)


def _tick(kind: str, x: float | None, y1: float, y2: float) -> SafeString:
    if x is None:
        return SafeString("")
    return format_html('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', kind, x, x, y1, y2)


@register.simple_tag
def bullet(shape: Bullet | None, value: Status | str = Status.NO_DATA, width: int = 132) -> SafeString:
    """A bullet bar: actual as a bar, target as a tick, the target for this date as a short tick, zones behind."""
    marks = geometry.bullet(shape, width) if shape is not None else None
    if marks is None:
        return SafeString("")
    return format_html(
        '<svg class="bullet tone-{}" viewBox="0 0 {} 22" width="{}" height="22" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false">'
        '<rect class="zone" x="0" y="3" width="{}" height="16"/>{}{}{}{}{}{}</svg>',
        LOOKS[Status(value)].tone,
        width,
        width,
        width,
        _rectangle("zone-near", marks.near, 3, 16),
        _rectangle("zone-good", marks.good, 3, 16),
        _rectangle("bar", marks.bar, 7.5, 7),
        _tick("zero", marks.zero if marks.zero > 0 else None, 3, 19),
        _tick("tick-now", marks.target_to_date, 5, 17),
        _tick("tick", marks.target, 1, 21),
    )


@register.simple_tag
def sparkline(
    values: Sequence[float | None], target: float | None = None, width: int = 96, height: int = 28
) -> SafeString:
    """The last periods as a line, broken where there was no value."""
    marks = geometry.sparkline(values, width, height, target)
    if marks is None:
        return SafeString("")
    runs = format_html_join(
        "", '<polyline points="{}"/>', ((" ".join(f"{x},{y}" for x, y in run),) for run in marks.runs)
    )
    dots = format_html_join("", '<circle class="lone" cx="{}" cy="{}" r="1.5"/>', marks.dots)
    goal = (
        SafeString("")
        if marks.target is None
        else format_html('<line class="goal" x1="0" x2="{}" y1="{}" y2="{}"/>', width, marks.target, marks.target)
    )
    last = SafeString("") if marks.last is None else format_html('<circle cx="{}" cy="{}" r="2.5"/>', *marks.last)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        "{}{}{}{}</svg>",
        width,
        height,
        width,
        height,
        goal,
        runs,
        dots,
        last,
    )


@register.simple_tag
def strip(lines: Sequence[LineRow], width: int = 320, height: int = 44) -> SafeString:
    """Where the points went: one column a line, as wide as its weight, filled as far as it was earned."""
    marks = geometry.strip([(line.weight, line.contribution) for line in lines], width)
    shown = [line for line in lines if line.weight > 0]
    if not marks:
        return SafeString("")

    def column(mark: geometry.StripMark, line: LineRow) -> tuple[str, str, SafeString, SafeString]:
        filled = 0.0 if mark.earned is None else round(height * mark.earned, 2)
        behind = _rectangle("void" if mark.earned is None else "zone", (mark.x, mark.width), 0, height)
        bar = _rectangle("bar", (mark.x, mark.width), round(height - filled, 2), filled)
        return LOOKS[line.status].tone, f"{line.code} · {line.name}", behind, bar

    columns = [column(mark, line) for mark, line in zip(marks, shown, strict=True)]
    return format_html(
        '<svg class="strip" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false" '
        'preserveAspectRatio="none">{}</svg>',
        *(width, height, width, height),
        format_html_join("", '<g class="tone-{}"><title>{}</title>{}{}</g>', columns),
    )


@register.simple_tag
def progress(share: float, kind: str = "open") -> SafeString:
    """A thin bar for a share 0–1; the number stands beside it."""
    filled = round(100 * min(1.0, max(0.0, float(share))), 2)
    return format_html(
        '<svg class="progressbar tone-{}" viewBox="0 0 100 6" height="6" width="100%" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false"><rect class="zone" width="100" height="6"/>'
        '<rect class="bar" width="{}" height="6"/></svg>',
        kind,
        filled,
    )


@register.filter
def indent(depth: int) -> str:
    """Class of the depth in a tree; deeper than 6 stays at 6 so that names keep their room."""
    return f"depth-{min(int(depth), 6)}"


@register.filter
def words(text: str) -> list[str]:
    """``"met near"`` → two items, for a loop over constants."""
    return text.split()
