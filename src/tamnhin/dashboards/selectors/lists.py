"""The units tree, the list of people, and the company's settings."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import polars as pl
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.base.formatting import NBSP, day, number
from tamnhin.base.text import folded
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.scores import Standing, grade_words, history_of, standings_of
from tamnhin.dashboards.selectors.tree import parents_on, tree_order
from tamnhin.dashboards.shapes import (
    CompanySettings,
    PeopleList,
    PersonRow,
    SettingsGroup,
    Status,
    UnitList,
    UnitRow,
)
from tamnhin.engine.aggregation import Ints
from tamnhin.engine.periods import from_ordinal, ordinal
from tamnhin.organisation.access import owners_under, people_visible_to, units_visible_to
from tamnhin.organisation.models import Company, Person

PAGE = 50
MOST_UNITS = 300  # rows of the tree on one page; branches beyond open by themselves


# -- units ------------------------------------------------------------------------------------------------------


def unit_list(reading: Reading, *, now: bool = False, under: str = "") -> UnitList:
    """The visible units in tree order. ``now``: organised as today and not as in the period. One query."""
    today = ordinal(reading.live.as_of)
    on = today if now else reading.day
    ids = units_visible_to(reading.user, reading.company).values_list("pk", flat=True)
    seen = {reading.live.owner_of_id[pk] for pk in ids if pk in reading.live.owner_of_id}
    parent = parents_on(reading, on)
    ordered, depth = tree_order(reading, parent, on, seen, under)
    cut = ordered[:MOST_UNITS]
    people = people_in(reading, parent, on)
    heads = dict(reading.live.book["units"].select("code", "head").iter_rows())
    kinds = dict(reading.live.book["units"].select("code", "kind").iter_rows())
    at = np.array(cut, dtype=np.int64)
    history = history_of(reading, at) if cut else []
    rows = []
    least = min((depth[unit] for unit in cut), default=0)
    standings = standings_of(reading, at)
    for unit, points, grade, standing in zip(cut, history, grade_words(reading, at), standings, strict=True):
        code = reading.live.plan.owners.codes[unit]
        rows.append(
            UnitRow(
                code=code,
                name=reading.owner_name(unit),
                url=reading.card_url(unit),
                depth=depth[unit] - least,
                kind=kind_word(kinds.get(code) or ""),
                head=reading.owner_names.get(heads.get(code) or "", ""),
                people=int(people[unit]),
                score=standing.score,
                status=standing.status,
                grade=grade,
                coverage=standing.coverage,
                history=points,
            )
        )
    other = "" if now else "now"
    differs = reading.day != today
    return UnitList(
        rows=rows,
        period_label=reading.title,
        open_period=reading.is_open,
        as_it_was=not now,
        switch_url=with_query(reverse("unit_list"), period=reading.period.key, organisation=other, under=under)
        if differs
        else "",
    )


def kind_word(kind: str) -> str:
    """What a unit is, in words where the word is a usual one; a company may use its own."""
    known = {
        "company": _("Công ty"),
        "division": _("Khối"),
        "department": _("Phòng ban"),
        "branch": _("Chi nhánh"),
        "factory": _("Nhà máy"),
        "team": _("Nhóm"),
        "store": _("Cửa hàng"),
    }
    return known.get(kind.lower(), kind)


def people_in(reading: Reading, parent: Ints, on: int) -> Ints:
    """How many people stand in each unit and below on a day, ``[units]``. Someone with two posts counts in both."""
    owners = reading.live.plan.owners
    edges, count = owners.edges, owners.unit_count
    held = (edges.child >= count) & (edges.start <= on) & (edges.stop >= on)
    there = (owners.first[edges.child] <= on) & (owners.last[edges.child] >= on)
    total = np.bincount(edges.parent[held & there], minlength=count)[:count].astype(np.int64)
    for level in range(1, int(owners.level[:count].max(initial=1)) + 1):
        units = np.flatnonzero((owners.level[:count] == level) & (parent >= 0))
        np.add.at(total, parent[units], total[units])
    return total


# -- people -----------------------------------------------------------------------------------------------------


def people_list(reading: Reading, query: str, unit: str, page: int) -> PeopleList:
    """One page of the people the reader may see, by given name. Three queries, whatever the size."""
    units = list(
        units_visible_to(reading.user, reading.company).values_list("owner__code", "owner__name", "path", "pk")
    )
    paths = {code: path for code, _name, path, _pk in units}
    chosen = unit if unit in paths else ""
    on = from_ordinal(reading.day)
    people = people_visible_to(reading.user, reading.company)
    if chosen:
        people = people.filter(pk__in=owners_under(reading.company, [paths[chosen]], on).values("pk"))
    for word in folded(query).split():
        # the database knows the name and the code without marks; the post is compared as it is written
        people = people.filter(Q(owner__name_folded__contains=word) | Q(position__icontains=word))
    total = people.count()
    page = min(max(1, page), max(1, -(-total // PAGE)))
    first = (page - 1) * PAGE
    listed = list(people[first : first + PAGE])
    positions = [reading.live.owner_of_id.get(person.pk) for person in listed]
    at_of_id = reading.live.owner_of_id
    unit_at = {at_of_id[pk]: reading.card_url(at_of_id[pk]) for _c, _n, _p, pk in units if pk in at_of_id}
    known = np.array([at for at in positions if at is not None], dtype=np.int64)
    history = dict(zip(known.tolist(), history_of(reading, known), strict=True)) if len(known) else {}
    grades = dict(zip(known.tolist(), grade_words(reading, known), strict=True))
    standings = dict(zip(known.tolist(), standings_of(reading, known), strict=True))
    homes = _homes(reading, known)
    facts = _facts(reading, listed)
    address = reverse("people_list")
    keep = {"period": reading.keep_period, "q": query, "unit": chosen}
    return PeopleList(
        rows=[
            _person(reading, person, at, standings[at], history[at], grades[at], homes.get(at), facts, unit_at)
            if at is not None
            else PersonRow(person.owner.code, person.owner.name, "", "", position=person.position)
            for person, at in zip(listed, positions, strict=True)
        ],
        total=total,
        query=query,
        unit=chosen,
        units=[(code, NBSP * 2 * max(0, path.count("/") - 2) + name) for code, name, path, _pk in units],
        period_label=reading.title,
        previous=with_query(address, **keep, page=str(page - 1)) if page > 1 else "",
        following=with_query(address, **keep, page=str(page + 1)) if first + PAGE < total else "",
        first=first + 1 if total else 0,
        last=min(first + PAGE, total),
        open_period=reading.is_open,
    )


def _facts(reading: Reading, listed: Sequence[Person]) -> dict[str, dict[str, object]]:
    """Rows of ``people`` and, where one holds on the day, of ``placements`` for the people of the page."""
    codes = [person.owner.code for person in listed]
    on = from_ordinal(reading.day)
    book = reading.live.book
    rows = book["people"].filter(pl.col("code").is_in(codes)).to_dicts()
    facts: dict[str, dict[str, object]] = {str(row["code"]): row for row in rows}
    placed = book["placements"].filter(
        pl.col("person").is_in(codes), pl.col("from") <= on, pl.col("to").is_null() | (pl.col("to") >= on)
    )
    for row in placed.sort("from").to_dicts():
        mine = facts.get(str(row["person"]))
        if mine is not None:
            mine.update({key: row[key] for key in ("position", "manager") if row[key]})
    away = book["absences"].filter(pl.col("person").is_in(codes), pl.col("from") <= on, pl.col("to") >= on)
    for row in away.to_dicts():
        facts[str(row["person"])]["absence"] = row
    return facts


def _homes(reading: Reading, people: Ints) -> dict[int, int]:
    """The unit of the largest post of each of some people on ``day``."""
    edges = reading.live.plan.owners.edges
    held = np.flatnonzero((edges.start <= reading.day) & (edges.stop >= reading.day) & np.isin(edges.child, people))
    held = held[np.argsort(edges.share[held], kind="stable")]
    return dict(zip(edges.child[held].tolist(), edges.parent[held].tolist(), strict=True))


def _person(
    reading: Reading,
    person: Person,
    at: int,
    standing: Standing,
    history: Sequence[float | None],
    grade: str,
    home: int | None,
    facts: dict[str, dict[str, object]],
    unit_urls: dict[int, str],
) -> PersonRow:
    fact = facts.get(person.owner.code, {})
    status = standing.status
    if standing.score is None and reading.live.plan.line_starts[at + 1] == reading.live.plan.line_starts[at]:
        status = Status.NOT_SCORED
    return PersonRow(
        code=person.owner.code,
        name=person.owner.name,
        url=reading.card_url(at),
        unit=reading.owner_name(home) if home is not None else "",
        unit_url=unit_urls.get(home, "") if home is not None else "",
        position=str(fact.get("position") or ""),
        manager=reading.owner_names.get(str(fact.get("manager") or ""), ""),
        score=standing.score,
        status=status,
        grade=grade,
        coverage=standing.coverage,
        note=_note(reading, fact),
        history=history,
    )


def _note(reading: Reading, fact: dict[str, object]) -> str:
    """What explains a score that is not the usual one: came, left, or away in the period."""
    first, last = from_ordinal(reading.period.first), from_ordinal(reading.period.last)
    joined, left, away = fact.get("joined"), fact.get("left"), fact.get("absence")
    if joined is not None and first <= joined <= last:  # type: ignore[operator]
        return _("Vào ngày {day}").format(day=day(joined))  # type: ignore[arg-type]
    if left is not None and left <= last:  # type: ignore[operator]
        return _("Nghỉ việc từ {day}").format(day=day(left))  # type: ignore[arg-type]
    if isinstance(away, dict):
        return _("Vắng {first} – {last}").format(first=day(away["from"]), last=day(away["to"]))
    return ""


# -- settings ---------------------------------------------------------------------------------------------------


def company_settings(reading: Reading, form: object | None) -> CompanySettings:
    """The company as the engine knows it. ``form`` only for somebody who may change it. No query."""
    company, book = reading.company, reading.live.book
    kinds = {"holiday": _("ngày nghỉ lễ"), "working": _("ngày làm việc")}
    grades = book["grades"].sort("from", descending=True).to_dicts()
    return CompanySettings(
        name=company.name or company.code,
        vision=company.vision,
        mission=company.mission,
        values=[str(value) for value in company.values],
        groups=[_time_group(company), _score_group(company)],
        holidays=[
            (row["date"], kinds.get(row["kind"], row["kind"]), row["note"] or "")
            for row in book["calendar"].sort("date").to_dicts()
        ],
        grades=[(row["grade"], Decimal(repr(row["from"])), row["name"] or "") for row in grades],
        form=form,
        action=reverse("company_settings") if form is not None else "",
    )


def week_word(text: str) -> str:
    """``mon-fri`` in words; a list of days stays a list."""
    days = {
        "mon": _("Thứ Hai"),
        "tue": _("Thứ Ba"),
        "wed": _("Thứ Tư"),
        "thu": _("Thứ Năm"),
        "fri": _("Thứ Sáu"),
        "sat": _("Thứ Bảy"),
        "sun": _("Chủ Nhật"),
    }
    parts = text.replace(",", " , ").replace(";", " , ").replace("-", " – ").split()
    return " ".join(days.get(part, part) for part in parts).replace(" ,", ",")


def _time_group(company: Company) -> SettingsGroup:
    language = {"vi": "Tiếng Việt", "en": "English"}.get(company.language, _("chưa nói"))
    basis = {"working_days": _("Ngày làm việc"), "calendar_days": _("Ngày lịch")}
    return SettingsGroup(
        _("Thời gian"),
        [
            (_("Năm tài chính bắt đầu"), _("Tháng {month}").format(month=company.fiscal_year_start), ""),
            (_("Tuần làm việc"), week_word(company.working_week), ""),
            (_("Ngày lễ theo lịch"), company.holidays, ""),
            (_("Múi giờ"), company.time_zone, ""),
            (
                _("Quy đổi theo"),
                basis.get(company.proration, company.proration),
                _("cho người vào, người nghỉ và người vắng trong kỳ"),
            ),
            (_("Ngôn ngữ của số liệu"), language, _("quyết định “1.234” là số mấy")),
        ],
    )


def _score_group(company: Company) -> SettingsGroup:
    longer = {
        "aggregate": _("Chấm từ số cộng dồn của cả kỳ"),
        "mean_of_scores": _("Trung bình điểm các kỳ nhỏ"),
    }
    return SettingsGroup(
        _("Chấm điểm"),
        [
            (
                _("Giới hạn điểm mỗi KPI"),
                f"{number(company.floor)} – {number(company.cap)}",
                _("cắt trước khi nhân trọng số"),
            ),
            (_("Điểm quý, năm"), longer.get(company.period_score, company.period_score), ""),
            (_("Đồng tiền"), company.currency, ""),
            (
                _("Mức tham gia tối thiểu"),
                f"{number(company.minimum_eligibility)}{NBSP}%",
                _("dưới mức này thì không xếp loại"),
            ),
            (_("Nhóm tối thiểu"), number(company.minimum_group), _("nhóm nhỏ hơn thì không hiện thứ hạng")),
        ],
    )
