"""KPIs that may be the same as one being written, and pairs within a company."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading
from tamnhin.kpis.duplicates import Likeness, Named, like, pairs
from tamnhin.kpis.models import Kpi
from tamnhin.planning.cards.shapes import Twin

SHOWN = 5


def reason_of(found: Likeness) -> str:
    """Why two KPIs seem to be one, in the reader's words."""
    return {
        "same_origin": _("cùng lấy từ một mục thư viện"),
        "same_name": _("trùng tên"),
        "same_words": _("cùng nghĩa, khác cách viết"),
        "similar": _("tên gần giống"),
    }[found.reason]


def names_of(reading: Reading) -> list[Named]:
    """The company's KPIs, retired ones left out, as they are compared. One query."""
    origins = dict(
        Kpi.objects.filter(company=reading.company)
        .exclude(status=Kpi.Status.RETIRED)
        .order_by("pk")
        .values_list("code", "library_code")
    )
    rows = reading.kpi_rows
    return [
        Named(code, str(rows[code]["name"]), str(rows[code]["unit"] or ""), str(rows[code]["direction"] or ""), origin)
        for code, origin in origins.items()
        if code in rows
    ]


def twins_of(reading: Reading, code: str, name: str, unit: str, direction: str = "", origin: str = "") -> list[Twin]:
    """Those that a new KPI would double, most alike first."""
    if not name.strip():
        return []
    found = like(Named(code, name, unit, direction, origin), names_of(reading))
    return [
        Twin(
            one.other.code, reading.kpi_name(one.other.code), reverse("kpi_card", args=[one.other.code]), reason_of(one)
        )
        for one in found[:SHOWN]
    ]


def twins_in(reading: Reading) -> list[tuple[Twin, Twin]]:
    """Pairs of the company's KPIs that may be one. Kept with the evaluated company, since names change seldom."""
    kept = _PAIRS.get(reading.company.pk)
    if kept is None or kept[0] != reading.live.structure_version:
        kept = (reading.live.structure_version, pairs(names_of(reading)))
        _PAIRS[reading.company.pk] = kept
    return [
        (
            Twin(one.one.code, reading.kpi_name(one.one.code), reverse("kpi_card", args=[one.one.code]), ""),
            Twin(
                one.other.code, reading.kpi_name(one.other.code), reverse("kpi_card", args=[one.other.code]),
                reason_of(one),
            ),
        )
        for one in kept[1]
    ]  # fmt: skip


_PAIRS: dict[int, tuple[int, list[Likeness]]] = {}
