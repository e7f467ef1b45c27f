"""What the worker runs. Arguments are ids: a task is a row of JSON."""

from __future__ import annotations

from django_tasks import task

from tamnhin.kpis.services import runs


@task()
def give_template(run_id: int) -> None:
    """Make the drafts of a run, a part at a time."""
    runs.work(run_id)
