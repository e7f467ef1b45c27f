"""What the worker runs. Arguments are ids: a task is a row of JSON."""

from __future__ import annotations

from django_tasks import task

from tamnhin.measurements.exchange import uploads


@task()
def check_import(import_id: int) -> None:
    """Read an uploaded file and compare it with the company."""
    uploads.check(import_id)


@task()
def apply_import_file(import_id: int, user_id: int) -> None:
    """Write a checked file into the company, in the name of who confirmed it."""
    uploads.run(import_id, user_id)
