"""The card of a KPI: what it is, who answers for it, what it drives, where it is used, how it came to be so."""

from __future__ import annotations

import datetime

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.base.formatting import number
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.shapes import Link as PageLink
from tamnhin.kpis.access import can_change_kpi, can_define_kpis, can_describe_kpi
from tamnhin.kpis.library import builtin
from tamnhin.kpis.models import Kpi, KpiVersion, Line, Link
from tamnhin.kpis.services.definitions import FIELDS, Definition, is_here
from tamnhin.kpis.services.states import obstacles
from tamnhin.organisation.access import owners_visible_to, today
from tamnhin.organisation.models import Owner
from tamnhin.planning.cards.shapes import CardPage, Change, Fact, LinkRow, UserRow, VersionRow
from tamnhin.planning.cards.words import CLASSES, label, written
from tamnhin.strategy.access import goals_visible_to
from tamnhin.strategy.models import Perspective
from tamnhin.strategy.services.perspectives import perspectives_of

USERS_SHOWN = 12
USERS_ASKED = 60
GOALS_SHOWN = 12


def card_page(reading: Reading, kpi: Kpi) -> CardPage:
    """A fixed number of queries, whatever hangs on the KPI."""
    rows = versions_of(kpi)
    on = today(reading.company)
    newest = rows[-1]
    held = held_on(rows, on)
    lanes = perspectives_of(reading.company)
    definition = Definition.of(newest)
    may = can_change_kpi(reading.user, kpi)
    drives, driven = links_of(reading, kpi)
    users, count = _users(reading, kpi, on)
    return CardPage(
        code=kpi.code,
        name=(newest.name_en if reading.language == "en" else "") or newest.name,
        direction=newest.direction,  # type: ignore[arg-type]
        status=kpi.status,
        status_reason=kpi.status_reason,
        revision=kpi.revision,
        purpose=newest.purpose,
        facts=_facts(newest, lanes, reading.language),
        formula=newest.formula,
        definition=newest.definition,
        inclusions=newest.inclusions,
        exclusions=newest.exclusions,
        people=_people(reading, newest),
        classes=[
            Fact(label(name), written(name, getattr(newest, name), lanes, reading.language))
            for name in (*CLASSES, "perspective")
        ],
        drives=drives,
        driven=driven,
        users=users,
        user_count=count,
        goals=_goals(reading, kpi),
        versions=_versions(rows, held, on, lanes, reading.language),
        missing=[] if kpi.status == Kpi.Status.ACTIVE else [
            one.problem.text(reading.language) for one in obstacles(kpi, definition)
        ],
        gone=gone(definition, on) if kpi.status == Kpi.Status.ACTIVE else [],
        review_passed=newest.review_by if newest.review_by and newest.review_by < on else None,
        unlinked=newest.level == "tactical" and not drives and kpi.status != Kpi.Status.RETIRED,
        unclassified=not all(getattr(newest, name) for name in CLASSES),
        library_url=reverse("library_entry", args=[kpi.library_code]) if kpi.library_code in builtin() else "",
        numbers_url=_numbers(reading, kpi) or next((user.url for user in users if user.url), ""),
        may_change=may,
        may_describe=may or can_describe_kpi(reading.user, kpi),
        may_keep=can_define_kpis(reading.user, reading.company),
    )  # fmt: skip


def versions_of(kpi: Kpi) -> list[KpiVersion]:
    """Oldest first, with everybody they name. One query."""
    rows = KpiVersion.objects.filter(company=kpi.company_id, kpi=kpi).select_related(
        "kpi", "owner__person", "owner__unit__head__owner", "deputy__person", "deputy__unit__head__owner", "guardrail",
        "created_by",
    )  # fmt: skip
    return list(rows.order_by(F("valid_from").asc(nulls_first=True)))


def held_on(rows: list[KpiVersion], on: datetime.date) -> KpiVersion:
    """The version in force on a day; the first one before any has begun."""
    past = [row for row in rows if row.valid_from is None or row.valid_from <= on]
    return past[-1] if past else rows[0]


def gone(definition: Definition, on: datetime.date) -> list[str]:
    """Owner and deputy who do not answer for anything any more."""
    named = (definition.owner, definition.deputy)
    return [owner.name for owner in named if owner is not None and not is_here(owner, on)]


def links_of(reading: Reading, kpi: Kpi) -> tuple[list[LinkRow], list[LinkRow]]:
    """What the KPI is claimed to drive, and what is claimed to drive it. Two queries at most."""
    rows = (
        Link.objects.filter(company=kpi.company_id, withdrawn_at=None)
        .filter(Q(driver=kpi) | Q(outcome=kpi))
        .select_related("driver", "outcome", "claimed_by")
        .order_by("id")
    )
    may = can_change_kpi(reading.user, kpi)
    drives: list[LinkRow] = []
    driven: list[LinkRow] = []
    for row in rows:
        other = row.outcome if row.driver_id == kpi.pk else row.driver
        shown = LinkRow(
            pk=row.pk,
            code=other.code,
            name=reading.kpi_name(other.code),
            url=reverse("kpi_card", args=[other.code]),
            sign=row.sign or "+",
            lag=row.lag or 0,
            note=row.note,
            by=row.claimed_by.name if row.claimed_by else "",
            on=row.claimed_on,
            may_withdraw=may,
        )
        (drives if row.driver_id == kpi.pk else driven).append(shown)
    return drives, driven


def _facts(version: KpiVersion, lanes: list[Perspective], language: str) -> list[Fact]:
    names = ("unit", "direction", "aggregation", "across", "scale", "frequency", "method", "source")
    facts = [Fact(label(name), written(name, getattr(version, name), lanes, language)) for name in names]
    return [fact for fact in facts if fact.value]


def _people(reading: Reading, version: KpiVersion) -> list[Fact]:
    facts = [
        Fact(
            label(name),
            owner.name if owner else "",
            _card(reading, owner),
            "" if owner or version.kpi.status != Kpi.Status.ACTIVE else _("chưa có"),
        )
        for name, owner in (("owner", version.owner), ("deputy", version.deputy))
    ]
    facts += [
        Fact(label("review_by"), written("review_by", version.review_by)),
    ]
    guard = version.guardrail
    pair = Fact(
        label("guardrail"),
        reading.kpi_name(guard.code) if guard else "",
        reverse("kpi_card", args=[guard.code]) if guard else "",
    )
    return [*facts, pair]


def _card(reading: Reading, owner: Owner | None) -> str:
    position = reading.live.owner_at.get(owner.code) if owner is not None else None
    return reading.card_url(position) if position is not None and position in reading.visible([position]) else ""


def _users(reading: Reading, kpi: Kpi, on: datetime.date) -> tuple[list[UserRow], int]:
    """Visible owners whose scorecard has it now, units first, and how many owners there are in all."""
    lines = Line.objects.filter(company=kpi.company_id, kpi=kpi).filter(
        Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on)
    )
    count = lines.values("owner").distinct().count()
    some = list(
        lines.order_by(F("owner__kind").desc(), "owner_id")
        .values_list("owner_id", "owner__code", "owner__name", "owner__kind", "weight", "valid_to")[:USERS_ASKED]
    )  # fmt: skip
    ids = {row[0] for row in some}
    seen = set(owners_visible_to(reading.user, reading.company, among=list(ids)).values_list("pk", flat=True))
    rows: list[UserRow] = []
    for pk, code, name, kind, weight, until in some:
        if pk in seen and len(rows) < USERS_SHOWN:
            position = reading.live.owner_at.get(code)
            url = reading.kpi_url(position, kpi.code) if position is not None else ""
            rows.append(UserRow(name, url, kind, number(weight, 2), until))
    return rows, count


def _goals(reading: Reading, kpi: Kpi) -> list[PageLink]:
    goals = goals_visible_to(reading.user, reading.company).filter(kpi=kpi).order_by("valid_from", "id")[:GOALS_SHOWN]
    return [PageLink(goal.title, reverse("goal", args=[goal.code]), goal.code) for goal in goals]


def _versions(
    rows: list[KpiVersion], held: KpiVersion, on: datetime.date, lanes: list[Perspective], language: str
) -> list[VersionRow]:
    out = []
    for position, row in enumerate(rows):
        before = rows[position - 1] if position else None
        changes = []
        if before is not None:
            for name in FIELDS:
                was, now = getattr(before, name), getattr(row, name)
                if was != now:
                    texts = [written(name, value, lanes, language) or "—" for value in (was, now)]
                    changes.append(Change(label(name), *texts))
        out.append(
            VersionRow(
                number=position + 1,
                since=row.valid_from,
                written_at=row.created_at,
                by=(row.created_by.name or row.created_by.email) if row.created_by else "",
                reason=row.reason,
                changes=changes,
                current=row.pk == held.pk,
                coming=row.valid_from is not None and row.valid_from > on,
            )
        )
    return out[::-1]


def _numbers(reading: Reading, kpi: Kpi) -> str:
    """The page of numbers of the highest unit the reader looks at, when its scorecard has the KPI; else their own."""
    plan = reading.live.plan
    at = reading.live.facts.kpi_at.get(kpi.code)
    if at is None:
        return ""
    for owner in (reading.me, reading.top, reading.root):
        if owner is None:
            continue
        lines = slice(plan.line_starts[owner], plan.line_starts[owner + 1])
        if (plan.lines.kpi[lines] == at).any() and owner in reading.visible([owner]):
            return reading.kpi_url(owner, kpi.code)
    return ""
