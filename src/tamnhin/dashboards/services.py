"""Saving what somebody typed, one number after the other: each stands or falls by itself, and shows what it moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from tamnhin.base.formatting import NBSP, NOTHING, moment, number
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.entry import Cell, Outcome, cell_or_404, enterable
from tamnhin.dashboards.selectors.lines import card_status
from tamnhin.dashboards.typed import Typed, as_typed
from tamnhin.evaluation.live import live
from tamnhin.kpis.models import Kpi
from tamnhin.measurements.models import Measurement
from tamnhin.measurements.services import EntryConflictError, EntryError, enter_value
from tamnhin.organisation.models import Owner

MOST = 100  # fields of one page; more is not a page of ours


def cells_of(reading: Reading, keys: Sequence[str]) -> dict[str, Cell]:
    """The cells that some keys name. Raises Http404 where one is not the reader's to enter. One query."""
    if len(keys) > MOST:
        raise Http404
    allowed = enterable(reading)
    parts: dict[str, tuple[int, int, str]] = {}
    for key in keys:
        owner, _dash, rest = key.partition("-")
        kpi, _dash, period = rest.partition("-")
        if not (owner.isascii() and owner.isdigit() and kpi.isascii() and kpi.isdigit() and len(key) < 64):
            raise Http404
        parts[key] = int(owner), int(kpi), period
    wanted = {kpi for _owner, kpi, _period in parts.values()}
    codes = dict(Kpi.objects.filter(company=reading.company, pk__in=wanted).values_list("pk", "code"))
    cells = {}
    for key, (owner_id, kpi_id, period) in parts.items():
        at = reading.live.owner_of_id.get(owner_id)
        if at is None or kpi_id not in codes or not allowed[at]:
            raise Http404
        cells[key] = cell_or_404(reading, at, codes[kpi_id], period)
    return cells


def save(reading: Reading, request: HttpRequest, keys: Sequence[str], *, alone: bool) -> dict[str, Outcome]:
    """By key, what came of each field that somebody said something in. Blank ones are passed over, unless ``alone``."""
    typed = {key: Typed.from_post(request.POST, key) for key in keys}
    said = [key for key, one in typed.items() if not one.blank]
    cells = cells_of(reading, keys if alone else said)
    outcomes = {}
    for key, cell in cells.items():
        outcomes[key] = _save_one(reading, cell, typed[key])
    return outcomes


def _save_one(reading: Reading, cell: Cell, typed: Typed) -> Outcome:
    plan = reading.live.plan
    if typed.blank:
        return Outcome(typed, _("Chưa có gì để lưu. Nhập số, hoặc nói vì sao kỳ này không có số."))
    wrong = "" if typed.state else typed.problem(reading.language)
    if typed.state and not typed.reason:
        wrong = _("Hãy nói vì sao kỳ này không áp dụng.")
    if wrong:
        return Outcome(typed, wrong)
    owner = Owner.objects.select_related("company").get(pk=int(reading.live.owner_ids[cell.owner]))
    kpi = Kpi.objects.get(company=reading.company, code=plan.kpis.codes[cell.kpi])
    period = plan.blocks[cell.block].timeline.keys[cell.column]
    newest = _newest(owner, kpi, period)
    if newest is not None and newest.revision == typed.revision and _same(typed, newest, reading.language):
        return Outcome(typed)
    before = _score(reading, cell)
    echoes = {} if typed.state else typed.read(reading.language)
    values = {name: float(echo.value) for name, echo in echoes.items() if echo.value is not None}
    try:
        saved = enter_value(
            acting_user=reading.user,
            company=reading.company,
            owner=owner,
            kpi=kpi,
            period=period,
            state=typed.state,
            reason=typed.reason if typed.state else typed.note,
            expected_revision=typed.revision,
            value=values.get("value"),
            numerator=values.get("numerator"),
            denominator=values.get("denominator"),
            weight=values.get("weight"),
        )
    except EntryConflictError as conflict:
        return _conflict(reading, typed, conflict.current)
    except EntryError as error:
        return Outcome(typed, error.problem.text(reading.language))
    reading.company.refresh_from_db(fields=["structure_version", "data_version"])
    reading.live = live(reading.company)
    return Outcome(replace(typed, revision=saved.revision), saved=saved, effect=_effect(reading, cell, before))


def _newest(owner: Owner, kpi: Kpi, period: str) -> Measurement | None:
    rows = Measurement.objects.filter(company_id=owner.company_id, owner=owner, kpi=kpi, period=period)
    return rows.select_related("recorded_by").order_by("-revision").first()


def _same(typed: Typed, newest: Measurement, language: str) -> bool:
    """Nothing new is said: the fields still show what stands, and no word was added."""
    shown = Typed.of_measurement(newest, language)
    return not typed.note and replace(typed, note="") == replace(shown, note="")


def _conflict(reading: Reading, typed: Typed, newest: Measurement | None) -> Outcome:
    if newest is None:
        return Outcome(typed, _("Số này vừa thay đổi. Lưu lần nữa để ghi số của bạn."))
    by = (newest.recorded_by.name or newest.recorded_by.email) if newest.recorded_by else _("hệ thống")
    if newest.numerator is not None and newest.denominator is not None:
        theirs = f"{as_typed(newest.numerator, reading.language)} ÷ {as_typed(newest.denominator, reading.language)}"
    elif newest.value is not None:
        theirs = as_typed(newest.value, reading.language)
    else:
        theirs = newest.reason or NOTHING
    text = _("{by} vừa nhập {value} lúc {at}. Lưu lần nữa nếu số của bạn mới đúng.")
    said = text.format(by=by, value=theirs, at=moment(newest.recorded_at))
    return Outcome(typed, said, revision=newest.revision)


def _where(reading: Reading, cell: Cell) -> int | None:
    """The position of the period of pages that shows the cell first: its own, else the month of its last day."""
    block = reading.live.plan.blocks[cell.block]
    own = reading.live.periods.get(block.timeline.keys[cell.column])
    if own is not None:
        return own
    day = int(block.timeline.anchor[cell.column])
    months = [i for i, p in enumerate(reading.live.plan.periods) if p.kind == "month" and p.first <= day <= p.last]
    return months[0] if months else None


def _score(reading: Reading, cell: Cell) -> Decimal | None:
    at = _where(reading, cell)
    return None if at is None else card_status(reading, cell.owner, at)[0]


def _effect(reading: Reading, cell: Cell, before: Decimal | None) -> str:
    """``Điểm 03/2026 của Lê Thị Hoa: 91,20 → 92,05``; nothing where the owner has no score."""
    at = _where(reading, cell)
    after = _score(reading, cell)
    if at is None or (before is None and after is None):
        return ""

    def written(score: Decimal | None) -> str:
        return NOTHING if score is None else number(score, 2, fixed=True, language=reading.language)

    return _("Điểm {period} của {owner}: {move}").format(
        period=reading.live.plan.periods[at].title(reading.language),
        owner=reading.owner_name(cell.owner),
        move=f"{written(before)}{NBSP}→{NBSP}{written(after)}",
    )
