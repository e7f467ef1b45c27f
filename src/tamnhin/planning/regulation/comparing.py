"""Two texts beside each other: against another version, or against what was sent out for consultation."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.planning.regulation.shapes import ComparePage
from tamnhin.regulation.access import can_read_all, versions_visible_to
from tamnhin.regulation.diff import compare
from tamnhin.regulation.holding import text_of
from tamnhin.regulation.models import Event, Version


def compare_page(reading: Reading, version: Version, against: str, view: str) -> ComparePage:
    """``against``: the number of a version, or ``sent``; ``view``: empty or ``inline``. Raises Http404 else."""
    address = reverse("regulation_compare", args=[version.number])
    others = list(versions_visible_to(reading.user, reading.company).exclude(pk=version.pk))
    if not against:
        before = next((one for one in others if one.number < version.number), None) or (others[0] if others else None)
        if before is None:
            raise Http404
        against = str(before.number)
    old, label = _older(reading, version, others, against)
    shown = _("Phiên bản {number}")
    side = view != "inline"
    choices = [
        Link(
            shown.format(number=one.number),
            with_query(address, against=str(one.number), view=view),
            "current" if against == str(one.number) else "",
        )
        for one in others
    ]
    if _first_sent(version) is not None and can_read_all(reading.user, reading.company):
        choices.append(
            Link(
                _("Bản gửi lấy ý kiến"),
                with_query(address, against="sent", view=view),
                "current" if against == "sent" else "",
            )
        )
    return ComparePage(
        number=version.number,
        title=version.title,
        before=label,
        after=shown.format(number=version.number),
        diff=compare(old, text_of(version).body),
        side_by_side=side,
        views=[
            Link(_("Song song"), with_query(address, against=against), "current" if side else ""),
            Link(_("Liền một cột"), with_query(address, against=against, view="inline"), "" if side else "current"),
        ],
        choices=choices,
        back_url=reverse("regulation_version", args=[version.number]),
    )


def _older(reading: Reading, version: Version, others: list[Version], against: str) -> tuple[str, str]:
    """(text, what it is called)"""
    if against == "sent":
        sent = _first_sent(version)
        if sent is None or not can_read_all(reading.user, reading.company):
            raise Http404
        return text_of(version, sent.revision).body, _("Bản gửi lấy ý kiến")
    found = next((one for one in others if str(one.number) == against), None)
    if found is None:
        raise Http404
    return text_of(found).body, _("Phiên bản {number}").format(number=found.number)


def _first_sent(version: Version) -> Event | None:
    return version.events.filter(kind=Event.Kind.SENT).order_by("id").first()
