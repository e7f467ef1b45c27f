"""What people of the demo company have said to each other: versions, cycles, agreements open and done, the regulation.

Everything passes the services, each act by the person who would do it, so that the demo is a company that used the
product. Done once: a company in which anything has been agreed is left alone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction

from tamnhin.accounts.models import User
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import activate, speak
from tamnhin.agreements.states import State
from tamnhin.demo.people import DOMAIN
from tamnhin.engine import periods as per
from tamnhin.kpis.models import Kpi
from tamnhin.kpis.services.assignments import LineInput, Time, draft_of, save_lines
from tamnhin.kpis.services.proposals import propose
from tamnhin.kpis.services.templates import About, add_template, lines_from_scorecard
from tamnhin.okr import demo as okr_demo
from tamnhin.organisation.models import Company, Owner, Person, Unit
from tamnhin.regulation import services as regulation
from tamnhin.regulation.models import Version
from tamnhin.strategy.models import Cycle, Goal, Statement
from tamnhin.strategy.rules import GoalValues
from tamnhin.strategy.services.changes import request_change
from tamnhin.strategy.services.cycles import CycleValues, add_cycle, proposal
from tamnhin.strategy.services.goals import create_goal, propose_goals
from tamnhin.strategy.services.perspectives import perspectives_of

FIRST_VISION = "Trở thành công ty sữa tươi được người miền Bắc tin dùng."
# the smallest file that is a PDF: what stands in for the scanned minutes
MINUTES = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF"


@dataclass(frozen=True, slots=True)
class _Cast:
    company: Company
    today: datetime.date
    lan: User
    minh: User
    hoa: User
    hung: User

    def unit(self, code: str) -> Unit:
        return Unit.objects.select_related("owner", "head__owner").get(company=self.company, owner__code=code)

    def person_of(self, user: User) -> Person:
        return Person.objects.select_related("owner").get(company=self.company, memberships__user=user)

    def head_of(self, code: str) -> User:
        return User.objects.get(memberships__company=self.company, memberships__person=self.unit(code).head)

    def goal(self, code: str) -> Goal:
        return Goal.objects.select_related("company", "kpi", "parent", "unit__owner", "owner").get(
            company=self.company, code=code
        )


def furnish(company: Company, today: datetime.date) -> None:
    """Furnish the demo company as on ``today``. Needs its log-ins (``config.commands``). Nothing the second time."""
    if Agreement.objects.filter(company=company).exists() or Statement.objects.filter(company=company).exists():
        return
    users = {
        name: User.objects.get(email=f"{name}@{DOMAIN}", memberships__company=company)
        for name in ("lan", "minh", "hoa", "hung")
    }
    cast = _Cast(company, today, **users)
    with transaction.atomic():
        _statements(cast)
        perspectives_of(company)
        _cycles(cast)
        _agreed_goal(cast)
        _waiting_goal(cast)
        _returned_goal(cast)
        _change_of_a_goal(cast)
        _scorecard_for_hoa(cast)
        _template(cast)
        _regulation(cast)
        okr_demo.furnish(company, today)


def _statements(cast: _Cast) -> None:
    """Two versions of the vision: the second is the one that stands on the company."""
    began = datetime.date(cast.today.year - 3, 1, 15)
    newer = datetime.date(cast.today.year - 1, 1, 10)
    for kind, number, text, day, reason in (
        ("vision", 1, FIRST_VISION, began, ""),
        (
            "vision",
            2,
            cast.company.vision,
            newer,
            "Bản cũ không có năm và không đếm được; nay nói rõ một triệu gia đình.",
        ),
        ("mission", 1, cast.company.mission, began, ""),
        ("values", 1, "\n".join(cast.company.values), began, ""),
    ):
        Statement.objects.create(
            company=cast.company, kind=kind, number=number, text=text, valid_from=day, reason=reason,
            created_by=cast.lan,
        )  # fmt: skip


def _cycles(cast: _Cast) -> None:
    year = cast.today.year
    start, end = datetime.date(year - 1, 1, 1), datetime.date(year + 1, 12, 31)
    keys = [one.key for one in proposal(start, end, cast.company.fiscal_year_start, halves=True)]
    values = CycleValues(
        Cycle.Kind.STRATEGIC, f"CL{year - 1}-{year + 1}", start, end, f"Chiến lược {year - 1}–{year + 1}"
    )
    add_cycle(acting_user=cast.lan, company=cast.company, values=values, with_keys=keys, halves=True)


def _sales_goal(
    cast: _Cast, code: str, title: str, kpi: str, baseline: float, target: float, description: str, scope: str
) -> Goal:
    """A draft of the sales department for the current quarter, or the rest of the year where the quarter is over."""
    parent = cast.goal("N-DT")
    quarter = per.containing(cast.today, "quarter", cast.company.fiscal_year_start)
    values = GoalValues(
        code=code,
        title=title,
        horizon="quarter",
        valid_from=quarter.start,
        valid_to=quarter.end,
        parent=parent,
        unit=cast.unit("KD"),
        owner=cast.unit("KD").head.owner,  # type: ignore[union-attr]  # every unit of the demo has a head
        perspective="customer",
        kpi=Kpi.objects.get(company=cast.company, code=kpi),
        baseline=baseline,
        target=target,
        description=description,
        scope=scope,
    )
    return create_goal(acting_user=cast.minh, company=cast.company, values=values)


def _agreed_goal(cast: _Cast) -> None:
    """From the proposal to "in force": everybody asked has answered."""
    goal = _sales_goal(
        cast, "KD-TRA", "Giảm hàng bán bị trả lại ở miền Bắc xuống 1,8 %", "RETURN", 2.4, 1.8,
        description="Nhà phân phối đặt đúng nhu cầu, giao đúng hạn dùng: ít hàng quay lại kho.", scope="Miền Bắc",
    )  # fmt: skip
    agreement = propose_goals(
        acting_user=cast.minh, company=cast.company, goals=[goal], related=[cast.unit("CUKV")],
        people=[cast.person_of(cast.hoa)], note="Đã bàn ở buổi họp tuần của phòng.",
    )[0]  # fmt: skip
    speak(acting_user=cast.hung, agreement=agreement, answer="yes", text="Đúng quy chế, có KPI đối trọng.")
    agreement.refresh_from_db()
    speak(
        acting_user=cast.head_of("CUKV"), agreement=agreement, answer="yes", text="Kho xếp theo hạn dùng từ tháng này."
    )
    for user, text in ((cast.hoa, "Em làm được nếu đơn đặt trước 48 giờ."), (cast.lan, "")):
        agreement.refresh_from_db()
        if agreement.state == State.REVIEWED:
            speak(acting_user=user, agreement=agreement, answer="yes", text=text)
    agreement.refresh_from_db()
    if agreement.state == State.AGREED:
        activate(acting_user=cast.minh, agreement=agreement)


def _waiting_goal(cast: _Cast) -> None:
    """Human resources have answered; marketing has not."""
    goal = _sales_goal(
        cast, "KD-PHU", "Phủ thêm 200 điểm bán ở Nghệ An và Hà Tĩnh", "COVER", 5850.0, 6050.0,
        description="Người mua ở các huyện mới có sữa trong bán kính hai cây số.", scope="Nghệ An, Hà Tĩnh",
    )  # fmt: skip
    agreement = propose_goals(
        acting_user=cast.minh, company=cast.company, goals=[goal], related=[cast.unit("MKT")],
        people=[cast.person_of(cast.hoa)], note="Cần marketing dựng biển ở điểm bán mới.",
    )[0]  # fmt: skip
    speak(acting_user=cast.hung, agreement=agreement, answer="yes", text="Xem lại tuyến để không ai quá tải.")


def _returned_goal(cast: _Cast) -> None:
    goal = _sales_goal(
        cast, "KD-GOI", "Gọi 13.500 cuộc bán hàng trong quý, mỗi người 60 cuộc một ngày", "CALLS", 11_800.0, 13_500.0,
        description="Gọi nhiều hơn để bù tuyến mưa bão.", scope="Cả ba miền",
    )  # fmt: skip
    agreement = propose_goals(acting_user=cast.minh, company=cast.company, goals=[goal])[0]
    speak(
        acting_user=cast.hung, agreement=agreement, answer="no",
        text="Đếm cuộc gọi thì được cuộc gọi. Thêm KPI kết quả đi kèm, và hỏi người gọi trực tiếp.",
    )  # fmt: skip


def _change_of_a_goal(cast: _Cast) -> None:
    goal = cast.goal("N-KHM")
    values = replace(GoalValues.of(goal), target=3300.0)
    request_change(
        acting_user=cast.minh, goal=goal, values=values, effective=cast.today + datetime.timedelta(days=7),
        reason="Tám tháng đã đạt 82 % cả năm; nhà phân phối Nghệ An ký sớm hơn dự kiến.",
    )  # fmt: skip


def _template(cast: _Cast) -> None:
    """The scorecard of those who sell, written from Hoa's. Nobody has been given it yet."""
    person = cast.person_of(cast.hoa)
    owner = person.owner
    owner.company = cast.company
    lines = lines_from_scorecard(owner, cast.today)
    if not lines:
        return
    about = About(f"Thẻ điểm {person.position.lower()}", person.position)
    add_template(acting_user=cast.hung, company=cast.company, code="NVKD", about=about, lines=lines)


def _scorecard_for_hoa(cast: _Cast) -> None:
    """A change of what is in force, agreed to by human resources, waiting for Hoa."""
    owner = Owner.objects.get(company=cast.company, person__memberships__user=cast.hoa)
    following = per.next(per.containing(cast.today, "month", cast.company.fiscal_year_start))
    reason = "Tuyến miền núi: thăm ít điểm hơn nhưng mỗi điểm cần nhiều thời gian hơn."
    draft = draft_of(acting_user=cast.minh, owner=owner, time=Time(first=following.start, reason=reason))
    lines = [LineInput.of(line) for line in draft.lines.order_by("order", "pk")]
    if len(lines) < 2:
        return
    heavy = max(range(len(lines)), key=lambda at: lines[at].weight)
    light = min(range(len(lines)), key=lambda at: lines[at].weight)
    five = Decimal(5)
    lines[heavy] = replace(lines[heavy], weight=lines[heavy].weight - five)
    lines[light] = replace(lines[light], weight=lines[light].weight + five)
    draft = save_lines(acting_user=cast.minh, assignment=draft, lines=lines)
    agreement = propose(acting_user=cast.minh, assignment=draft, note="Hoa xem giúp, có gì trả lại anh sửa.")
    if agreement.state == State.PROPOSED:
        speak(acting_user=cast.hung, agreement=agreement, answer="yes", text="Trọng số vẫn đủ 100.")


def _regulation(cast: _Cast) -> None:
    """A first version in force for half a year, read by some; a second one out for opinions."""
    day = cast.today - datetime.timedelta(days=200)
    first = regulation.start(acting_user=cast.hung, company=cast.company)
    first = regulation.send(
        acting_user=cast.hung, version=first, revision=first.revision, on=day, channel="Thư điện tử và bảng tin",
        who="Toàn thể người lao động, công đoàn cơ sở", until=day + datetime.timedelta(days=10),
    )  # fmt: skip
    regulation.record_meeting(
        acting_user=cast.hung, version=first, on=day + datetime.timedelta(days=11),
        who="Ban giám đốc, ban chấp hành công đoàn, 14 trưởng phòng", upload=("bien-ban-doi-thoai.pdf", MINUTES),
        text="Thống nhất: trả theo mức đạt, không phạt; KPI mới đo thử ba tháng trước khi tính lương.",
    )  # fmt: skip
    decided = day + datetime.timedelta(days=14)
    first.refresh_from_db()
    first = regulation.decide(
        acting_user=cast.hung, version=first, revision=first.revision, on=decided, signer="Nguyễn Thị Lan",
        effective_from=decided + datetime.timedelta(days=5), decision="12/QĐ-TN",
    )  # fmt: skip
    first, _late = regulation.publish(
        acting_user=cast.hung, version=first, revision=first.revision, on=decided + datetime.timedelta(days=1),
        channel="Bảng tin, thư điện tử, Tầm Nhìn",
    )  # fmt: skip
    for user in (cast.lan, cast.minh, cast.hung):
        regulation.acknowledge(acting_user=user, version=first)
    second = regulation.start(acting_user=cast.hung, company=cast.company, copied=Version.objects.get(pk=first.pk))
    second = regulation.send(
        acting_user=cast.hung, version=second, revision=second.revision, on=cast.today, channel="Thư điện tử",
        who="Toàn thể người lao động, công đoàn cơ sở", until=cast.today + datetime.timedelta(days=14),
    )  # fmt: skip
    regulation.give_opinion(
        acting_user=cast.minh, version=second, text="Đề nghị ghi rõ: điều chỉnh chỉ tiêu phải báo trước một tháng."
    )
