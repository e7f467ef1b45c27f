"""Objectives for the demo company: one of the company, one that serves it, and one that is really a KPI."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tamnhin.accounts.models import Membership, User
from tamnhin.engine.periods import Period, containing, parse
from tamnhin.kpis.models import Kpi
from tamnhin.okr.acts import live_results
from tamnhin.okr.models import Objective
from tamnhin.okr.reporting import Said, check_in
from tamnhin.okr.services import activate, create_objective
from tamnhin.okr.weeks import weeks_in
from tamnhin.okr.writing import Terms, Wanted
from tamnhin.organisation.models import Company, Owner, Person
from tamnhin.strategy.models import Goal


@dataclass(frozen=True, slots=True)
class _Result:
    """``values`` and ``trust`` run over the quarter's weeks, and stay at their last where it is longer."""

    title: str
    baseline: float
    target: float
    unit: str = ""
    kpi: str = ""
    kpi_owner: str = ""
    carrier: str = ""  # the name before the @ of an e-mail address
    values: tuple[float, ...] = ()
    trust: tuple[int, ...] = (5,)
    notes: tuple[str, ...] = ()


_SCHOOLS = (
    _Result(
        "Trường học đặt sữa chua uống ít đường hằng tuần", 0, 60, "trường",
        values=(0, 2, 5, 9, 12, 18, 24, 29, 33, 38, 41, 44, 47), trust=(5, 5, 6, 6, 7, 7, 7, 8, 7),
        notes=("", "Sở cho thử ở hai quận", "", "", "Thêm ba trường nhờ phụ huynh", "", "", "Trường công duyệt chậm"),
    ),
    _Result(
        "Phụ huynh mua lại trong 30 ngày", 20, 35, "%",
        values=(20, 20, 22, 23, 25, 26, 26.5, 27, 28, 28.5, 29, 30), trust=(5, 5, 5, 6, 6, 6, 5, 5, 6),
    ),
    _Result("Giao đúng hẹn tới mọi điểm bán", 92, 97, kpi="OTD", kpi_owner="CUKV", trust=(6, 6, 5, 4, 4, 5, 5, 6, 6)),
)  # fmt: skip
_NORTH = (
    _Result(
        "Hiệu trưởng ở miền Bắc đã gặp trực tiếp", 0, 90, "người", carrier="hoa",
        values=(4, 11, 19, 27, 34, 41, 50, 58, 63, 70, 76), trust=(6, 6, 7, 7, 7, 8, 8, 8, 8),
    ),
    _Result(
        "Trường ký đơn đặt đều", 0, 35, "trường", carrier="hoa",
        values=(0, 1, 3, 6, 8, 11, 14, 17, 19, 22, 24), trust=(5, 5, 6, 6, 6, 7, 7, 7, 6),
        notes=("", "", "", "Đợt ăn thử tuần này được khen", "", "", "", "Chờ duyệt danh mục bán trú"),
    ),
    _Result(
        "Ngày từ buổi gặp đến đơn đầu tiên", 28, 12, "ngày",
        values=(28, 27, 26, 24, 23, 21, 20, 19, 18, 18), trust=(5, 5, 5, 5, 6, 6, 6, 6, 5),
    ),
    _Result("Điểm bán được ghé thăm", 0, 8000, kpi="VISITS", kpi_owner="KDB", trust=(7, 7, 7, 7, 8, 8, 8, 7, 7)),
)  # fmt: skip
_PEOPLE = (
    _Result("Tỷ lệ nghỉ việc hằng tháng", 2.4, 1.2, kpi="TURNOVER", kpi_owner="HCNS", trust=(6, 6, 5)),
    _Result("Chỉ số gắn kết nhân viên", 22, 30, kpi="ENPS", kpi_owner="TN", trust=(6, 5, 5)),
    _Result("Thời gian tuyển dụng bình quân", 34, 28, kpi="TIMEFILL", kpi_owner="HCNS", trust=(7, 7, 7)),
)


def furnish(company: Company, today: datetime.date) -> None:
    """Three objectives of the quarter of ``today`` with their check-ins up to last week. Nothing where any is there.

    What names an owner, KPI or goal that the company has not is left out.
    """
    if Objective.objects.filter(company=company).exists():
        return
    period = containing(today, "quarter", company.fiscal_year_start)
    top = _objective(
        company, today, period, "TN", "Sữa chua uống ít đường thành món quen ở trường học", _SCHOOLS, goal="N-SP",
        why="Trẻ uống ít ngọt hơn, và trường học là nơi thói quen bắt đầu.",
    )  # fmt: skip
    _objective(
        company, today, period, "KDB", "Mở đường vào 35 trường ở miền Bắc", _NORTH, parent=top, goal="N-KHM",
        why="Miền Bắc có nhiều trường bán trú nhất mà ta chưa vào được trường nào.", origin=Objective.Origin.BOTTOM_UP,
    )  # fmt: skip
    _objective(
        company, today, period, "HCNS", "Giữ người tốt và tuyển nhanh", _PEOPLE, goal="N-NS",
        why="Thay một nhân viên giỏi tốn bằng sáu tháng lương.", origin=Objective.Origin.TOP_DOWN, pay_tied=True,
        expected=100, kind=Objective.Kind.COMMITTED,
    )  # fmt: skip


def _objective(
    company: Company,
    today: datetime.date,
    period: Period,
    owner_code: str,
    title: str,
    rows: tuple[_Result, ...],
    *,
    goal: str = "",
    parent: Objective | None = None,
    **terms: object,
) -> Objective | None:
    owner = Owner.objects.filter(company=company, code=owner_code).select_related("unit__head").first()
    wanted = [(row, one) for row in rows if (one := _wanted(company, row)) is not None]
    if owner is None or len(wanted) < 3:
        return None
    given = Terms(
        owner=owner, title=title, period=period.key, parent=parent,
        goal=Goal.objects.filter(company=company, code=goal).first() if goal else None, **terms,  # type: ignore[arg-type]
    )  # fmt: skip
    head = _user(company, owner.unit.head)
    objective = create_objective(acting_user=head, company=company, terms=given, results=[one for _row, one in wanted])
    activate(acting_user=head, objective=objective)
    _report(company, today, period, objective, [row for row, _one in wanted], head)
    return objective


def _wanted(company: Company, row: _Result) -> Wanted | None:
    """None where the KPI that it would read is not there."""
    carrier = (
        Person.objects.filter(company=company, email__startswith=f"{row.carrier}@").first() if row.carrier else None
    )
    if not row.kpi:
        return Wanted(row.title, row.baseline, row.target, row.unit, carrier=carrier)
    kpi = Kpi.objects.filter(company=company, code=row.kpi).first()
    owner = Owner.objects.filter(company=company, code=row.kpi_owner).first()
    if kpi is None or owner is None:
        return None
    return Wanted(row.title, row.baseline, row.target, kpi=kpi, kpi_owner=owner, carrier=carrier)


def _report(
    company: Company,
    today: datetime.date,
    period: Period,
    objective: Objective,
    rows: list[_Result],
    head: User | None,
) -> None:
    results = live_results(objective)
    zone = ZoneInfo(company.time_zone)
    for number, week in enumerate(weeks_in(period, today)):
        friday = parse(week).start + datetime.timedelta(days=4)
        if friday >= today:
            return
        said = [
            Said(
                result.pk,
                row.trust[min(number, len(row.trust) - 1)],
                row.values[min(number, len(row.values) - 1)] if row.values else None,
                row.notes[number] if number < len(row.notes) else "",
            )
            for result, row in zip(results, rows, strict=True)
        ]
        at = datetime.datetime.combine(friday, datetime.time(16, 30), zone)
        check_in(acting_user=head, company=company, week=week, said=said, at=at, any_week=True)


def _user(company: Company, person: Person | None) -> User | None:
    member = Membership.objects.filter(company=company, person=person, is_active=True).select_related("user").first()
    return member.user if person is not None and member is not None else None
