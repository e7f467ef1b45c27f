"""``tamnhin evaluate --json``: the contract of workbook.md, key by key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.companies import MONTHS, dairy
from tests.cli.conftest import Run

from tamnhin.cli import evaluating
from tamnhin.engine.book import make_book
from tamnhin.workbook import write

LINE_KEYS = ["owner", "kpi", "period", "state", "actual", "target", "method", "raw", "score", "weight", "contribution",
             "pace"]  # fmt: skip
CARD_KEYS = ["owner", "period", "score", "coverage", "grade", "state", "rank"]
PAYOUT_KEYS = ["person", "period", "base", "rate", "amount"]
PROBLEM_KEYS = ["code", "severity", "sheet", "cell", "owner", "kpi", "vi", "en"]


def line(owner: str, kpi: str, actual: float, target: float, score: str, weight: str, part: str) -> dict[str, Any]:
    return {"owner": owner, "kpi": kpi, "period": "2026-Q1", "state": "VALUE", "actual": actual, "target": target,
            "method": "ratio", "raw": score, "score": score, "weight": weight, "contribution": part,
            "pace": None}  # fmt: skip


def test_a_quarter_worked_by_hand_comes_out_as_the_contract_writes_it(run: Run, workbook: Path) -> None:
    ran = run("evaluate", workbook, "--period", "2026-Q1", "--json")
    # S1: 300 of 300, and 120 of 150 = 80 of 80. S2: 270 of 300 = 90, and 120 of 150 again; 0.6 x 90 + 0.4 x 100 = 94
    assert ran.json == {
        "period": "2026-Q1",
        "as_of": "2026-03-31",
        "lines": [
            line("S1", "REV", 300.0, 300.0, "100.00", "60", "60.00"),
            line("S1", "OT", 80.0, 80.0, "100.00", "40", "40.00"),
            line("S2", "REV", 270.0, 300.0, "90.00", "60", "54.00"),
            line("S2", "OT", 80.0, 80.0, "100.00", "40", "40.00"),
        ],
        "scorecards": [
            {"owner": "S1", "period": "2026-Q1", "score": "100.00", "coverage": "100.00", "grade": "A",
             "state": "final", "rank": 1},
            {"owner": "S2", "period": "2026-Q1", "score": "94.00", "coverage": "100.00", "grade": "B",
             "state": "final", "rank": 2},
        ],
        "payouts": [
            {"person": "S1", "period": "2026-Q1", "base": "10000000", "rate": "100.00", "amount": "10000000"},
            {"person": "S2", "period": "2026-Q1", "base": "10000000", "rate": "94.00", "amount": "9400000"},
        ],
        "problems": [],
    }  # fmt: skip
    assert (ran.status, ran.err) == (0, "")


def test_keys_stand_in_the_order_of_the_contract(run: Run, tmp_path: Path) -> None:
    book = dairy()
    frames = {name: book[name] for name in book.frames}
    frames["actuals"] = frames["actuals"].head(8)  # the rest of OT is missing: a problem to look at
    write(make_book(book.company, **frames), tmp_path / "gap.xlsx")
    found = run("evaluate", tmp_path / "gap.xlsx", "--period", "2026-Q1", "--json").json
    assert list(found) == ["period", "as_of", "lines", "scorecards", "payouts", "problems"]
    assert [list(found[name][0]) for name in ("lines", "scorecards", "payouts", "problems")] == [
        LINE_KEYS, CARD_KEYS, PAYOUT_KEYS, PROBLEM_KEYS
    ]  # fmt: skip


def test_an_open_period_is_seen_from_today_with_its_pace_and_stays_provisional(run: Run, tmp_path: Path) -> None:
    book = dairy()
    frames = {name: book[name] for name in book.frames}
    more = make_book(
        targets=[{"owner": "S1", "kpi": "REV", "period": "2026-04", "target": 210}],
        actuals=[{"owner": "S1", "kpi": "REV", "period": "2026-04", "value": 80}],
    )
    for name in ("targets", "actuals"):
        frames[name] = frames[name].extend(more[name])
    write(make_book(book.company, **frames), tmp_path / "open.xlsx")
    found = run("evaluate", tmp_path / "open.xlsx", "--period", "2026-04", "--owner", "S1", "--json").json
    assert found["as_of"] == "2026-04-10"
    assert found["scorecards"][0]["state"] == "provisional"
    # 8 working days of April 2026 have gone, of 20: the Hung Kings' day falls on the 26th (made up on Monday the 27th)
    # and the 30th is a holiday, so 84 is expected
    assert found["lines"][0]["pace"] == "95.24"


def test_as_of_sets_the_day_and_as_known_at_hides_what_came_later(run: Run, tmp_path: Path) -> None:
    book = dairy()
    frames = {name: book[name] for name in book.frames}
    corrected = make_book(
        actuals=[{"owner": "S1", "kpi": "REV", "period": "2026-01", "value": 0, "recorded_at": "2026-04-02T00:30:00Z"}]
    )
    frames["actuals"] = frames["actuals"].extend(corrected["actuals"])
    path = tmp_path / "corrected.xlsx"
    write(make_book(book.company, **frames), path)

    def revenue(*more: str) -> float:
        found = run("evaluate", path, "--period", "2026-Q1", "--owner", "S1", "--as-of", "2026-04-05", "--json", *more)
        assert found.json["as_of"] == "2026-04-05"
        return float(found.json["lines"][0]["actual"])

    assert revenue() == 250
    assert revenue("--as-known-at", "2026-04-02T00:29:00Z") == 300
    # without an offset the clock on the wall in Hanoi is meant: 07:29 there is 00:29 UTC
    assert revenue("--as-known-at", "2026-04-02T07:29:00") == 300
    assert revenue("--as-known-at", "2026-04-02T07:31:00") == 250


def test_several_periods_give_an_array_each_as_if_asked_for_alone(run: Run, workbook: Path) -> None:
    alone = [run("evaluate", workbook, "--period", key, "--json").json for key in ("2026-02", "2026-Q1")]
    together = run("evaluate", workbook, "--period", "2026-02", "2026-Q1", "--json").json
    assert together == alone
    assert alone[0]["as_of"] == "2026-02-28"


def test_only_the_owners_asked_for_are_given_and_ranks_stay_those_of_all(run: Run, workbook: Path) -> None:
    found = run("evaluate", workbook, "--period", "2026-Q1", "--owner", "S2", "--json").json
    assert {row["owner"] for row in found["lines"]} == {"S2"}
    assert [(row["owner"], row["rank"]) for row in found["scorecards"]] == [("S2", 2)]
    assert [row["person"] for row in found["payouts"]] == ["S2"]


@pytest.mark.parametrize("piece", [1, 2, 3])
def test_the_size_of_the_pieces_never_shows(
    run: Run, workbook: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    whole = run("evaluate", workbook, "--period", "2026-Q1", "--json").out
    monkeypatch.setattr(evaluating, "LINES_AT_A_TIME", piece)
    assert run("evaluate", workbook, "--period", "2026-Q1", "--json").out == whole


def test_every_row_is_a_line_of_its_own(run: Run, workbook: Path) -> None:
    text = run("evaluate", workbook, "--period", "2026-Q1", "--json").out
    rows = [json.loads(row.rstrip(",]}") + "}") for row in text.splitlines() if row.startswith('{"owner"')]
    assert len(rows) == 4 + 2


def test_a_measure_without_a_number_is_null_and_never_zero(run: Run, tmp_path: Path) -> None:
    book = dairy()
    frames = {name: book[name] for name in book.frames}
    frames["actuals"] = frames["actuals"].filter(
        ~((frames["actuals"]["owner"] == "S1") & (frames["actuals"]["kpi"] == "REV"))
    )
    write(make_book(book.company, **frames), tmp_path / "gap.xlsx")
    ran = run("evaluate", tmp_path / "gap.xlsx", "--period", "2026-Q1", "--json")
    first = ran.json["lines"][0]
    assert (first["state"], first["actual"], first["raw"], first["score"]) == ("NO_DATA", None, None, None)
    assert ran.json["scorecards"][0]["state"] == "provisional"
    assert ran.json["scorecards"][0]["coverage"] == "40.00"
    assert ran.status == 1


def test_the_company_of_the_contract_has_months_to_ask_for(run: Run, workbook: Path) -> None:
    scores = [run("evaluate", workbook, "--period", month, "--owner", "S1", "--json").json for month in MONTHS]
    # 50 and 100 -> 70; 150 counts as 120 -> 112; 100 -> 100
    assert [found["scorecards"][0]["score"] for found in scores] == ["70.00", "112.00", "100.00"]
