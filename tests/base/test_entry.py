from __future__ import annotations

from decimal import Decimal

import pytest

from tamnhin.base.entry import read_number
from tamnhin.base.words import in_words

WORDS = [
    ("0", "không", "zero"),
    ("5", "năm", "five"),
    ("10", "mười", "ten"),
    ("14", "mười bốn", "fourteen"),
    ("15", "mười lăm", "fifteen"),
    ("20", "hai mươi", "twenty"),
    ("21", "hai mươi mốt", "twenty-one"),
    ("24", "hai mươi tư", "twenty-four"),
    ("25", "hai mươi lăm", "twenty-five"),
    ("101", "một trăm linh một", "one hundred one"),
    ("104", "một trăm linh bốn", "one hundred four"),
    ("111", "một trăm mười một", "one hundred eleven"),
    ("115", "một trăm mười lăm", "one hundred fifteen"),
    ("1000", "một nghìn", "one thousand"),
    ("1005", "một nghìn không trăm linh năm", "one thousand five"),
    ("1050", "một nghìn không trăm năm mươi", "one thousand fifty"),
    ("1234.5", "một nghìn hai trăm ba mươi tư phẩy năm", "one thousand two hundred thirty-four point five"),
    ("0.25", "không phẩy hai mươi lăm", "zero point two five"),
    ("0.05", "không phẩy không năm", "zero point zero five"),
    ("3.14159", "ba phẩy một bốn một năm chín", "three point one four one five nine"),
    ("-12.5", "âm mười hai phẩy năm", "minus twelve point five"),
    ("1500000", "một triệu năm trăm nghìn", "one million five hundred thousand"),
    ("1000005", "một triệu không trăm linh năm", "one million five"),
    ("2000000000", "hai tỷ", "two billion"),
    ("100000000001", "một trăm tỷ không trăm linh một", "one hundred billion one"),
    ("1500000000000", "một nghìn năm trăm tỷ", "one trillion five hundred billion"),
]


@pytest.mark.parametrize(("figure", "vi", "en"), WORDS)
def test_a_number_is_spoken(figure: str, vi: str, en: str) -> None:
    assert in_words(Decimal(figure), "vi") == vi
    assert in_words(Decimal(figure), "en") == en


READ = [
    ("vi", "1.234,5", "1234.5"),
    ("vi", "1tr5", "1500000"),
    ("vi", "1tr250", "1250000"),
    ("vi", "1.5tr", "1500000"),
    ("vi", "1.500tr", "1500000000"),
    ("vi", "2 tỷ", "2000000000"),
    ("vi", "2 tỉ 300 triệu", "2300000000"),
    ("vi", "1,5 nghìn tỷ", "1500000000000"),
    ("vi", "500K", "500000"),
    ("vi", "15 ngàn", "15000"),
    ("vi", "12.345.678 đ", "12345678"),
    ("vi", "12,5 %", "12.5"),
    ("vi", "−3", "-3"),
    ("vi", "0", "0"),
    ("vi", "1 234 567", "1234567"),
    ("en", "1,234.5", "1234.5"),
    ("en", "1.5m", "1500000"),
    ("en", "2bn", "2000000000"),
]


@pytest.mark.parametrize(("language", "typed", "value"), READ)
def test_a_typed_number_is_read_as_people_type_it(language: str, typed: str, value: str) -> None:
    echo = read_number(typed, language)
    assert echo.problem is None
    assert echo.value == Decimal(value)


def test_the_echo_shows_the_number_and_its_words() -> None:
    echo = read_number("1tr5")
    assert (echo.text, echo.words) == ("1.500.000", "một triệu năm trăm nghìn")


REFUSED = [
    ("vi", "abc", "ENTRY_NOT_A_NUMBER"),
    ("vi", "-", "ENTRY_NOT_A_NUMBER"),
    ("vi", "đ", "ENTRY_NOT_A_NUMBER"),
    ("vi", "1tr5tr", "ENTRY_NOT_A_NUMBER"),
    ("vi", "5k 2tr", "ENTRY_NOT_A_NUMBER"),
    ("vi", "1e5", "ENTRY_NOT_A_NUMBER"),
    ("vi", "9" * 61, "ENTRY_NOT_A_NUMBER"),
    ("vi", "1.23", "ENTRY_SEPARATORS"),
    ("vi", "1,234.5", "ENTRY_SEPARATORS"),
    ("vi", "1.234.5", "ENTRY_SEPARATORS"),
    ("vi", "12 34", "ENTRY_SEPARATORS"),
    ("en", "1,5", "ENTRY_SEPARATORS"),
]


@pytest.mark.parametrize(("language", "typed", "code"), REFUSED)
def test_what_could_be_read_two_ways_or_not_at_all_is_a_problem_and_never_a_guess(
    language: str, typed: str, code: str
) -> None:
    echo = read_number(typed, language)
    assert echo.value is None
    assert echo.problem is not None
    assert echo.problem.code == code


def test_a_blank_entry_is_nothing_said_and_never_zero() -> None:
    echo = read_number(" \u00a0 ")
    assert echo.value is None
    assert echo.problem is None
