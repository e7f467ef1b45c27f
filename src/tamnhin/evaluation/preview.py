"""What proposed scorecards would do to scores: the same book with their lines and targets in it, evaluated. No writing.

Proposed terms are counted as if they had held in the periods shown, which is what people ask before they agree.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tamnhin.engine import periods as per
from tamnhin.engine.aggregation import ABSENT
from tamnhin.engine.book import SCHEMAS, Book
from tamnhin.engine.evaluate import Result, evaluate
from tamnhin.engine.periods import Kind, Period
from tamnhin.engine.plan import Request, compile_book
from tamnhin.engine.report import line_details
from tamnhin.engine.rounding import MISSING
from tamnhin.evaluation.live import Live
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi
from tamnhin.kpis.selectors.planned import lines_of
from tamnhin.kpis.series import Measure, measures_of, parts_kind
from tamnhin.kpis.services.lines import TERMS
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.models import Company

_ACTUAL = ("value", "numerator", "denominator", "weight", "state", "currency", "recorded_at")


@dataclass(frozen=True, slots=True)
class LineEffect:
    """One KPI of one owner. Weights, scores and contributions are unrounded percentages; None: no line, or no score."""

    kpi: str
    weight_before: float | None
    weight_after: float | None
    target_before: float | None
    target_after: float | None
    score_before: float | None
    score_after: float | None
    contribution_before: float | None
    contribution_after: float | None


@dataclass(frozen=True, slots=True)
class CardEffect:
    """One owner in one period. ``before`` and ``after``: published hundredths, None where there is no score."""

    owner: str
    period: Period
    before: int | None
    after: int | None
    lines: Sequence[LineEffect]

    @property
    def change(self) -> int | None:
        """Hundredths won or lost; None where one side has no score."""
        return None if self.before is None or self.after is None else self.after - self.before


def usual_periods(live: Live) -> list[int]:
    """Positions of the current month and of the one before it, oldest first."""
    months = [i for i, period in enumerate(live.plan.periods) if period.kind == "month"]
    return months[-2:]


def effects(
    live: Live, company: Company, assignments: Sequence[Assignment], periods: Sequence[int], owners: Sequence[str]
) -> list[CardEffect]:
    """Before and after for some owners (codes) in some periods of the plan, by owner, then period.

    ``assignments`` are taken together: those of a whole group show what all of them do to the units above. Before is
    what the pages show now; after is a plan compiled anew for these periods alone. Three queries.
    """
    asked = [live.plan.periods[i] for i in periods]
    if not asked or not assignments:
        return []
    book = _replaced(live, company, assignments, asked)
    after = evaluate(compile_book(book, Request(tuple(asked), live.as_of)))
    at = {code: i for i, code in enumerate(after.plan.owners.codes)}
    out = []
    for code in owners:
        for row, position in enumerate(periods):
            before_owner, after_owner = live.owner_at.get(code), at.get(code)
            out.append(
                CardEffect(
                    owner=code,
                    period=asked[row],
                    before=_published(live.result, position, before_owner),
                    after=_published(after, row, after_owner),
                    lines=_lines(live.result, position, before_owner, after, row, after_owner),
                )
            )
    return out


def _published(result: Result, period: int, owner: int | None) -> int | None:
    if owner is None:
        return None
    found = int(result.published[period, owner])
    return None if found == MISSING else found


def _lines(
    before: Result, before_period: int, before_owner: int | None, after: Result, period: int, owner: int | None
) -> list[LineEffect]:
    was = _of_owner(before, before_period, before_owner)
    now = _of_owner(after, period, owner)
    nothing: tuple[None, None, None, None] = (None, None, None, None)
    out = []
    for kpi in [*now, *(kpi for kpi in was if kpi not in now)]:
        one, other = was.get(kpi, nothing), now.get(kpi, nothing)
        out.append(LineEffect(kpi, one[0], other[0], one[1], other[1], one[2], other[2], one[3], other[3]))
    return out


_Numbers = tuple[float | None, float | None, float | None, float | None]


def _of_owner(result: Result, period: int, owner: int | None) -> dict[str, _Numbers]:
    """Weight, target, score and contribution by KPI; the lines of a KPI with two terms in the period together."""
    if owner is None:
        return {}
    plan = result.plan
    lines = np.arange(plan.line_starts[owner], plan.line_starts[owner + 1])
    lines = lines[result.state[period, lines] != ABSENT]
    details = line_details(result, period, lines)
    out: dict[str, _Numbers] = {}
    for i, line in enumerate(lines.tolist()):
        code = plan.kpis.codes[int(plan.lines.kpi[line])]
        numbers = (
            _known(details.weight[i]), _known(details.target[i]), _known(result.score[period, line]),
            _known(details.contribution[i]),
        )  # fmt: skip
        held = out.get(code)
        if held is not None:
            numbers = (_plus(held[0], numbers[0]), numbers[1], numbers[2], _plus(held[3], numbers[3]))
        out[code] = numbers
    return out


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _plus(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else one + other


# -- the book with the proposals in it --------------------------------------------------------------------------------


def _replaced(live: Live, company: Company, assignments: Sequence[Assignment], asked: Sequence[Period]) -> Book:
    lines = lines_of(company, assignments)
    kpi_ids = {line.kpi_id for held in lines.values() for line in held}
    codes = dict(Kpi.objects.filter(company=company, pk__in=kpi_ids).values_list("pk", "code"))
    measures = measures_of(company.pk, kpi_ids)
    owner_of = {one.pk: live.plan.owners.codes[live.owner_of_id[one.owner_id]] for one in assignments}
    first = min(period.start for period in asked)
    frames: dict[str, pl.DataFrame] = dict(live.book.frames)
    frames["scorecards"] = _scorecards(live, lines, owner_of, codes, first)
    frames["targets"] = _targets(live.book["targets"], lines, owner_of, codes, measures, asked, company)
    frames["actuals"] = _actuals(live, company)
    return Book(live.book.company, frames, live.book.columns, live.book.place_names)


def _scorecards(
    live: Live,
    lines: Mapping[int, Sequence[AssignmentLine]],
    owner_of: Mapping[int, str],
    codes: Mapping[int, str],
    first: datetime.date,
) -> pl.DataFrame:
    """Lines of these owners end the day before ``first``, and the proposed ones begin on it."""
    frame = live.book["scorecards"].select(list(SCHEMAS["scorecards"]))
    theirs = pl.col("owner").is_in(list(owner_of.values()))
    earlier = frame.filter(theirs & (pl.col("from").is_null() | (pl.col("from") < first))).with_columns(
        to=pl.min_horizontal(pl.col("to"), pl.lit(first - datetime.timedelta(days=1)))
    )
    rows = [
        {
            "owner": owner_of[pk],
            "kpi": codes[line.kpi_id],
            "weight": line.weight,
            "from": first,
            "post": None if line.post_id is None else live.plan.owners.codes[live.owner_of_id[line.post_id]],
            **{name: getattr(line, name) or None for name in ("method", "curve", "rollup")},
            **{name: getattr(line, name) for name in TERMS if name not in ("method", "curve", "rollup")},
        }
        for pk, held in lines.items()
        for line in held
    ]
    fresh = pl.DataFrame(rows, schema={name: SCHEMAS["scorecards"][name] for name in _names(rows)}, orient="row")
    return pl.concat([frame.filter(~theirs), earlier, _filled(fresh, frame.schema)])


def _names(rows: Sequence[Mapping[str, object]]) -> list[str]:
    return list(rows[0]) if rows else list(SCHEMAS["scorecards"])


def _filled(frame: pl.DataFrame, schema: Mapping[str, Any]) -> pl.DataFrame:
    """The frame with the columns of a schema, in its order; what is missing is null."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


def _targets(
    frame: pl.DataFrame,
    lines: Mapping[int, Sequence[AssignmentLine]],
    owner_of: Mapping[int, str],
    codes: Mapping[int, str],
    measures: Mapping[int, Measure],
    asked: Sequence[Period],
    company: Company,
) -> pl.DataFrame:
    """Proposed figures in the place of what stands in the periods asked; shorter ones inside them go with it."""
    start = company.fiscal_year_start
    rows: list[dict[str, object]] = []
    hidden: dict[tuple[str, str], list[Period]] = {}
    for pk, held in lines.items():
        for line in held:
            if not line.targets:
                continue  # the ones that stand, stay
            measure = measures[line.kpi_id]
            kind = parts_kind(measure.frequency)
            for part in dict.fromkeys(per.containing(period.end, kind, start) for period in asked):
                pair = (owner_of[pk], codes[line.kpi_id])
                hidden.setdefault(pair, []).append(part)
                figure = _figure(line.targets, part, start, additive=measure.additive)
                if figure is not None:
                    rows.append(
                        {"owner": pair[0], "kpi": pair[1], "period": part.key, "target": figure,
                         "basis": line.basis or None}
                    )  # fmt: skip
    if not hidden:
        return frame
    schema = {name: pl.String if name in ("owner", "kpi", "period") else frame.schema[name] for name in frame.columns}
    theirs = _among(frame, "owner", {owner for owner, _ in hidden})
    near = frame.filter(theirs).with_columns(pl.col(name).cast(pl.String) for name in ("owner", "kpi", "period"))
    kept = [
        not _inside(period, hidden.get((owner, kpi), ()), start)
        for owner, kpi, period in near.select("owner", "kpi", "period").iter_rows()
    ]
    given = pl.DataFrame(rows, schema={"owner": pl.String, "kpi": pl.String, "period": pl.String,
                                       "target": pl.Float64, "basis": pl.String}, orient="row")  # fmt: skip
    fresh = pl.concat([near.filter(pl.Series(kept, dtype=pl.Boolean)), _filled(given, schema)])
    return _joined(frame.filter(~theirs), fresh)


def _among(frame: pl.DataFrame, column: str, values: Iterable[str]) -> pl.Expr:
    return pl.col(column).is_in(pl.Series(sorted(values), dtype=pl.String).cast(frame.schema[column]).implode())


def _joined(frame: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Rows with text below rows whose codes are ``pl.Enum``: periods that have not occurred yet become categories."""
    for name in ("owner", "kpi", "period"):
        dtype = frame.schema[name]
        if isinstance(dtype, pl.Enum):
            known = dtype.categories
            missing = fresh[name].unique().filter(~fresh[name].unique().is_in(known.implode()))
            if len(missing):
                dtype = pl.Enum(pl.concat([known, missing.sort()]))
                frame = frame.with_columns(pl.col(name).cast(dtype))
        fresh = fresh.with_columns(pl.col(name).cast(dtype))
    return pl.concat([frame, fresh.select(frame.columns)])


def _inside(key: str, parts: Sequence[Period], fiscal_year_start: int) -> bool:
    if not parts:
        return False
    period = per.parse(key, fiscal_year_start)
    return any(part.start <= period.start and period.end <= part.end for part in parts)


def _figure(
    targets: Mapping[str, float | None], part: Period, fiscal_year_start: int, *, additive: bool
) -> float | None:
    """The proposed figure of a part; where its time has not begun, that of the same part of the year, or the first."""
    if part.key in targets:
        return targets[part.key]
    said = sorted((per.parse(key, fiscal_year_start), value) for key, value in targets.items() if value is not None)
    same: list[tuple[Period, float]] = [(period, value) for period, value in said if period.kind == part.kind]
    if same:
        return next((value for period, value in same if _place(period) == _place(part)), same[0][1])
    if not said:
        return None
    longest, value = max(said, key=lambda pair: pair[0].days)
    if not additive or longest.days < part.days:
        return value
    kind: Kind = part.kind
    return value / len(per.children(longest, kind))


def _place(period: Period) -> tuple[int, int]:
    return (period.start.month, period.end.month)


def _actuals(live: Live, company: Company) -> pl.DataFrame:
    """The values of the book, and those entered since it was read: the numbers shown are made of both."""
    frame = live.book["actuals"]
    if live.book_measurement == live.last_measurement:
        return frame
    rows = list(
        Measurement.objects.filter(
            company=company, pk__gt=live.book_measurement, pk__lte=live.last_measurement
        ).values_list("owner__code", "kpi__code", "period", *_ACTUAL)
    )
    names = ["owner", "kpi", "period", *_ACTUAL]
    schema = {name: SCHEMAS["actuals"][name] for name in names}
    fresh = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col(name).replace("", None) for name in ("state", "currency")
    )
    text = {name: pl.String if name in ("owner", "kpi", "period") else frame.schema[name] for name in frame.columns}
    return _joined(frame, _filled(fresh, text))
