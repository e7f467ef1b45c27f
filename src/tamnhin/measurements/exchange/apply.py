"""Writing a book into a company: one transaction, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import polars as pl
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.engine.book import INSTANT, Book
from tamnhin.engine.problems import Problem
from tamnhin.kpis.models import Target
from tamnhin.measurements.exchange import rows
from tamnhin.measurements.exchange.company import write_perspectives
from tamnhin.measurements.exchange.diff import Counts, Diff, plan_import
from tamnhin.measurements.exchange.structure import Ids, write_structure
from tamnhin.measurements.models import Import, Measurement
from tamnhin.measurements.signals import send_on_commit
from tamnhin.organisation import models
from tamnhin.organisation.services import touch

Progress = Callable[[int, int, str], None]


class NotSoundError(ValueError):
    """The book cannot be written at all (its units would form a circle). ``problems`` say where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems if problem.fatal))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Applied:
    """What an import did. ``measurement_ids``: the first and the last new value, or None."""

    counts: dict[str, Counts]
    problems: list[Problem]
    measurement_ids: tuple[int, int] | None = None

    @property
    def nothing_changed(self) -> bool:
        return not any(one.new or one.changed for one in self.counts.values())


def apply_import(
    company: models.Company,
    book: Book,
    *,
    acting_user: User | None,
    import_record: Import | None = None,
    progress: Progress | None = None,
    said: Collection[str] | None = None,
    locked_periods: Collection[str] = (),
    diff: Diff | None = None,
) -> Applied:
    """Write what ``plan_import`` finds (or the ``diff`` it found, when the company has not moved since).

    Structure is added or updated; a target or value that differs becomes the next revision, never overwriting one;
    what is the same adds nothing, so that a second import of one file changes nothing. ``recorded_at`` is the file's,
    else now. One audit row with the counts; the versions of the company move on when anything was written.
    ``progress(done, total, sheet)`` counts written rows; what it raises undoes everything.

    Raises NotSoundError. Access is the caller's to check: the command line has no user.
    """
    options = {"acting_user": acting_user, "said": said, "locked_periods": locked_periods}
    if diff is None:
        diff = plan_import(company, book, **options)  # type: ignore[arg-type]
    with transaction.atomic():
        row = models.Company.objects.select_for_update().get(pk=company.pk)
        if (row.structure_version, row.data_version) != diff.versions:
            # somebody wrote between the comparison and the lock: compare again, behind the lock
            diff = plan_import(row, book, using="cursor", **options)  # type: ignore[arg-type]
        if not diff.sound:
            raise NotSoundError(diff.problems)
        measured = _write(row, diff, acting_user, import_record, progress)
        structural = bool(diff.settings) or any(
            one.new or one.changed for sheet, one in diff.counts.items() if sheet != "actuals"
        )
        if not diff.nothing_changes:
            touch(row.pk, structure=structural, data=True)
            send_on_commit(row.pk, structure=structural, measurement_ids=measured)
        audit.record(
            company_id=row.pk,
            acting_user=acting_user,
            action="import.applied",
            obj=import_record or ("measurements.import", ""),
            after={
                "counts": diff.counts_json(),
                "settings": sorted(diff.settings),
                "sha256": import_record.sha256 if import_record else "",
                "file": import_record.file_name if import_record else "",
            },
        )
    company.refresh_from_db()
    return Applied(diff.counts, diff.problems, measured)


def _write(
    company: models.Company,
    diff: Diff,
    acting_user: User | None,
    import_record: Import | None,
    progress: Progress | None,
) -> tuple[int, int] | None:
    if diff.settings:
        given = {name: list(v) if isinstance(v, tuple) else v for name, v in diff.settings.items()}
        lanes = given.pop("perspectives", None)
        models.Company.objects.filter(pk=company.pk).update(**given, updated_at=timezone.now())
        if isinstance(lanes, list):
            write_perspectives(company, lanes)
    total, written, sheet = diff.writes, 0, ""

    def done(count: int) -> None:
        nonlocal written
        written += count
        if progress is not None:
            progress(written, total, sheet)

    ids = Ids(company.pk)
    write_structure(company.pk, diff, ids, done)
    by = pl.lit(acting_user.pk if acting_user is not None else None, dtype=pl.Int64).alias("recorded_by_id")
    now = pl.lit(timezone.now(), dtype=INSTANT)
    sheet = "targets"
    for frame in _both(diff, "targets"):
        kept = ids.kept("targets", frame).with_columns(by, now.alias("recorded_at"))
        rows.insert(Target, kept, company.pk, done)
    sheet = "actuals"
    newest = Measurement.objects.filter(company=company).aggregate(last=Max("pk"))["last"] or 0
    values = _both(diff, "actuals")
    for frame in values:
        via = pl.lit(import_record.pk if import_record else None, dtype=pl.Int64).alias("via_id")
        kept = ids.kept("actuals", frame).with_columns(by, via, pl.col("recorded_at").fill_null(now))
        rows.insert(Measurement, kept, company.pk, done)
    if connection.vendor == "postgresql" and (len(values) or _both(diff, "targets")):
        _analyze(diff)
    if not values:
        return None
    added = Measurement.objects.filter(company=company, pk__gt=newest).aggregate(first=Min("pk"), last=Max("pk"))
    return added["first"], added["last"]


# after so many new rows PostgreSQL's picture of a table is wrong until its own housekeeping comes round
_MANY = 50_000


def _analyze(diff: Diff) -> None:
    with connection.cursor() as cursor:
        for sheet, model in (("targets", Target), ("actuals", Measurement)):
            if sum(frame.height for frame in _both(diff, sheet)) > _MANY:
                cursor.execute(f"ANALYZE {model._meta.db_table}")


def _both(diff: Diff, sheet: str) -> list[pl.DataFrame]:
    """New and changed rows as one frame in the order of the file (at most one frame, none when there is nothing)."""
    frames = [frame for part in (diff.new, diff.changed) if (frame := part.get(sheet)) is not None and frame.height]
    if len(frames) < 2:
        return frames
    joined = pl.concat(frames)
    return [joined.sort("_row", maintain_order=True) if "_row" in joined.columns else joined]
