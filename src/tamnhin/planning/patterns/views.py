"""Templates: all of them, one as a form with its versions, a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tamnhin.dashboards.reading import Reading, path_of
from tamnhin.kpis.errors import DefinitionConflictError, DefinitionError, DefinitionForbiddenError, refuse
from tamnhin.kpis.models import Kpi, ScorecardTemplate
from tamnhin.kpis.services.lines import LineInput, LinesRefusedError
from tamnhin.kpis.services.templates import (
    About,
    add_template,
    archive_template,
    lines_from_scorecard,
    save_template,
    template_lines,
)
from tamnhin.kpis.template_access import can_write_templates, get_template_or_404, templates_visible_to
from tamnhin.organisation.access import OVERSEERS, get_owner_or_404, today
from tamnhin.organisation.models import Unit
from tamnhin.planning.assign.lines import Typed, placed, stored
from tamnhin.planning.pages import show
from tamnhin.planning.patterns import editor
from tamnhin.planning.patterns.listing import list_page
from tamnhin.planning.patterns.shapes import Difference

CURRENT = "templates"
FIELDS = ("code", "name", "position", "unit", "level")


@require_safe
@login_required
def template_list(request: HttpRequest) -> HttpResponse:
    """``?away=1``: those put away."""
    reading = overseer(request)
    rows = templates_visible_to(reading.user, reading.company)
    page = list_page(reading, rows, away=request.GET.get("away") == "1")
    return show(request, "planning/patterns/list.html", page, reading, CURRENT)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """``?from=CODE`` begins with what somebody's scorecard has today."""
    reading = overseer(request)
    if not can_write_templates(reading.user, reading.company):
        raise Http404
    if request.method == "POST":
        return _posted(request, reading, None, [])
    values = dict.fromkeys(FIELDS, "")
    lines: list[LineInput] = []
    source = request.GET.get("from", "").split(" · ")[0].strip()
    if source:
        owner = get_owner_or_404(request, source)
        lines = lines_from_scorecard(owner, today(reading.company))
        person = getattr(owner, "person", None)
        values["name"] = (person.position if person is not None else "") or owner.name
        values["position"] = person.position if person is not None else ""
        values["level"] = "unit" if person is None else ""
    typed = stored(lines, reading.language)
    errors = [_("Người này chưa có thẻ điểm. Chọn người khác, hoặc thêm KPI bên dưới.")] if source and not lines else []
    page = editor.edit_page(reading, None, typed, values, unsaved=bool(lines), errors=errors, source=source)
    return show(request, "planning/patterns/edit.html", page, reading, CURRENT)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def template(request: HttpRequest, template: str) -> HttpResponse:
    """The newest version as a form; ``?version=2`` an older one to read. A POST saves, or does what its button says."""
    reading = overseer(request)
    row = get_template_or_404(request, template)
    if request.method == "POST":
        if reading.scope.reads_only:
            raise Http404
        act = request.POST.get("then", "")
        if act in ("archive", "restore"):
            return _archived(request, reading, row, away=act == "archive")
        return _posted(request, reading, row, [LineInput.of(line) for line in template_lines(row)])
    text = request.GET.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else row.version
    if not 1 <= version <= row.version:
        raise Http404
    lines = [LineInput.of(line) for line in template_lines(row, version)]
    page = editor.edit_page(
        reading, row, stored(lines, reading.language), _values(row), revision=row.revision, version=version
    )
    return show(request, "planning/patterns/edit.html", page, reading, CURRENT)


# -- parts --------------------------------------------------------------------------------------------------------


def overseer(request: HttpRequest) -> Reading:
    """Templates are for those who look down from a unit."""
    reading = Reading.of(request, "")
    if not reading.scope.has(*OVERSEERS):
        raise Http404
    return reading


def _values(row: ScorecardTemplate) -> dict[str, str]:
    unit = row.unit.owner.code if row.unit is not None else ""
    return {"code": row.code, "name": row.name, "position": row.position, "unit": unit, "level": row.level}


def _archived(request: HttpRequest, reading: Reading, row: ScorecardTemplate, *, away: bool) -> HttpResponse:
    try:
        archive_template(acting_user=reading.user, template=row, archived=away)
    except DefinitionForbiddenError:
        raise Http404 from None
    messages.success(
        request,
        _("Đã cất mẫu. Thẻ điểm đã giao giữ nguyên.") if away else _("Đã lấy mẫu ra dùng lại."),
    )
    return HttpResponseRedirect(path_of("template", row.code))


def _posted(
    request: HttpRequest, reading: Reading, row: ScorecardTemplate | None, stood: Sequence[LineInput]
) -> HttpResponse:
    data = request.POST.dict()
    values = {name: data.get(name, "").strip() for name in FIELDS}
    if row is not None:
        values["code"] = row.code
    typed = editor.typed_lines(reading, data, stood)
    revision = _number(data.get("revision", ""))
    act = data.get("then", "")
    if act in ("add", "split"):
        error = ""
        if act == "add":
            error = editor.with_kpi(reading, typed, data.get("kpi", ""))
        else:
            editor.split(typed, reading.language)
        page = editor.edit_page(
            reading, row, typed, values, revision=revision or 0, errors=[error] if error else (), unsaved=not error
        )
        return show(request, "planning/patterns/edit.html", page, reading, CURRENT, status=422 if error else 200)
    return _saved(request, reading, row, typed, values, revision)


def _saved(
    request: HttpRequest,
    reading: Reading,
    row: ScorecardTemplate | None,
    typed: list[Typed],
    values: Mapping[str, str],
    revision: int | None,
) -> HttpResponse:
    wanted = [one.line for one in typed if not one.removed]
    errors: list[str] = []
    at_fields: dict[str, list[str]] = {}
    conflict: Sequence[Difference] = ()
    if not any(one.errors for one in typed):
        try:
            about = _about(reading, values)
            if row is None:
                made = add_template(
                    acting_user=reading.user, company=reading.company, code=values["code"], about=about, lines=wanted
                )
            else:
                made = save_template(
                    acting_user=reading.user, template=row, about=about, lines=wanted, revision=revision
                )
        except DefinitionForbiddenError:
            raise Http404 from None
        except DefinitionConflictError as refused:
            errors = [refused.problem.text(reading.language)]
            row = get_template_or_404(request, values["code"])
            revision = refused.revision  # saving again is then a choice made with open eyes
            conflict = editor.conflict_of(reading, row, wanted)
        except DefinitionError as refused:
            for one in refused.refusals:
                text = one.problem.text(reading.language)
                (at_fields.setdefault(one.field, []) if one.field else errors).append(text)
        except LinesRefusedError as refused:
            codes = dict(Kpi.objects.filter(pk__in=[line.kpi_id for line in wanted]).values_list("pk", "code"))
            errors = placed(refused.problems, typed, codes, reading.language)
        else:
            messages.success(request, _("Đã lưu mẫu, bản {version}.").format(version=made.version))
            return HttpResponseRedirect(path_of("template", made.code))
    if not errors:
        errors = [_("Chưa lưu. Xem lời nhắc ở từng ô rồi lưu lại.")]
    page = editor.edit_page(
        reading,
        row,
        typed,
        values,
        revision=revision or 0,
        errors=errors,
        field_errors=at_fields,
        unsaved=True,
        conflict=conflict,
    )
    return show(request, "planning/patterns/edit.html", page, reading, CURRENT, status=422)


def _about(reading: Reading, values: Mapping[str, str]) -> About:
    about = About(values["name"], values["position"], None, values["level"])
    if not values["unit"]:
        return about
    unit = Unit.objects.filter(company=reading.company, owner__code=values["unit"]).first()
    if unit is None:
        raise DefinitionError(refuse("unit", "TEMPLATE_UNIT_UNKNOWN"))
    return replace(about, unit=unit)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
