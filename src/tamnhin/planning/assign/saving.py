"""Cells from the matrix's JSON to the services, and what came of them back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading
from tamnhin.kpis.services.assignments import Time
from tamnhin.kpis.services.cells import Cell, Saved, Value, save_cells
from tamnhin.planning.assign.stages import date_of, stage_of, stage_word

MOST_CELLS = 50_000
FIELDS = {"w": "weight", "t": "target"}


class NotCellsError(ValueError):
    """The body is not what matrix.js sends."""


def read_cells(body: bytes) -> tuple[list[Cell], Time]:
    """``{"first", "last", "cells": [[owner, kpi, "w" or "t", was, value], …]}``. Raises NotCellsError.

    Numbers are read exactly: 33.33 is that, and not the float beside it.
    """
    try:
        data = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
        cells = [_cell(row) for row in data["cells"]]
        first, last = date_of(str(data.get("first") or "")), date_of(str(data.get("last") or ""))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise NotCellsError(str(fault)) from None
    if len(cells) > MOST_CELLS:
        raise NotCellsError("too many")
    return cells, Time(first, last if first and last and last >= first else None)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _cell(row: Any) -> Cell:
    owner, kpi, kind, was, value = row
    if type(owner) is not int or type(kpi) is not int:
        raise NotCellsError("ids")
    if kind == "w":
        return Cell(owner, kpi, "weight", _weight(was), _weight(value))
    if kind == "t":
        return Cell(owner, kpi, "target", _number(was), _number(value))
    raise NotCellsError("field")


def _weight(value: object) -> Value:
    if value is None or isinstance(value, Decimal):
        return value
    if type(value) is int:
        return Decimal(value)
    raise NotCellsError("weight")


def _number(value: object) -> Value:
    if value is None:
        return None
    if isinstance(value, Decimal) or type(value) is int:
        return float(value)
    raise NotCellsError("target")


def saved(reading: Reading, owners: set[int], cells: list[Cell], time: Time) -> dict[str, Any]:
    """Save those of the unit's owners; the answer for matrix.js."""
    mine = [cell for cell in cells if cell.owner_id in owners]
    if len(mine) != len(cells):
        raise NotCellsError("another unit's")
    out = save_cells(acting_user=reading.user, company=reading.company, cells=mine, time=time)
    return _answer(reading, out)


def _answer(reading: Reading, out: Saved) -> dict[str, Any]:
    local = timezone.localtime(out.at) if out.at else None
    return {
        "at": f"{local:%H:%M}" if local else "",
        "saved": len(out.saved),
        "conflicts": [
            {
                **_place(one.cell),
                "theirs": _plain(one.theirs),
                "by": one.by,
                "at": f"{timezone.localtime(one.at):%H:%M}" if one.at else "",
            }
            for one in out.conflicts
        ],
        "refused": [{**_place(one.cell), "text": one.problem.text(reading.language)} for one in out.refused],
        "rows": [
            {
                "id": owner,
                "url": reverse("plan", args=[assignment.pk]),
                "stage": stage_of(assignment.status),
                "word": stage_word(stage_of(assignment.status)),
                "locked": "" if assignment.status == "draft" else _("đã đề xuất: rút lại để sửa"),
            }
            for owner, assignment in out.assignments.items()
        ],
    }


def _place(cell: Cell) -> Mapping[str, Any]:
    return {"o": cell.owner_id, "k": cell.kpi_id, "f": "w" if cell.field == "weight" else "t"}


def _plain(value: Value) -> float | None:
    return None if value is None else float(value)
