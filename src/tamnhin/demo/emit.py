"""From arrays to the ``actuals`` and ``targets`` sheets: periods, instants, blanks, exemptions and a correction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .axes import Axes, Floats, Ints, first_day, half_key, last_day, month_key, quarter_key
from .catalogue import BAND, KPIS, MANUAL, Kpi
from .lines import Shared
from .measures import PROFILES, Cells, Table, measure, three_figures
from .people import Staff

RATE_BASE = 25_350.0
# a formula of the company needs these from everybody: nobody forgets them
_ALWAYS = {"REV", "ORDERS", "COST", "OUTPUT", "LEADS", "CTR", "PLAN"}


@dataclass(frozen=True)
class Periods:
    """The periods of one frequency that the window holds: keys, last days, their month on ``axes.months``."""

    keys: NDArray[np.str_]
    ends: NDArray[np.datetime64]
    month: Ints
    closed: NDArray[np.bool_]


def periods(axes: Axes, frequency: str) -> Periods:
    """Every period of a frequency from the origin to today; what lies before the window is drawn and not given."""
    if frequency == "day":
        days = axes.workdays[axes.workdays < np.datetime64(axes.today)]
        days = days[days >= np.datetime64("2020-01-01")]
        return Periods(days.astype(str), days, _months(axes, days), np.ones(len(days), bool))
    if frequency == "week":
        mondays = np.arange(np.datetime64("2020-01-06"), np.datetime64(axes.today), np.timedelta64(7, "D"))
        mondays = mondays[mondays + 6 < np.datetime64(axes.today)]
        iso = [day.isocalendar() for day in mondays.tolist()]
        keys = np.array([f"{week.year}-W{week.week:02d}" for week in iso])
        return Periods(keys, mondays + 6, _months(axes, mondays + 3), np.ones(len(mondays), bool))
    span, name = {
        "month": (1, month_key), "quarter": (3, quarter_key), "half": (6, half_key),
        "year": (12, lambda month: str(month // 12)),
    }[frequency]  # fmt: skip
    last = axes.months[(axes.months + 1) % span == 0]
    last = last[last <= axes.open] if span == 1 else last[last < axes.open]
    ends = np.array([last_day(int(month)) for month in last], "datetime64[D]")
    return Periods(np.array([name(int(month)) for month in last]), ends, last - axes.months[0], last < axes.open)


def _months(axes: Axes, days: NDArray[np.datetime64]) -> Ints:
    months = days.astype("datetime64[M]").astype(np.int64) + 1970 * 12 - axes.months[0]
    return np.asarray(months)


def actual_rows(axes: Axes, staff: Staff, table: Table, seed: int) -> pl.DataFrame:
    """The ``actuals`` of every measured line, with ``_end`` (last day of the period) for those who copy them."""
    frames: list[pl.DataFrame] = []
    by_kpi: dict[str, list[int]] = {}
    for index, kpi in enumerate(table.kpis):
        by_kpi.setdefault(kpi.code, []).append(index)
    for number, (code, columns) in enumerate(sorted(by_kpi.items())):
        frames.append(_kpi_rows(axes, table, KPIS[code], np.array(columns), (seed, 10, number)))
    rows = pl.concat(frames)
    return _happenings(axes, staff, rows)


def _kpi_rows(axes: Axes, table: Table, kpi: Kpi, columns: Ints, seed: tuple[int, ...]) -> pl.DataFrame:
    when = periods(axes, kpi.frequency)
    target, result = table.target[when.month][:, columns], table.result[when.month][:, columns]
    present = table.present[when.month][:, columns]
    if kpi.frequency in ("day", "week"):
        noise = np.random.default_rng([*seed, 1]).standard_normal(target.shape)
        result = result + kpi.noise * noise
        present = (present > 0).astype(float)
    elif kpi.frequency != "month":
        present = (present > 0).astype(float)
    else:
        present = present * np.where(when.closed, 1.0, axes.elapsed())[:, None]
    if kpi.code == "CALLS":
        target = target * axes.month_working()[when.month][:, None]
    scales = np.array([table.lines[column].scale for column in columns])
    cells = measure(kpi, scales, target, result, present, (*seed, 2))
    given = table.active[when.month][:, columns] & (when.month >= axes.start)[:, None]
    begin = np.array([table.lines[column].begin for column in columns], "datetime64[D]")
    end = np.array([table.lines[column].end or date(2200, 1, 1) for column in columns], "datetime64[D]")
    if kpi.frequency in ("day", "week"):
        given &= (when.ends[:, None] >= begin) & (when.ends[:, None] <= end)
    away = given & (present <= 0)
    if not kpi.automatic or kpi.model == "rare":
        given &= when.closed[:, None]
        away &= when.closed[:, None]
    elif axes.elapsed() <= 0:
        given &= when.closed[:, None]
    given &= ~away
    forgotten = _forgotten(axes, kpi, table, columns, when, given.shape, seed)
    frame = _frame(axes, kpi, table, columns, when, cells, given & ~forgotten, seed)
    # somebody on leave the whole period has nothing to report, and a decision says so
    leave = _frame(axes, kpi, table, columns, when, cells, away & when.closed[:, None], seed).with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in ("value", "numerator", "denominator", "weight")
    )
    leave = leave.with_columns(
        pl.lit("exempt").alias("state"), pl.lit("Nghỉ thai sản cả kỳ, theo quyết định 45/QĐ-HCNS").alias("reason"),
        pl.lit("nhập tay").alias("source"),
    )  # fmt: skip
    return pl.concat([frame, leave])


def _forgotten(
    axes: Axes, kpi: Kpi, table: Table, columns: Ints, when: Periods, shape: tuple[int, ...], seed: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Cells nobody filled in: about one in eighty of people's hand-kept numbers, more in the last month."""
    if kpi.code in _ALWAYS or kpi.frequency != "month":
        return np.zeros(shape, bool)
    chance = np.where(when.month == axes.now - 1, 0.02, 0.009 if kpi.source == MANUAL else 0.003)[:, None]
    people = np.array([table.lines[column].person for column in columns])
    return np.asarray((np.random.default_rng([*seed, 3]).random(shape) < chance) & people)


def _frame(
    axes: Axes, kpi: Kpi, table: Table, columns: Ints, when: Periods, cells: Cells, given: NDArray[np.bool_],
    seed: tuple[int, ...],
) -> pl.DataFrame:  # fmt: skip
    late = np.random.default_rng([*seed, 4]).integers(0, 2880, given.shape)
    row, column = np.nonzero(given)
    owners = np.array([table.lines[index].owner for index in columns])
    minutes = late[row, column]
    # two to five days after the end, in office hours, local time (UTC+7)
    stamp = when.ends[row].astype("datetime64[m]") + (2 + minutes // 720) * 1440 + 60 + minutes % 540
    morning = np.datetime64(axes.today).astype("datetime64[m]") + 30
    stamp = np.where(when.closed[row], np.minimum(stamp, morning), morning - 480)
    return pl.DataFrame(
        {
            "owner": owners[column],
            "kpi": np.full(len(row), kpi.code),
            "period": when.keys[row],
            "value": cells.value[row, column],
            "numerator": cells.numerator[row, column],
            "denominator": cells.denominator[row, column],
            "weight": cells.weight[row, column],
            "source": np.full(len(row), kpi.source),
            "recorded_at": stamp.astype("datetime64[us]"),
            "_end": when.ends[row],
        },
        schema_overrides={"owner": pl.String, "kpi": pl.String, "period": pl.String, "source": pl.String},
    ).with_columns(
        pl.col("value", "numerator", "denominator", "weight").fill_nan(None),
        pl.col("recorded_at").dt.replace_time_zone("UTC"),
        pl.lit(None, pl.String).alias("state"),
        pl.lit(None, pl.String).alias("reason"),
        pl.lit(None, pl.String).alias("currency"),
    )


def _happenings(axes: Axes, staff: Staff, rows: pl.DataFrame) -> pl.DataFrame:
    """What decisions and mishaps did to single cells; and export revenue, which is kept in dollars."""

    def cell(who: str, kpi: str, months: Iterable[int]) -> pl.Expr:
        keys = [month_key(axes.open - back) for back in months]
        return (pl.col("owner") == staff.notable[who]) & (pl.col("kpi") == kpi) & pl.col("period").is_in(keys)

    def decide(rows: pl.DataFrame, where: pl.Expr, state: str, reason: str) -> pl.DataFrame:
        numbers = ("value", "numerator", "denominator", "weight")
        return rows.with_columns(
            *(pl.when(where).then(None).otherwise(pl.col(name)).alias(name) for name in numbers),
            pl.when(where).then(pl.lit(state)).otherwise(pl.col("state")).alias("state"),
            pl.when(where).then(pl.lit(reason)).otherwise(pl.col("reason")).alias("reason"),
            pl.when(where).then(pl.lit(MANUAL)).otherwise(pl.col("source")).alias("source"),
        )

    rows = rows.filter(~((pl.col("owner") == staff.notable["silent"]) & (pl.col("kpi") == "KAIZEN")))
    rows = decide(rows, cell("repair", "DEFECT", (5, 6)), "exempt",
                  "Dây chuyền chiết rót số 2 ngừng để nâng cấp, theo quyết định 31/QĐ-SX")  # fmt: skip
    rows = decide(rows, cell("storm", "VISITS", (13,)), "exempt", "Bão lũ miền Trung, ngừng đi tuyến 9 ngày")
    rows = decide(rows, cell("no_vacancy", "TIMEFILL", (3, 8)), "not_applicable", "Không có vị trí nào cần tuyển")
    rows = rows.with_columns(
        pl.when(cell("no_failure", "MTBF", (5,))).then(0.0).otherwise(pl.col("denominator")).alias("denominator")
    )
    first = rows.filter(cell("correction", "REV", (4,)))
    late = last_day(axes.open - 4) + timedelta(days=41)
    again = first.with_columns(
        (pl.col("value") * 0.94 / 1e5).round(0) * 1e5,
        pl.lit(axes.stamp(late, 15, 20)).cast(rows.schema["recorded_at"]).alias("recorded_at"),
        pl.lit("Điều chỉnh hóa đơn 0004512: hàng trả lại ghi nhận muộn").alias("reason"),
    )
    rows = pl.concat([rows, again])
    dollars = pl.col("kpi") == "EXPORT"
    rate = pl.col("period").replace_strict({row["period"]: row["rate"] for row in rates(axes)}, default=RATE_BASE)
    return rows.with_columns(
        pl.when(dollars).then((pl.col("value") / rate / 100).round(0) * 100).otherwise(pl.col("value")).alias("value"),
        pl.when(dollars).then(pl.lit("USD")).otherwise(pl.col("currency")).alias("currency"),
    )


def rates(axes: Axes) -> list[dict[str, object]]:
    """The dollar's locked rate for each month of the window."""
    drift = 20 * np.round(np.sin(np.arange(len(axes.months)) * 0.7) * 6)
    return [
        {"currency": "USD", "period": month_key(int(axes.months[i])), "rate": float(RATE_BASE + drift[i])}
        for i in range(axes.start, axes.now + 1)
    ]


def target_rows(axes: Axes, table: Table) -> pl.DataFrame:
    """The ``targets`` of every measured line to the end of the fiscal year, with ``_end`` like the actuals."""
    frames: list[pl.DataFrame] = []
    yearly: list[dict[str, object]] = []
    for index, (line, kpi) in enumerate(zip(table.lines, table.kpis, strict=True)):
        profile = PROFILES.get(line.owner) if kpi.code == "COST" else None
        if kpi.code == "COST" and line.owner == "CSKH":
            profile = "last_year"
        if profile is not None:
            for year in range(axes.first.year, axes.today.year + 1):
                total = float(three_figures(table.target[axes.months // 12 == year, index].sum()))
                # only this year has a whole year behind it in the window
                shape = "even" if profile == "last_year" and year < axes.today.year else profile
                yearly.append({"owner": line.owner, "kpi": kpi.code, "period": str(year), "target": total,
                               "profile": shape, "_end": date(year, 12, 31)})  # fmt: skip
            continue
        keys, ends, month = _plan_periods(axes, kpi.frequency)
        begin, end = np.datetime64(line.begin), np.datetime64(line.end or date(2200, 1, 1))
        starts = axes.month_starts()[month] if kpi.frequency != "week" else ends - 6
        keep = (ends >= begin) & (starts <= end)
        frames.append(
            pl.DataFrame(
                {
                    "owner": [line.owner] * int(keep.sum()),
                    "kpi": [kpi.code] * int(keep.sum()),
                    "period": keys[keep],
                    "target": table.target[month[keep], index],
                    "_end": ends[keep],
                }
            )
        )
    rows = pl.concat([*frames, pl.DataFrame(yearly)], how="diagonal")
    per_day = pl.col("kpi").is_in(["CALLS", "OUTPUT"])
    return rows.with_columns(pl.when(per_day).then(pl.lit("per_working_day")).alias("basis"))


def _plan_periods(axes: Axes, frequency: str) -> tuple[NDArray[np.str_], NDArray[np.datetime64], Ints]:
    if frequency == "week":
        first = axes.first - timedelta(days=(axes.first.weekday() - 3) % 7 + 3)
        mondays = np.arange(np.datetime64(first), np.datetime64(f"{axes.today.year + 1}-01-01"), np.timedelta64(7, "D"))
        month = _months(axes, mondays + 3)
        keep = (month >= axes.start) & (month < len(axes.months))
        keys = np.array([f"{w.year}-W{w.week:02d}" for w in (day.isocalendar() for day in mondays[keep].tolist())])
        return keys, mondays[keep] + 6, month[keep]
    # a daily KPI has its target per working day, month by month
    span, name = {
        "day": (1, month_key), "month": (1, month_key), "quarter": (3, quarter_key), "half": (6, half_key),
        "year": (12, lambda month: str(month // 12)),
    }[frequency]  # fmt: skip
    last = axes.months[((axes.months + 1) % span == 0) & (axes.months - axes.months[0] >= axes.start)]
    ends = np.array([last_day(int(month)) for month in last], "datetime64[D]")
    return np.array([name(int(month)) for month in last]), ends, last - axes.months[0]


def copies(rows: pl.DataFrame, shared: Iterable[Shared]) -> pl.DataFrame:
    """``rows`` of measured lines and, behind them, the same numbers for everyone who shares one."""
    frame = pl.DataFrame(
        [
            {"taker": s.owner, "kpi": s.kpi, "owner": s.source, "begin": s.begin, "end": s.end or date(2200, 1, 1)}
            for s in shared
        ]
    )
    taken = (
        frame.join(rows, on=["owner", "kpi"], how="inner", maintain_order="left_right")
        .filter((pl.col("_end") >= pl.col("begin")) & (pl.col("_end") <= pl.col("end").dt.month_end()))
        .with_columns(pl.col("taker").alias("owner"))
        .select(rows.columns)
    )
    return pl.concat([rows, taken])


def formula_targets(
    axes: Axes, formulas: dict[tuple[str, str], tuple[date, date | None]], table: Table
) -> pl.DataFrame:
    """Targets of formula KPIs, set at each level: profit is planned revenue less planned cost of those below."""
    plan: dict[str, Floats] = {}
    for owner, units in (("TN", None), ("CH", "CH")):
        inside = [units is None or line.unit == units for line in table.lines]
        plan[owner] = _planned(table, "REV", inside) - _planned(table, "COST", inside)
    rows: list[dict[str, object]] = []
    for (owner, code), (begin, end) in formulas.items():
        kpi = KPIS[code]
        for index in range(axes.start, len(axes.months)):
            month = int(axes.months[index])
            if last_day(month) < begin or (end is not None and first_day(month) > end):
                continue
            target = kpi.base if code != "PROFIT" else float(np.round(plan[owner][index] / 1e7) * 1e7)
            rows.append({"owner": owner, "kpi": code, "period": month_key(month), "target": target})
    return pl.DataFrame(rows)


def _planned(table: Table, code: str, inside: list[bool]) -> Floats:
    columns = [i for i, kpi in enumerate(table.kpis) if kpi.code == code and inside[i]]
    return np.asarray((table.target[:, columns] * table.active[:, columns]).sum(axis=1))


__all__ = ["BAND", "actual_rows", "copies", "formula_targets", "periods", "rates", "target_rows"]
