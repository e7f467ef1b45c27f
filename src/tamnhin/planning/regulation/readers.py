"""Who has acknowledged a version: counts unit by unit, and those who have not, page by page or as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.accounts.models import Role
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.organisation.access import WHOLE_COMPANY, owners_under
from tamnhin.organisation.models import Owner, Person, Unit
from tamnhin.planning.regulation.shapes import ReaderRow, ReadersPage, UnitRow
from tamnhin.regulation.access import can_read_all
from tamnhin.regulation.models import Version
from tamnhin.regulation.selectors import counts_by_unit, expected_readers, not_read, unit_on

PAGE = 50
COLUMNS = ("owner__code", "owner__name", "position", "at", "memberships__user__email")


def readers_page(reading: Reading, version: Version, under: str, page: int) -> ReadersPage:
    """``under``: the code of a unit; empty for all the reader may ask about. Raises Http404 for any other.

    Seven queries at most, whatever the number of people: they are counted by the database, and listed ``PAGE`` at a
    time.
    """
    units = {unit.pk: unit for unit in Unit.objects.filter(company=reading.company).select_related("owner")}
    allowed = allowed_paths(reading)
    here = _unit_or_404(units, allowed, under)
    inside = here.path if here is not None else WHOLE_COMPANY
    counts = counts_by_unit(version, reading.scope.on)
    address = reverse("regulation_readers", args=[version.number])
    total, rows = _units(units, counts, here, address)
    people = _left(reading, version, inside)
    page = min(max(1, page), max(1, -(-total.left // PAGE)))
    start = (page - 1) * PAGE
    shown = list(people.values_list(*COLUMNS)[start : start + PAGE])
    names = {pk: unit.owner.name for pk, unit in units.items()}
    code = here.owner.code if here is not None else ""
    return ReadersPage(
        number=version.number,
        title=version.title,
        version_url=reverse("regulation_version", args=[version.number]),
        total=total,
        units=rows,
        crumbs=_crumbs(units, allowed, here, address),
        people=[ReaderRow(row[0], row[1], row[2], names.get(row[3], ""), row[4] or "") for row in shown],
        first=start + 1 if shown else 0,
        last=start + len(shown),
        previous=with_query(address, unit=code, page=str(page - 1)) if page > 1 else "",
        following=with_query(address, unit=code, page=str(page + 1)) if start + len(shown) < total.left else "",
        file_url=with_query(reverse("regulation_readers_file", args=[version.number]), unit=code),
    )


def reminders_csv(reading: Reading, version: Version, under: str) -> Iterator[str]:
    """Those who have not acknowledged, as lines of a CSV that Excel reads with all marks. Raises Http404 at once."""
    units = {unit.pk: unit for unit in Unit.objects.filter(company=reading.company).select_related("owner")}
    here = _unit_or_404(units, allowed_paths(reading), under)
    people = _left(reading, version, here.path if here is not None else WHOLE_COMPANY)
    names = {pk: unit.owner.name for pk, unit in units.items()}
    header = (_("Mã"), _("Họ tên"), _("Chức danh"), _("Đơn vị"), _("Thư điện tử"))
    return _lines(header, people, names)


def _lines(header: tuple[str, ...], people: QuerySet[Person], names: dict[int, str]) -> Iterator[str]:
    yield "\ufeff"
    yield _line(header)
    for code, name, position, at, email in people.values_list(*COLUMNS).iterator(chunk_size=2000):
        yield _line((code, name, position, names.get(at, ""), email or ""))


def _line(cells: tuple[str, ...]) -> str:
    """What looks like a formula is made harmless."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text for text in cells])
    return out.getvalue()


def allowed_paths(reading: Reading) -> tuple[str, ...]:
    """The subtrees whose readers may be asked about: all for those who read everything, a head's own for a head."""
    if can_read_all(reading.user, reading.company):
        return (WHOLE_COMPANY,)
    return reading.scope.paths({Role.HEAD, Role.DIRECTOR, Role.HR, Role.ADMIN})


def _unit_or_404(units: dict[int, Unit], allowed: tuple[str, ...], code: str) -> Unit | None:
    """None: the whole company. Without a code, the first subtree that the reader may ask about."""
    if not allowed:
        raise Http404
    if not code:
        if WHOLE_COMPANY in allowed:
            return None
        shortest = min(allowed, key=lambda path: (len(path), path))
        return next(unit for unit in units.values() if unit.path == shortest)
    found = next((unit for unit in units.values() if unit.owner.code == code), None)
    if found is None or not any(found.path.startswith(path) for path in allowed):
        raise Http404
    return found


def _left(reading: Reading, version: Version, inside: str) -> QuerySet[Person]:
    """By given name. ``at``: the unit each stands in."""
    day = reading.scope.on
    people = not_read(expected_readers(reading.company, day), version)
    if inside != WHOLE_COMPANY:
        owners = owners_under(reading.company, [inside], day).filter(kind=Owner.Kind.PERSON)
        people = people.filter(pk__in=owners.values("pk"))
    return people.annotate(at=unit_on(reading.company, day)).order_by("owner__sort_key", "pk")


def _units(
    units: dict[int, Unit], counts: dict[int | None, tuple[int, int]], here: Unit | None, address: str
) -> tuple[UnitRow, list[UnitRow]]:
    """(the whole of ``here``, one row a unit right under it with its subtree's counts; empty ones are left out)"""
    asked = dict.fromkeys(units, 0)
    read = dict.fromkeys(units, 0)
    for at, (expected, done) in counts.items():
        for pk in units[at].path_ids() if at in units else ():
            asked[pk] += expected
            read[pk] += done
    roots = [unit for unit in units.values() if unit.parent_id is None]
    # a company's only root is the company
    top = here if here is not None else roots[0] if len(roots) == 1 else None
    below = [unit for unit in units.values() if unit.parent_id == top.pk] if top is not None else roots
    rows = [
        UnitRow(unit.owner.name, with_query(address, unit=unit.owner.code), asked[unit.pk], read[unit.pk])
        for unit in sorted(below, key=lambda unit: (unit.order, unit.pk))
        if asked[unit.pk]
    ]
    if top is not None and top.pk in counts and rows:
        expected, done = counts[top.pk]
        rows.insert(0, UnitRow(_("Trực tiếp tại {unit}").format(unit=top.owner.name), "", expected, done))
    if here is not None:
        return UnitRow(here.owner.name, "", asked[here.pk], read[here.pk]), rows
    if None in counts:
        rows.append(UnitRow(_("Chưa xếp đơn vị"), "", *counts[None]))
    every = UnitRow(
        _("Toàn công ty"), "", sum(one for one, _done in counts.values()), sum(done for _one, done in counts.values())
    )
    return every, rows


def _crumbs(units: dict[int, Unit], allowed: tuple[str, ...], here: Unit | None, address: str) -> list[Link]:
    """From the whole company, or from the top of what the reader may ask about, down to the unit above."""
    if here is None:
        return []
    links = [Link(_("Toàn công ty"), address)] if WHOLE_COMPANY in allowed else []
    above = [units[pk] for pk in here.path_ids()[:-1] if pk in units]
    shown = [unit for unit in above if any(unit.path.startswith(path) for path in allowed)]
    if WHOLE_COMPANY in allowed and shown and sum(1 for unit in units.values() if unit.parent_id is None) == 1:
        shown = shown[1:]
    return [*links, *(Link(unit.owner.name, with_query(address, unit=unit.owner.code)) for unit in shown)]
