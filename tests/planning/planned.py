"""One of everything that a plan has, in the cast's furnished company, for tests that go through every page."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.dashboards.furnished import Furnished
from tests.okr.okr_cases import make_objective
from tests.regulation.papers import draft, published

from tamnhin.agreements.delegating import delegate
from tamnhin.agreements.models import Agreement, Delegation
from tamnhin.kpis.models import Assignment, Kpi, LibraryEntry, Link, ScorecardTemplate, TemplateLine, TemplateRun
from tamnhin.kpis.services.assignments import LineInput, Time, draft_of, save_lines
from tamnhin.kpis.services.entries import add_entry, text_of
from tamnhin.okr.models import Objective
from tamnhin.organisation.access import today
from tamnhin.organisation.services import touch
from tamnhin.regulation.models import File, Version
from tamnhin.strategy.models import Goal
from tamnhin.strategy.services.goals import propose_goals


@dataclass(frozen=True, slots=True)
class Planned:
    sao: Furnished
    drafted: Goal  # of sales, Minh's
    active: Goal  # of sales
    asked: Goal  # of sales, waits for HR, then production, then Hoa
    agreement: Agreement  # about ``asked``
    delegation: Delegation  # Minh's, to Hoa
    plan: Assignment  # Hoa's next year, a draft of Minh's
    entry: LibraryEntry  # the company's own
    objective: Objective  # of sales
    version: Version  # of the regulation, in force
    coming: Version  # the next, a draft of Hùng's
    paper: File  # minutes of the meeting about the first
    template: ScorecardTemplate  # of sales
    run: TemplateRun  # Minh's, of the template

    def arguments(self, *words: str) -> list[object]:
        """What stands for each word of a table: ``GOAL`` the code of the active goal, ``PLAN`` the key of the plan."""
        meant: dict[str, object] = {
            "DRAFT": self.drafted.code,
            "GOAL": self.active.code,
            "ASKED": self.asked.code,
            "AGREEMENT": self.agreement.pk,
            "DELEGATION": self.delegation.pk,
            "PLAN": self.plan.pk,
            "ENTRY": self.entry.code,
            "OBJECTIVE": self.objective.pk,
            "VERSION": self.version.number,
            "COMING": self.coming.number,
            "PAPER": self.paper.pk,
            "TEMPLATE": self.template.code,
            "RUN": self.run.pk,
        }
        return [meant.get(word, word) for word in words]


def plan(sao: Furnished) -> Planned:
    cast = sao.cast
    day = today(cast.company)
    cast.company.vision = "Đến 2035, mỗi nhà một ly sữa sạch."
    cast.company.save()
    parent = _goal(sao, "MT-CL", "Doanh thu tăng gấp rưỡi", "strategic", status="active")
    drafted = _goal(sao, "MT-N", "Thêm 30 điểm bán ở miền Bắc", "year", parent=parent)
    active = _goal(sao, "MT-H", "Doanh thu miền Bắc tăng 20 %", "year", parent=parent, status="active")
    asked = _goal(sao, "MT-C", "Doanh thu của khách cũ tăng 10 %", "year", parent=parent)
    (agreement,) = propose_goals(
        acting_user=cast.minh, company=cast.company, goals=[asked], related=[cast.factory],
        people=[cast.person("HOA")],
    )  # fmt: skip
    _goal(sao, "MT-GH", "Giao đúng hẹn mọi nơi", "strategic", status="active", kpi=sao.delivery)
    Link.objects.create(company=cast.company, driver=sao.delivery, outcome=sao.revenue, sign="+", lag=1)
    delegation = delegate(
        acting_user=cast.minh, person=cast.person("MINH"), to=cast.person("HOA"),
        valid_from=day + datetime.timedelta(days=30), valid_to=day + datetime.timedelta(days=40),
    )  # fmt: skip
    coming = Time(datetime.date(day.year + 1, 1, 1), datetime.date(day.year + 1, 12, 31), "Năm mới")
    made = draft_of(acting_user=cast.minh, owner=cast.owner("HOA"), time=coming)
    lines = [LineInput(sao.revenue.pk, Decimal(60)), LineInput(sao.delivery.pk, Decimal(40))]
    made = save_lines(acting_user=cast.minh, assignment=made, lines=lines)
    text = replace(text_of(sao.revenue), name="Doanh thu khách cũ")
    version = published(cast, day)
    template = ScorecardTemplate.objects.create(
        company=cast.company, code="MAU-1", name="Nhân viên kinh doanh", unit=cast.sales, created_by=cast.minh
    )
    TemplateLine.objects.create(
        company=cast.company, template=template, version=1, kpi=sao.revenue, weight=Decimal(100)
    )
    run = TemplateRun.objects.create(
        company=cast.company, template=template, version=1, first=coming.first, created_by=cast.minh, status="done"
    )
    touch(cast.company.pk, structure=True)
    return Planned(
        sao, drafted, active, asked, agreement, delegation, made,
        add_entry(acting_user=cast.hung, company=cast.company, code="NHA-1", text=text),
        make_objective(cast), version, draft(cast), File.objects.get(company=cast.company, name="bien-ban.pdf"),
        template, run,
    )  # fmt: skip


def _goal(sao: Furnished, code: str, title: str, horizon: str, *, status: str = "draft", kpi: Kpi | None = None,
          parent: Goal | None = None) -> Goal:  # fmt: skip
    year = today(sao.cast.company).year
    strategic = horizon == "strategic"
    return Goal.objects.create(
        company=sao.cast.company, code=code, title=title, description="Khách mua nhiều hơn.",
        horizon=horizon, status=status, unit=sao.cast.root if strategic else sao.cast.sales,
        owner=sao.cast.owner("LAN" if strategic else "MINH"), perspective="financial", kpi=kpi or sao.revenue,
        baseline=1000.0, target=1200.0, valid_from=datetime.date(year, 1, 1),
        valid_to=datetime.date(year + (2 if strategic else 0), 12, 31), created_by=sao.cast.minh, parent=parent,
    )  # fmt: skip
