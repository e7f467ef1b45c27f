"""Templates of scorecards: written, changed, put away. Each save of other lines is another version; old ones stay."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.base.formatting import number
from tamnhin.engine import periods as per
from tamnhin.engine.problems import Problem
from tamnhin.kpis import template_problems as _declared  # noqa: F401  (the codes)
from tamnhin.kpis.errors import DefinitionConflictError, DefinitionError, DefinitionForbiddenError, Refusal, refuse
from tamnhin.kpis.models import ScorecardTemplate, TemplateLine
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import Span, measures_of, total_of
from tamnhin.kpis.services.definitions import CODE
from tamnhin.kpis.services.lines import LineInput, LinesRefusedError, checked_lines, plain
from tamnhin.kpis.template_access import can_write_all_templates, can_write_template, units_for_templates
from tamnhin.organisation.models import Company, Owner, Unit

LEVELS = ("", "unit", "head", "staff")
RESERVED = frozenset({"new", "runs"})  # addresses beside those of templates


@dataclass(frozen=True, slots=True)
class About:
    """Whom a template is for. ``position``: several with ``;`` between; ``level`` one of LEVELS."""

    name: str
    position: str = ""
    unit: Unit | None = None
    level: str = ""

    @classmethod
    def of(cls, template: ScorecardTemplate) -> About:
        return cls(template.name, template.position, template.unit, template.level)


@transaction.atomic
def add_template(
    *, acting_user: User, company: Company, code: str, about: About, lines: Sequence[LineInput] = ()
) -> ScorecardTemplate:
    """A template, with its first version. Raises DefinitionForbiddenError; DefinitionError with a refusal a field."""
    code = code.strip()
    found = [*_check_code(company, code), *_check(acting_user, company, about)]
    if found:
        raise DefinitionError(*found)
    try:
        with transaction.atomic():
            made = ScorecardTemplate.objects.create(
                company=company, code=code, created_by=acting_user, **_columns(about)
            )
    except IntegrityError:  # another has just taken the code
        raise DefinitionError(*_check_code(company, code)) from None
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="template.added",
        obj=made,
        after={"code": code, **_plain(about)},
    )
    if lines:
        return save_template(acting_user=acting_user, template=made, about=about, lines=lines)
    return made


@transaction.atomic
def save_template(
    *,
    acting_user: User,
    template: ScorecardTemplate,
    about: About,
    lines: Sequence[LineInput],
    revision: int | None = None,
) -> ScorecardTemplate:
    """What the template says now. Other lines are another version (the first lines are version 1).

    Weights may total anything: 100 is asked for when it is given to people. Raises DefinitionForbiddenError,
    DefinitionError, DefinitionConflictError (``theirs`` empty), LinesRefusedError with each fault at its KPI.
    """
    current = _held(acting_user, template, revision)
    _refuse_put_away(current)
    found = _check(acting_user, current.company, about)
    if found:
        raise DefinitionError(*found)
    bare = [replace(line, targets={}, post_id=None, note="", basis="") for line in lines]
    stood = template_lines(current)
    _checked(current, bare, stood)
    other = [LineInput.of(line) for line in stood] != bare
    before, number_before = About.of(current), current.version
    if not other and before == about:
        return current
    for name, value in _columns(about).items():
        setattr(current, name, value)
    if other:
        current.version += 1 if stood else 0
        TemplateLine.objects.bulk_create(_row(current, line, order) for order, line in enumerate(bare))
    current.revision += 1
    current.save()
    audit.record(
        company_id=current.company_id,
        acting_user=acting_user,
        action="template.lines_saved" if other else "template.changed",
        obj=current,
        before={"version": number_before, **_plain(before)},
        after={"version": current.version, **_plain(about)}
        | ({"lines": [plain(one) for one in bare]} if other else {}),
    )
    return current


@transaction.atomic
def archive_template(*, acting_user: User, template: ScorecardTemplate, archived: bool) -> ScorecardTemplate:
    """Put away, or take out again. What was given by it stays as it is. Raises DefinitionForbiddenError."""
    current = _held(acting_user, template, None)
    if (current.archived_at is not None) == archived:
        return current
    current.archived_at = timezone.now() if archived else None
    current.revision += 1
    current.save()
    audit.record(
        company_id=current.company_id,
        acting_user=acting_user,
        action="template.archived" if archived else "template.taken_out",
        obj=current,
    )
    return current


def template_lines(template: ScorecardTemplate, version: int | None = None) -> list[TemplateLine]:
    """The lines of a version (the newest unless said otherwise), in their order. One query."""
    rows = TemplateLine.objects.filter(
        company=template.company_id, template=template, version=template.version if version is None else version
    )
    return list(rows.order_by("order", "id"))


def lines_from_scorecard(owner: Owner, on: datetime.date) -> list[LineInput]:
    """What somebody has on a day, as lines of a template: targets are what their year's figures amount to. 3 queries.

    Of two posts only the lines of the first are taken: a template's weights are those of one.
    """
    company = owner.company
    lines = planned.lines_in_force(company, [owner.pk], on).get(owner.pk, [])
    if not lines:
        return []
    lines = [line for line in lines if line.post_id == lines[0].post_id]
    start = company.fiscal_year_start
    year = per.containing(on, "year", start)
    span = Span(year.start, year.end)
    measures = measures_of(company.pk, {line.kpi_id for line in lines})
    standing = planned.standing_targets(company, [owner.pk], span)
    out = []
    for line in lines:
        rows = standing.get((owner.pk, line.kpi_id), {})
        total = total_of(rows, measures[line.kpi_id], span, start) if line.kpi_id in measures else None
        out.append(replace(LineInput.of(line), post_id=None, total=total))
    return out


def not_full(template: ScorecardTemplate, lines: Sequence[TemplateLine]) -> Problem | None:
    """Why a template cannot be given to people: its weights do not total exactly 100."""
    total = sum((line.weight for line in lines), Decimal(0))
    if total == 100 and lines:
        return None
    return Problem("TEMPLATE_NOT_FULL", args={"template": template.name, "total": number(total, 6)})


def _checked(template: ScorecardTemplate, lines: Sequence[LineInput], stood: Sequence[TemplateLine]) -> None:
    """The faults of a scorecard's lines, with the template in the place of the person."""
    stand_in = Owner(pk=0, company_id=template.company_id, code=template.code, name=template.name)
    try:
        checked_lines(template.company, {stand_in: lines}, {0: [LineInput.of(line) for line in stood]})
    except LinesRefusedError as refused:
        raise LinesRefusedError([replace(problem, owner=None) for problem in refused.problems]) from None


def _row(template: ScorecardTemplate, line: LineInput, order: int) -> TemplateLine:
    terms = dict(line.terms)
    return TemplateLine(
        company_id=template.company_id,
        template=template,
        version=template.version,
        order=order,
        kpi_id=line.kpi_id,
        weight=line.weight,
        goal_id=line.goal_id,
        target=line.total,
        profile=line.profile,
        **terms,
    )


def _held(acting_user: User, template: ScorecardTemplate, revision: int | None) -> ScorecardTemplate:
    current = (
        ScorecardTemplate.objects.select_for_update(of=("self",)).select_related("company", "unit").get(pk=template.pk)
    )
    if not can_write_template(acting_user, current):
        raise DefinitionForbiddenError(refuse("", "TEMPLATE_NOT_ALLOWED", template=current.name))
    if revision is not None and revision != current.revision:
        raise DefinitionConflictError(Problem("TEMPLATE_CHANGED_MEANWHILE"), {}, current.revision)
    return current


def _refuse_put_away(template: ScorecardTemplate) -> None:
    if template.archived_at is not None:
        raise DefinitionError(refuse("", "TEMPLATE_ARCHIVED", template=template.name))


def _check_code(company: Company, code: str) -> list[Refusal]:
    if not code:
        return [refuse("code", "TEMPLATE_CODE_NEEDED")]
    if len(code) > 64 or code in RESERVED or not CODE.fullmatch(code):
        return [refuse("code", "TEMPLATE_CODE_NOT_ALLOWED", code=code[:64])]
    if ScorecardTemplate.objects.filter(company=company, code=code).exists():
        return [refuse("code", "TEMPLATE_CODE_TAKEN", code=code)]
    return []


def _check(user: User, company: Company, about: About) -> list[Refusal]:
    found = []
    if not about.name.strip():
        found.append(refuse("name", "TEMPLATE_NAME_NEEDED"))
    if about.level not in LEVELS:
        found.append(refuse("level", "TEMPLATE_LEVEL_NOT_ALLOWED", found=about.level[:64]))
    if about.unit is not None and about.unit.company_id != company.pk:
        found.append(refuse("unit", "TEMPLATE_UNIT_UNKNOWN"))
    elif not can_write_all_templates(user, company):
        allowed = units_for_templates(user, company)
        if not allowed.exists():
            raise DefinitionForbiddenError(refuse("", "TEMPLATE_NOT_ALLOWED", template=about.name))
        if about.unit is None or not allowed.filter(pk=about.unit.pk).exists():
            found.append(refuse("unit", "TEMPLATE_UNIT_NOT_YOURS"))
    return found


def _columns(about: About) -> dict[str, Any]:
    return {
        "name": about.name.strip()[:300],
        "position": about.position.strip()[:300],
        "unit": about.unit,
        "level": about.level,
    }


def _plain(about: About) -> dict[str, Any]:
    unit = about.unit.pk if about.unit is not None else None
    return {"name": about.name, "position": about.position, "unit": unit, "level": about.level}
