"""The fixed cast of the tests (house rule 5), and factories as plain functions.

SAO (a company) ─ KD (sales: Minh leads; Hoa) ─ KD1 (a team: An)
                ├ SX (production: Bình)
                └ HCNS (Hùng)
TRĂNG (another company) ─ Quang, its director, who must see nothing of SAO.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tamnhin.accounts.models import Role, User
from tamnhin.accounts.services import add_member, grant_role
from tamnhin.kpis.models import Kpi, KpiVersion, Line, Target
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.models import Company, Owner, Person, Unit
from tamnhin.organisation.services import add_person, add_unit, create_company, set_head

PASSWORD = "mật khẩu của người thử"


@dataclass(frozen=True, slots=True)
class Cast:
    company: Company
    other: Company
    root: Unit
    sales: Unit
    team: Unit
    factory: Unit
    office: Unit
    lan: User  # director
    minh: User  # head of sales
    hoa: User  # in sales
    an: User  # in the team under sales
    binh: User  # in production
    hung: User  # HR
    tuan: User  # data steward, not one of the people
    thu: User  # auditor, not one of the people
    dung: User  # administrator, not one of the people
    phuc: User  # finance, with pay, not one of the people
    quang: User  # director of the other company
    nobody: User  # has an account and belongs to no company

    def owner(self, code: str) -> Owner:
        return Owner.objects.get(company=self.company, code=code)

    def person(self, code: str) -> Person:
        return Person.objects.get(company=self.company, owner__code=code)


def make_cast() -> Cast:
    company = create_company(acting_user=None, code="SAO", name="Công ty Sao")
    root = add_unit(acting_user=None, company=company, code="SAO", name="Công ty Sao")
    sales = add_unit(acting_user=None, company=company, code="KD", name="Kinh doanh", parent=root)
    team = add_unit(acting_user=None, company=company, code="KD1", name="Nhóm Bắc", parent=sales)
    factory = add_unit(acting_user=None, company=company, code="SX", name="Sản xuất", parent=root)
    office = add_unit(acting_user=None, company=company, code="HCNS", name="Hành chính nhân sự", parent=root)
    other = create_company(acting_user=None, code="TRANG", name="Công ty Trăng")
    far = add_unit(acting_user=None, company=other, code="TRANG", name="Công ty Trăng")
    users = {
        "lan": member(company, "LAN", "Trần Thị Lan", root),
        "minh": member(company, "MINH", "Nguyễn Văn Minh", sales),
        "hoa": member(company, "HOA", "Lê Thị Hoa", sales),
        "an": member(company, "AN", "Phạm An", team),
        "binh": member(company, "BINH", "Đỗ Bình", factory),
        "hung": member(company, "HUNG", "Vũ Hùng", office),
        "quang": member(other, "QUANG", "Hoàng Quang", far),
    }
    for name, full_name in {"tuan": "Đào Tuấn", "thu": "Bùi Thu", "dung": "Hồ Dũng", "phuc": "Ngô Phúc"}.items():
        users[name] = add_member(acting_user=None, company_id=company.pk, email=f"{name}@sao.vn", name=full_name)
    set_head(acting_user=None, unit=sales, head=Person.objects.get(company=company, owner__code="MINH"))
    for name, role, unit, see_pay in (
        ("lan", Role.DIRECTOR, root, False),
        ("minh", Role.HEAD, sales, False),
        ("hung", Role.HR, root, True),
        ("tuan", Role.STEWARD, root, False),
        ("thu", Role.AUDITOR, root, False),
        ("dung", Role.ADMIN, None, False),
        ("phuc", Role.FINANCE, root, True),
    ):
        grant_role(
            acting_user=None,
            company_id=company.pk,
            user=users[name],
            role=role,
            unit_id=unit.pk if unit else None,
            see_pay=see_pay,
        )
    grant_role(acting_user=None, company_id=other.pk, user=users["quang"], role=Role.DIRECTOR, unit_id=far.pk)
    return Cast(
        company=company,
        other=other,
        root=root,
        sales=sales,
        team=team,
        factory=factory,
        office=office,
        nobody=User.objects.create_user("khach@noi.khac", PASSWORD),
        **users,
    )


def member(company: Company, code: str, name: str, unit: Unit) -> User:
    """A person of the company who can log in with ``PASSWORD``."""
    person = add_person(acting_user=None, company=company, code=code, name=name, unit=unit)
    return add_member(
        acting_user=None,
        company_id=company.pk,
        email=f"{code.lower()}@{company.code.lower()}.vn",
        name=name,
        person_id=person.pk,
        password=PASSWORD,
    )


def make_kpi(company: Company, code: str = "REV", name: str = "Doanh thu", **definition: Any) -> Kpi:
    """A KPI with one version; a sum of months, higher is better, unless the definition says otherwise."""
    kpi = Kpi.objects.create(company=company, code=code, name=name)
    given = {"direction": "higher", "aggregation": "sum", "frequency": "month", "unit": "đồng", **definition}
    KpiVersion.objects.create(company=company, kpi=kpi, name=name, **given)
    return kpi


def make_line(owner: Owner, kpi: Kpi, weight: str = "100", **settings: Any) -> Line:
    return Line.objects.create(company_id=owner.company_id, owner=owner, kpi=kpi, weight=Decimal(weight), **settings)


def make_target(owner: Owner, kpi: Kpi, period: str, target: float | None, **more: Any) -> Target:
    return Target.objects.create(
        company_id=owner.company_id, owner=owner, kpi=kpi, period=period, target=target, **more
    )


def make_value(owner: Owner, kpi: Kpi, period: str, value: float | None, **more: Any) -> Measurement:
    return Measurement.objects.create(
        company_id=owner.company_id, owner=owner, kpi=kpi, period=period, value=value, **more
    )


def utc(text: str) -> datetime.datetime:
    """``2026-02-01 08:00`` as an instant."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
