"""The SMART check: the rows of docs/algorithms/smart.md, and what may be published."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from tests.cases import Row, cases, number

from tamnhin.engine.problems import CATALOGUE
from tamnhin.engine.smart import GoalDraft, Span, check, met_before, publishable


def draft_of(text: str) -> GoalDraft:
    given: dict[str, Any] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        name, _, value = part.partition("=")
        if name in ("span", "parent", "cycle"):
            start, end = value.split("..")
            given[name] = Span(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end))
        elif name in ("baseline", "target"):
            given[name] = float(value)
        elif name == "history":
            given[name] = [float("nan") if one == "·" else float(one) for one in value.split()]
        elif name in ("has_vision", "reaches_vision"):
            given[name] = value == "yes"
        else:
            given[name] = value
    return GoalDraft(**given)


@cases("smart", "Worked rows", "letter", "case")
def test_each_letter_says_the_worst_thing_there_is(row: Row) -> None:
    found = {one.letter: one for one in check(draft_of(row["goal"]))}
    assert list(found) == ["S", "M", "A", "R", "T"]
    one = found[row["letter"]]  # type: ignore[index]
    assert (one.verdict, one.code) == (row["verdict"], row["code"])
    for language in ("vi", "en"):
        assert "{" not in one.text(language)
        assert "…" not in one.text(language)


@cases("smart", "Growth")
def test_a_target_beyond_the_best_says_how_much_is_missing(row: Row) -> None:
    history = [number(one) for one in row["history"].split()]
    draft = GoalDraft(kpi="K", target=number(row["target"]), direction=row["direction"], history=history)
    (one,) = (one for one in check(draft) if one.letter == "A")
    assert one.code in ("SMART_NEVER_MET", "SMART_NEVER_NEAR")
    if row["said"]:
        assert row["said"] in one.text("en")
        assert row["said"].split()[0] + " %" in one.text("vi")
    else:
        assert "needed" not in one.text("en")
        assert "phải" not in one.text("vi")


def test_a_code_carries_the_severity_of_its_verdict() -> None:
    severity = {"pass": "info", "warn": "warning", "fail": "error"}
    for one in check(draft_of("title=x")):
        assert CATALOGUE[one.code].severity == severity[one.verdict]


GOOD = (
    "title=Doanh thu miền Bắc; owner=MINH; description=Bán cho nhà phân phối mới; scope=Miền Bắc; kpi=REV;"
    "baseline=100; target=120; history=90 100 110 120 80 130; reaches_vision=yes; span=2026-01-01..2026-03-31"
)


def test_a_goal_is_published_when_nothing_fails() -> None:
    assert publishable(check(draft_of(GOOD)))
    assert {one.verdict for one in check(draft_of(GOOD))} == {"pass"}


@pytest.mark.parametrize("without", ["kpi=REV", "target=120", "reaches_vision=yes", "span=2026-01-01..2026-03-31"])
def test_a_goal_that_lacks_what_counts_is_not_published(without: str) -> None:
    assert not publishable(check(draft_of(GOOD.replace(without, ""))))


def test_a_warning_alone_does_not_keep_a_goal_back() -> None:
    checks = check(draft_of(GOOD.replace("owner=MINH;", "")))
    assert "warn" in {one.verdict for one in checks}
    assert publishable(checks)


def test_missing_periods_are_not_counted_as_zero() -> None:
    assert met_before([float("nan"), 0.0, 5.0], 0.0, "lower") == (1, 2)
    assert met_before([float("nan")], 0.0, "higher") == (0, 0)


def test_dates_are_written_as_each_language_writes_them() -> None:
    span = Span(datetime.date(2026, 1, 5), datetime.date(2026, 12, 31))
    found = {one.letter: one for one in check(GoalDraft(title="Tăng doanh thu miền Bắc", horizon="year", span=span))}
    assert "31/12/2026" in found["T"].text("vi")
    assert "31 Dec 2026" in found["T"].text("en")
