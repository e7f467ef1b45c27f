"""What the plan puts on the home page of whom it concerns: a regulation to read, key results to report."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamnhin.dashboards.notes import Note
from tamnhin.dashboards.reading import Reading
from tamnhin.planning.okr.selectors.tree import my_due
from tamnhin.regulation.selectors import to_acknowledge


def regulation_to_read(reading: Reading) -> Note | None:
    """The newest version that the reader has not confirmed having read."""
    asked = to_acknowledge(reading.user, reading.company)
    if not asked.versions:
        return None
    newest = asked.versions[0]
    text = _("Quy chế phiên bản {number} đã công bố. Đọc và xác nhận.").format(number=newest.number)
    return Note(text, reverse("regulation_version", args=[newest.number]), _("Đọc quy chế"), "scale")


def key_results_to_report(reading: Reading) -> Note | None:
    """Key results that wait for this week's word."""
    due = my_due(reading)
    if not due:
        return None
    text = ngettext("{count} kết quả then chốt chờ báo tuần này.", "{count} kết quả then chốt chờ báo tuần này.", due)
    return Note(text.format(count=due), reverse("okr_week"), _("Báo tuần này"), "target-arrow")
