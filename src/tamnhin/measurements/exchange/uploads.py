"""A file on its way in: uploaded, checked by the worker, confirmed by a person, written by the worker."""

from __future__ import annotations

import hashlib
import re
import uuid
from pathlib import Path

import structlog
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.measurements import locks
from tamnhin.measurements.exchange.apply import NotSoundError, apply_import
from tamnhin.measurements.exchange.diff import plan_import
from tamnhin.measurements.exchange.progress import Reporter, is_stalled
from tamnhin.measurements.exchange.reading import FileRead, read_file
from tamnhin.measurements.models import Import
from tamnhin.organisation.models import Company

log = structlog.get_logger(__name__)

MAX_UPLOAD_BYTES = 200 * 2**20
MAX_PROBLEMS = 500
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")
Status = Import.Status


class UploadRefusedError(Exception):
    """The file is not even stored. ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text("en"))
        self.problem = problem


class WrongStatusError(Exception):
    """The import is not where this step can be taken (two people pressed the button, or it has been cancelled)."""


def start_import(*, company: Company, upload: UploadedFile[bytes], acting_user: User) -> Import:
    """Store an upload and have it checked in the background; nothing of the company changes.

    Raises PermissionDenied, and UploadRefusedError for an empty or an enormous file.
    """
    _check_access(acting_user, company)
    size = upload.size or 0
    name = Path((upload.name or "").replace("\\", "/")).name[:300] or "—"
    if size == 0:
        raise UploadRefusedError(Problem("FILE_EMPTY", args={"path": name}))
    if size > MAX_UPLOAD_BYTES:
        args = {"path": name, "part": name, "size": size // 2**20, "limit": MAX_UPLOAD_BYTES // 2**20}
        raise UploadRefusedError(Problem("FILE_TOO_LARGE", args=args))
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    suffix = Path(name).suffix.lower()
    with transaction.atomic():
        record = Import(company=company, file_name=name, sha256=digest.hexdigest(), size=size, created_by=acting_user)
        # the person's own name of the file never becomes a path
        record.file.save(f"{uuid.uuid4().hex}{suffix if _SUFFIX.fullmatch(suffix) else ''}", upload, save=False)
        record.save()
        audit.record(
            company_id=company.pk,
            acting_user=acting_user,
            action="import.uploaded",
            obj=record,
            after={"file": name, "sha256": record.sha256, "size": size},
        )
    from tamnhin.measurements.tasks import check_import

    check_import.enqueue(record.pk)
    record.refresh_from_db()
    return record


def confirm_import(record: Import, *, acting_user: User) -> Import:
    """Have a checked file written in the background. Raises PermissionDenied, WrongStatusError."""
    _check_access(acting_user, record.company)
    with transaction.atomic():
        held = Import.objects.select_for_update().get(pk=record.pk)
        if held.status != Status.CHECKED and not (held.status == Status.RUNNING and is_stalled(held)):
            raise WrongStatusError(held.status)
        held.status = Status.RUNNING
        held.save(update_fields=["status", "updated_at"])
        audit.record(company_id=held.company_id, acting_user=acting_user, action="import.confirmed", obj=held)
    from tamnhin.measurements.tasks import apply_import_file

    apply_import_file.enqueue(held.pk, acting_user.pk)
    record.refresh_from_db()
    return record


def cancel_import(record: Import, *, acting_user: User) -> Import:
    """Let go of a file that has not been written. Raises PermissionDenied, WrongStatusError."""
    _check_access(acting_user, record.company)
    with transaction.atomic():
        held = Import.objects.select_for_update().get(pk=record.pk)
        if held.status not in (Status.UPLOADED, Status.CHECKING, Status.CHECKED):
            raise WrongStatusError(held.status)
        held.status = Status.CANCELLED
        held.finished_at = timezone.now()
        held.save(update_fields=["status", "finished_at", "updated_at"])
        audit.record(company_id=held.company_id, acting_user=acting_user, action="import.cancelled", obj=held)
        transaction.on_commit(lambda: held.file.storage.delete(str(held.file.name)))
    record.refresh_from_db()
    return record


def check(import_id: int) -> None:
    """The worker's first half: read, compare, and leave counts and problems on the row."""
    record = Import.objects.select_related("company", "created_by").get(pk=import_id)
    if not _move(record, (Status.UPLOADED, Status.CHECKING), Status.CHECKING):
        return
    reporter = Reporter(record.pk)
    try:
        found = _read(record, reporter)
        counts, problems = {}, list(found.problems)
        if found.book is not None:
            reporter.phase("comparing")
            diff = plan_import(
                record.company,
                found.book,
                acting_user=record.created_by,
                said=found.said,
                locked_periods=locks.locked_periods(record.company_id),
            )
            counts, problems = diff.counts_json(), [*problems, *diff.problems]
        fatal = any(problem.fatal for problem in problems)
        _finish(record, Status.CHECKING, Status.FAILED if fatal else Status.CHECKED, reporter, counts, problems)
    except Exception:  # whatever it was: the page must not wait for ever, and the error goes on to the log
        _fail(record, Status.CHECKING, reporter)
        raise
    finally:
        reporter.close()


def run(import_id: int, user_id: int) -> None:
    """The worker's second half: read again, compare with the company as it is now, write it all or nothing."""
    record = Import.objects.select_related("company").get(pk=import_id)
    if record.status != Status.RUNNING:
        return
    reporter = Reporter(record.pk)
    try:
        found = _read(record, reporter)
        if found.book is None:
            _finish(record, Status.RUNNING, Status.FAILED, reporter, {}, found.problems)
            return
        reporter.phase("writing")
        try:
            applied = apply_import(
                record.company,
                found.book,
                acting_user=User.objects.get(pk=user_id),
                import_record=record,
                progress=reporter,
                said=found.said,
                locked_periods=locks.locked_periods(record.company_id),
            )
        except NotSoundError as fault:
            _finish(record, Status.RUNNING, Status.FAILED, reporter, {}, [*found.problems, *fault.problems])
            return
        counts = {name: one.as_dict() for name, one in applied.counts.items() if any(one.as_dict().values())}
        _finish(record, Status.RUNNING, Status.DONE, reporter, counts, [*found.problems, *applied.problems])
    except Exception:  # whatever it was: the page must not wait for ever, and the error goes on to the log
        _fail(record, Status.RUNNING, reporter)
        raise
    finally:
        reporter.close()


def _check_access(user: User, company: Company) -> None:
    if not user.has_perm("measurements.import", company):
        raise PermissionDenied


def _read(record: Import, reporter: Reporter) -> FileRead:
    digest = hashlib.sha256()
    try:
        with record.file.open("rb") as file:
            for chunk in iter(lambda: file.read(2**20), b""):
                digest.update(chunk)
    except FileNotFoundError:
        return FileRead(None, [Problem("FILE_CHANGED")])
    if digest.hexdigest() != record.sha256:
        return FileRead(None, [Problem("FILE_CHANGED")])
    return read_file(record.file.path, record.company, progress=reporter)


def _move(record: Import, before: tuple[str, ...], after: str) -> bool:
    moved = Import.objects.filter(pk=record.pk, status__in=before).update(status=after, updated_at=timezone.now())
    return bool(moved)


def _finish(
    record: Import,
    before: str,
    after: str,
    reporter: Reporter,
    counts: dict[str, dict[str, int]],
    problems: list[Problem],
) -> None:
    """Only from where this step began: what somebody has cancelled meanwhile stays cancelled."""
    ended = after in (Status.DONE, Status.FAILED)
    Import.objects.filter(pk=record.pk, status=before).update(
        status=after,
        counts=counts,
        problems=[problem.as_dict() for problem in problems[:MAX_PROBLEMS]],
        problem_count=len(problems),
        progress_done=reporter.last.done,
        progress_total=reporter.last.total,
        finished_at=timezone.now() if ended else None,
        updated_at=timezone.now(),
    )


def _fail(record: Import, before: str, reporter: Reporter) -> None:
    reference = uuid.uuid4().hex[:8]
    log.exception("import failed", import_id=record.pk, reference=reference)
    _finish(record, before, Status.FAILED, reporter, {}, [Problem("IMPORT_FAILED", args={"reference": reference})])
