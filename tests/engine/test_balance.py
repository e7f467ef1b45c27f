"""Class balance: the rows of docs/algorithms/balance.md, shares, and many owners at once."""

from __future__ import annotations

import datetime

import pytest
from tests.cases import Row, cases

from tamnhin.engine.balance import AXES, Limits, balance
from tamnhin.engine.book import Book, make_book

TODAY = datetime.date(2026, 11, 25)
CLASSES = {
    "R": ("strategic", "sale", "lagging", "output"),
    "G": ("strategic", "non_sale", "leading", "output"),
    "P": ("strategic", "sale", "lagging", "output"),
    "C": ("tactical", "sale", "leading", "input"),
    "Q": ("tactical", "non_sale", "leading", "output"),
    "L": ("tactical", "non_sale", "lagging", "output"),
    "U": (None, None, None, None),
}
GUARDED = {"P": "Q", "R": None, "C": "Q"}


def book_of(scorecards: dict[str, list[tuple[str, str]]]) -> Book:
    used = {kpi for lines in scorecards.values() for kpi, _weight in lines} | {"R", "G"}
    return make_book(
        units=[{"code": "unit", "name": "Phòng"}],
        people=[{"code": owner, "name": owner} for owner in scorecards if owner != "unit"],
        kpis=[
            {
                "code": code, "name": code, "direction": "higher", "aggregation": "sum", "frequency": "month",
                "guardrail": "G" if code == "R" and "G" in used and _has(scorecards, "G") else GUARDED.get(code[0]),
                **dict(zip(AXES, CLASSES[code[0]], strict=True)),
            }
            for code in sorted(used)
        ],
        scorecards=[
            {"owner": owner, "kpi": kpi, "weight": weight}
            for owner, lines in scorecards.items() for kpi, weight in lines
        ],
    )  # fmt: skip


def _has(scorecards: dict[str, list[tuple[str, str]]], kpi: str) -> bool:
    return any(one == kpi for lines in scorecards.values() for one, _weight in lines)


def lines_of(text: str) -> list[tuple[str, str]]:
    return [(one.split()[0], one.split()[1]) for one in text.split(",")]


@cases("balance", "Worked rows")
def test_what_is_advised(row: Row) -> None:
    found = balance(book_of({row["owner"]: lines_of(row["lines"])}), TODAY)
    said = sorted(f"{one.code} {one.kpi or ''}".strip() for one in found.of(row["owner"]))
    assert said == sorted(one.strip() for one in row["code"].split(",") if one.strip() != "—")
    for one in found.advice:
        for language in ("vi", "en"):
            assert "{" not in one.text(language)
            assert "…" not in one.text(language) or one.code == "UNCLASSIFIED"


def test_counts_and_shares_of_the_weight_stand_on_every_axis() -> None:
    row = balance(book_of({"person": [("P", "20"), ("C", "15"), ("Q", "15")]}), TODAY).owners.row(0, named=True)
    assert (row["n_strategic"], row["n_tactical"], row["n_leading"], row["n_input"]) == (1, 2, 2, 1)
    assert row["w_strategic"] == pytest.approx(40.0)
    assert row["w_strategic"] + row["w_tactical"] == pytest.approx(100.0)
    assert row["weight"] == 50.0


@cases("balance", "The company")
def test_the_company_is_counted_by_its_kpis_and_weighed_by_its_scorecards(row: Row) -> None:
    cards = {f"P{at}": lines_of(text) for at, text in enumerate(row["scorecards"].split("/")) if text.strip()}
    found = balance(book_of(cards), TODAY)
    company = found.company.row(0, named=True)
    assert (company["lines"], company["n_leading"]) == (int(row["kpis"]), int(row["leading"]))
    assert company["w_leading"] == pytest.approx(float(row["leading share"]), abs=1e-4)
    assert [one.code for one in found.company_advice] == [one.strip() for one in row["code"].split(",") if one != "—"]
    for one in found.company_advice:
        for language in ("vi", "en"):
            assert row["kpis"] in one.text(language)
            assert "…" not in one.text(language)


def test_a_share_that_binary_puts_just_past_a_limit_is_the_limit() -> None:
    # 39.2 of 98 is 40 %, and the sum of these four floats a hair below 98
    lines = [("P", "39.2"), ("C", "29.4"), ("Q", "24.5"), ("L", "4.9")]
    assert 100 * 39.2 / sum(float(weight) for _kpi, weight in lines) > 40
    assert balance(book_of({"person": lines}), TODAY).of("person") == ()


def test_advice_for_some_is_that_of_all_in_the_same_order() -> None:
    cards = {f"P{at}": [("R", "50"), ("L", "48"), ("U", "2")] for at in range(4)}
    found = balance(book_of(cards), TODAY)
    assert found.of("P3", "P1") == tuple(one for one in found.advice if one.owner in ("P1", "P3"))
    assert [one.code for one in found.of("P1")] == [
        "UNCLASSIFIED", "WEIGHT_OVER_40", "WEIGHT_OVER_40", "WEIGHT_UNDER_5", "NO_GUARDRAIL",
    ]  # fmt: skip
    assert found.of("P1")[1].args["weight"] == "50"
    assert found.of() == ()


def test_many_owners_are_advised_each_by_their_own_lines() -> None:
    found = balance(book_of({"a": [("P", "40"), ("C", "30"), ("Q", "30")], "b": [("C", "100")]}), TODAY)
    assert found.of("a") == ()
    assert found.counts() == {"b": 2}
    assert found.owners["owner"].to_list() == ["a", "b"]


def test_the_limits_are_the_companys_to_choose() -> None:
    book = book_of({"person": [("P", "40"), ("C", "30"), ("Q", "30")]})
    assert [one.code for one in balance(book, TODAY, Limits(most_of_person=2)).advice] == ["TOO_MANY_KPIS"]


def test_lines_that_are_over_or_yet_to_come_do_not_count() -> None:
    book = book_of({"person": [("P", "40"), ("C", "30"), ("Q", "30")]})
    frame = book["scorecards"].with_columns(to=datetime.date(2026, 11, 24))
    over = make_book(people=book["people"], kpis=book["kpis"], scorecards=frame)
    assert balance(over, TODAY).owners.height == 0
    assert balance(over, datetime.date(2026, 11, 24)).owners.height == 1
