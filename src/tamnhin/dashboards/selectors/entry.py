"""What is due from somebody, as numbers to type: cells of the evaluated company, mine first, oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.lines import maybe
from tamnhin.dashboards.shapes import EntryForm, EntryItem, Link
from tamnhin.dashboards.typed import Typed, as_typed
from tamnhin.engine.aggregation import BIT, Aggregation, Ints
from tamnhin.engine.periods import from_ordinal, ordinal
from tamnhin.engine.plan import Block
from tamnhin.engine.plan.owners import Bools
from tamnhin.engine.states import State
from tamnhin.kpis.models import Kpi
from tamnhin.measurements.access import ENTERING, owners_enterable_by
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.access import WHOLE_COMPANY

DUE_DAYS = 5  # after the end of a period its number is due
BACK = 12  # periods of a KPI's own rhythm that are asked for; older gaps are corrected from the KPI's page
SHOWN = 20
SHOWN_OWNERS = 12
LAST = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address names: nothing, an owner, or one cell by the codes of its owner and KPI and its period."""

    owner: str = ""
    kpi: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number: positions of the owner and the KPI, and where it stands in its block."""

    owner: int
    kpi: int
    block: int
    at: int
    column: int


@dataclass(frozen=True, slots=True)
class Due:
    """What waits. A large company owes hundreds of thousands: only those that are shown become objects.

    ``waiting`` int64 ``[owners]``: how many cells of each owner are asked for; ``owed`` of these are past their period.
    """

    cells: Sequence[Cell]
    waiting: Ints
    owed: Ints


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of what somebody sent for one cell."""

    typed: Typed
    error: str = ""
    saved: Measurement | None = None
    effect: str = ""
    revision: int | None = None  # of the value that another has entered meanwhile


def enterable(reading: Reading) -> Bools:
    """Which owners of the plan the reader may enter numbers for, ``[owners]`` bool. At most one query."""
    plan = reading.live.plan
    mask = np.zeros(plan.owners.count, dtype=bool)
    scope = reading.scope
    if not scope.is_member or scope.reads_only:
        return mask
    paths = scope.paths(ENTERING)
    root = "" if reading.root is None else f"/{reading.live.owner_ids[reading.root]}/"
    if WHOLE_COMPANY in paths or root in paths:
        mask[:] = True
        return mask
    ids = owners_enterable_by(reading.user, reading.company).values_list("pk", flat=True)
    mask[[at for pk in ids if (at := reading.live.owner_of_id.get(pk)) is not None]] = True
    return mask


def _typed_by_hand(reading: Reading, block: Block) -> Bools:
    """Nodes of a block that take a number of their own: not computed, not added up from below. ``[nodes]`` bool."""
    plan = reading.live.plan
    mask = ~plan.kpis.has_formula[plan.nodes.kpi[block.nodes]]
    for level in block.levels:
        mask[level.parents[level.values]] = False
    return mask


def cells_due(reading: Reading, allowed: Bools, chosen: int | None = None, most: int = SHOWN) -> Due:
    """Cells of the allowed owners that are owed, and the open ones of the reader; mine first, oldest first.

    Counts are of all allowed owners, cells of the ``chosen`` one where there is one.
    """
    plan = reading.live.plan
    me = -1 if reading.me is None else reading.me
    as_of = ordinal(reading.live.as_of)
    waiting, owed_by = (np.zeros(plan.owners.count, dtype=np.int64) for _ in range(2))
    found: list[tuple[bool, int, Cell]] = []
    for number_of_block, block in enumerate(plan.blocks):
        owner = plan.nodes.owner[block.nodes]
        ours = np.flatnonzero(allowed[owner] & _typed_by_hand(reading, block))
        begun = int(np.searchsorted(block.timeline.start, as_of, side="right"))
        began = max(0, begun - 1 - BACK)
        owed = (block.bits[began:begun, ours] & BIT[State.NO_DATA]) != 0
        asked = owed.copy()
        mine = owner[ours] == me
        if began <= block.open_column < begun:
            said = (block.bits[block.open_column, ours] & (BIT[State.NOT_DUE] | BIT[State.VALUE])) != 0
            asked[block.open_column - began] |= mine & said
        np.add.at(waiting, owner[ours], asked.sum(axis=0))
        np.add.at(owed_by, owner[ours], owed.sum(axis=0))
        wanted = np.ones(len(ours), dtype=bool) if chosen is None else owner[ours] == chosen
        for strange, who in ((False, wanted & mine), (True, wanted & ~mine)):
            for column, picked in _oldest(asked, np.flatnonzero(who), most):
                at = int(ours[picked])
                cell = Cell(int(owner[at]), int(plan.nodes.kpi[block.nodes[at]]), number_of_block, at, began + column)
                found.append((strange, int(block.timeline.stop[began + column]), cell))
    found.sort(key=lambda one: (one[0], one[1], one[2].owner, one[2].kpi))
    return Due([cell for _strange, _stop, cell in found[:most]], waiting, owed_by)


def _oldest(asked: Bools, who: Ints, most: int) -> list[tuple[int, int]]:
    """(row, position) of the first ``most`` marks in these columns of ``asked``, row by row."""
    out: list[tuple[int, int]] = []
    for row in range(len(asked)):  # thirteen periods of a KPI's own rhythm
        out += [(row, position) for position in who[asked[row, who]][: most - len(out)].tolist()]
        if len(out) >= most:
            break
    return out


def cell_or_404(reading: Reading, owner: int, kpi: str, period: str) -> Cell:
    """One particular cell, of whatever period. Raises Http404 where no number is typed."""
    plan = reading.live.plan
    try:
        index = plan.kpis.codes.index(kpi)
    except ValueError:
        raise Http404 from None
    node = int(plan.nodes.find(np.array([owner]), index, plan.kpis.count)[0])
    if node < 0:
        raise Http404
    number_of_block, at = int(plan.nodes.block[node]), int(plan.nodes.at[node])
    block = plan.blocks[number_of_block]
    if period not in block.timeline.keys or not _typed_by_hand(reading, block)[at]:
        raise Http404
    column = block.timeline.keys.index(period)
    if block.timeline.start[column] > ordinal(reading.live.as_of):
        raise Http404
    return Cell(owner, index, number_of_block, at, column)


def entry_form(
    reading: Reading,
    asked: Asked,
    outcomes: Mapping[str, Outcome] | None = None,
    only: Cell | None = None,
) -> EntryForm:
    """What is due; of one owner; or one cell, asked for by its names or by itself (``only``).

    Raises Http404 for an owner the reader may not enter for.

    Four queries, whatever the number of cells.
    """
    allowed = enterable(reading)
    chosen: int | None = None
    if asked.owner:
        chosen = reading.live.owner_at.get(asked.owner)
        if chosen is None or not allowed[chosen]:
            raise Http404
    owners: list[Link] = []
    waiting, owed, mine = 1, 0, 0
    if only is not None:
        cells: Sequence[Cell] = [only]
    elif chosen is not None and asked.kpi:
        cells = [cell_or_404(reading, chosen, asked.kpi, asked.period)]
    else:
        due = cells_due(reading, allowed, chosen)
        cells, owners = due.cells, _owners(reading, due, chosen)
        waiting, owed = (int(n.sum() if chosen is None else n[chosen]) for n in (due.waiting, due.owed))
        mine = 0 if reading.me is None else int(due.owed[reading.me])
    address = with_query(reverse("entry"), owner=asked.owner, kpi=asked.kpi, period=asked.period)
    items = entry_items(reading, cells, address, outcomes or {})
    return EntryForm(
        items=items,
        action=address,
        echo_url=reverse("entry_echo"),
        done=sum(1 for one in (outcomes or {}).values() if one.saved is not None),
        owner=reading.owner_name(chosen) if chosen is not None else "",
        waiting=waiting,
        owed=owed,
        mine_owed=mine,
        owners=owners,
        all_url=reverse("entry") if asked.owner else "",
    )


def _owners(reading: Reading, due: Due, chosen: int | None) -> list[Link]:
    """Owners with numbers waiting: the reader, then those with the most; the one that is chosen is marked."""
    holders = np.flatnonzero(due.waiting)
    if len(holders) < 2:
        return []
    me = -1 if reading.me is None else reading.me
    order = np.lexsort((holders, -due.waiting[holders], holders != me))[:SHOWN_OWNERS]
    codes = reading.live.plan.owners.codes
    links = [
        Link(
            f"{reading.owner_name(at)} ({due.waiting[at]})",
            with_query(reverse("entry"), owner=codes[at]),
            "current" if at == chosen else "",
        )
        for at in holders[order].tolist()
    ]
    return [Link(_("Tất cả"), reverse("entry"), "" if chosen is not None else "current"), *links]


def key_of(owner_id: int, kpi_id: int, period: str) -> str:
    """Names the fields of one cell: an id of a person's or unit's row, of a KPI's, and the period."""
    return f"{owner_id}-{kpi_id}-{period}"


def entry_items(
    reading: Reading, cells: Sequence[Cell], address: str, outcomes: Mapping[str, Outcome]
) -> list[EntryItem]:
    """Cells as items to show, in their order. Two queries."""
    live, plan = reading.live, reading.live.plan
    codes = [plan.kpis.codes[cell.kpi] for cell in cells]
    ids = dict(Kpi.objects.filter(company=reading.company, code__in=set(codes)).values_list("code", "pk"))
    newest = newest_of(reading, cells)
    items = []
    for cell, code in zip(cells, codes, strict=True):
        owner_id, period = int(live.owner_ids[cell.owner]), plan.blocks[cell.block].timeline.keys[cell.column]
        key = key_of(owner_id, ids[code], period)
        items.append(_item(reading, cell, key, newest.get((owner_id, code, period)), address, outcomes.get(key)))
    return items


def newest_of(reading: Reading, cells: Sequence[Cell]) -> dict[tuple[int, str, str], Measurement]:
    """The last revision of each cell, by owner id, KPI code and period. One query."""
    plan = reading.live.plan
    rows = (
        Measurement.objects.filter(
            company=reading.company,
            owner__in={int(reading.live.owner_ids[cell.owner]) for cell in cells},
            kpi__code__in={plan.kpis.codes[cell.kpi] for cell in cells},
            period__in={plan.blocks[cell.block].timeline.keys[cell.column] for cell in cells},
        )
        .select_related("kpi", "recorded_by")
        .order_by("revision")
    )
    return {(row.owner_id, row.kpi.code, row.period): row for row in rows}


def _item(
    reading: Reading, cell: Cell, key: str, newest: Measurement | None, address: str, outcome: Outcome | None
) -> EntryItem:
    plan = reading.live.plan
    block = plan.blocks[cell.block]
    code = plan.kpis.codes[cell.kpi]
    due = from_ordinal(int(block.timeline.stop[cell.column])) + timedelta(days=DUE_DAYS)
    late = max(0, (reading.live.as_of - due).days)
    missing = bool(block.bits[cell.column, cell.at] & BIT[State.NO_DATA])
    kind = Aggregation(int(plan.kpis.aggregation[cell.kpi]))
    ratio, weighted = kind is Aggregation.RATIO, kind is Aggregation.WEIGHTED_MEAN
    back = _before(block, cell)
    last = [(block.timeline.period(c).title(reading.language), float(block.value[c, cell.at])) for c in back]
    typed = outcome.typed if outcome is not None else Typed.of_measurement(newest, reading.language)
    revision = newest.revision if newest is not None else 0
    if outcome is not None and outcome.error:
        # what was typed stays; saving once more then replaces the value that came in between
        revision = outcome.revision if outcome.revision is not None else typed.revision
    state = newest.state if newest is not None and outcome is None else typed.state
    return EntryItem(
        key=key,
        kpi=reading.kpi_name(code),
        code=code,
        owner=reading.owner_name(cell.owner),
        period=block.timeline.period(cell.column).title(reading.language),
        unit=reading.unit_of(code),
        due=due,
        url=address,
        kpi_url=reading.kpi_url(cell.owner, code),
        ratio=ratio,
        numerator_text=typed.numerator,
        denominator_text=typed.denominator,
        weighted=weighted,
        weight_text=typed.weight,
        text=typed.value,
        previous_text=as_typed(last[-1][1], reading.language) if last and not ratio and not weighted else "",
        echo=typed.echo(reading.language) if outcome is not None and not outcome.error else "",
        error=outcome.error if outcome is not None else "",
        last=last,
        target=maybe(float(block.target[cell.column, cell.at])),
        source=newest.source if newest is not None else "",
        note=typed.note if outcome is not None and outcome.error else "",
        ask_cause=_("Quá hạn {days} ngày: vì sao?").format(days=late) if missing and late else "",
        saved_at=outcome.saved.recorded_at if outcome is not None and outcome.saved is not None else None,
        overdue_days=late if missing else 0,
        effect=outcome.effect if outcome is not None else "",
        state=state if state in ("not_applicable", "exempt") else "value" if not missing else "no_data",  # type: ignore[arg-type]
        reason=typed.reason if outcome is not None else (newest.reason if newest is not None and newest.state else ""),
        revision=revision,
    )


def _before(block: Block, cell: Cell) -> list[int]:
    """Columns of the last numbers before the cell's, oldest first."""
    known: Ints = np.flatnonzero(~np.isnan(block.value[: cell.column, cell.at]))
    return [int(column) for column in known[-LAST:]]
