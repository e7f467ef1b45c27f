"""Taking a company out as a book: what importing it elsewhere makes again."""

from __future__ import annotations

import polars as pl

from tamnhin.accounts.models import User
from tamnhin.engine.book import SCHEMAS, Book, empty_frame
from tamnhin.kpis.access import bonuses_visible_to
from tamnhin.measurements.frames import load_book
from tamnhin.organisation.models import Company

_KEY = ["owner", "kpi", "period"]
_SAID = ("value", "numerator", "denominator", "state")


def export_book(company: Company, user: User | None) -> Book:
    """The whole company, with all revisions of values; bonuses only of people whose pay ``user`` may see.

    ``user`` None is the operator at the command line, who sees all. Values that were withdrawn do not come out, nor
    does what was said before the withdrawal: a blank row in a file says nothing, so the number would come back to life.
    Whether the user may export at all is the caller's to check (``measurements.export``).
    """
    fresh = Company.objects.get(pk=company.pk)
    book = load_book(fresh, include_pay=True, revisions=True)
    frames = {name: book[name] for name in SCHEMAS}
    frames["bonus"] = _visible_pay(fresh, user, frames["bonus"])
    targets, actuals = frames["targets"], frames["actuals"]
    frames["targets"] = _latest(targets).filter(pl.col("target").is_not_null()).select(*SCHEMAS["targets"])
    said = pl.any_horizontal(pl.col(name).is_not_null() for name in _SAID)
    withdrawn = _latest(actuals).filter(~said)
    frames["actuals"] = (
        actuals.join(withdrawn, on=_KEY, how="anti", maintain_order="left").filter(said).select(*SCHEMAS["actuals"])
    )
    plain = {
        name: frame.with_columns(
            pl.col(column).cast(pl.String) for column, t in SCHEMAS[name].items() if t == pl.String
        )
        for name, frame in frames.items()
    }
    return Book(book.company, plain)


def _latest(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("revision") == pl.col("revision").max().over(_KEY))


def _visible_pay(company: Company, user: User | None, bonus: pl.DataFrame) -> pl.DataFrame:
    if user is None or bonus.is_empty():
        return bonus
    seen = bonuses_visible_to(user, company).values_list("person__owner__code", flat=True).distinct()
    codes = pl.Series(list(seen), dtype=pl.String)
    return bonus.filter(pl.col("person").is_in(codes.implode())) if len(codes) else empty_frame("bonus")
