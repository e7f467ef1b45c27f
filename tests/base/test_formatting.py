from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from tamnhin.base import formatting
from tamnhin.base.text import folded, given_name_key

NUMBERS = [
    # value, vi, en
    (1234.5, "1.234,5", "1,234.5"),
    (0, "0", "0"),
    (-1234567.891, "−1.234.567,89", "−1,234,567.89"),
    (0.005, "0,01", "0.01"),
    (2.675, "2,68", "2.68"),  # as typed, not as the nearest binary fraction below it
    (-0.001, "0", "0"),
    (1e21, "1.000.000.000.000.000.000.000", "1,000,000,000,000,000,000,000"),
    (None, "—", "—"),
    (float("nan"), "—", "—"),
    (float("inf"), "—", "—"),
]


@pytest.mark.parametrize(("value", "vi", "en"), NUMBERS)
def test_a_number_is_written_as_each_language_writes_it(value: float | None, vi: str, en: str) -> None:
    assert formatting.number(value, language="vi") == vi
    assert formatting.number(value, language="en") == en


COMPACT = [
    (1.25e9, "1,25 tỷ", "1.25bn"),
    (350e6, "350 tr", "350m"),
    (-2.5e9, "−2,5 tỷ", "−2.5bn"),
    (999.4e6, "999 tr", "999m"),
    (999.6e6, "1 tỷ", "1bn"),
    (999_600, "1 tr", "1m"),
    (999_499, "999.499", "999,499"),
    (1.25e12, "1,25 nghìn tỷ", "1.25tn"),
    (12.345, "12,35", "12.35"),
]


@pytest.mark.parametrize(("value", "vi", "en"), COMPACT)
def test_a_large_number_is_shortened_and_never_to_a_thousand_of_its_unit(value: float, vi: str, en: str) -> None:
    assert formatting.compact(value, language="vi").replace("\u00a0", " ") == vi
    assert formatting.compact(value, language="en") == en


def test_dong_have_no_decimals_and_dollars_have_two() -> None:
    assert formatting.money(Decimal("1250000.5"), language="vi") == "1.250.001\u00a0₫"
    assert formatting.money(Decimal("1250.5"), "USD", language="vi") == "1.250,50\u00a0USD"
    assert formatting.money(Decimal("1250000"), language="en") == "VND\u00a01,250,000"
    assert formatting.money(1.25e9, short=True, language="vi") == "1,25\u00a0tỷ\u00a0₫"
    assert formatting.money(12.4, short=True, language="vi") == "12\u00a0₫"


def test_a_percentage_a_score_and_a_change_carry_their_marks() -> None:
    assert formatting.percent(12.5, language="vi") == "12,5\u00a0%"
    assert formatting.percent(12.5, language="en") == "12.5%"
    assert formatting.score(8996, language="vi") == "89,96"
    assert formatting.score(9000, language="en") == "90.00"
    assert formatting.score(None) == "—"
    assert formatting.signed(8.2, language="vi") == "+8,2"
    assert formatting.signed(-5.1, language="vi") == "−5,1"
    assert formatting.signed(0, language="vi") == "0"


PERIODS = [
    ("2026", "Năm 2026", "2026"),
    ("FY2025", "Năm TC 2025", "FY2025"),
    ("2026-H2", "6 tháng cuối năm 2026", "H2 2026"),
    ("2026-Q1", "Quý 1/2026", "Q1 2026"),
    ("2026-03", "03/2026", "Mar 2026"),
    ("2026-W05", "Tuần 5/2026", "Week 5, 2026"),
    ("2026-03-15", "15/03/2026", "15 Mar 2026"),
    ("2026-13", "13/2026", "2026-13"),
    ("2026-02-30", "2026-02-30", "2026-02-30"),
    ("khác", "khác", "khác"),
]


@pytest.mark.parametrize(("key", "vi", "en"), PERIODS)
def test_a_period_is_written_as_people_say_it(key: str, vi: str, en: str) -> None:
    assert formatting.period(key, language="vi") == vi
    assert formatting.period(key, language="en") == en


NOW = datetime.datetime(2026, 11, 24, 3, 0, tzinfo=datetime.UTC)  # 10:00 in Hà Nội
TIMES = [
    (datetime.timedelta(seconds=20), "vừa xong", "just now"),
    (datetime.timedelta(minutes=5), "5 phút trước", "5 minutes ago"),
    (datetime.timedelta(hours=1), "1 giờ trước", "1 hour ago"),
    (datetime.timedelta(hours=11), "hôm qua", "yesterday"),
    (datetime.timedelta(days=4), "4 ngày trước", "4 days ago"),
    (datetime.timedelta(days=40), "15/10/2026", "15 Oct 2026"),
    (-datetime.timedelta(hours=2), "2 giờ nữa", "in 2 hours"),
    (-datetime.timedelta(days=1), "ngày mai", "tomorrow"),
    (-datetime.timedelta(days=3), "3 ngày nữa", "in 3 days"),
]


@pytest.mark.parametrize(("ago", "vi", "en"), TIMES)
def test_a_time_is_told_from_now_by_local_days(ago: datetime.timedelta, vi: str, en: str) -> None:
    assert formatting.relative(NOW - ago, NOW, language="vi") == vi
    assert formatting.relative(NOW - ago, NOW, language="en") == en


def test_a_timestamp_is_dated_where_the_company_is() -> None:
    late = datetime.datetime(2026, 1, 31, 17, 30, tzinfo=datetime.UTC)
    assert formatting.day(late, language="vi") == "01/02/2026"
    assert formatting.moment(late, language="en") == "1 Feb 2026 00:30"


def test_the_filters_follow_the_language_of_the_page_and_show_a_dash_for_what_is_missing() -> None:
    template = Template("{% load formats %}{{ a|number }} {{ a|money }} {{ b|number }} {{ d|day }} {{ p|period }}")
    context = Context({"a": 1234.5, "d": datetime.date(2026, 11, 24), "p": "2026-Q1"})
    with translation.override("vi"):
        assert template.render(context) == "1.234,5 1.235\u00a0₫ — 24/11/2026 Quý 1/2026"
    with translation.override("en"):
        assert template.render(context) == "1,234.5 VND\u00a01,235 — 24 Nov 2026 Q1 2026"


def test_text_is_folded_for_searching() -> None:
    assert folded("Nguyễn  ĐỨC Ước") == "nguyen duc uoc"
    assert folded("Điện\u00a0lực") == "dien luc"


def test_people_are_sorted_by_given_name_in_the_order_of_the_vietnamese_alphabet() -> None:
    in_order = [
        "Trần Thị An",
        "Lê Ân",
        "Phạm Bình",
        "Đỗ Dung",
        "Vũ Dũng",
        "Bùi Đào",
        "Lê Thị Hoa",
        "Nguyễn Hoà",
        "Trần Hoà",
        "Hồ Oanh",
        "Lý Ổn",
        "Cao Uyên",
        "Mai Ươm",
    ]
    shuffled = sorted(in_order)  # by code point, which is another order
    assert shuffled != in_order
    assert sorted(shuffled, key=given_name_key) == in_order
    assert all(given_name_key(name).isascii() and given_name_key(name).isalnum() for name in in_order)


def test_dates_in_a_stored_text_are_written_as_the_reader_writes_them() -> None:
    text = "Lê Thị Hoa · 01/12/2026 – 31/12/2027, mã 31/02/2026, 5/6/2026"
    assert formatting.dates_in(text, language="vi") == text
    assert formatting.dates_in(text, language="en") == "Lê Thị Hoa · 1 Dec 2026 – 31 Dec 2027, mã 31/02/2026, 5/6/2026"
