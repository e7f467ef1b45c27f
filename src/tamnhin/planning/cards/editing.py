"""Writing a card: what was typed becomes a definition; another's change in between is shown field by field."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.shapes import Link as PageLink
from tamnhin.kpis.access import newest_version
from tamnhin.kpis.errors import DefinitionConflictError, DefinitionError
from tamnhin.kpis.formulas import formula_faults
from tamnhin.kpis.models import Kpi
from tamnhin.kpis.services.definitions import Definition, change_kpi, create_kpi
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Owner
from tamnhin.planning.cards.forms import CardForm
from tamnhin.planning.cards.shapes import CheckPage, Difference, EditPage, Twin
from tamnhin.planning.cards.twins import twins_of
from tamnhin.planning.cards.words import label, written
from tamnhin.strategy.perspectives import perspective_key

SEEN = "twins_seen"  # the field that says which likenesses the writer has seen


def proposed_code(company_id: int) -> str:
    """``KPI-001`` and so on: the first number that is free after the largest one used."""
    used = Kpi.objects.filter(company=company_id, code__startswith="KPI-").values_list("code", flat=True)
    numbers = [int(code[4:]) for code in used if code[4:].isascii() and code[4:].isdigit()]
    return f"KPI-{max(numbers, default=0) + 1:03}"


def definition_of(kpi: Kpi) -> Definition:
    """The newest version of a card. Raises DoesNotExist for a KPI without one."""
    version = newest_version(kpi)
    if version is None:
        raise Kpi.DoesNotExist(kpi.code)
    return Definition.of(version)


def new_page(reading: Reading, form: CardForm, twins: list[Twin] | None = None, **more: Any) -> EditPage:
    given: dict[str, Any] = {
        "title": _("KPI mới"),
        "action": reverse("kpi_new"),
        "back": PageLink(_("Thư viện KPI"), reverse("library")),
        "intro": _("KPI mới là bản nháp: viết được trước khi có số liệu. Thẻ điểm chỉ nhận KPI đã kích hoạt."),
        **more,
    }
    return EditPage(form=form, twins=twins or (), asked_twice=bool(twins), **given)


def unseen_twins(request: HttpRequest, reading: Reading, form: CardForm, origin: str = "") -> list[Twin]:
    """Likenesses that the writer has not been shown yet: the first save stops at them, the second goes ahead."""
    cleaned = form.cleaned_data
    found = twins_of(reading, cleaned["code"], cleaned["name"], cleaned["unit"], cleaned["direction"], origin)
    seen = set(request.POST.get(SEEN, "").split("\n"))
    return found if any(twin.code not in seen for twin in found) else []


def create(reading: Reading, form: CardForm, library_code: str = "") -> Kpi | None:
    """The draft, or None with the refusals in the form."""
    try:
        return create_kpi(
            acting_user=reading.user,
            company=reading.company,
            code=form.cleaned_data["code"],
            definition=form.made(),
            library_code=library_code,
        )
    except DefinitionError as error:
        form.refuse(error)
        return None


def edit_form(reading: Reading, kpi: Kpi, data: Mapping[str, object] | None = None) -> CardForm:
    changing = kpi.status != Kpi.Status.DRAFT
    form = CardForm(
        reading, data, definition=definition_of(kpi), code=kpi.code, revision=kpi.revision, changing=changing
    )
    if changing:
        form.fields["valid_from"].initial = today(reading.company)
    return form


def edit_page(reading: Reading, kpi: Kpi, form: CardForm, differences: list[Difference] | None = None) -> EditPage:
    return EditPage(
        title=kpi.name,
        form=form,
        action=reverse("kpi_edit", args=[kpi.code]),
        back=PageLink(kpi.code, reverse("kpi_card", args=[kpi.code])),
        status=kpi.status,
        differences=differences or (),
        intro=_("KPI đang dùng: lưu thành một bản mới từ ngày bạn chọn, các kỳ trước giữ bản cũ.")
        if kpi.status != Kpi.Status.DRAFT
        else "",
    )


def save(reading: Reading, kpi: Kpi, form: CardForm) -> tuple[Kpi | None, CardForm, list[Difference]]:
    """The card as changed; or None, the form to show again and what another has changed meanwhile."""
    try:
        changed = change_kpi(
            acting_user=reading.user,
            kpi=kpi,
            definition=form.made(),
            expected_revision=form.cleaned_data["revision"] or 0,
            valid_from=form.cleaned_data.get("valid_from"),
            reason=form.cleaned_data.get("reason") or "",
        )
    except DefinitionConflictError as conflict:
        merged, differences = _merged(reading, kpi, form, conflict)
        return None, merged, differences
    except DefinitionError as error:
        form.refuse(error)
        return None, form, []
    return changed, form, []


def _merged(
    reading: Reading, kpi: Kpi, form: CardForm, conflict: DefinitionConflictError
) -> tuple[CardForm, list[Difference]]:
    """What was typed stays, but that untouched fields take over what the other wrote."""
    kpi.refresh_from_db()
    fresh = edit_form(reading, kpi)
    data: MutableMapping[str, Any] = QueryDict(mutable=True)
    data.update({name: form.data.get(name, "") for name in form.fields})
    data["revision"] = str(conflict.revision)
    mine = form.made()
    before = _names(reading, conflict)
    current = definition_of(kpi)
    differences = []
    for name, (was, _now) in conflict.theirs.items():
        if name not in fresh.fields:
            continue
        typed = getattr(mine, name)
        stored = typed.pk if isinstance(typed, Owner | Kpi) else typed
        untouched = str(stored or "") == str(was or "") or (
            name == "perspective" and perspective_key(str(was or ""), form.lanes) == stored
        )
        if untouched:
            data[name] = fresh.get_initial_for_field(fresh.fields[name], name) or ""
        if untouched or typed != getattr(current, name):
            differences.append(
                Difference(
                    label=label(name),
                    before=before(name, was) or "—",
                    theirs=written(name, getattr(current, name), form.lanes, reading.language) or "—",
                    mine=written(name, typed, form.lanes, reading.language) or "—",
                    taken=untouched,
                )
            )
    merged = edit_form(reading, kpi, data)
    merged.is_valid()
    merged.add_error(None, conflict.problem.text(reading.language))
    return merged, differences


def _names(reading: Reading, conflict: DefinitionConflictError) -> Any:
    """How a value of the trail is read: references stand there as ids."""
    before = {name: was for name, (was, _now) in conflict.theirs.items() if isinstance(was, int)}
    owners = {before[name] for name in ("owner", "deputy") if name in before}
    named: dict[object, str] = dict(
        Owner.objects.filter(company=reading.company, pk__in=owners).values_list("pk", "name")
    )
    guards = [before["guardrail"]] if "guardrail" in before else []
    kpis: dict[object, str] = dict(Kpi.objects.filter(company=reading.company, pk__in=guards).values_list("pk", "name"))

    def read(name: str, value: object) -> str:
        if name in ("owner", "deputy"):
            return named.get(value, "")
        if name == "guardrail":
            return kpis.get(value, "")
        return written(name, value, (), reading.language)

    return read


def check_page(reading: Reading, post: Mapping[str, str]) -> CheckPage:
    """What can be said while the card is being written. Nothing is stored."""
    text = post.get("formula", "")[:4000]
    code = post.get("code", "")[:64] or "?"
    found = formula_faults(reading.company, code, text, post.get("unit", "")[:64]) if text.strip() else []
    faults = [one for one in found if one.severity == "error"]
    start, end = _place(faults[0].args, len(text)) if faults else (0, 0)
    twins = []
    if post.get("revision", "0") in ("", "0"):
        twins = twins_of(
            reading, code, post.get("name", "")[:300], post.get("unit", "")[:64], post.get("direction", "")
        )
    return CheckPage(
        formula_ok=bool(text.strip()) and not faults,
        formula=text,
        before=text[:start],
        fault=text[start:end],
        after=text[end:],
        faults=[one.text(reading.language) for one in faults],
        warnings=[one.text(reading.language) for one in found if one.severity != "error"],
        twins=twins,
    )


def _place(args: Mapping[str, object], length: int) -> tuple[int, int]:
    start, end = args.get("start"), args.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return 0, length
    return min(start, length), min(max(end, start + 1), length)
