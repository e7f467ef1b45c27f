"""One template as a form: as it is stored, or as it was typed, with its versions beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.agreements.states import State
from tamnhin.base.models import AuditEntry
from tamnhin.dashboards.reading import Reading, path_of, with_query
from tamnhin.engine.weights import split_equally
from tamnhin.kpis.access import kpis_visible_to, owners_assignable_by
from tamnhin.kpis.models import Kpi, ScorecardTemplate
from tamnhin.kpis.selectors.templates import holders
from tamnhin.kpis.services.lines import HUNDRED, LineInput
from tamnhin.kpis.services.templates import LEVELS, template_lines
from tamnhin.kpis.template_access import can_write_all_templates, can_write_template, units_for_templates
from tamnhin.organisation.access import today
from tamnhin.planning.assign.lines import Typed, posted, shown
from tamnhin.planning.assign.plan import name_of
from tamnhin.planning.assign.shapes import Choice
from tamnhin.planning.assign.words import method_choices, method_word, terms_of
from tamnhin.planning.cards.balance import note_of_lines
from tamnhin.planning.patterns.runs import recent_runs
from tamnhin.planning.patterns.shapes import Difference, EditPage, PatternLine, VersionRow
from tamnhin.planning.patterns.words import (
    differences,
    flags_of,
    for_whom,
    level_word,
    line_text,
    profile_choices,
    profile_word,
    terms_text,
)
from tamnhin.strategy.access import goals_visible_to

MOST_CHOICES = 400
MOST_SOURCES = 500
VERSIONS = 50
PROFILES = ("", "even", "working_days")


def typed_lines(reading: Reading, data: Mapping[str, str], stood: Sequence[LineInput]) -> list[Typed]:
    """The lines of the form. ``stood``: those that are stored."""
    kpis = dict(kpis_visible_to(reading.user, reading.company).values_list("code", "pk"))
    goals = dict(goals_visible_to(reading.user, reading.company).values_list("code", "pk"))
    held: dict[tuple[int, int | None], LineInput] = {(line.kpi_id, None): line for line in stood}
    typed = posted(data, held, kpis, goals, {}, reading.language)
    for one in typed:
        profile = data.get(f"profile-{one.key}", "")
        old = held.get((one.line.kpi_id, None))
        if profile not in PROFILES and (old is None or old.profile != profile):
            profile = ""
        one.line = replace(one.line, profile=profile, note="", targets={}, basis="")
    return typed


def with_kpi(reading: Reading, typed: list[Typed], text: str) -> str:
    """Add a line for a KPI by its code, or by the code before a name; what is wrong, or nothing."""
    code = text.split(" · ")[0].strip()
    kpi = kpis_visible_to(reading.user, reading.company).filter(code=code).first()
    if kpi is None:
        return _("Không có KPI “{code}”. Chọn một KPI trong danh sách gợi ý.").format(code=code[:64])
    if any(one.line.kpi_id == kpi.pk for one in typed):
        return _("“{kpi}” đã có trong mẫu.").format(kpi=kpi.name)
    if kpi.status == Kpi.Status.RETIRED:
        return _("KPI “{kpi}” đã ngừng dùng. Chọn KPI khác.").format(kpi=kpi.name)
    key = str(max((int(one.key) for one in typed if one.key.isascii() and one.key.isdigit()), default=-1) + 1)
    typed.append(Typed(key, LineInput(kpi.pk, Decimal(0)), {"weight": ""}))
    return ""


def split(typed: Sequence[Typed], language: str) -> None:
    """Equal weights, exactly 100 together; lines of weight 0 stay so, unless all are."""
    counted = [one for one in typed if not one.removed]
    scored = [one for one in counted if one.line.weight > 0] or counted
    for one, weight in zip(scored, split_equally(len(scored)) if scored else (), strict=True):
        one.line = replace(one.line, weight=Decimal(weight))
        one.texts["weight"] = shown(one.line.weight, language)


def edit_page(
    reading: Reading,
    template: ScorecardTemplate | None,
    typed: Sequence[Typed],
    values: Mapping[str, str],
    *,
    revision: int = 0,
    errors: Sequence[str] = (),
    field_errors: Mapping[str, Sequence[str]] | None = None,
    unsaved: bool = False,
    conflict: Sequence[Difference] = (),
    version: int | None = None,
    source: str = "",
) -> EditPage:
    """``template`` None: a new one. ``version``: an older one is shown to be read. About twenty queries."""
    company = reading.company
    ids = {one.line.kpi_id for one in typed}
    kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(company=company, pk__in=ids)}
    goals = {goal.pk: goal for goal in goals_visible_to(reading.user, company).exclude(status=State.CLOSED)}
    older = version is not None and template is not None and version != template.version
    editable = not older and (
        template is None or (template.archived_at is None and can_write_template(reading.user, template))
    )
    counted = [one for one in typed if not one.removed]
    total = sum((one.line.weight for one in counted if one.line.weight.is_finite()), Decimal(0))
    titles = {pk: f"{goal.code} · {goal.title}" for pk, goal in goals.items()}
    page = EditPage(
        title=template.name if template is not None else _("Mẫu thẻ điểm mới"),
        code=template.code if template is not None else "",
        action=path_of("template", template.code) if template is not None else reverse("template_new"),
        revision=revision,
        version=template.version if template is not None else 1,
        values=values,
        lines=[_line(reading, one, kpis, titles, editable=editable) for one in typed],
        total=total,
        missing=HUNDRED - total,
        editable=editable,
        errors=errors,
        field_errors=field_errors or {},
        unsaved=unsaved,
        conflict=conflict,
        source=source,
        shown_version=version if older else None,
    )
    if editable:
        _choices(reading, page, ids)
    given = [(kpis[one.line.kpi_id].code, float(one.line.weight)) for one in counted if one.line.kpi_id in kpis]
    if given and not older:
        page.balance = note_of_lines(reading, page.code or "-", given)
    if template is not None:
        _around(reading, page, template, titles)
    return page


def _choices(reading: Reading, page: EditPage, held: set[int]) -> None:
    company, values = reading.company, page.values
    units = units_for_templates(reading.user, company)
    page.units = [
        Choice(
            unit.owner.code, f"{'— ' * (unit.path.count('/') - 2)}{unit.owner.name}", unit.owner.code == values["unit"]
        )
        for unit in units
    ]
    page.needs_unit = not can_write_all_templates(reading.user, company)
    page.levels = [Choice(level, level_word(level), level == values["level"]) for level in LEVELS]
    rows = kpis_visible_to(reading.user, company).exclude(status=Kpi.Status.RETIRED).exclude(pk__in=held)
    page.kpis = [Choice(kpi.code, name_of(reading, kpi)) for kpi in rows.order_by("id")[:3000]]
    if not page.code:
        page.sources = _sources(reading)


def _sources(reading: Reading) -> list[Choice]:
    """People under the reader who have lines: whose scorecard a template may begin as."""
    live = reading.live
    starts = live.plan.line_starts
    have = [one for one in range(live.plan.owners.count) if starts[one + 1] > starts[one]]
    seen = reading.visible(have[: MOST_SOURCES * 4])
    return [Choice(live.plan.owners.codes[one], reading.owner_name(one)) for one in have if one in seen][:MOST_SOURCES]


def _line(
    reading: Reading, typed: Typed, kpis: Mapping[int, Kpi], goals: Mapping[int, str], *, editable: bool
) -> PatternLine:
    line = typed.line
    kpi = kpis.get(line.kpi_id)
    code = kpi.code if kpi is not None else ""
    method = str(line.terms.get("method") or "")
    choices = (
        [Choice(title.split(" · ")[0], title, pk == line.goal_id) for pk, title in goals.items()] if editable else []
    )
    return PatternLine(
        key=typed.key,
        code=code,
        name=name_of(reading, kpi),
        url=path_of("kpi_card", code) if code else "",
        unit=reading.unit_of(code),
        weight=typed.texts.get("weight", ""),
        total=typed.texts.get("total", ""),
        weight_value=line.weight,
        total_value=line.total,
        method=method,
        method_word=method_word(method),
        methods=method_choices(method) if editable else [],
        profiles=profile_choices(line.profile) if editable else [],
        profile_word=profile_word(line.profile) if line.profile else "",
        goals=[one for at, one in enumerate(choices) if at < MOST_CHOICES or one.chosen] if editable else [],
        goal=goals.get(line.goal_id or 0, ""),
        terms=terms_of(typed.texts) if editable else [],
        terms_text=terms_text(line.terms),
        flags=flags_of(kpi, line),
        errors=typed.errors,
        removed=typed.removed,
    )


def _around(reading: Reading, page: EditPage, template: ScorecardTemplate, goals: Mapping[int, str]) -> None:
    """Versions with what changed, and who has which."""
    company = reading.company
    page.for_whom = for_whom(template)
    page.archived = template.archived_at is not None
    page.may_archive = can_write_template(reading.user, template)
    allowed = owners_assignable_by(reading.user, company)
    if not page.archived and allowed.exclude(pk=reading.scope.person_id or 0).exists():
        page.give_url = path_of("template_assign", template.code)
    held = holders(company, template, today(company))
    mine = set(allowed.filter(pk__in=list(held)).values_list("pk", flat=True)) if page.give_url else set(held)
    page.older = sum(one.version < template.version for pk, one in held.items() if pk in mine)
    page.current = sum(one.version == template.version for one in held.values())
    if page.give_url and page.older:
        page.older_url = with_query(page.give_url, only="older")
    shown_one = page.shown_version or template.version
    page.versions = _versions(template, shown_one)
    if page.shown_version is not None:
        page.compared = (page.shown_version, template.version)
    elif template.version > 1:
        page.compared = (template.version - 1, template.version)
    if page.compared is not None:
        before, after = ([LineInput.of(row) for row in template_lines(template, number)] for number in page.compared)
        wanted = {line.kpi_id for line in (*before, *after)}
        names = {kpi.pk: name_of(reading, kpi) for kpi in Kpi.objects.filter(pk__in=wanted)}
        page.differences = differences(before, after, names, goals)
    page.runs = recent_runs(reading, template)


def _versions(template: ScorecardTemplate, shown_one: int) -> list[VersionRow]:
    """Newest first, with who saved each and when."""
    rows = AuditEntry.objects.filter(
        company=template.company_id,
        object_type=template._meta.label_lower,
        object_id=str(template.pk),
        action="template.lines_saved",
    ).select_related("acting_user")
    saved = {int((row.after or {}).get("version", 0)): row for row in rows.order_by("-id")[: VERSIONS * 2]}
    here = path_of("template", template.code)
    out = []
    for number in range(template.version, max(0, template.version - VERSIONS), -1):
        row = saved.get(number)
        url = here if number == template.version else with_query(here, version=str(number))
        by = str(row.acting_user or "") if row is not None else ""
        out.append(VersionRow(number, url, number == shown_one, by, row.at if row is not None else None))
    return out


def conflict_of(reading: Reading, template: ScorecardTemplate, mine: Sequence[LineInput]) -> list[Difference]:
    """What the other one has saved against what was typed, KPI by KPI."""
    theirs = {line.kpi_id: LineInput.of(line) for line in template_lines(template)}
    wanted = {line.kpi_id: line for line in mine}
    names = {kpi.pk: name_of(reading, kpi) for kpi in Kpi.objects.filter(pk__in={*theirs, *wanted})}
    nothing = _("không có")
    return [
        Difference(
            names.get(kpi, ""), line_text(theirs.get(kpi), {}) or nothing, line_text(wanted.get(kpi), {}) or nothing
        )
        for kpi in [*theirs, *(kpi for kpi in wanted if kpi not in theirs)]
        if theirs.get(kpi) != wanted.get(kpi)
    ]
