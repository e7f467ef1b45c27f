"""What several pages of objectives are made of: confidence, the week, who is asked, advice."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.base.text import folded
from tamnhin.dashboards.reading import Reading
from tamnhin.engine import periods as per
from tamnhin.engine import rounding
from tamnhin.engine.periods import Period
from tamnhin.kpis.access import can_define_kpis
from tamnhin.okr.advice import Facts, Reason, Verdict, advise
from tamnhin.okr.grading import trust_of
from tamnhin.okr.models import KeyResult, Objective
from tamnhin.okr.weeks import week_of, weeks_in
from tamnhin.organisation.models import Owner
from tamnhin.planning.addresses import address
from tamnhin.planning.okr.numbers import Heard, Standing, period_of
from tamnhin.planning.okr.shapes import TRUST_TONES, TRUST_WORDS, AdviceNote, Confidence, Weekly

REASONS = {
    Reason.TOP_DOWN: noop("Cấp trên đặt, người làm không bàn."),
    Reason.PAY: noop("Gắn với lương, thưởng: không ai dám đặt đích xa."),
    Reason.FULL: noop("Mong đạt 100 %: đích đã chắc chắn thì không còn là vươn tới."),
    Reason.ALL_KPIS: noop("Kết quả nào cũng đã là một KPI."),
    Reason.REPEATED: noop("Phần lớn các kết quả này kỳ trước cũng có: đây là việc giữ đều."),
}


def new_kpi_address(reading: Reading) -> str:
    """The form for a new KPI; "" for who may not write one."""
    return address("kpi_new") if can_define_kpis(reading.user, reading.company) else ""


def this_week(reading: Reading) -> str:
    return week_of(reading.live.as_of)


def week_title(reading: Reading, key: str) -> str:
    return per.parse(key, reading.company.fiscal_year_start).title(reading.language)


def title_of(reading: Reading, key: str) -> str:
    """A period as people say it; a key that cannot be read comes back as it is."""
    period = period_of(reading, key)
    return period.title(reading.language) if period is not None else key


def weeks_of(reading: Reading, period: Period | None) -> list[str]:
    return weeks_in(period, reading.live.as_of) if period is not None else []


def gone_of(period: Period | None, on: datetime.date) -> Decimal:
    """Percent of the period's days that have passed, today included; 0 before it begins."""
    if period is None:
        return Decimal(0)
    days = min(max((on - period.start).days + 1, 0), period.days)
    return Decimal(int(rounding.to_units(days / period.days * 100, 0)))


def confidence_of(heard: Sequence[Heard | None], weeks: Sequence[str]) -> Confidence:
    """Of one key result or of several together: the newest words of each, and the mean week by week."""
    newest = [one.confidence for one in heard if one is not None and one.confidence is not None]
    if not newest:
        return Confidence()
    value = sum(newest) / len(newest)
    trust = trust_of(value)
    trend: list[float | None] = []
    for week in weeks:
        said = [one.weeks[week] for one in heard if one is not None and week in one.weeks]
        trend.append(sum(said) / len(said) if said else None)
    shown = Decimal(int(rounding.to_units(value, 1))).scaleb(-1)
    return Confidence(shown, _(TRUST_WORDS[trust]), TRUST_TONES[trust], trend)


def who_reports(objective: Objective, row: KeyResult) -> str:
    """Who is asked for a key result: who carries it, else the owner, else the unit's head; a headless unit itself.

    The objective comes with ``owner__unit__head__owner``.
    """
    if row.carrier is not None:
        return row.carrier.owner.name
    owner = objective.owner
    if owner.kind == Owner.Kind.UNIT and owner.unit.head is not None:
        return owner.unit.head.owner.name
    return owner.name


def weekly_of(reading: Reading, objective: Objective, standing: Standing) -> Weekly:
    """This week's reports of an objective under way; nothing is asked of others."""
    if objective.status != Objective.Status.ACTIVE:
        return Weekly()
    week, done, waiting = this_week(reading), 0, []
    rows = standing.results.get(objective.pk, ())
    for row in rows:
        heard = standing.heard.get(row.pk)
        if heard is not None and week in heard.weeks:
            done += 1
        else:
            waiting.append(who_reports(objective, row))
    return Weekly(done, len(rows), list(dict.fromkeys(waiting)))


def advice_notes(reading: Reading, objectives: Sequence[Objective], standing: Standing) -> dict[int, AdviceNote]:
    """Those of the objectives that work as KPIs or lean towards it. One query: what stood there the period before."""
    again = _repeated(reading, objectives, standing.results)
    out = {}
    for one in objectives:
        rows = standing.results.get(one.pk, ())
        found = advise(
            Facts(
                top_down=one.origin == Objective.Origin.TOP_DOWN,
                pay_tied=one.pay_tied,
                expected=one.expected,
                results=len(rows),
                kpis=sum(row.kpi_id is not None for row in rows),
                repeated=again.get(one.pk, 0),
            )
        )
        if found.verdict is not Verdict.NONE:
            out[one.pk] = AdviceNote(found.verdict, [_(REASONS[reason]) for reason in found.reasons])
    return out


def _repeated(
    reading: Reading, objectives: Sequence[Objective], results: Mapping[int, Sequence[KeyResult]]
) -> dict[int, int]:
    """By objective how many of its key results its owner had in the period before, by KPI or by the same words."""
    before: dict[str, str] = {}
    for key in {one.period for one in objectives}:
        period = period_of(reading, key)
        if period is not None:
            before[key] = per.previous(period).key
    rows = KeyResult.objects.filter(
        company=reading.company,
        archived_at=None,
        objective__period__in=before.values(),
        objective__owner__in={one.owner_id for one in objectives},
        objective__activated_at__isnull=False,
    ).values_list("objective__owner_id", "objective__period", "title", "kpi_id", "kpi_owner_id")
    had: set[tuple[object, ...]] = set()
    for owner, period_key, title, kpi, kpi_owner in rows:
        had.add((owner, period_key, folded(title)))
        if kpi is not None:
            had.add((owner, period_key, kpi, kpi_owner))
    out: dict[int, int] = {}
    for one in objectives:
        then = (one.owner_id, before.get(one.period))
        out[one.pk] = sum(
            (*then, folded(row.title)) in had
            or (row.kpi_id is not None and (*then, row.kpi_id, row.kpi_owner_id) in had)
            for row in results.get(one.pk, ())
        )
    return out
