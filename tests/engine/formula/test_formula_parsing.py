"""What may be written, what it means, and what is said about a mistake."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases import Row, cases, table
from tests.engine.formula.formula_cases import FREE, KNOWN, formulas

from tamnhin.engine.formula import Kind, Reference, caret, parse, parse_unit, render
from tamnhin.engine.formula.problems import CODES


@cases("formula", "Faults", "formula", "code")
def test_a_fault_is_reported_at_its_place_with_a_hint(row: Row) -> None:
    text = row["formula"] or " "
    parsed = parse(text, KNOWN)

    fault = next(fault for fault in parsed.faults if fault.code == row["code"])

    assert str(fault.column) == row["column"]
    assert text[fault.start : fault.end].strip() == row["at"]
    assert row["en contains"] in fault.text("en")
    assert (parsed.node is None) == (fault.severity == "error")


@cases("formula", "Faults", "formula", "code")
def test_a_fault_reads_as_a_whole_sentence_in_both_languages(row: Row) -> None:
    fault = next(fault for fault in parse(row["formula"] or " ", KNOWN).faults if fault.code == row["code"])

    vi, en = fault.text("vi"), fault.text("en")

    assert "…" not in vi.replace("a, b, …", "")  # an argument the template asks for and the fault lacks
    assert "…" not in en.replace("a, b, …", "")
    assert vi != en
    assert fault.as_problem(sheet="kpis", cell="H3", kpi="AOV").as_dict()["vi"] == vi


def test_every_code_of_the_language_has_a_row_or_a_test_of_its_own() -> None:
    shown = {row["code"] for row in table("formula", "Faults")}
    elsewhere = {"FORMULA_TOO_LONG", "FORMULA_TOO_COMPLEX", "FORMULA_UNITS_DECLARED", "FORMULA_INPUT_BROKEN"}

    assert shown | elsewhere == CODES
    assert not shown & elsewhere


@cases("formula", "Units as people write them")
def test_a_unit_is_understood_as_people_write_it(row: Row) -> None:
    unit = parse_unit(row["text"])

    assert unit is not None
    assert unit.text("vi") == row["unit"]


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_unit_left_blank_is_not_said_and_goes_with_anything(blank: str | None) -> None:
    assert parse_unit(blank) is None
    assert parse("A + B", {"A": blank, "B": "VND"}).errors == ()


@cases("formula", "What a formula is measured in", "formula", "declared")
def test_the_unit_of_a_formula_is_found_and_compared_with_the_declared_one(row: Row) -> None:
    parsed = parse(row["formula"], KNOWN, declared_unit=row["declared"])

    assert parsed.errors == ()
    assert parsed.unit is not None
    assert parsed.unit.text("vi") == row["unit"]
    assert [fault.code for fault in parsed.warnings] == ([] if row["warning"] == "none" else [row["warning"]])
    assert parsed.node is not None


def test_a_declared_unit_that_differs_by_a_scale_is_answered_with_the_factor() -> None:
    (warning,) = parse("REV", KNOWN, declared_unit="triệu đồng").warnings

    assert "1000000" in warning.text("vi")
    assert "VND" in warning.text("en")


def test_references_say_what_kind_of_input_each_is() -> None:
    parsed = parse("REV - REV[-12] + ytd(REV) + qtd(COST[-3]) + sum(COST) + convert(US) + mtd(REV)", KNOWN)

    assert parsed.references == {
        Reference("REV"),
        Reference("REV", offset=-12),
        Reference("REV", Kind.YTD),
        Reference("COST", Kind.QTD, -3),
        Reference("COST", Kind.CHILDREN),
        Reference("US", Kind.CONVERT, currency="VND"),
        Reference("REV", Kind.MTD),
    }


def test_converting_means_the_company_currency_unless_another_is_named() -> None:
    assert parse("convert(US)", KNOWN, currency="EUR").references == {Reference("US", Kind.CONVERT, 0, "EUR")}
    assert parse("convert(US, jpy)", KNOWN).references == {Reference("US", Kind.CONVERT, 0, "JPY")}


def test_money_already_in_the_currency_asks_for_no_rate() -> None:
    assert parse("convert(REV, VND)", KNOWN).references == {Reference("REV")}


def test_every_fault_of_meaning_is_reported_at_once() -> None:
    codes = [fault.code for fault in parse("RVE + ORD * foo(1) + max(REV) + REV[3]", KNOWN).errors]

    assert codes == ["FORMULA_UNKNOWN_KPI", "FORMULA_UNKNOWN_FUNCTION", "FORMULA_ARGUMENTS", "FORMULA_OFFSET"]


def test_a_code_typed_in_decomposed_letters_is_the_same_code() -> None:
    composed, decomposed = "\u0110\u01a1n_h\u00e0ng", "\u0110o\u031bn_ha\u0300ng"

    assert parse(decomposed, {composed: None}).references == {Reference(composed)}
    assert parse(composed, {decomposed: None}).references == {Reference(decomposed)}


def test_reserved_words_in_decomposed_letters_are_still_words() -> None:
    assert render(parse("if(X > 1 va\u0300 X < 3 hoa\u0323\u0306c X = 9, 1, 0)", KNOWN).node) == (  # type: ignore[arg-type]
        "if(X > 1 and X < 3 or X = 9, 1, 0)"
    )


def test_a_kpi_named_like_a_word_or_a_function_can_still_be_used() -> None:
    known: dict[str, str | None] = {"and": None, "min": None, "1.2": None}

    parsed = parse("'and' + min + '1.2'", known)

    assert {reference.code for reference in parsed.references} == {"and", "min", "1.2"}
    assert parsed.node is not None
    assert render(parsed.node) == "'and' + min + '1.2'"


def test_a_formula_is_shown_in_vietnamese_and_with_the_proper_signs() -> None:
    node = parse("if(REV >= 10 and not X <> 1, round(-REV / 2, -1), ytd(REV[-12]) * 3)", KNOWN).node

    assert node is not None
    assert render(node, "vi", pretty=True) == (
        "nếu(REV ≥ 10 và không X ≠ 1, làm_tròn(−REV ÷ 2, −1), lũy_kế_năm(REV[−12]) × 3)"
    )


@given(formulas)
@settings(max_examples=300, deadline=None)
def test_the_canonical_text_means_the_same_formula(text: str) -> None:
    first = parse(text, FREE)
    if first.node is None:
        assert first.errors
        return

    for language in ("en", "vi"):
        for pretty in (False, True):
            again = parse(render(first.node, language, pretty=pretty), FREE)
            assert again.node == first.node
            assert again.references == first.references
            assert again.unit == first.unit
    assert render(parse(render(first.node), FREE).node) == render(first.node)  # type: ignore[arg-type]


_PIECES = "REV ORD ( ) [ ] + - * / , ; < = > ' \" % if max sum and không 1.5 12 ^ ="


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(st.sampled_from(_PIECES.split()), max_size=60).map(" ".join),
        st.lists(st.sampled_from(list("RA()[]+-*/,;<>='\"%.1 \n\t\u0300\ud800\x00\u202e²")), max_size=80).map("".join),
    )
)  # fmt: skip
@settings(max_examples=800, deadline=None)
def test_any_text_gives_a_formula_or_faults_with_places_and_never_raises(text: str) -> None:
    parsed = parse(text, KNOWN, declared_unit="VND")

    assert (parsed.node is None) == bool(parsed.errors)
    for fault in parsed.faults:
        assert 0 <= fault.start <= fault.end <= len(text)
        assert fault.text("vi")
        assert len(caret(text, fault, "en").splitlines()) == 3


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2000, "(" * 1000 + "X" + ")" * 999, "-" * 1999 + "X", "not " * 499 + "X", "X+" * 999 + "X",
        "1" * 2000, "'" * 2000, "9_" * 1000, "abs(" * 400 + "X" + ")" * 400, "if(X>1," * 250, "X" * 2000,
        "max(" + "1," * 990 + "1)", "[" * 2000, "%" * 2000,
        "X[-" + "9" * 1990 + "]", "'" + "''" * 990 + "'", "= " * 1000, "\u0300" * 2000,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_hostile_text_of_the_longest_size_is_answered_quickly(text: str) -> None:
    parse("X", KNOWN)  # the grammar is built once
    began = time.process_time()

    parsed = parse(text, KNOWN)

    assert time.process_time() - began < 1.0
    assert parsed.node is None
    assert parsed.errors


def test_many_unknown_codes_among_many_kpis_are_answered_quickly() -> None:
    known: dict[str, str | None] = {f"DOANH_THU_CHI_NHANH_{n}": None for n in range(20_000)}
    text = "+".join(f"DOANH_THU_CHI_{n}X" for n in range(90))
    began = time.process_time()

    parsed = parse(text, known)

    assert time.process_time() - began < 5.0
    assert len(parsed.errors) == 90
    assert parsed.errors[0].hint is not None


def test_a_formula_longer_than_the_limit_is_refused_before_it_is_read() -> None:
    (fault,) = parse("X" * 1_000_000, KNOWN).errors

    assert fault.code == "FORMULA_TOO_LONG"
    assert "1000000" in fault.text("vi")


def test_nesting_up_to_the_limit_is_a_formula_and_beyond_it_a_fault() -> None:
    assert parse("abs(" * 99 + "X" + ")" * 99, KNOWN).node is not None
    assert [fault.code for fault in parse("abs(" * 100 + "X" + ")" * 100, KNOWN).errors] == ["FORMULA_TOO_COMPLEX"]


def test_brackets_alone_are_not_nesting() -> None:
    node = parse("(" * 900 + "X" + ")" * 900, KNOWN).node

    assert node is not None
    assert render(node) == "X"


def test_the_mark_stands_under_the_fault_in_a_terminal() -> None:
    text = "'Chi phí' + RVE"
    (fault,) = parse(text, {"REV": None, "Chi phí": None}).errors

    shown, mark, message = caret(text, fault, "vi").splitlines()

    assert shown == text
    assert mark == " " * 12 + "^~~"
    assert "REV?" in message


def test_the_mark_counts_columns_and_not_code_points() -> None:
    text = "'Chi phi\u0301' + RVE"  # the accent is a separate character with no width
    (fault,) = parse(text, {"REV": None, "Chi phí": None}).errors

    assert caret(text, fault).splitlines()[1] == " " * 12 + "^~~"


def test_a_long_formula_is_shown_around_the_fault() -> None:
    text = "X + " * 40 + "RVE" + " + X" * 40
    (fault,) = parse(text, KNOWN).errors

    shown, mark, _ = caret(text, fault).splitlines()

    assert len(shown) <= 101
    assert shown[mark.index("^") :].startswith("RVE + X")
    assert mark.endswith("^~~")
