"""Balance of scorecards on pages: the four axes as counts and weights, and advice that never blocks."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.base.formatting import number, percent
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.kpi_list import axis_word
from tamnhin.engine.balance import AXES, Advice, Balance, balance, balance_of
from tamnhin.kpis.models import Kpi
from tamnhin.organisation.access import owners_visible_to
from tamnhin.planning.cards.words import AXIS_NAMES

PAGE = 50
OF_ONE = 3  # findings shown beside a name in the list
ORDER = ("timing", "flow", "domain", "level")


@dataclass(frozen=True, slots=True)
class AxisBar:
    """One axis. Widths are in per cent of the bar, written for an attribute; what is left is unclassified."""

    title: str
    first: str
    second: str
    first_said: str
    second_said: str
    first_width: str
    second_width: str
    second_at: str
    unsaid: str


@dataclass(frozen=True, slots=True)
class AdviceRow:
    text: str
    kpi: str
    url: str


@dataclass(frozen=True, slots=True)
class OwnerRow:
    name: str
    code: str
    kind: str
    url: str
    lines: int
    leading: str
    count: int
    advice: Sequence[tuple[str, Sequence[str]]]  # what it is about, and which KPIs


@dataclass(frozen=True, slots=True)
class BalancePage:
    axes: Sequence[AxisBar]
    kpis: int
    owners: Sequence[OwnerRow]
    owner_count: int
    advised: int
    kinds: Sequence[tuple[str, int]]  # what is said most often, and of how many scorecards
    only: str
    all_url: str
    units_url: str
    people_url: str
    more_url: str


@dataclass(frozen=True, slots=True)
class BalanceNote:
    """The balance of one scorecard; ``planning/cards/balance_note.html`` shows it inside other pages."""

    axes: Sequence[AxisBar]
    advice: Sequence[AdviceRow]
    lines: int
    url: str


@dataclass(frozen=True, slots=True)
class OwnerBalancePage:
    name: str
    card_url: str
    note: BalanceNote


def balance_page(reading: Reading, only: str, page: int) -> BalancePage:
    """The company's definitions by class, and visible scorecards, most findings first. ``only``: unit, person or ""."""
    found = balance_now(reading)
    counts = found.counts()
    visible = set(owners_visible_to(reading.user, reading.company).values_list("code", flat=True))
    units = reading.live.plan.owners.unit_count
    rows = []
    for place, row in enumerate(found.owners.select("owner", "lines", "w_leading").iter_rows()):
        position = reading.live.owner_at.get(row[0])
        if row[0] not in visible or position is None:
            continue
        kind = "unit" if position < units else "person"
        if only in ("", kind):
            rows.append((-counts.get(row[0], 0), place, position, kind, row))
    rows.sort(key=lambda one: one[:2])
    seen = {one[4][0] for one in rows}
    said = [one for one in found.advice if one.owner in seen]
    by_owner: dict[str, list[Advice]] = {}
    for one in said:
        by_owner.setdefault(one.owner, []).append(one)
    address = reverse("balance")
    page = min(max(1, page), max(1, -(-len(rows) // PAGE)))
    shown = rows[(page - 1) * PAGE : page * PAGE]
    living = set(
        Kpi.objects.filter(company=reading.company).exclude(status=Kpi.Status.RETIRED).values_list("code", flat=True)
    )
    definitions = [row for code, row in reading.kpi_rows.items() if code in living]
    return BalancePage(
        axes=[_of_definitions(axis, definitions) for axis in ORDER],
        kpis=len(definitions),
        owners=[_owner(reading, position, kind, row, by_owner.get(row[0], [])) for *_s, position, kind, row in shown],
        owner_count=len(rows),
        advised=len(by_owner),
        kinds=_kinds(said),
        only=only,
        all_url=address,
        units_url=with_query(address, of="unit"),
        people_url=with_query(address, of="person"),
        more_url=with_query(address, of=only, page=str(page + 1)) if page * PAGE < len(rows) else "",
    )


def owner_balance_page(reading: Reading, position: int) -> OwnerBalancePage:
    code = reading.live.plan.owners.codes[position]
    return OwnerBalancePage(reading.owner_name(position), reading.card_url(position), note_of(reading, code))


def note_of(reading: Reading, owner: str) -> BalanceNote:
    """The balance of the scorecard that an owner (code) has now; the reader may see the owner."""
    return _note(reading, balance_now(reading), owner)


def note_of_lines(reading: Reading, owner: str, lines: Iterable[tuple[str, float]]) -> BalanceNote:
    """The same for a scorecard that is only proposed. ``lines``: KPI code and weight (%)."""
    rows = [{"owner": owner, "kpi": kpi, "weight": float(weight)} for kpi, weight in lines]
    frame = pl.DataFrame(rows, schema={"owner": pl.String, "kpi": pl.String, "weight": pl.Float64})
    return _note(reading, balance_of(frame, reading.live.book), owner)


def balance_now(reading: Reading) -> Balance:
    """Of all owners today, counted once for each state of the company."""
    kept = _KEPT.get(reading.company.pk)
    state = (reading.live.structure_version, reading.live.as_of)
    if kept is None or kept[0] != state:
        kept = (state, balance(reading.live.book, reading.live.as_of))
        _KEPT[reading.company.pk] = kept
    return kept[1]


_KEPT: dict[int, tuple[tuple[int, datetime.date], Balance]] = {}


def _note(reading: Reading, found: Balance, owner: str) -> BalanceNote:
    row = next(iter(found.owners.filter(pl.col("owner") == owner).iter_rows(named=True)), None)
    return BalanceNote(
        axes=[_of_weights(axis, row) for axis in ORDER] if row is not None else (),
        advice=[
            AdviceRow(
                one.text(reading.language),
                reading.kpi_name(one.kpi) if one.kpi else "",
                reverse("kpi_card", args=[one.kpi]) if one.kpi else "",
            )
            for one in found.of(owner)
        ],
        lines=int(row["lines"]) if row is not None else 0,
        url=reverse("balance_owner", args=[owner]),
    )


def _owner(reading: Reading, position: int, kind: str, row: tuple[str, int, float], advice: list[Advice]) -> OwnerRow:
    return OwnerRow(
        name=reading.owner_name(position),
        code=row[0],
        kind=kind,
        url=reverse("balance_owner", args=[row[0]]),
        lines=row[1],
        leading=percent(row[2], 0),
        count=len(advice),
        advice=_short(reading, advice),
    )


def _short(reading: Reading, advice: Sequence[Advice]) -> list[tuple[str, list[str]]]:
    """Each kind once, with the KPIs it is about; the sentences stand on the owner's page."""
    out: dict[str, list[str]] = {}
    for one in advice[:OF_ONE]:
        about = out.setdefault(kind_of_advice(one.code), [])
        if one.kpi is not None:
            weight = one.args.get("weight")
            share = f" {percent(float(str(weight)), 0)}" if weight is not None else ""
            about.append(f"{reading.kpi_name(one.kpi)}{share}")
    return list(out.items())


def kind_of_advice(code: str) -> str:
    """What a piece of advice is about, in a few words."""
    return {
        "ALL_LAGGING": _("chỉ có KPI kết quả"),
        "NO_INPUT": _("không có KPI đầu vào"),
        "TOO_MANY_KPIS": _("quá nhiều KPI"),
        "TOO_FEW_KPIS": _("quá ít KPI"),
        "WEIGHT_OVER_40": _("một KPI nặng quá 40 %"),
        "WEIGHT_UNDER_5": _("KPI nhẹ dưới 5 %"),
        "NO_GUARDRAIL": _("KPI nặng không có đối trọng"),
        "UNCLASSIFIED": _("KPI chưa phân loại"),
        "NO_TACTICAL": _("không có KPI chiến thuật"),
    }.get(code, code)


def _kinds(said: Iterable[Advice]) -> list[tuple[str, int]]:
    owners = {(one.code, one.owner) for one in said}
    return [(kind_of_advice(code), count) for code, count in Counter(code for code, _owner in owners).most_common()]


def _of_definitions(axis: str, rows: Sequence[Mapping[str, object]]) -> AxisBar:
    one, other = AXES[axis]
    counted = Counter(str(row[axis] or "") for row in rows)
    total = max(1, len(rows))
    unsaid = len(rows) - counted[one] - counted[other]
    return _bar(
        axis, 100 * counted[one] / total, 100 * counted[other] / total, number(counted[one]), number(counted[other]),
        _("%(count)s chưa phân loại") % {"count": number(unsaid)} if unsaid else "",
    )  # fmt: skip


def _of_weights(axis: str, row: Mapping[str, float]) -> AxisBar:
    one, other = AXES[axis]
    first, second = float(row[f"w_{one}"]), float(row[f"w_{other}"])
    rest = 100 - first - second
    return _bar(
        axis, first, second, percent(first, 0), percent(second, 0),
        _("%(share)s chưa phân loại") % {"share": percent(rest, 0)} if rest > 0.5 else "",
    )  # fmt: skip


def _bar(axis: str, first: float, second: float, first_said: str, second_said: str, unsaid: str) -> AxisBar:
    one, other = AXES[axis]
    return AxisBar(
        title=_(AXIS_NAMES[axis]),
        first=axis_word(one),
        second=axis_word(other),
        first_said=first_said,
        second_said=second_said,
        first_width=f"{first:.2f}",
        second_width=f"{second:.2f}",
        second_at=f"{100 - second:.2f}",
        unsaid=unsaid,
    )
