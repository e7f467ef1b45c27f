"""What the database holds of a company, as the comparison of an import needs it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tamnhin.engine.book import Book
from tamnhin.measurements.frames import load_book
from tamnhin.organisation.models import Company, Owner

# Below so many owners in the file, only their rows are read: a monthly file of one team into a large company.
FEW_OWNERS = 1_000
_BY_OWNER = {"scorecards": "owner", "targets": "owner", "actuals": "owner", "bonus": "person"}


@dataclass(frozen=True, slots=True)
class Stored:
    """``book``: structure whole; targets and actuals with all revisions and the column ``revision``.

    ``versions``: (structure, data) of the company row when it was read; while they stand, so does the book.
    """

    book: Book
    versions: tuple[int, int]


def read_stored(company: Company, given: Book, *, using: str = "auto") -> Stored:
    """The company beside which ``given`` is laid. The versions are read first: what comes after can only be newer."""
    fresh = Company.objects.get(pk=company.pk)
    codes = pl.concat([given[sheet][column].cast(pl.String) for sheet, column in _BY_OWNER.items()]).unique()
    owners: list[int] | None = None
    if len(codes) <= FEW_OWNERS:
        owners = list(
            Owner.objects.filter(company=fresh, code__in=codes.drop_nulls().to_list()).values_list("pk", flat=True)
        )
    book = load_book(fresh, owners=owners, include_pay=True, revisions=True, using=using)
    return Stored(book, (fresh.structure_version, fresh.data_version))
