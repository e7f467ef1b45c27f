"""The evaluated company in memory: one compiled plan a process, kept current by the versions on the company row.

A page reads its numbers from here with no query of their own. Another process's entries arrive by id and are applied
one by one; anything that changes the shape (lines, units, definitions) compiles the book again.
"""

from __future__ import annotations

import datetime
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from tamnhin.engine import periods as per
from tamnhin.engine.aggregation import Ints
from tamnhin.engine.book import Book
from tamnhin.engine.evaluate import Result, evaluate
from tamnhin.engine.evaluate.change import Change, Incremental, Recompile, Touched
from tamnhin.engine.explain import Explainer
from tamnhin.engine.periods import Kind, Period
from tamnhin.engine.plan import Plan, Request, compile_book
from tamnhin.evaluation.facts import Facts
from tamnhin.measurements.frames import load_book
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Owner

# What may stay in memory at a time, in cells (line × period): about 60 bytes each.
MEMORY_CELLS = 30_000_000
LONGER: tuple[Kind, ...] = ("quarter", "half", "year")
MOST_MONTHS, FEW_MONTHS = 36, 13
MOST_CHANGES = 2_000  # above this, compiling again is quicker

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Live:
    """One company as evaluated on one day. ``lock`` is held while numbers change."""

    company_id: int
    structure_version: int
    data_version: int
    as_of: datetime.date
    result: Result
    periods: dict[str, int]  # key -> position in the plan
    owner_ids: Ints  # position -> Owner id
    owner_at: dict[str, int]
    owner_of_id: dict[int, int]
    last_measurement: int
    book_measurement: int = 0  # the newest value that stands in ``book`` itself; later ones are in the numbers only
    lock: threading.RLock = field(default_factory=threading.RLock)
    _incremental: Incremental | None = None
    _explainer: Explainer | None = None
    _heard: dict[str, datetime.datetime] | None = None
    _facts: Facts | None = None

    @property
    def plan(self) -> Plan:
        return self.result.plan

    @property
    def book(self) -> Book:
        return self.result.plan.book

    @property
    def facts(self) -> Facts:
        """Names, definitions and the tree, which entered numbers do not change."""
        if self._facts is None:
            self._facts = Facts(self.plan)
        return self._facts

    @property
    def explainer(self) -> Explainer:
        if self._explainer is None:
            self._explainer = Explainer(self.result, paced=True, sources=False)
        return self._explainer

    @property
    def incremental(self) -> Incremental:
        if self._incremental is None:
            self._incremental = Incremental(self.result)
        return self._incremental

    @property
    def heard(self) -> dict[str, datetime.datetime]:
        """By KPI code, when a number was last recorded; of KPIs that have any."""
        if self._heard is None:
            newest = self.book["actuals"].group_by("kpi").agg(pl.col("recorded_at").max()).drop_nulls()
            self._heard = dict(newest.with_columns(pl.col("kpi").cast(pl.String)).iter_rows())
        return self._heard

    @property
    def cells(self) -> int:
        return int(self.result.raw.size)

    def apply(self, change: Change) -> Touched:
        """One change; raises ``Recompile`` when the plan has no place for it."""
        with self.lock:
            self._hear(change)
            return self.incremental.apply(change)

    def take(self, change: Change, measurement: int, data_version: int) -> Touched:
        """One entry of this process: when it is the only one since, what is kept is current again."""
        with self.lock:
            self._hear(change)
            touched = self.incremental.apply(change)
            if self.data_version + 1 == data_version:
                self.data_version, self.last_measurement = data_version, measurement
            self._explainer = None
            return touched

    def _hear(self, change: Change) -> None:
        if self._is_before(change.period):
            raise Recompile("a time before the first month of the plan")
        before = self.heard.get(change.kpi)
        if change.recorded_at is not None and (before is None or before < change.recorded_at):
            self.heard[change.kpi] = change.recorded_at

    def _is_before(self, key: str) -> bool:
        """Whether the number is of a time before the first month there is, and there may be more months."""
        asked = self.plan.periods
        if sum(period.kind == "month" for period in asked) >= _most_months(self.book):
            return False
        period = per.parse(key, self.book.company.fiscal_year_start)
        return period.end < asked[0].start


_cache: OrderedDict[int, Live] = OrderedDict()
_cache_lock = threading.Lock()
_building: dict[int, threading.Lock] = {}


def forget(company_id: int | None = None) -> None:
    """Drop what is kept (of one company, or of all: tests, and companies that are gone)."""
    with _cache_lock:
        if company_id is None:
            _cache.clear()
        else:
            _cache.pop(company_id, None)


def live(company: Company, progress: Progress | None = None) -> Live:
    """The company as it is now. ``company`` must be fresh: its versions say whether what is kept still holds."""
    on = today(company)
    with _cache_lock:
        kept = _cache.get(company.pk)
        gate = _building.setdefault(company.pk, threading.Lock())
    if kept is not None and _holds(kept, company, on):
        _use(kept)
        return kept
    with gate:
        with _cache_lock:
            kept = _cache.get(company.pk)
        if kept is None or not (_holds(kept, company, on) or _catch_up(kept, company, on)):
            kept = build(company, on, progress)
        _use(kept)
        return kept


def cached(company: Company) -> Live | None:
    """What is kept, when it differs from now by numbers only."""
    with _cache_lock:
        kept = _cache.get(company.pk)
    if kept is None or kept.structure_version != company.structure_version or kept.as_of != today(company):
        return None
    return kept


def _holds(kept: Live, company: Company, on: datetime.date) -> bool:
    return (
        kept.structure_version == company.structure_version
        and kept.data_version == company.data_version
        and kept.as_of == on
    )


def _use(kept: Live) -> None:
    with _cache_lock:
        _cache[kept.company_id] = kept
        _cache.move_to_end(kept.company_id)
        while len(_cache) > 1 and sum(one.cells for one in _cache.values()) > MEMORY_CELLS:
            _cache.popitem(last=False)


def _catch_up(kept: Live, company: Company, on: datetime.date) -> bool:
    """Take what other processes have entered. False when the plan must be compiled again."""
    if kept.structure_version != company.structure_version or kept.as_of != on:
        return False
    rows = list(
        Measurement.objects.filter(company=company, pk__gt=kept.last_measurement)
        .order_by("pk")
        .values_list(
            "pk", "owner__code", "kpi__code", "period", "value", "numerator", "denominator", "weight", "state",
            "currency", "recorded_at",
        )[: MOST_CHANGES + 1]
    )  # fmt: skip
    if len(rows) > MOST_CHANGES:
        return False
    with kept.lock:
        for pk, owner, kpi, period, value, numerator, denominator, weight, state, currency, at in rows:
            if currency and currency != company.currency:
                return False
            try:
                kept.apply(Change(owner, kpi, period, value, numerator, denominator, weight, state or None, at))
            except Recompile:
                return False
            kept.last_measurement = pk
        kept.data_version = company.data_version
        kept._explainer = None  # the book's rows, which it shows as sources, are older than the numbers now
    return True


def build(company: Company, on: datetime.date, progress: Progress | None = None) -> Live:
    """Read, compile and evaluate the whole company."""
    newest = Measurement.objects.filter(company=company).order_by("-pk").values_list("pk", flat=True).first() or 0
    book = load_book(company, include_pay=True)
    asked = periods_of(book, on)
    result = evaluate(compile_book(book, Request(tuple(asked), on)), progress)
    ids = dict(Owner.objects.filter(company=company).values_list("code", "pk"))
    codes = result.plan.owners.codes
    return Live(
        company_id=company.pk,
        structure_version=company.structure_version,
        data_version=company.data_version,
        as_of=on,
        result=result,
        periods={period.key: i for i, period in enumerate(asked)},
        owner_ids=np.array([ids.get(code, 0) for code in codes], dtype=np.int64),
        owner_at={code: i for i, code in enumerate(codes)},
        owner_of_id={ids[code]: i for i, code in enumerate(codes) if code in ids},
        last_measurement=newest,
        book_measurement=newest,
    )


def periods_of(book: Book, on: datetime.date) -> list[Period]:
    """The periods pages speak of: months back to the first number, and the quarters, halves and years they lie in."""
    start = book.company.fiscal_year_start
    keys = book["actuals"]["period"].unique()
    _, first, _, bad = per.parse_many(keys.cast(str), start) if len(keys) else (None, np.array([]), None, np.array([]))
    began = per.from_ordinal(int(first[~bad].min())) if len(first) and (~bad).any() else on
    began = min(began, on)
    most = _most_months(book)
    months: list[Period] = []
    period = per.containing(on, "month", start)
    while len(months) < most and period.end >= began:
        months.append(period)
        period = per.previous(period)
    months.reverse()
    out = list(months)
    for kind in LONGER:
        out += sorted({per.containing(month.start, kind, start) for month in months}, key=lambda p: p.first)
    return out


def _most_months(book: Book) -> int:
    small = book["scorecards"].height * MOST_MONTHS <= MEMORY_CELLS
    return MOST_MONTHS if small else FEW_MONTHS
