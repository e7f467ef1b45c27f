"""Vision, mission and values: every save is another version; the newest is mirrored to the company row."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as noop

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company
from tamnhin.organisation.services import change_company
from tamnhin.strategy.models import Statement
from tamnhin.strategy.problems import StaleError, refuse

LONGEST = 2000
# What the reason of a version says that nobody wrote here (a file, the settings page); shown through gettext.
FROM_ELSEWHERE = noop("Có sẵn từ tệp hoặc từ trang thiết lập")


def text_of(company: Company, kind: str) -> str:
    """What the company row says now; of the values one a line."""
    if kind == Statement.Kind.VALUES:
        return "\n".join(str(value) for value in company.values)
    return str(getattr(company, kind))


def tidy(kind: str, text: str) -> str:
    """Blank edges and empty lines away; of the values each line by itself."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    if kind == Statement.Kind.VALUES:
        lines = [line.lstrip("-•* ").strip() for line in lines]
        return "\n".join(line for line in lines if line)
    return "\n".join(lines)


@transaction.atomic
def save_statement(
    *,
    acting_user: User | None,
    company: Company,
    kind: str,
    text: str,
    reason: str = "",
    valid_from: datetime.date | None = None,
    expected: int | None = None,
) -> Statement:
    """Another version, in force from ``valid_from`` (today). The same text again writes nothing.

    What stands on the company row and in no version (it came from a file) becomes a version of its own first, so that
    the old words are kept. ``expected``: the number of the version the writer was looking at, 0 for none.

    Raises RefusedError (empty, too long, no reason from the second version on), StaleError (somebody saved first).
    """
    company = Company.objects.select_for_update().get(pk=company.pk)
    text = tidy(Statement.Kind(kind), text)
    newest = _caught_up(company, kind)
    number = newest.number if newest is not None else 0
    if expected is not None and expected != number and newest is not None:
        raise StaleError(newest)
    if newest is not None and newest.text == text:
        return newest
    if not text:
        raise refuse("text", "STATEMENT_EMPTY")
    if len(text) > LONGEST:
        raise refuse("text", "STATEMENT_LONG", length=len(text), most=LONGEST)
    if newest is not None and not reason.strip():
        raise refuse("reason", "STATEMENT_REASON")
    made = Statement.objects.create(
        company=company,
        kind=kind,
        number=number + 1,
        text=text,
        valid_from=valid_from or today(company),
        reason=reason.strip()[:500],
        created_by=acting_user,
    )
    value = text.split("\n") if kind == Statement.Kind.VALUES else text
    change_company(acting_user=acting_user, company=company, **{str(kind): value})
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="statement.saved",
        obj=made,
        before={"number": number, "text": newest.text if newest is not None else ""},
        after={"kind": kind, "number": made.number, "text": text, "reason": made.reason},
    )
    return made


def newest_number(company: Company, kind: str) -> int:
    """What ``expected`` is to be for somebody who looks at the statement now."""
    newest = Statement.objects.filter(company=company, kind=kind).order_by("-number").first()
    text = tidy(kind, text_of(company, kind))
    if newest is None:
        return 1 if text else 0
    return newest.number + (1 if text and text != newest.text else 0)


def _caught_up(company: Company, kind: str) -> Statement | None:
    """The newest version, after what the company row says besides has become one."""
    newest = Statement.objects.filter(company=company, kind=kind).order_by("-number").first()
    text = tidy(kind, text_of(company, kind))
    if not text or (newest is not None and newest.text == text):
        return newest
    return Statement.objects.create(
        company=company,
        kind=kind,
        number=newest.number + 1 if newest is not None else 1,
        text=text,
        valid_from=(today(company) if newest is not None else company.created_at.date()),
        reason=FROM_ELSEWHERE,
    )
