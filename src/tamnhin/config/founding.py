"""A company that begins with nothing: its root unit, one person, and that person's log-in."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tamnhin.accounts.models import Role, User
from tamnhin.accounts.services import add_member, grant_role
from tamnhin.engine.problems import Problem, declare
from tamnhin.organisation.models import Company
from tamnhin.organisation.services import add_person, add_unit, create_company, set_head

_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")

declare(
    "COMPANY_CODE_BAD",
    "error",
    "Mã công ty “{found}” chỉ gồm chữ cái không dấu, chữ số, dấu chấm và gạch, tối đa 64 ký tự.",
    "The company's code “{found}” may only have letters without marks, digits, points and dashes, at most 64.",
)
declare(
    "COMPANY_CODE_TAKEN",
    "error",
    "Đã có công ty mã {code} ({name}). Chọn mã khác.",
    "There is a company {code} already ({name}). Choose another code.",
)
declare(
    "ADMIN_EMAIL_BAD",
    "error",
    "“{found}” không phải là địa chỉ thư điện tử.",
    "“{found}” is not an e-mail address.",
)


class FoundingError(ValueError):
    def __init__(self, problem: str, /, **args: object) -> None:
        self.problem = Problem(problem, args=args)
        super().__init__(self.problem.text("en"))


@dataclass(frozen=True, slots=True)
class Founded:
    """``password`` is "" where the account was there before and keeps its own."""

    code: str
    name: str
    email: str
    password: str


@transaction.atomic
def found_company(*, code: str, name: str, email: str, person: str = "", password: str | None = None) -> Founded:
    """The company, a root unit of its name, its first person as director and administrator. Raises FoundingError."""
    if not _CODE.fullmatch(code):
        raise FoundingError("COMPANY_CODE_BAD", found=code[:80])
    held = Company.objects.filter(code=code).first()
    if held is not None:
        raise FoundingError("COMPANY_CODE_TAKEN", code=code, name=held.name)
    try:
        validate_email(email)
    except ValidationError:
        raise FoundingError("ADMIN_EMAIL_BAD", found=email[:80]) from None
    company = create_company(acting_user=None, code=code, name=name.strip() or code, language="vi")
    root = add_unit(acting_user=None, company=company, code=code, name=company.name, kind="company")
    known = User.objects.filter(email=email.strip().lower()).exists()
    secret = "" if known else password or secrets.token_urlsafe(12)
    who = person.strip() or email.partition("@")[0]
    head = add_person(acting_user=None, company=company, code="GD", name=who, unit=root, email=email)
    set_head(acting_user=None, unit=root, head=head)
    user = add_member(
        acting_user=None, company_id=company.pk, email=email, name=who, person_id=head.pk, password=secret or None
    )
    grant_role(acting_user=None, company_id=company.pk, user=user, role=Role.DIRECTOR, unit_id=root.pk, see_pay=True)
    grant_role(acting_user=None, company_id=company.pk, user=user, role=Role.ADMIN)
    return Founded(code, company.name, user.email, secret)
