"""Who would get what from a template: everybody it finds, what each has, what each would have, what is in the way."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tamnhin.base.formatting import day, number
from tamnhin.dashboards.reading import Reading, path_of
from tamnhin.engine import periods as per
from tamnhin.kpis.access import owners_assignable_by
from tamnhin.kpis.models import Kpi, ScorecardTemplate
from tamnhin.kpis.selectors.templates import holders, matched
from tamnhin.kpis.services.lines import LineInput
from tamnhin.kpis.services.template_merge import Clash
from tamnhin.kpis.services.template_plans import WRITES, Outlook, outlooks
from tamnhin.kpis.services.templates import not_full, template_lines
from tamnhin.organisation.models import Owner
from tamnhin.planning.assign.plan import name_of
from tamnhin.planning.assign.shapes import Choice
from tamnhin.planning.assign.stages import times_of
from tamnhin.planning.assign.words import method_word
from tamnhin.planning.patterns.shapes import ClashRow, GivePage, GiveRow, Tally
from tamnhin.planning.patterns.words import for_whom, terms_text

PAGE = 50
NAMED = 4  # KPIs that are named in one cell
STEPS = ("new", "change", "update", "skip", "nothing")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for. ``out``: codes of those left out."""

    first: datetime.date
    last: datetime.date | None
    older: bool = False
    reason: str = ""
    propose: bool = False
    step: str = ""
    page: int = 1
    out: frozenset[str] = frozenset()


def step_word(step: str) -> str:
    return {
        "new": _("giao mới"),
        "change": _("thay thẻ đang có"),
        "update": _("cập nhật phần khác"),
        "nothing": _("không có gì để làm"),
        "skip": _("bỏ qua"),
    }[step]


def found_for(reading: Reading, template: ScorecardTemplate, asked: Asked) -> list[Outlook]:
    """One for each person the template finds among those the reader may assign; about twenty queries."""
    company = reading.company
    ids: Collection[int]
    if asked.older:
        held = holders(company, template, asked.first)
        ids = [pk for pk, origin in held.items() if origin.version < template.version]
    else:
        ids = matched(company, template, asked.first)
    allowed = owners_assignable_by(reading.user, company)
    # asking the database about each of a list of thousands is slower than reading whom one may assign
    mine = allowed.only("pk", "code", "name", "company_id", "sort_key", "kind").in_bulk()
    owners = sorted((mine[pk] for pk in ids if pk in mine), key=lambda owner: (owner.sort_key, owner.pk))
    for owner in owners:
        owner.company = company
    return outlooks(company, template, owners, asked.first, asked.last)


def chosen(plans: Sequence[Outlook], asked: Asked) -> list[Owner]:
    return [plan.owner for plan in plans if plan.writes and plan.owner.code not in asked.out]


def give_page(
    reading: Reading,
    template: ScorecardTemplate,
    plans: Sequence[Outlook],
    asked: Asked,
    *,
    errors: Sequence[str] = (),
    field_errors: Mapping[str, Sequence[str]] | None = None,
) -> GivePage:
    company = reading.company
    counts: Counter[str] = Counter(plan.step for plan in plans)
    step = asked.step if asked.step in STEPS and counts[asked.step] else ""
    listed = [plan for plan in plans if not step or plan.step == step]
    listed.sort(key=lambda plan: STEPS.index(plan.step))
    pages = max(1, -(-len(listed) // PAGE))
    at = min(max(1, asked.page), pages)
    here = listed[(at - 1) * PAGE : at * PAGE]
    shown = {plan.owner.code for plan in here}
    writing = [plan for plan in plans if plan.writes and plan.owner.code not in asked.out]
    full = not_full(template, template_lines(template))
    year = per.containing(asked.first, "year", company.fiscal_year_start)
    return GivePage(
        title=_("Đề xuất cập nhật theo mẫu") if asked.older else _("Giao theo mẫu"),
        name=template.name,
        template_url=path_of("template", template.code),
        action=path_of("template_assign", template.code),
        version=template.version,
        for_whom=for_whom(template),
        older_only=asked.older,
        first=asked.first.isoformat(),
        last=asked.last.isoformat() if asked.last else "",
        reason=asked.reason,
        propose=asked.propose,
        times=[
            Choice(
                f"{start.isoformat()}/{end.isoformat()}",
                f"{day(start)} – {day(end)}",
                (start, end) == (asked.first, asked.last),
            )
            for start, end in times_of(company)
        ],
        rows=_rows(reading, here, asked),
        tallies=[Tally(one, step_word(one), counts[one], one == step) for one in STEPS if counts[one]],
        step=step,
        page=at,
        pages=pages,
        found=len(listed),
        people=len(plans),
        out=sorted(asked.out - shown),
        writing=len(writing),
        needs_reason=any(plan.step in ("change", "update") for plan in writing),
        mid_time=asked.first != year.start and not asked.older,
        may_give=not reading.scope.reads_only,
        blocked=full.text(reading.language) if full is not None else "",
        errors=errors,
        field_errors=field_errors or {},
    )


def _rows(reading: Reading, plans: Sequence[Outlook], asked: Asked) -> list[GiveRow]:
    ids = {line.kpi_id for plan in plans for line in plan.force}
    ids |= {line.kpi_id for plan in plans for line in plan.lines}
    ids |= {clash.kpi_id for plan in plans if plan.merged for clash in plan.merged.clashes}
    kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(company=reading.company, pk__in=ids)}
    names = {pk: name_of(reading, kpi) for pk, kpi in kpis.items()}
    people = Owner.objects.filter(pk__in=[plan.owner.pk for plan in plans])
    where = {
        pk: " · ".join(part for part in (position, unit) if part)
        for pk, position, unit in people.values_list("pk", "person__position", "person__unit__owner__name")
    }
    return [
        GiveRow(
            code=plan.owner.code,
            name=plan.owner.name,
            url=path_of("scorecard", plan.owner.code) if plan.owner.code in reading.live.owner_at else "",
            where=where.get(plan.owner.pk, ""),
            step=plan.step,
            word=step_word(plan.step),
            has=_has(plan),
            gets=_gets(plan, names) if plan.writes else [],
            notes=[problem.text(reading.language) for problem in plan.problems],
            clashes=[_clash(clash, names) for clash in plan.merged.clashes] if plan.merged else [],
            writes=plan.step in WRITES,
            chosen=plan.owner.code not in asked.out,
            total=_odd_total(plan),
        )
        for plan in plans
    ]


def _has(plan: Outlook) -> str:
    if not plan.force:
        return _("chưa có")
    text = _("{count} KPI").format(count=len(plan.force))
    if plan.origin is not None:
        text += " · " + _("mẫu này, bản {version}").format(version=plan.origin.version)
    return text


def _odd_total(plan: Outlook) -> Decimal | None:
    total = sum((line.weight for line in plan.lines), Decimal(0))
    return total if plan.writes and total != 100 else None


def _gets(plan: Outlook, names: Mapping[int, str]) -> list[str]:
    """What would be different, a sentence a kind."""
    before = {line.kpi_id: LineInput.of(line) for line in plan.force}
    after = {line.kpi_id: line for line in plan.lines}
    if not before:
        return [_("cả mẫu, {count} KPI").format(count=len(after))]
    out = []
    added = [names.get(kpi, "") for kpi in after if kpi not in before]
    removed = [names.get(kpi, "") for kpi in before if kpi not in after]
    both = [(before[kpi], after[kpi]) for kpi in after if kpi in before]
    moved = [
        f"{names.get(old.kpi_id, '')} {number(old.weight, 6)} → {number(new.weight, 6)}"
        for old, new in both
        if old.weight != new.weight
    ]
    terms = [names.get(old.kpi_id, "") for old, new in both if (old.terms, old.goal_id) != (new.terms, new.goal_id)]
    targets = [names.get(new.kpi_id, "") for _old, new in both if new.total is not None or new.targets]
    if len(targets) == len(after) > NAMED:
        targets = [_("cả {count} KPI").format(count=len(after))]
    for label, found in (
        (_("thêm"), added),
        (_("bỏ"), removed),
        (_("trọng số"), moved),
        (_("cách chấm, mục tiêu"), terms),
        (_("đặt chỉ tiêu"), targets),
    ):
        if found:
            more = _(" và {count} KPI nữa").format(count=len(found) - NAMED) if len(found) > NAMED else ""
            out.append(f"{label}: {', '.join(found[:NAMED])}{more}")
    return out


def _clash(clash: Clash, names: Mapping[int, str]) -> ClashRow:
    part = {
        "line": _("trọng số"),
        "weight": _("trọng số"),
        "goal": _("mục tiêu"),
        "terms": _("cách chấm"),
        "target": _("chỉ tiêu các kỳ còn lại"),
    }[clash.part]
    if clash.part == "goal":
        return ClashRow(names.get(clash.kpi_id, ""), part, _("mục tiêu đang gắn"), _("mục tiêu của mẫu"))
    return ClashRow(names.get(clash.kpi_id, ""), part, _side(clash, clash.mine), _side(clash, clash.theirs))


def _side(clash: Clash, value: object) -> str:
    if value is None:
        return _("không có dòng này")
    if isinstance(value, Mapping):
        method = method_word(str(value.get("method", "")))
        told = terms_text(value)
        return f"{method}; {told}" if told else method
    return number(value, 6) if isinstance(value, Decimal | float) else str(value)
