"""The path up to the vision: the rows of docs/algorithms/lineage.md, circles, and what a shuffled book changes."""

from __future__ import annotations

import datetime
import itertools
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import Row, cases

from tamnhin.engine.book import Book, Company, make_book
from tamnhin.engine.lineage import circles, trace, would_cycle

TODAY = datetime.date(2026, 11, 25)
KPI = {"direction": "higher", "aggregation": "sum", "frequency": "month"}


def _parts(text: str) -> list[list[str]]:
    return [one.split() for one in text.split(",") if one.strip()]


def _none(text: str) -> str | None:
    return None if text == "—" else text


def book_of(row: Row) -> Book:
    goals = [
        {"code": code, "title": code, "horizon": horizon, "parent": _none(parent), "kpi": _none(kpi),
         "from": "2026-01-01", "to": "2027-01-31" if code == "L" else "2026-12-31"}
        for code, horizon, parent, kpi in _parts(row["goals"])
    ]  # fmt: skip
    return make_book(
        Company(vision="Mỗi nhà một ly sữa" if row["vision"] == "yes" else ""),
        people=[{"code": "AN", "name": "An"}, {"code": "HOA", "name": "Hoa", "left": "2025-06-30"}],
        kpis=[
            {"code": code, "name": code, "level": level, "owner": _none(owner), **KPI}
            for code, level, owner in _parts(row["kpis"])
        ],
        goals=goals,  # type: ignore[arg-type]
        scorecards=[
            {"owner": owner, "kpi": kpi, "weight": "10", "goal": _none(goal)}
            for owner, kpi, goal in _parts(row["lines"])
        ],
        links=[dict(zip(("driver", "outcome"), one[0].split(">"), strict=True)) for one in _parts(row["links"])],
    )


@cases("lineage", "Worked rows")
def test_paths_and_what_is_missing(row: Row) -> None:
    found = trace(book_of(row), TODAY, with_data=set(row["data"].split()))
    said = [f"{one.code} {one.subject}".strip() for one in found.findings]
    assert said == [one.strip() for one in row["code"].split(",") if one.strip() != "—"]
    for one in row["paths"].split(";"):
        kpi, _, path = one.strip().partition(": ")
        steps = ["V" if step.kind == "vision" else step.code for step in found.path("kpi", kpi)]
        assert steps == ([] if path == "none" else path.split())
    for finding in found.findings:
        for language in ("vi", "en"):
            assert "{" not in finding.text(language)
            assert "…" not in finding.text(language)


def test_an_input_of_a_formula_serves_what_the_formula_serves() -> None:
    book = make_book(
        Company(vision="x"),
        kpis=[
            {"code": "AOV", "name": "Giá trị đơn", "formula": "REV / ORDERS", "owner": None, **KPI},
            {"code": "REV", "name": "Doanh thu", **KPI},
            {"code": "ORDERS", "name": "Đơn", **KPI},
        ],
        goals=[{"code": "A", "title": "A", "horizon": "strategic", "kpi": "AOV", "from": "2026-01-01",
                "to": "2026-12-31"}],
    )  # fmt: skip
    found = trace(book, TODAY)
    assert [step.by for step in found.path("kpi", "ORDERS")] == ["formula", "measures", "strategic", None]
    assert found.orphans == ()
    assert [one.subject for one in found.of("KPI_UNUSED")] == ["AOV"]


def test_a_retired_kpi_and_a_closed_goal_are_neither_path_nor_finding() -> None:
    book = make_book(
        Company(vision="x"),
        kpis=[{"code": "OLD", "name": "Cũ", "status": "retired", **KPI}, {"code": "REV", "name": "Thu", **KPI}],
        goals=[
            {"code": "A", "title": "A", "horizon": "strategic", "kpi": "REV", "from": "2026-01-01", "to": "2026-12-31",
             "status": "closed"},
        ],
    )  # fmt: skip
    found = trace(book, TODAY)
    assert not found.reaches("kpi", "REV")
    assert {one.subject for one in found.findings} == {"REV"}


def test_a_strategic_goal_that_is_closed_leads_nobody_up() -> None:
    dates = {"from": "2026-01-01", "to": "2026-12-31"}
    goals = [
        {"code": "A", "title": "A", "horizon": "strategic", "kpi": "REV", **dates, "status": "closed"},
        {"code": "B", "title": "B", "horizon": "year", "parent": "A", "kpi": "REV", **dates},
    ]
    book = make_book(Company(vision="x"), kpis=[{"code": "REV", "name": "Thu", **KPI}], goals=goals)
    assert not trace(book, TODAY).reaches("kpi", "REV")
    goals[0]["status"] = "active"
    book = make_book(Company(vision="x"), kpis=[{"code": "REV", "name": "Thu", **KPI}], goals=goals)
    assert trace(book, TODAY).reaches("kpi", "REV")


def test_a_goal_whose_kpi_is_retired_is_measured_by_nothing() -> None:
    kpis = [{"code": "OLD", "name": "Cũ", "status": "retired", **KPI}]
    goal = {"code": "A", "title": "A", "horizon": "strategic", "kpi": "OLD", "from": "2026-01-01", "to": "2026-12-31"}
    found = trace(make_book(Company(vision="x"), kpis=kpis, goals=[goal]), TODAY)  # type: ignore[arg-type]
    assert [(one.code, one.subject) for one in found.findings] == [("GOAL_WITHOUT_KPI", "A")]


def test_a_line_that_is_over_does_not_count_as_use() -> None:
    line = {"owner": "AN", "kpi": "REV", "weight": "10", "to": "2026-11-24"}
    book = make_book(Company(vision="x"), kpis=[{"code": "REV", "name": "Thu", **KPI}], scorecards=[line])
    assert [one.subject for one in trace(book, TODAY).of("KPI_UNUSED")] == ["REV"]
    assert trace(book, datetime.date(2026, 11, 24)).of("KPI_UNUSED") == []


# --- circles ---


def test_the_circle_that_an_edge_would_close_is_told_from_its_start() -> None:
    edges = [("A", "B"), ("B", "C"), ("A", "C")]
    assert would_cycle(edges, ("C", "A")) == ["C", "A", "C"]
    assert would_cycle([("A", "B"), ("B", "C")], ("C", "A")) == ["C", "A", "B", "C"]
    assert would_cycle(edges, ("A", "D")) is None
    assert would_cycle([], ("A", "A")) == ["A", "A"]


EDGES = st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF")), max_size=14)


@given(EDGES)
def test_circles_are_found_exactly_when_there_are_any(edges: list[tuple[str, str]]) -> None:
    found = circles(edges)
    has = any(would_cycle(edges[:at] + edges[at + 1 :], edge) for at, edge in enumerate(edges))
    assert bool(found) == has
    for path in found:
        assert path[0] == path[-1]
        assert all(edge in edges for edge in itertools.pairwise(path))


def test_a_long_clean_chain_has_no_circle() -> None:
    chain = [(str(at), str(at + 1)) for at in range(5_000)]
    assert circles(chain) == []
    assert circles([*chain, ("5000", "4990")])[0][0] == "4990"


@given(st.randoms(use_true_random=False))
def test_what_reaches_the_vision_does_not_depend_on_the_order_of_the_sheets(rng: random.Random) -> None:
    kpis: list[dict[str, Any]] = [{"code": f"K{at}", "name": "x", **KPI} for at in range(8)]
    links = [{"driver": f"K{at + 1}", "outcome": f"K{rng.randrange(at + 1)}"} for at in range(6)]
    goals = [{"code": "A", "title": "A", "horizon": "strategic", "kpi": "K0", "from": "2026-01-01", "to": "2026-12-31"}]
    plain = trace(make_book(Company(vision="x"), kpis=kpis, links=links, goals=goals), TODAY)  # type: ignore[arg-type]
    rng.shuffle(kpis)
    rng.shuffle(links)
    mixed = trace(make_book(Company(vision="x"), kpis=kpis, links=links, goals=goals), TODAY)  # type: ignore[arg-type]
    for at in range(8):
        assert len(plain.path("kpi", f"K{at}")) == len(mixed.path("kpi", f"K{at}"))
    assert set(plain.orphans) == set(mixed.orphans) == {"K7"}


@pytest.mark.parametrize("kind", ["goal", "kpi"])
def test_something_unknown_has_no_path(kind: Any) -> None:
    assert trace(make_book(Company(vision="x")), TODAY).path(kind, "KHÔNG CÓ") == ()


def test_a_goal_that_is_only_proposed_carries_no_kpi_and_still_has_its_own_path() -> None:
    goals = [
        {"code": "A", "title": "A", "horizon": "strategic", "kpi": "REV", "from": "2026-01-01", "to": "2026-12-31"},
        {"code": "B", "title": "B", "horizon": "year", "parent": "A", "kpi": "X", "from": "2026-01-01",
         "to": "2026-12-31", "status": "proposed"},
    ]  # fmt: skip
    kpis = [{"code": code, "name": code, **KPI} for code in ("REV", "X")]
    found = trace(make_book(Company(vision="x"), kpis=kpis, goals=goals), TODAY)  # type: ignore[arg-type]
    assert found.reaches("goal", "B")
    assert found.orphans == ("X",)
