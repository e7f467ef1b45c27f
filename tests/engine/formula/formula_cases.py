"""The KPIs of docs/algorithms/formula.md, formulas made at random, and small readers of the page's cells."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tamnhin.engine.formula import Column, Reference, parse
from tamnhin.engine.states import State

KNOWN: dict[str, str | None] = {
    "REV": "VND", "COST": "VND", "TR": "triệu đồng", "ORD": "đơn", "GM": "%", "US": "USD", "H": "giờ", "D": "ngày",
    "X": None, "DT-01": "tr đồng",
}  # fmt: skip

# codes whose units are not the point of the worked rows
PLAIN: dict[str, str | None] = {
    **dict.fromkeys(["ORD", "X", "Y", "SUM_ACC", "DT-01", "Chi phí", "DOANH_THU.Q1", "Đơn_hàng"], None),
    "REV": "VND", "COST": "VND", "US": "USD",
}  # fmt: skip


def cell(text: str) -> Column:
    """``NO_DATA`` or ``12.5`` as a column of one cell."""
    if text in State.__members__:
        return np.array([np.nan]), np.array([State[text]], dtype=np.int8)
    return np.array([float(text)]), np.array([State.VALUE], dtype=np.int8)


def inputs(text: str) -> tuple[dict[Reference, Column], dict[Reference, Column]]:
    """Inputs and rates of a worked row: ``REV=1; convert(US, VND)=2 @ 25400``."""
    values: dict[Reference, Column] = {}
    rates: dict[Reference, Column] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, value = part.rpartition("=")
        (reference,) = parse(name, PLAIN).references
        number, _, rate = (piece.strip() for piece in value.partition("@"))
        values[reference] = cell(number)
        if rate:
            rates[reference] = cell(rate)
    return values, rates


CODES = ["A", "B", "'DT-01'", "Đơn_hàng"]
FREE: dict[str, str | None] = dict.fromkeys(["A", "B", "DT-01", "Đơn_hàng"], None)

_numbers = st.one_of(
    st.integers(0, 10**6).map(str),
    st.decimals(0, 1000, places=3).map(lambda d: format(d, "f")),
    st.integers(0, 200).map(lambda n: f"{n}%"),
)
_references = st.one_of(
    st.sampled_from(CODES),
    st.tuples(st.sampled_from(CODES), st.integers(1, 24)).map(lambda t: f"{t[0]}[-{t[1]}]"),
    st.tuples(st.sampled_from(["ytd", "QTD", "mtd", "sum", "tổng"]), st.sampled_from(CODES)).map(
        lambda t: f"{t[0]}({t[1]})"
    ),
    st.sampled_from(CODES).map(lambda code: f"convert({code}, USD)"),
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    condition = st.tuples(inner, st.sampled_from(["<", "<=", ">", ">=", "=", "<>", "≤", "≠"]), inner).map(
        lambda t: f"({t[0]}) {t[1]} ({t[2]})"
    )
    logic = st.one_of(
        condition,
        st.tuples(condition, st.sampled_from(["and", "hoặc"]), condition).map(lambda t: f"{t[0]} {t[1]} {t[2]}"),
        st.tuples(condition, st.sampled_from(["or", "và"]), condition).map(lambda t: f"not ({t[0]} {t[1]} {t[2]})"),
    )
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "×", "÷", "−"]), inner).map(
            lambda t: f"{t[0]} {t[1]} {t[2]}"
        ),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        st.tuples(st.sampled_from(["min", "Max"]), st.lists(inner, min_size=2, max_size=3)).map(
            lambda t: f"{t[0]}({', '.join(t[1])})"
        ),
        inner.map(lambda text: f"abs({text})"),
        st.tuples(inner, st.integers(-3, 3)).map(lambda t: f"round({t[0]}, {t[1]})"),
        st.tuples(logic, inner, inner).map(lambda t: f"nếu({t[0]}; {t[1]}; {t[2]})"),
    )


formulas = st.recursive(st.one_of(_numbers, _references), _grow, max_leaves=12)
"""Text of formulas that may mix units: most parse without a fault."""
