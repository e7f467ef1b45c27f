"""Books of any size, shaped like the demo: ragged scorecards, gaps, joiners, leavers, movers. For benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tamnhin.engine.book import MONEY, SCHEMAS, WEIGHT, Book, Company, make_book

from .axes import Floats, Ints, first_day, last_day, month_key
from .strategy import GRADES

MAX_UNITS, PEOPLE_A_UNIT, LEVELS = 2207, 50, 5
POSITIONS, KINDS = 12, 40
START = 2025 * 12  # January 2025
_MISSING = 0.03
_MOVERS = 0.02

# aggregation, direction, method, target, denominator or weight; 40 kinds, the first 8 are on every unit's scorecard.
# Six of the forty (15 %) are scored by something other than ratio and deviation.
_MIX: tuple[tuple[str, str, str | None, float, float], ...] = (
    ("sum", "higher", None, 1000, 0), ("sum", "higher", "ratio", 250, 0), ("ratio", "higher", "ratio", 92, 400),
    ("sum", "lower", None, 600, 0), ("ratio", "lower", "deviation", 4, 900), ("sum", "higher", "ratio", 80, 0),
    ("mean", "higher", "ratio", 85, 0), ("weighted_mean", "lower", "deviation", 9, 200),
    ("sum", "higher", None, 40, 0), ("sum", "higher", "deviation", 320, 0), ("ratio", "higher", "ratio", 75, 60),
    ("last", "higher", "ratio", 1500, 0), ("sum", "higher", "ratio", 18, 0), ("mean", "lower", "inverse", 6, 0),
    ("sum", "lower", "deviation", 75, 0), ("ratio", "higher", "ratio", 88, 120), ("sum", "higher", "ratio", 5400, 0),
    ("sum", "lower", "count_down", 2, 0), ("last", "lower", "deviation", 45, 0), ("mean", "higher", "deviation", 4, 0),
    ("ratio", "higher", "ratio", 97, 250), ("sum", "higher", "ratio", 150, 0), ("sum", "higher", "ratio", 12, 0),
    ("weighted_mean", "higher", "ratio", 78, 420), ("ratio", "lower", "deviation", 2, 1500),
    ("sum", "higher", "ratio", 900, 0), ("mean", "band", "band", 12, 0), ("sum", "higher", "deviation", 64, 0),
    ("ratio", "higher", "curve", 95, 300), ("sum", "higher", "ratio", 30, 0), ("last", "higher", "ratio", 640, 0),
    ("sum", "lower", "deviation", 220, 0), ("ratio", "higher", "baseline", 60, 80), ("sum", "higher", "ratio", 2100, 0),
    ("mean", "higher", "pass_fail", 70, 0), ("sum", "higher", "ratio", 55, 0), ("sum", "higher", "deviation", 480, 0),
    ("ratio", "lower", "deviation", 6, 700), ("sum", "higher", "ratio", 8, 0),
    ("weighted_mean", "lower", "deviation", 30, 90),
)  # fmt: skip
_CORE = 8


@dataclass(frozen=True)
class _Lines:
    """People's scorecard lines sorted by person: parallel arrays (L,). Months are 0-based in the book."""

    person: Ints
    kpi: Ints
    weight: Ints
    first: Ints  # first month in force
    last: Ints  # last month in force


def grow(people: int, months: int, kpis_per_person: int = 10, seed: int = 20260101, ragged: bool = True) -> Book:
    """A demo-like book of ``people`` x about ``kpis_per_person`` lines x ``months`` from January 2025.

    Deterministic in its arguments. About one unit per 50 people (at most 2,207) in up to five levels, everyone in a
    unit of the lowest level; 40 KPIs given by position. ``ragged`` spreads the lines per person four to either side of
    the mean (so 6 to 14 at 10), leaves out 3 % of the cells, and lets 2 % each of the people join or leave, move, and
    change a line at mid-year; without it every person has the same number of lines and every cell is there. Weights
    total 100 for everyone at every date. Units roll up the first eight KPIs by value.

    Raises ValueError for fewer than one person or month, or ``kpis_per_person`` outside 5 to 30.
    """
    if people < 1 or months < 1 or not 5 <= kpis_per_person <= 30:
        raise ValueError("grow needs people >= 1, months >= 1 and 5 <= kpis_per_person <= 30")
    rng = np.random.default_rng([seed, people, months])
    parents = _tree(min(MAX_UNITS, max(1, round(people / PEOPLE_A_UNIT))))
    leaves = np.setdiff1d(np.arange(len(parents)), parents)
    home = np.sort(leaves[np.arange(people) % len(leaves)])
    joined, left = _comings(rng, people, months, ragged)
    lines = _deal(rng, people, months, kpis_per_person, joined, left, ragged)
    names = pl.Series([f"P{i:06d}" for i in range(people)])
    return make_book(
        Company(code="U0000", name=f"Công ty mẫu {people} người", language="vi"),
        units=pl.DataFrame(
            {"code": [f"U{i:04d}" for i in range(len(parents))],
             "name": [f"Đơn vị {i}" for i in range(len(parents))],
             "parent": [None if p < 0 else f"U{p:04d}" for p in parents.tolist()]},
            schema_overrides={"parent": pl.String},
        ),
        people=_people(names, home, joined, left, months),
        placements=_placements(rng, names, home, leaves, joined, left, months, ragged),
        kpis=_kpis(),
        scorecards=pl.concat([_unit_lines(len(parents)), _person_lines(names, lines, months)], how="diagonal"),
        targets=_targets(names, lines, months),
        actuals=_actuals(rng, names, lines, months, ragged),
        grades=GRADES,
        bonus=pl.DataFrame({"person": names}).with_columns(pl.lit(5_000_000).cast(MONEY).alias("base")),
    )  # fmt: skip


def _tree(count: int) -> Ints:
    """Parents of ``count`` units, -1 for the root: five levels as wide as they need to be, filled from the top."""
    if count == 1:
        return np.array([-1])
    fan = 2
    while sum(fan**level for level in range(LEVELS)) < count:
        fan += 1
    return np.concatenate(([-1], (np.arange(1, count) - 1) // fan))


def _comings(rng: np.random.Generator, people: int, months: int, ragged: bool) -> tuple[Ints, Ints]:
    """First and last month of each person in the book; 1 % join within it and 1 % leave."""
    joined, left = np.zeros(people, np.int64), np.full(people, months - 1)
    if ragged and months > 2:
        draw = rng.random(people)
        month = rng.integers(1, months - 1, people)
        joined = np.where(draw < _MOVERS / 2, month, joined)
        left = np.where((draw >= _MOVERS / 2) & (draw < _MOVERS), month, left)
    return joined, left


def _deal(
    rng: np.random.Generator, people: int, months: int, mean: int, joined: Ints, left: Ints, ragged: bool
) -> _Lines:
    count = np.full(people, mean)
    spread = min(4, mean - 2)
    if ragged:
        count = rng.integers(mean - spread, mean + spread + 1, people)
    middle = months // 2
    changes = np.zeros(people, bool)
    if ragged and months > 2:
        changes = (rng.random(people) < _MOVERS) & (joined < middle) & (left >= middle)
    rows = count + changes
    person = np.repeat(np.arange(people), rows)
    starts = np.concatenate(([0], np.cumsum(rows)[:-1]))
    place = np.arange(len(person)) - starts[person]
    # the first four kinds come from the common eight, the rest from the position's own stretch of the others
    position = (person * 7 + person // 11) % POSITIONS
    own = _CORE + (position * 3 + place - 4) % (KINDS - _CORE)
    kpi = np.where(place < 4, (position + 2 * place) % _CORE, own)
    share = rng.integers(4, 20, len(person))
    share[place >= count[person]] = 0
    weight = _hundred(share, starts)
    first, last = joined[person].copy(), left[person].copy()
    # the extra line takes over the weight of the one before it at mid-year
    extra = np.flatnonzero(place >= count[person])
    weight[extra] = weight[extra - 1]
    last[extra - 1] = middle - 1
    first[extra] = middle
    return _Lines(person, kpi, weight, first, last)


def _hundred(share: Ints, starts: Ints) -> Ints:
    """Whole weights in proportion to ``share`` that total exactly 100 for each person (the first takes the rest)."""
    totals = np.add.reduceat(share, starts)
    lengths = np.diff(np.append(starts, len(share)))
    weight = share * 100 // np.repeat(totals, lengths)
    weight[starts] += 100 - np.add.reduceat(weight, starts)
    return np.asarray(weight)


def _people(names: pl.Series, home: Ints, joined: Ints, left: Ints, months: int) -> pl.DataFrame:
    firsts, lasts = _edges(months)
    everyone = pl.DataFrame(
        {"code": names, "name": names, "unit": _unit_codes(home), "joined": firsts.gather(joined),
         "left": lasts.gather(left)}
    )  # fmt: skip
    return everyone.with_columns(
        pl.when(pl.Series(joined == 0)).then(pl.lit(date(2020, 1, 6))).otherwise(pl.col("joined")).alias("joined"),
        pl.when(pl.Series(left == months - 1)).then(None).otherwise(pl.col("left")).alias("left"),
        pl.Series("position", [f"Vị trí {i}" for i in range(POSITIONS)]).gather(np.arange(len(names)) % POSITIONS),
    )


def _placements(
    rng: np.random.Generator, names: pl.Series, home: Ints, leaves: Ints, joined: Ints, left: Ints, months: int,
    ragged: bool,
) -> pl.DataFrame:  # fmt: skip
    """Two rows for each of the 2 % who move: half of them on the first of a month, half on the 16th."""
    schema = {key: SCHEMAS["placements"][key] for key in ("person", "unit", "from", "to", "share")}
    if not ragged or months < 3 or len(leaves) < 2:
        return pl.DataFrame(schema=schema)
    who = np.flatnonzero((rng.random(len(home)) < _MOVERS) & (joined == 0) & (left == months - 1))
    other = leaves[(np.searchsorted(leaves, home[who]) + rng.integers(1, len(leaves), len(who))) % len(leaves)]
    month = rng.integers(1, months, len(who))
    days = [first_day(START + int(m)).replace(day=1 if i % 2 else 16) for i, m in enumerate(month)]
    before = pl.DataFrame(
        {"person": names.gather(who), "unit": _unit_codes(home[who]), "from": [date(2020, 1, 6)] * len(who),
         "to": [day - timedelta(days=1) for day in days]},
        schema_overrides={"from": pl.Date, "to": pl.Date},
    )  # fmt: skip
    after = pl.DataFrame(
        {"person": names.gather(who), "unit": _unit_codes(other), "from": days}, schema_overrides={"from": pl.Date}
    )
    return pl.concat([before, after], how="diagonal").with_columns(pl.lit(100.0).alias("share")).sort("person", "from")


def _unit_codes(units: Ints) -> pl.Series:
    codes = pl.Series([f"U{i:04d}" for i in range(int(units.max(initial=0)) + 1)], dtype=pl.String)
    return codes.gather(units)


def _edges(months: int) -> tuple[pl.Series, pl.Series]:
    span = range(START, START + months)
    return pl.Series([first_day(m) for m in span]), pl.Series([last_day(m) for m in span])


_CODES = [f"K{i:02d}" for i in range(KINDS)]


def _kpis() -> pl.DataFrame:
    rows = [
        {"code": code, "name": f"Chỉ số {i}", "name_en": f"Measure {i}", "unit": "%" if kind[0] == "ratio" else "điểm",
         "direction": kind[1], "aggregation": kind[0], "across": "sum" if kind[0] == "last" else None,
         "scale": 100.0 if kind[0] == "ratio" else None, "frequency": "month"}
        for i, (code, kind) in enumerate(zip(_CODES, _MIX, strict=True))
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"across": pl.String, "scale": pl.Float64}, infer_schema_length=None)


def _unit_lines(units: int) -> pl.DataFrame:
    owner = np.repeat(np.arange(units), _CORE)
    kpi = np.tile(np.arange(_CORE), units)
    return pl.DataFrame(
        {"owner": _unit_codes(owner), "kpi": pl.Series(_CODES).gather(kpi), "rollup": ["value"] * len(owner)}
    ).with_columns(pl.lit("12.5").cast(WEIGHT).alias("weight"))


def _person_lines(names: pl.Series, lines: _Lines, months: int) -> pl.DataFrame:
    firsts, lasts = _edges(months)
    methods = pl.Series([kind[2] for kind in _MIX], dtype=pl.String)
    targets = np.array([kind[3] for kind in _MIX])
    in_force = pl.DataFrame(
        {"owner": names.gather(lines.person), "kpi": pl.Series(_CODES).gather(lines.kpi),
         "weight": pl.Series(lines.weight).cast(WEIGHT), "from": firsts.gather(lines.first),
         "to": lasts.gather(lines.last), "method": methods.gather(lines.kpi), "_target": targets[lines.kpi]}
    )  # fmt: skip
    band, curve = pl.col("method") == "band", pl.col("method") == "curve"
    target = pl.col("_target")
    return in_force.with_columns(
        pl.when(pl.Series(lines.last == months - 1)).then(None).otherwise(pl.col("to")).alias("to"),
        pl.when(pl.col("method") == "baseline").then(target * 0.5).alias("baseline"),
        pl.when(band).then(target * 0.9).alias("low"),
        pl.when(band).then(target * 1.1).alias("high"),
        pl.when(band).then(target * 0.5).alias("zero_low"),
        pl.when(band).then(target * 1.5).alias("zero_high"),
        pl.when(pl.col("method") == "count_down").then(pl.lit(20.0)).alias("penalty"),
        pl.when(curve).then(pl.lit("80:0; 90:60; 100:100; 110:120")).alias("curve"),
    ).drop("_target")


def _person_target(lines: _Lines) -> Floats:
    """What a line asks of a month: the KPI's figure, up to a fifth more or less by person where it is an amount."""
    base = np.array([kind[3] for kind in _MIX])[lines.kpi]
    amount = np.array([kind[0] in ("sum", "last") and kind[2] != "count_down" for kind in _MIX])[lines.kpi]
    personal = np.maximum(1, np.round(base * (0.8 + 0.4 * (lines.person * 37 % 101) / 100)))
    return np.asarray(np.where(amount, personal, base))


def _targets(names: pl.Series, lines: _Lines, months: int) -> pl.DataFrame:
    """One row a line and year: an annual figure spread evenly for amounts, a level that stands for the rest."""
    target = _person_target(lines)
    flow = np.array([kind[0] == "sum" for kind in _MIX])[lines.kpi]
    frames = [
        pl.DataFrame(
            {"owner": names.gather(lines.person), "kpi": pl.Series(_CODES).gather(lines.kpi),
             "target": np.where(flow, target * 12, target)}
        ).with_columns(
            pl.lit(str((START + 12 * year) // 12)).alias("period"),
            pl.when(pl.Series(flow)).then(pl.lit("even")).alias("profile"),
        )
        for year in range(-(-months // 12))
    ]  # fmt: skip
    return pl.concat(frames)


def _actuals(rng: np.random.Generator, names: pl.Series, lines: _Lines, months: int, ragged: bool) -> pl.DataFrame:
    """The cells, line by line and month by month. Only the kept cells are ever made into a frame."""
    count = len(lines.person)
    month = np.arange(months)
    keep = (month >= lines.first[:, None]) & (month <= lines.last[:, None])
    if ragged:
        keep &= rng.random((count, months), np.float32) >= _MISSING
    line, when = np.nonzero(keep)
    del keep
    line, when = line.astype(np.int32), when.astype(np.int16)
    kinds = lines.kpi.astype(np.int16)[line]
    skill = 0.05 * rng.standard_normal(int(lines.person.max()) + 1)
    luck = 0.10 * rng.standard_normal(len(line), np.float32).astype(np.float64)
    luck += (skill[lines.person] - 0.02)[line]
    worse = np.array([kind[1] == "lower" for kind in _MIX])[kinds]
    np.negative(luck, where=worse, out=luck)
    value = _person_target(lines)[line]
    value *= np.exp(luck, out=luck)
    value = np.round(value, 1)
    below, weight, share = _second(rng, kinds)
    numerator = np.where(share, np.minimum(np.round(value * below / 100), below), np.nan)
    return pl.DataFrame(
        {
            "owner": names.gather(lines.person[line]),
            "kpi": pl.Series(_CODES).gather(kinds),
            "period": pl.Series([month_key(START + m) for m in range(months)]).gather(when),
            "value": pl.Series(np.where(share, np.nan, value), nan_to_null=True),
            "numerator": pl.Series(numerator, nan_to_null=True),
            "denominator": pl.Series(below, nan_to_null=True),
            "weight": pl.Series(weight, nan_to_null=True),
        }
    )


def _second(rng: np.random.Generator, kinds: NDArray[np.int16]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Denominators and weights of the cells of these kinds, NaN where the aggregation has none."""
    volume = np.array([kind[4] for kind in _MIX])
    share = np.array([kind[0] == "ratio" for kind in _MIX])[kinds]
    weighted = np.array([kind[0] == "weighted_mean" for kind in _MIX])[kinds]
    size = np.maximum(1, np.round(volume[kinds] * (0.85 + 0.3 * rng.random(len(kinds), np.float32))))
    return np.where(share, size, np.nan), np.where(weighted, size, np.nan), share
