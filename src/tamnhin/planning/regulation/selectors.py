"""The list of versions, and one version with its text, its steps, its log and its readers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise

from django.db.models import Count, QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamnhin.base import formatting
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.planning.regulation.acts import acts_of
from tamnhin.planning.regulation.readers import allowed_paths
from tamnhin.planning.regulation.shapes import (
    FileLink,
    ListPage,
    LogRow,
    Opinion,
    Stage,
    Standing,
    VersionPage,
    VersionRow,
    Words,
)
from tamnhin.planning.regulation.words import changed_word, event_word, file_word, standing_word
from tamnhin.regulation.access import (
    can_edit,
    can_read_all,
    events_visible_to,
    files_visible_to,
    versions_visible_to,
)
from tamnhin.regulation.deadlines import calendar_of, publish_due
from tamnhin.regulation.holding import text_of
from tamnhin.regulation.markup import blocks_of
from tamnhin.regulation.models import Acknowledgement, Event, File, Version
from tamnhin.regulation.selectors import Asked, reading_of, to_acknowledge

OPINIONS = 20  # shown at first; the rest on the same page when asked for
State = Version.State


# -- the list ---------------------------------------------------------------------------------------------------


def list_page(reading: Reading) -> ListPage:
    """Every version the reader may see, the one that holds on top. At most nine queries, whatever their number."""
    company, user = reading.company, reading.user
    versions = list(versions_visible_to(user, company))
    sees_all = can_read_all(user, company)
    read = _read_counts(versions) if sees_all else {}
    rows = rows_of(reading, versions, read if sees_all else None)
    holding = next((row for row in rows if row.standing.key == "in_force"), None)
    held = next((one for one in versions if holding is not None and one.number == holding.number), None)
    return ListPage(
        rows=rows,
        holding=holding,
        on_trial=held is not None and held.on_trial(reading.scope.on),
        asked=[Link(one.title, _url(one), str(one.number)) for one in to_acknowledge(user, company).versions],
        consulting=[row for row in rows if row.standing.key == "consulting"],
        reading=reading_of(held) if held is not None and sees_all else None,
        readers_url=reverse("regulation_readers", args=[held.number]) if held is not None else "",
        may_write=can_edit(user, company),
    )


def rows_of(reading: Reading, versions: Sequence[Version], read: dict[int, int] | None = None) -> list[VersionRow]:
    """Rows in the given order. Where each stands follows from all published versions among them."""
    day = reading.scope.on
    ends = ends_of(versions)
    rows = []
    for one in versions:
        key = standing_of(one, ends, day)
        rows.append(
            VersionRow(
                number=one.number,
                title=one.title,
                summary=one.summary,
                url=_url(one),
                standing=Standing(key, standing_word(key)),
                effective_from=one.effective_from,
                effective_to=ends.get(one.pk),
                trial_from=one.trial_from,
                trial_to=one.trial_to,
                decided_on=one.decided_on,
                published_on=one.published_on,
                opinions_until=one.opinions_until if one.state == State.CONSULTING else None,
                read=read.get(one.pk, 0) if read is not None and one.state == State.PUBLISHED else None,
            )
        )
    return rows


def ends_of(versions: Sequence[Version]) -> dict[int, datetime.date]:
    """By id, the last day of each published version that another one follows."""
    begun = sorted(
        (one.effective_from, one.pk) for one in versions if one.state == State.PUBLISHED and one.effective_from
    )
    return {pk: following - datetime.timedelta(days=1) for (_start, pk), (following, _next) in pairwise(begun)}


def standing_of(version: Version, ends: dict[int, datetime.date], day: datetime.date) -> str:
    if version.state != State.PUBLISHED:
        return version.state
    if version.effective_from is not None and version.effective_from > day:
        return "upcoming"
    end = ends.get(version.pk)
    return "in_force" if end is None or end >= day else "superseded"


def _read_counts(versions: Sequence[Version]) -> dict[int, int]:
    rows = Acknowledgement.objects.filter(version__in=versions).values("version_id").order_by("version_id")
    return {row["version_id"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def _url(version: Version) -> str:
    return reverse("regulation_version", args=[version.number])


# -- one version ------------------------------------------------------------------------------------------------


def version_page(
    reading: Reading,
    version: Version,
    *,
    language: str = "",
    failed: tuple[str, Form] | None = None,
    all_opinions: bool = False,
) -> VersionPage:
    """``failed``: an act's key and its form with what was wrong. ``language``: of the text; the reader's by default."""
    company, user = reading.company, reading.user
    sees_all = can_read_all(user, company)
    # everybody knows since when and until when a version holds: its neighbours are published
    published = Version.objects.filter(company=company, state=State.PUBLISHED)
    row = next(
        one for one in rows_of(reading, [*published.exclude(pk=version.pk), version]) if one.number == version.number
    )
    asked = to_acknowledge(user, company)
    due = None
    if version.state == State.DECIDED and version.decided_on is not None:
        due = publish_due(calendar_of(company, version.decided_on), version.decided_on)
    may_write = can_edit(user, company)
    events = list(events_visible_to(user, version).select_related("by"))
    files = {one.pk: one for one in files_visible_to(user, company).filter(version=version)}
    said = [event for event in events if event.kind == Event.Kind.OPINION]
    more = max(0, len(said) - OPINIONS) and not all_opinions
    return VersionPage(
        row=row,
        revision=version.revision,
        company=company.name or company.code,
        words=_words(reading, version, language),
        stages=_stages(row.standing.key),
        facts=_facts(version, row),
        acts=acts_of(reading, version, may_write, failed),
        publish_due=due,
        overdue=due is not None and reading.scope.on > due,
        log=[_log_row(event, files) for event in reversed(events) if event.kind != Event.Kind.OPINION],
        opinions=[_opinion(event, files) for event in (said[-OPINIONS:] if more else said)[::-1]],
        opinion_count=len(said),
        opinions_more=with_query(_url(version), opinions="all") if more else "",
        compare=_comparable(version, published, events, sees_all),
        edit_url=reverse("regulation_edit", args=[version.number])
        if may_write and version.state in (State.DRAFT, State.CONSULTING)
        else "",
        copy_from=version.number if may_write else None,
        decision=version.decision,
        signer=version.signer,
        may_acknowledge=version.pk in {one.pk for one in asked.versions},
        acknowledged_at=_acknowledged_at(version, asked),
        reading=reading_of(version) if sees_all and version.state == State.PUBLISHED else None,
        readers_url=reverse("regulation_readers", args=[version.number])
        if version.state == State.PUBLISHED and allowed_paths(reading)
        else "",
        sees_all=sees_all,
    )


def _words(reading: Reading, version: Version, language: str) -> Words:
    text = text_of(version)
    wanted = language or reading.language
    shown = "en" if wanted == "en" and text.body_en.strip() else "vi"
    blocks = blocks_of(text.body_en if shown == "en" else text.body)
    other = "vi" if shown == "en" else "en"
    return Words(
        blocks=blocks,
        contents=[block for block in blocks if block.kind == "heading" and block.level <= 2],
        language=shown,
        other_url=with_query(_url(version), text=other) if text.body_en.strip() else "",
    )


def _stages(key: str) -> list[Stage]:
    """The way of every version, and where this one is on it; nothing for one that was withdrawn."""
    way = ("draft", "consulting", "decided", "upcoming", "in_force")
    names = (_("Soạn"), _("Lấy ý kiến"), _("Quyết định"), _("Công bố"), _("Có hiệu lực"))
    if key == "withdrawn":
        return []
    here = len(way) if key == "superseded" else way.index(key)
    return [Stage(name, "past" if i < here else "now" if i == here else "later") for i, name in enumerate(names)]


def _facts(version: Version, row: VersionRow) -> list[tuple[str, str]]:
    planned = version.state in (State.DRAFT, State.CONSULTING) and version.effective_from is not None
    facts = [(_("Dự kiến hiệu lực") if planned else _("Hiệu lực"), _span(row.effective_from, row.effective_to))]
    if version.has_trial:
        facts.append((_("Thời gian chạy thử"), _span(version.trial_from, version.trial_to)))
    if version.decided_on:
        facts.append(
            (_("Quyết định"), " · ".join(filter(None, [version.decision, formatting.day(version.decided_on)])))
        )
    if version.signer:
        facts.append((_("Người ký"), version.signer))
    if version.published_on:
        facts.append((_("Công bố"), " · ".join(filter(None, [formatting.day(version.published_on), version.channel]))))
    if row.opinions_until:
        facts.append((_("Nhận ý kiến đến"), formatting.day(row.opinions_until)))
    if version.based_on is not None:
        facts.append((_("Soạn từ"), _("phiên bản {number}").format(number=version.based_on.number)))
    return facts


def _span(start: datetime.date | None, end: datetime.date | None) -> str:
    if start is None:
        return _("chưa chốt")
    if end is None:
        return _("từ {start}").format(start=formatting.day(start))
    return f"{formatting.day(start)} – {formatting.day(end)}"


def _acknowledged_at(version: Version, asked: Asked) -> datetime.datetime | None:
    if asked.person_id is None:
        return None
    found = Acknowledgement.objects.filter(
        company_id=version.company_id, version=version, person_id=asked.person_id
    ).first()
    return found.at if found else None


# -- what happened ----------------------------------------------------------------------------------------------


def _log_row(event: Event, files: dict[int, File]) -> LogRow:
    return LogRow(
        kind=event.kind,
        word=event_word(event.kind),
        on=event.on,
        at=event.at,
        by=str(event.by) if event.by else "—",
        who=event.who,
        channel=event.channel,
        text=event.text,
        note=_note(event),
        file=_file_link(event, files),
    )


def _note(event: Event) -> str:
    data = event.data
    if event.kind == Event.Kind.EDITED:
        return ", ".join(dict.fromkeys(changed_word(name) for name in data.get("changed", [])))
    if event.kind == Event.Kind.LATE:
        due = formatting.day(datetime.date.fromisoformat(data["due"]))
        text = ngettext("muộn {days} ngày làm việc, hạn {due}", "muộn {days} ngày làm việc, hạn {due}", data["days"])
        return text.format(days=data["days"], due=due)
    if event.kind == Event.Kind.DECIDED:
        effective = formatting.day(datetime.date.fromisoformat(data["effective_from"]))
        return " · ".join(filter(None, [data.get("decision", ""), _("hiệu lực từ {day}").format(day=effective)]))
    if event.kind == Event.Kind.SENT and data.get("until"):
        until = formatting.day(datetime.date.fromisoformat(data["until"]))
        return _("nhận ý kiến đến {day}").format(day=until)
    if event.kind == Event.Kind.CREATED and data.get("based_on"):
        return _("từ phiên bản {number}").format(number=data["based_on"])
    return ""


def _opinion(event: Event, files: dict[int, File]) -> Opinion:
    by = str(event.by) if event.by else "—"
    return Opinion(event.who or by, by if event.who else "", event.on, event.text, _file_link(event, files))


def _file_link(event: Event, files: dict[int, File]) -> FileLink | None:
    """Only to a file that the reader may open."""
    found = files.get(event.file_id) if event.file_id is not None else None
    if found is None:
        return None
    return FileLink(found.name, file_word(found.kind), reverse("regulation_file", args=[found.pk]))


def _comparable(version: Version, published: QuerySet[Version], events: Sequence[Event], sees_all: bool) -> list[Link]:
    """What this text can be laid beside: the published version before it, and what was sent out for consultation."""
    address = reverse("regulation_compare", args=[version.number])
    links = []
    before = published.filter(number__lt=version.number).order_by("-number").first()
    if before is not None:
        label = _("So với phiên bản {number}").format(number=before.number)
        links.append(Link(label, with_query(address, against=str(before.number))))
    first = next((event for event in events if event.kind == Event.Kind.SENT), None)
    if first is not None and sees_all and text_of(version).revision > first.revision:
        links.append(Link(_("So với bản gửi lấy ý kiến"), with_query(address, against="sent")))
    return links
