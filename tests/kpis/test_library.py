"""The library: two hundred entries that the engine takes as they are, found as people type."""

from __future__ import annotations

import datetime

import pytest

from tamnhin.engine import formula
from tamnhin.engine.book import CHOICES, make_book
from tamnhin.engine.evaluate import evaluate
from tamnhin.engine.periods import parse
from tamnhin.engine.plan import Request, compile_book
from tamnhin.engine.report import report
from tamnhin.kpis.library import DEPARTMENTS, Entry, builtin, components, components_of, find, proposed_method

SHEET = (
    "code", "name", "name_en", "unit", "direction", "aggregation", "across", "scale", "frequency", "level", "domain",
    "timing", "flow", "perspective",
)  # fmt: skip
EVERY = list(builtin().values())


def kpi_row(entry: Entry, *, with_formula: bool) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(entry, name) or None for name in SHEET}
    if with_formula:
        row["formula"] = entry.formula or None
    return row


def component_rows() -> list[dict[str, object]]:
    return [
        {
            "code": one.code, "name": one.name, "unit": one.unit or None, "direction": "higher",
            "aggregation": one.aggregation, "across": one.across or None, "frequency": "month",
        }
        for one in components().values()
    ]  # fmt: skip


def test_there_are_two_hundred_in_fourteen_departments() -> None:
    assert len(EVERY) == 200
    assert {entry.department for entry in EVERY} == set(DEPARTMENTS)
    assert len({entry.code for entry in EVERY}) == 200


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.code)
def test_each_says_all_that_a_card_needs_in_the_words_of_the_workbook(entry: Entry) -> None:
    for name in ("direction", "aggregation", "frequency", "level", "domain", "timing", "flow"):
        assert getattr(entry, name) in CHOICES["kpis", name]
    assert entry.across == "" or entry.across in CHOICES["kpis", "across"]
    assert entry.method in CHOICES["scorecards", "method"]
    assert entry.perspective in ("financial", "customer", "internal_process", "learning_growth")
    for name in ("name", "name_en", "unit", "purpose", "purpose_en", "formula_text", "formula_text_en"):
        assert getattr(entry, name).strip(), name
    if entry.aggregation == "ratio":
        assert all([entry.numerator, entry.numerator_en, entry.denominator, entry.denominator_en])
    if entry.aggregation == "last":  # what is added up between units has to be said
        assert entry.across
    if entry.level == "tactical":
        assert entry.drives in builtin()
    assert entry.guardrail in {"", *builtin()} - {entry.code}


def test_the_method_fits_the_direction() -> None:
    for entry in EVERY:
        if entry.direction == "band":
            assert entry.method == "band", entry.code
        elif entry.direction == "higher":
            assert entry.method in ("ratio", "deviation"), entry.code
        else:
            assert entry.method in ("inverse", "deviation", "count_down"), entry.code


def test_all_two_hundred_compile_and_score_as_kpis_of_one_company() -> None:
    settings: dict[str, dict[str, object]] = {
        "band": {"low": 90.0, "high": 110.0, "zero_low": 50.0, "zero_high": 150.0},
        "count_down": {"penalty": 10.0},
    }
    lines = [
        {"owner": "A", "kpi": entry.code, "weight": "0.5", "method": entry.method, **settings.get(entry.method, {})}
        for entry in EVERY
    ]
    keys = {"day": "2026-01-05", "week": "2026-W02", "month": "2026-01", "quarter": "2026-Q1", "year": "2026"}
    targets = [{"owner": "A", "kpi": entry.code, "period": keys[entry.frequency], "target": 100.0} for entry in EVERY]
    actuals = [
        {"owner": "A", "kpi": entry.code, "period": keys[entry.frequency]}
        | ({"numerator": 90.0, "denominator": 100.0} if entry.aggregation == "ratio" else {"value": 90.0})
        | ({"weight": 10.0} if entry.aggregation == "weighted_mean" else {})
        for entry in EVERY
    ]
    book = make_book(
        units=[{"code": "A", "name": "Công ty"}],
        kpis=[kpi_row(entry, with_formula=False) for entry in EVERY],
        scorecards=lines,
        targets=targets,
        actuals=actuals,
    )
    asked = tuple(parse(key) for key in keys.values())
    plan = compile_book(book, Request(asked, datetime.date(2027, 1, 1)))
    assert [problem.as_dict() for problem in plan.problems] == []
    assert plan.kpis.count == 200
    result = evaluate(plan)
    for position, frequency in enumerate(keys):
        scored = {line["kpi"] for line in report(result, position).lines if line["score"] is not None}
        mine = {entry.code for entry in EVERY if entry.frequency == frequency}
        assert mine <= scored, frequency


def test_every_proposed_formula_compiles_over_its_components_without_a_warning() -> None:
    proposed = [entry for entry in EVERY if entry.formula]
    assert len(proposed) > 140
    rows = component_rows() + [kpi_row(entry, with_formula=True) for entry in proposed]
    book = make_book(
        units=[{"code": "A", "name": "Công ty"}],
        kpis=rows,
        scorecards=[{"owner": "A", "kpi": entry.code, "weight": "0.5"} for entry in proposed],
    )
    plan = compile_book(book, Request((parse("2026-01"),), datetime.date(2026, 2, 1)))
    assert [(p.kpi, p.text("en")) for p in plan.problems if p.kind.severity == "error"] == []
    known = {one.code: one.unit for one in components().values()}
    doubts = {
        entry.code: [fault.text("vi") for fault in parsed.faults]
        for entry in proposed
        if (parsed := formula.parse(entry.formula, known, declared_unit=entry.unit)).faults
    }
    # a net score counts points out of answers, and the 30 of these ratios are days: the units say less than the words
    assert set(doubts) == {"ACC-008", "ACC-009", "LOG-002", "HR-012", "CS-002"}


def test_every_component_belongs_to_a_formula_and_is_named_in_two_languages() -> None:
    used = {one.code for entry in EVERY for one in components_of(entry)}
    assert used == set(components())
    for one in components().values():
        assert all([one.name, one.name_en])
        assert one.aggregation in CHOICES["kpis", "aggregation"]
        assert one.entry in {"", *builtin()}


def test_the_links_the_library_proposes_hold_no_circle() -> None:
    for entry in EVERY:
        seen = [entry.code]
        while builtin()[seen[-1]].drives:
            following = builtin()[seen[-1]].drives
            assert following not in seen, [*seen, following]
            seen.append(following)


def test_words_are_found_without_marks_in_any_order_in_both_languages() -> None:
    assert find(EVERY, "ty le nghi viec").entries[0].code == "HR-001"
    assert "HR-001" in {entry.code for entry in find(EVERY, "việc nghỉ tỷ").entries}
    assert "CS-010" in {entry.code for entry in find(EVERY, "churn").entries}
    assert [entry.code for entry in find(EVERY, "sal-007").entries] == ["SAL-007"]
    assert find(EVERY, "không có gì như thế").entries == []


def test_counts_say_what_a_choice_would_leave() -> None:
    found = find(EVERY, "", {"department": "SAL", "timing": "leading"})
    facets = {facet.axis: {choice.value: choice.count for choice in facet.choices} for facet in found.facets}
    assert len(found.entries) == facets["department"]["SAL"] == facets["timing"]["leading"]
    assert facets["timing"]["leading"] + facets["timing"]["lagging"] == len(
        find(EVERY, "", {"department": "SAL"}).entries
    )
    for value, count in facets["department"].items():
        assert count == len(find(EVERY, "", {"department": value, "timing": "leading"}).entries)
    assert len(find(EVERY, "", {"nothing": "x"}).entries) == 200


def test_a_line_may_ask_what_the_library_proposes_for_its_kpi() -> None:
    assert proposed_method("PRD-015") == "count_down"
    assert proposed_method("") == ""
