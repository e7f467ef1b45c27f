"""Giving a template to many people: asked for by a person, done by the worker in parts, resumed where it stopped.

Each part is one transaction with its drafts and their outcomes, so that a worker that dies leaves no half of anything.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count
from django.utils import timezone, translation

from tamnhin.accounts.models import User
from tamnhin.agreements.services import AgreementError
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.kpis.access import owners_assignable_by
from tamnhin.kpis.checks import problems_of
from tamnhin.kpis.errors import DefinitionError, Refusal, refuse
from tamnhin.kpis.models import Assignment, Kpi, ScorecardTemplate, TemplateRun, TemplateRunItem
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.services.assignments import AssignmentError, Time, lock, refuse_strangers, save_many
from tamnhin.kpis.services.proposals import propose_many
from tamnhin.kpis.services.template_plans import Outlook, outlooks
from tamnhin.kpis.services.templates import not_full, template_lines
from tamnhin.organisation.models import Owner

log = structlog.get_logger(__name__)

PART = 250  # people a transaction
STALLED = 120.0  # seconds without a part, after which the worker must have died
Status = TemplateRun.Status
Outcome = TemplateRunItem.Outcome


def start_run(
    *,
    acting_user: User,
    template: ScorecardTemplate,
    owners: Sequence[Owner],
    first: datetime.date,
    last: datetime.date | None = None,
    reason: str = "",
    propose: bool = False,
    version: int | None = None,
) -> TemplateRun:
    """Have drafts made for these owners in the background. ``version`` is the one the person looked at.

    Raises AssignmentForbiddenError for an owner who is not theirs to assign; DefinitionError with what is wrong.
    """
    run = _asked(acting_user, template, owners, first, last, reason.strip()[:500], propose=propose, version=version)
    from tamnhin.kpis.tasks import give_template

    give_template.enqueue(run.pk)
    run.refresh_from_db()
    return run


@transaction.atomic
def _asked(
    acting_user: User,
    template: ScorecardTemplate,
    owners: Sequence[Owner],
    first: datetime.date,
    last: datetime.date | None,
    reason: str,
    *,
    propose: bool,
    version: int | None,
) -> TemplateRun:
    company = template.company
    lock(company)
    current = ScorecardTemplate.objects.select_related("unit").get(company=company, pk=template.pk)
    current.company = company
    refuse_strangers(acting_user, company, owners)
    found = _refusals(current, owners, first, last, reason, version)
    if found:
        raise DefinitionError(*found)
    run = TemplateRun.objects.create(
        company=company,
        template=current,
        version=current.version,
        first=first,
        last=last,
        reason=reason,
        propose=propose,
        total=len(owners),
        created_by=acting_user,
    )
    TemplateRunItem.objects.bulk_create(TemplateRunItem(company=company, run=run, owner=owner) for owner in owners)
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="template.given",
        obj=run,
        after={
            "template": current.code,
            "version": current.version,
            "owners": [owner.code for owner in owners],
            "first": first,
            "last": last,
            "propose": propose,
        },
    )
    return run


def _refusals(
    template: ScorecardTemplate,
    owners: Sequence[Owner],
    first: datetime.date,
    last: datetime.date | None,
    reason: str,
    version: int | None,
) -> list[Refusal]:
    company = template.company
    if template.archived_at is not None:
        return [refuse("", "TEMPLATE_ARCHIVED", template=template.name)]
    if version is not None and version != template.version:
        return [refuse("", "TEMPLATE_MOVED_ON", version=template.version)]
    if not owners:
        return [refuse("", "TEMPLATE_NOBODY")]
    lines = template_lines(template)
    short = not_full(template, lines)
    found = [Refusal("", short)] if short is not None else []
    retired = Kpi.objects.filter(pk__in=[line.kpi_id for line in lines], status=Kpi.Status.RETIRED)
    found += [refuse("", "ASSIGNMENT_KPI_RETIRED", kpi=kpi.name) for kpi in retired]
    if last is not None and last < first:
        found.append(refuse("last", "TEMPLATE_DATES_REVERSED", from_=first, to=last))
    plans = outlooks(company, template, owners, first, last)
    changing = any(plan.step in ("change", "update") for plan in plans)
    earliest = planned.earliest_start(company, changing=changing)
    if first < earliest:
        found.append(refuse("first", "TEMPLATE_DATE_TOO_EARLY", from_=first, date=earliest))
    if changing and not reason:
        found.append(refuse("reason", "TEMPLATE_REASON_NEEDED"))
    if not any(plan.writes for plan in plans):
        found.append(refuse("", "TEMPLATE_NOBODY"))
    return found


def resume_run(run: TemplateRun, *, acting_user: User) -> TemplateRun:
    """Go on with a run that stopped. Raises DefinitionError while it goes on by itself, or when it is done."""
    with transaction.atomic():
        lock(run.company)
        held = TemplateRun.objects.get(pk=run.pk)
        if held.created_by_id != acting_user.pk or not (held.status == Status.FAILED or is_stalled(held)):
            raise DefinitionError(refuse("", "TEMPLATE_RUN_GOES_ON"))
        held.status, held.fault = Status.WAITING, ""
        held.save(update_fields=["status", "fault", "updated_at"])
        audit.record(company_id=held.company_id, acting_user=acting_user, action="template.resumed", obj=held)
    from tamnhin.kpis.tasks import give_template

    give_template.enqueue(run.pk)
    run.refresh_from_db()
    return run


def is_stalled(run: TemplateRun) -> bool:
    """Whether a run gave no sign of life for so long that its worker must have died."""
    waiting = run.status in (Status.WAITING, Status.RUNNING)
    return waiting and (timezone.now() - run.updated_at).total_seconds() > STALLED


def work(run_id: int) -> None:
    """The worker's part: until nobody is left. A failure stays on the row, and goes on to the log."""
    run = TemplateRun.objects.select_related("company", "template__unit", "created_by").get(pk=run_id)
    if run.status in (Status.DONE, Status.FAILED):
        return
    run.template.company = run.company
    try:
        while _part(run):
            pass
    except Exception:  # whatever it was, the row must say that it failed; it is raised again
        reference = uuid.uuid4().hex[:8]
        log.exception("giving a template failed", run_id=run.pk, reference=reference)
        TemplateRun.objects.filter(pk=run.pk).update(status=Status.FAILED, fault=reference, updated_at=timezone.now())
        raise


@transaction.atomic
def _part(run: TemplateRun) -> bool:
    """The next people; False when there were none."""
    lock(run.company)  # two workers on one run take turns, and neither sees the other's people
    items = list(run.items.filter(outcome=Outcome.WAITING).select_related("owner").order_by("pk")[:PART])
    if not items:
        _count(run, Status.DONE)
        return False
    user = run.created_by
    for item in items:
        item.owner.company = run.company
    owners = [item.owner for item in items]
    allowed = None
    if user is not None:
        ids = [owner.pk for owner in owners]
        allowed = set(owners_assignable_by(user, run.company, among=ids).values_list("pk", flat=True))
    plans = outlooks(run.company, run.template, owners, run.first, run.last, version=run.version, allowed=allowed)
    told = {plan.owner.pk: plan for plan in plans}
    for item in items:
        plan = told[item.owner_id]
        item.outcome = Outcome.NOTHING if plan.step == "nothing" else Outcome.SKIPPED
        item.problems = stored(plan.problems)
    drafts = _written(run, plans, {item.owner_id: item for item in items})
    if run.propose and drafts:
        _proposed(run, drafts, {item.owner_id: item for item in items})
    TemplateRunItem.objects.bulk_create(  # one insertion: quicker than as many updates
        items, update_conflicts=True, unique_fields=["id"], update_fields=["outcome", "problems", "assignment"]
    )
    _count(run, Status.RUNNING)
    return True


def _written(run: TemplateRun, plans: Sequence[Outlook], items: Mapping[int, TemplateRunItem]) -> dict[int, Assignment]:
    """Drafts by owner id; those that end on one day in one go."""
    template = run.template
    template.version = run.version  # what the person looked at, whatever was saved since
    out: dict[int, Assignment] = {}
    writing = [plan for plan in plans if plan.writes]
    for last in {plan.last for plan in writing}:
        same = {plan.owner: plan.lines for plan in writing if plan.last == last}
        time = Time(run.first, last, run.reason, template)
        try:
            with transaction.atomic():
                out |= save_many(acting_user=run.created_by, company=run.company, lines=same, time=time)
        except AssignmentError as refused:
            for owner in same:
                own = [one for one in refused.problems if one.owner in (None, owner.code)]
                items[owner.pk].problems = stored(own or refused.problems)
    for owner_id, draft in out.items():
        draft.company = run.company
        items[owner_id].outcome, items[owner_id].assignment = Outcome.MADE, draft
    return out


def _proposed(run: TemplateRun, drafts: Mapping[int, Assignment], items: Mapping[int, TemplateRunItem]) -> None:
    """What is complete is proposed; the others stay drafts, with what is still wrong."""
    rows = list(Assignment.objects.filter(pk__in=[draft.pk for draft in drafts.values()]).select_related("owner"))
    faults = problems_of(run.company, rows)
    for row in rows:
        items[row.owner_id].problems = stored(faults[row.pk])
    ready = [row for row in rows if not faults[row.pk]]
    while ready:
        try:
            with transaction.atomic():
                revisions: dict[int, int | None] = {row.pk: row.revision for row in ready}
                propose_many(acting_user=run.created_by, company=run.company, assignments=revisions)
        except (AssignmentError, AgreementError) as refused:
            ready = _without(ready, refused.problems, items)
        else:
            for row in ready:
                items[row.owner_id].outcome = Outcome.PROPOSED
            return


def _without(
    ready: Sequence[Assignment], problems: Sequence[Problem], items: Mapping[int, TemplateRunItem]
) -> list[Assignment]:
    """Those that nothing was said against; none, where what was said is about no one of them."""
    against: dict[str, list[Problem]] = {}
    for problem in problems:
        against.setdefault(problem.owner or "", []).append(problem)
    left = [row for row in ready if row.owner.code not in against]
    general = len(left) == len(ready)
    for row in ready:
        found = problems if general else against.get(row.owner.code, ())
        if found:
            items[row.owner_id].problems = stored(found)
    return [] if general else left


def _count(run: TemplateRun, status: str) -> None:
    counts = dict(run.items.order_by().values_list("outcome").annotate(Count("pk")))
    waiting = counts.get(Outcome.WAITING.value, 0)
    made, proposed = counts.get(Outcome.MADE.value, 0), counts.get(Outcome.PROPOSED.value, 0)
    TemplateRun.objects.filter(pk=run.pk).update(
        status=status,
        done=run.total - waiting,
        made=made + proposed,
        proposed=proposed,
        finished_at=timezone.now() if status == Status.DONE else None,
        updated_at=timezone.now(),
    )


def stored(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Code and both texts: a run is read in either language long after."""
    out = []
    for problem in problems:
        texts = {}
        for language in ("vi", "en"):
            with translation.override(language):  # words among the arguments are of the language too
                texts[language] = problem.text(language)
        out.append({"code": problem.code, **texts})
    return out
