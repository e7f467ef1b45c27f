"""Entering and withdrawing one value. Append-only: a correction is the next revision, with its audit row."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Never

from django.db import transaction
from django.db.models import F

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.engine import periods as per
from tamnhin.engine.book import CHOICES
from tamnhin.engine.problems import Problem
from tamnhin.kpis.models import Kpi, KpiVersion
from tamnhin.measurements import locks
from tamnhin.measurements import problems as _declared  # noqa: F401  (the codes)
from tamnhin.measurements.models import Measurement
from tamnhin.measurements.signals import send_on_commit
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Owner
from tamnhin.organisation.services import OtherCompanyError, touch

STATES = CHOICES["actuals", "state"]
EXEMPT = "exempt"
_CONTENT = ("value", "numerator", "denominator", "weight", "state", "reason", "source", "currency")
_FREQUENCIES = ("day", "week", "month", "quarter", "half", "year")


class EntryError(Exception):
    """A value is refused. ``problem`` has the code and says in both languages what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text("en"))
        self.problem = problem


class EntryForbiddenError(EntryError):
    """This user may not say this of this owner."""


class EntryInvalidError(EntryError):
    """The period, the KPI or the numbers do not go together."""


class EntryLockedError(EntryError):
    """The period is closed: only a correction can change it."""


class EntryConflictError(EntryError):
    """Somebody else was quicker. ``current`` is what they recorded (None: it had never been recorded)."""

    def __init__(self, problem: Problem, current: Measurement | None) -> None:
        super().__init__(problem)
        self.current = current


@dataclass(frozen=True, slots=True)
class _Said:
    value: float | None
    numerator: float | None
    denominator: float | None
    weight: float | None
    state: str
    reason: str
    source: str
    currency: str

    @property
    def numbers(self) -> dict[str, float]:
        given = {name: getattr(self, name) for name in ("value", "numerator", "denominator", "weight")}
        return {name: number for name, number in given.items() if number is not None}


@transaction.atomic
def enter_value(
    *,
    acting_user: User | None,
    company: Company,
    owner: Owner,
    kpi: Kpi,
    period: str,
    value: float | None = None,
    numerator: float | None = None,
    denominator: float | None = None,
    weight: float | None = None,
    state: str = "",
    reason: str = "",
    source: str = "",
    currency: str = "",
    expected_revision: int | None = None,
    locked_periods: Collection[str] | None = None,
) -> Measurement:
    """Record a value (or the components of a ratio, or a state with its reason) of an owner's KPI in a period.

    ``expected_revision``: the revision the person was looking at, 0 for none; when it is no longer the latest, nothing
    is written. None overwrites whatever is there, as another revision. ``locked_periods`` None asks ``locks``.
    ``acting_user`` None is the system. The latest revision is returned, and nothing written, when it says just this.

    Raises EntryForbiddenError, EntryInvalidError, EntryLockedError, EntryConflictError, all EntryError with a problem;
    OtherCompanyError for an owner or KPI of another company.
    """
    _of_company(company, owner, kpi)
    said = _Said(value, numerator, denominator, weight, state.strip(), reason.strip(), source.strip()[:300],
                 currency.strip().upper())  # fmt: skip
    if said.currency == company.currency:
        said = replace(said, currency="")
    _check_access(acting_user, owner, exempting=said.state == EXEMPT)
    where = _checked_period(company, owner, kpi, period, locked_periods)
    _check_said(said, company, owner, kpi, _definition(company, kpi, where), where)
    latest = _latest(company, owner, kpi, where.key, expected_revision)
    if latest is not None and all(getattr(latest, name) == getattr(said, name) for name in _CONTENT):
        return latest
    return _append(acting_user, company, owner, kpi, where.key, latest, said, "value.entered")


@transaction.atomic
def withdraw_value(
    *,
    acting_user: User | None,
    company: Company,
    owner: Owner,
    kpi: Kpi,
    period: str,
    reason: str,
    expected_revision: int | None = None,
    locked_periods: Collection[str] | None = None,
) -> Measurement:
    """Take a value back: the cell is NO_DATA again, and what was said stays readable. Raises as ``enter_value``."""
    _of_company(company, owner, kpi)
    _check_access(acting_user, owner, exempting=False)
    where = _checked_period(company, owner, kpi, period, locked_periods)
    if not reason.strip():
        _invalid("REASON_MISSING", owner, kpi)
    latest = _latest(company, owner, kpi, where.key, expected_revision)
    if latest is None or _is_withdrawn(latest):
        _invalid("NOTHING_TO_WITHDRAW", owner, kpi, period=where.key)
    said = _Said(None, None, None, None, "", reason.strip(), "", "")
    return _append(acting_user, company, owner, kpi, where.key, latest, said, "value.withdrawn")


def _of_company(company: Company, *rows: Owner | Kpi) -> None:
    for row in rows:
        if row.company_id != company.pk:
            raise OtherCompanyError(f"{row!r} belongs to another company")


def _check_access(acting_user: User | None, owner: Owner, *, exempting: bool) -> None:
    if acting_user is None:
        return
    right = "measurements.approve_value" if exempting else "measurements.enter_value"
    if not acting_user.has_perm(right, owner):
        code = "EXEMPTION_NOT_ALLOWED" if exempting else "VALUE_NOT_ALLOWED"
        raise EntryForbiddenError(Problem(code, owner=owner.code, args={"owner": owner.name}))


def _checked_period(company: Company, owner: Owner, kpi: Kpi, key: str, locked: Collection[str] | None) -> per.Period:
    try:
        period = per.parse(key.strip(), company.fiscal_year_start)
    except per.PeriodError as fault:
        raise EntryInvalidError(fault.problem(owner=owner.code, kpi=kpi.code)) from None
    closed = locks.locked_periods(company.pk) if locked is None else locked
    if locks.lies_in(period, closed, company.fiscal_year_start):
        args = {"period": period.key, "owner": owner.code, "kpi": kpi.code}
        raise EntryLockedError(Problem("PERIOD_LOCKED", owner=owner.code, kpi=kpi.code, args=args))
    return period


def _definition(company: Company, kpi: Kpi, period: per.Period) -> KpiVersion:
    """The version that holds at the end of the period (computation.md §8: a later version leaves the past alone)."""
    versions = KpiVersion.objects.filter(company=company, kpi=kpi).order_by(F("valid_from").desc(nulls_last=True))
    for version in versions:  # a few: as often as a definition was ever changed
        if version.valid_from is None or version.valid_from <= period.end:
            return version
    return _invalid("KPI_NOT_DEFINED_THEN", None, kpi, period=period.key)


def _check_said(
    said: _Said, company: Company, owner: Owner, kpi: Kpi, definition: KpiVersion, period: per.Period
) -> None:
    names: dict[str, Any] = {"owner": owner, "kpi": kpi}
    if definition.formula:
        _invalid("KPI_IS_COMPUTED", **names, formula=definition.formula)
    if _FREQUENCIES.index(period.kind) > _FREQUENCIES.index(definition.frequency):
        _invalid("PERIOD_TOO_COARSE", **names, period=period.key, frequency=definition.frequency)
    for number in said.numbers.values():
        if not math.isfinite(number):
            _invalid("VALUE_NOT_FINITE", **names, found=number)
    if said.state:
        if said.state not in STATES:
            _invalid("STATE_UNKNOWN", **names, state=said.state)
        if said.numbers:
            _invalid("VALUE_AND_STATE", **names, state=said.state)
        if not said.reason:
            _invalid("REASON_MISSING", **names)
        return
    _check_numbers(said, definition, names)
    if period.start > today(company):
        _invalid("PERIOD_NOT_STARTED", **names, period=period.key)
    if said.currency and not (len(said.currency) == 3 and said.currency.isascii() and said.currency.isalpha()):
        _invalid("CURRENCY_UNKNOWN", **names, found=said.currency)


def _check_numbers(said: _Said, definition: KpiVersion, names: dict[str, Any]) -> None:
    parts = (said.numerator is not None) + (said.denominator is not None)
    if parts and definition.aggregation != "ratio":
        _invalid("COMPONENTS_NOT_TAKEN", **names)
    if parts == 1:
        _invalid("RATIO_HALF_GIVEN", **names)
    if parts and said.value is not None:
        _invalid("RATIO_TWICE", **names)
    if not parts and said.value is None:
        _invalid("VALUE_MISSING", **names)
    for column in ("denominator", "weight"):
        number = getattr(said, column)
        if number is not None and number < 0:
            _invalid("COMPONENT_NEGATIVE", **names, column=column, found=number)


def _invalid(code: str, owner: Owner | None, kpi: Kpi, **args: object) -> Never:
    who = owner.code if owner is not None else None
    raise EntryInvalidError(Problem(code, owner=who, kpi=kpi.code, args={"owner": who, "kpi": kpi.code, **args}))


def _is_withdrawn(row: Measurement) -> bool:
    return not row.state and row.value is None and row.numerator is None and row.denominator is None


def _latest(company: Company, owner: Owner, kpi: Kpi, period: str, expected_revision: int | None) -> Measurement | None:
    """The latest revision, behind the lock of the company row that ``touch`` takes anyway: none is added meanwhile."""
    Company.objects.select_for_update().only("pk").get(pk=company.pk)
    latest = (
        Measurement.objects.filter(company=company, owner=owner, kpi=kpi, period=period)
        .select_related("recorded_by")
        .order_by("-revision")
        .first()
    )
    held = latest.revision if latest is not None else 0
    if expected_revision is not None and held != expected_revision:
        args = {
            "name": str(latest.recorded_by) if latest is not None and latest.recorded_by else "—",
            "found": _shown(latest),
            "at": _moment(latest, company),
        }
        problem = Problem("VALUE_CHANGED_MEANWHILE", owner=owner.code, kpi=kpi.code, args=args)
        raise EntryConflictError(problem, latest)
    return latest


def _shown(row: Measurement | None) -> str:
    if row is None or _is_withdrawn(row):
        return "—"
    if row.state:
        return row.state
    return f"{row.value:.15g}" if row.value is not None else f"{row.numerator:.15g}/{row.denominator:.15g}"


def _moment(row: Measurement | None, company: Company) -> str:
    if row is None:
        return "—"
    from zoneinfo import ZoneInfo

    return row.recorded_at.astimezone(ZoneInfo(company.time_zone)).strftime("%H:%M %d/%m/%Y")


def _append(
    acting_user: User | None,
    company: Company,
    owner: Owner,
    kpi: Kpi,
    period: str,
    latest: Measurement | None,
    said: _Said,
    action: str,
) -> Measurement:
    now = datetime.datetime.now(datetime.UTC)
    if latest is not None and latest.recorded_at >= now:
        # a file may have brought a later instant: revisions and instants must tell the same order
        now = latest.recorded_at + datetime.timedelta(microseconds=1)
    row = Measurement(
        company=company,
        owner=owner,
        kpi=kpi,
        period=period,
        recorded_at=now,
        recorded_by=acting_user,
        revision=latest.revision + 1 if latest is not None else 1,
        **{name: getattr(said, name) for name in _CONTENT},
    )
    row.save(force_insert=True)
    fields = [*_CONTENT, "revision"]
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action=action,
        obj=row,
        before=audit.snapshot(latest, fields) if latest is not None else None,
        after={**audit.snapshot(row, fields), "owner": owner.code, "kpi": kpi.code, "period": period},
    )
    touch(company.pk, data=True)
    send_on_commit(company.pk, structure=False, measurement_ids=(row.pk, row.pk))
    return row
