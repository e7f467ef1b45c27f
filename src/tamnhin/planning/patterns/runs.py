"""Runs of a template: the last few, and one with what came of its people."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading, path_of
from tamnhin.dashboards.shapes import Link
from tamnhin.kpis.models import ScorecardTemplate, TemplateRun, TemplateRunItem
from tamnhin.kpis.services.runs import is_stalled
from tamnhin.kpis.template_access import runs_visible_to
from tamnhin.planning.patterns.shapes import ItemRow, RunPage, RunRow

RECENT = 5
TOLD = 200  # people who are named with a reason
DRAFTS = 60
Outcome = TemplateRunItem.Outcome


def recent_runs(reading: Reading, template: ScorecardTemplate | None = None) -> list[RunRow]:
    rows = runs_visible_to(reading.user, reading.company).select_related("template", "created_by").order_by("-pk")
    if template is not None:
        rows = rows.filter(template=template)
    return [
        RunRow(
            name=run.template.name,
            url=reverse("template_run", args=[run.pk]),
            by=str(run.created_by or ""),
            at=run.created_at,
            status=run.status,
            word=str(TemplateRun.Status(run.status).label),
            made=run.made,
            total=run.total,
        )
        for run in rows[:RECENT]
    ]


def run_page(reading: Reading, run: TemplateRun) -> RunPage:
    """Six queries, whatever the number of people."""
    counts = dict(run.items.order_by().values_list("outcome").annotate(Count("pk")))
    told = run.items.exclude(problems=[]).select_related("owner").order_by("owner__sort_key", "pk")
    drafts = run.items.filter(assignment__isnull=False).select_related("owner").order_by("owner__sort_key", "pk")
    going = run.status in (TemplateRun.Status.WAITING, TemplateRun.Status.RUNNING)
    stalled = is_stalled(run)
    mine = run.created_by_id == reading.user.pk and not reading.scope.reads_only
    here = reverse("template_run", args=[run.pk])
    return RunPage(
        name=run.template.name,
        template=Link(run.template.name, path_of("template", run.template.code)),
        state="stalled" if stalled else run.status,
        word=str(TemplateRun.Status(run.status).label),
        poll_url=here if going and not stalled else "",
        action=here,
        by=str(run.created_by or ""),
        at=run.created_at,
        first=run.first,
        last=run.last,
        version=run.version,
        reason=run.reason,
        percent=min(100, 100 * run.done // run.total) if run.total else 100,
        total=run.total,
        done=run.done,
        made=run.made,
        proposed=run.proposed,
        nothing=counts.get(Outcome.NOTHING.value, 0),
        skipped=counts.get(Outcome.SKIPPED.value, 0),
        told=[
            ItemRow(
                name=one.owner.name,
                url=reverse("plan", args=[one.assignment_id]) if one.assignment_id else "",
                outcome=one.outcome,
                word=_word(one.outcome),
                texts=[str(problem.get(reading.language, "")) for problem in one.problems],
            )
            for one in told[:TOLD]
        ]
        if not going
        else [],
        told_total=told.count(),
        drafts=[Link(one.owner.name, reverse("plan", args=[one.assignment_id])) for one in drafts[:DRAFTS]]
        if not going
        else [],
        drafts_total=drafts.count(),
        resumes=mine and (stalled or run.status == TemplateRun.Status.FAILED),
        fault=run.fault,
    )


def _word(outcome: str) -> str:
    return {
        Outcome.MADE.value: _("đã có bản nháp, chưa đề xuất"),
        Outcome.NOTHING.value: _("không có gì để làm"),
        Outcome.SKIPPED.value: _("bỏ qua"),
    }.get(outcome, str(Outcome(outcome).label))
