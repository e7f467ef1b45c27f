"""Entering one value: who may, what is refused, and that nothing is ever overwritten."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import TestCase
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast, make_cast, make_kpi, make_value, utc

from tamnhin.base.models import AuditEntry
from tamnhin.kpis.models import Kpi, KpiVersion
from tamnhin.measurements import locks
from tamnhin.measurements.models import Measurement
from tamnhin.measurements.services import (
    EntryConflictError,
    EntryError,
    EntryForbiddenError,
    EntryInvalidError,
    EntryLockedError,
    enter_value,
    withdraw_value,
)
from tamnhin.measurements.signals import data_changed
from tamnhin.organisation.models import Company
from tamnhin.organisation.services import OtherCompanyError

Enter = Callable[..., Measurement]


@pytest.fixture
def revenue(cast: Cast) -> Kpi:
    return make_kpi(cast.company, "REV")


@pytest.fixture
def ratio(cast: Cast) -> Kpi:
    return make_kpi(cast.company, "OTD", aggregation="ratio", scale=100.0)


@pytest.fixture
def enter(cast: Cast, revenue: Kpi) -> Enter:
    """Hoa enters her own revenue of January, unless said otherwise."""

    def act(**given: Any) -> Measurement:
        usual: dict[str, Any] = {"acting_user": cast.hoa, "company": cast.company, "owner": cast.owner("HOA"),
                                 "kpi": revenue, "period": "2026-01"}  # fmt: skip
        return enter_value(**{**usual, **given})

    return act


def refusal(act: Callable[[], object], error: type[EntryError] = EntryInvalidError) -> str:
    with pytest.raises(error) as caught:
        act()
    assert caught.value.problem.text("vi") != caught.value.problem.text("en")
    assert "…" not in caught.value.problem.text("vi")
    return caught.value.problem.code


def test_a_first_value_and_its_correction_are_two_revisions(enter: Enter, cast: Cast) -> None:
    first = enter(value=10.0, source="sổ")
    second = enter(value=12.5, reason="đếm lại")
    rows = Measurement.objects.order_by("revision").values_list("revision", "value", "reason", "source", "recorded_by")
    assert list(rows) == [(1, 10.0, "", "sổ", cast.hoa.pk), (2, 12.5, "đếm lại", "", cast.hoa.pk)]
    assert second.recorded_at > first.recorded_at


def test_a_zero_is_a_value(enter: Enter) -> None:
    assert enter(value=0.0).value == 0.0


def test_one_audit_row_has_before_and_after_and_the_version_of_the_data_moves(enter: Enter, cast: Cast) -> None:
    enter(value=10.0)
    before = Company.objects.get(pk=cast.company.pk)
    enter(value=11.0)
    after = Company.objects.get(pk=cast.company.pk)
    entry = AuditEntry.objects.filter(action="value.entered").latest("id")
    assert (entry.acting_user, entry.before["value"], entry.after["value"]) == (cast.hoa, 10.0, 11.0)
    assert after.data_version == before.data_version + 1
    assert after.structure_version == before.structure_version


def test_saying_the_same_again_writes_nothing(enter: Enter, cast: Cast) -> None:
    first = enter(value=10.0)
    version = Company.objects.get(pk=cast.company.pk).data_version
    assert enter(value=10.0).pk == first.pk
    assert Measurement.objects.count() == AuditEntry.objects.filter(action="value.entered").count() == 1
    assert Company.objects.get(pk=cast.company.pk).data_version == version


def test_listeners_hear_of_the_value_after_the_commit(enter: Enter, cast: Cast) -> None:
    heard: list[tuple[object, ...]] = []

    def hear(**given: object) -> None:
        heard.append((given["company_id"], given["structure"], given["measurement_ids"]))

    data_changed.connect(hear)
    try:
        with TestCase.captureOnCommitCallbacks(execute=True):
            row = enter(value=10.0)
            assert heard == []
    finally:
        data_changed.disconnect(hear)
    assert heard == [(cast.company.pk, False, (row.pk, row.pk))]


@pytest.mark.parametrize("who", ["binh", "thu", "quang", "nobody", "phuc"])
def test_those_without_the_right_enter_nothing(who: str, enter: Enter, cast: Cast) -> None:
    assert refusal(lambda: enter(acting_user=getattr(cast, who), value=1.0), EntryForbiddenError) == "VALUE_NOT_ALLOWED"
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("who", ["hoa", "minh", "tuan", "hung", "dung"])
def test_oneself_the_head_the_steward_hr_and_the_administrator_enter(who: str, enter: Enter, cast: Cast) -> None:
    assert enter(acting_user=getattr(cast, who), value=1.0).recorded_by == getattr(cast, who)


def test_an_exemption_is_decided_by_an_approver_and_never_by_oneself(enter: Enter, cast: Cast) -> None:
    own = {"state": "exempt", "reason": "nghỉ sinh"}
    assert refusal(lambda: enter(**own), EntryForbiddenError) == "EXEMPTION_NOT_ALLOWED"
    assert enter(acting_user=cast.minh, **own).state == "exempt"
    assert enter(state="not_applicable", reason="không có đơn hàng").state == "not_applicable"


def test_a_state_needs_a_reason_and_no_number(enter: Enter) -> None:
    assert refusal(lambda: enter(state="not_applicable")) == "REASON_MISSING"
    assert refusal(lambda: enter(state="not_applicable", reason="x", value=1.0)) == "VALUE_AND_STATE"
    assert refusal(lambda: enter(state="no_data", reason="x")) == "STATE_UNKNOWN"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_finite_number_is_refused(number: float, enter: Enter) -> None:
    assert refusal(lambda: enter(value=number)) == "VALUE_NOT_FINITE"


def test_nothing_entered_is_not_zero(enter: Enter) -> None:
    assert refusal(enter) == "VALUE_MISSING"
    assert not Measurement.objects.exists()


def test_a_ratio_takes_both_components_or_a_typed_ratio(enter: Enter, ratio: Kpi) -> None:
    assert refusal(lambda: enter(kpi=ratio, numerator=9.0)) == "RATIO_HALF_GIVEN"
    assert refusal(lambda: enter(kpi=ratio, denominator=9.0)) == "RATIO_HALF_GIVEN"
    assert refusal(lambda: enter(kpi=ratio, numerator=9.0, denominator=10.0, value=90.0)) == "RATIO_TWICE"
    assert refusal(lambda: enter(kpi=ratio, numerator=9.0, denominator=-1.0)) == "COMPONENT_NEGATIVE"
    assert enter(kpi=ratio, value=90.0).value == 90.0
    row = enter(kpi=ratio, numerator=0.0, denominator=0.0)  # no deliveries at all: not applicable, and that is said
    assert (row.value, row.numerator, row.denominator) == (None, 0.0, 0.0)


def test_components_are_refused_where_the_kpi_is_no_ratio(enter: Enter) -> None:
    assert refusal(lambda: enter(numerator=1.0, denominator=2.0)) == "COMPONENTS_NOT_TAKEN"


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("2026-13", "PERIOD_INVALID"),
        ("2025-W53", "PERIOD_INVALID"),
        ("tháng 1", "PERIOD_INVALID"),
        ("2026-Q1", "PERIOD_TOO_COARSE"),
        ("2026", "PERIOD_TOO_COARSE"),
        ("2199-01", "PERIOD_NOT_STARTED"),
    ],
)
def test_a_period_must_be_one_that_the_kpi_can_have_a_number_for(period: str, code: str, enter: Enter) -> None:
    assert refusal(lambda: enter(period=period, value=1.0)) == code


def test_the_days_of_a_monthly_kpi_may_be_entered(enter: Enter) -> None:
    assert enter(period="2026-01-15", value=1.0).period == "2026-01-15"


def test_the_definition_of_the_period_decides_and_not_the_newest(enter: Enter, revenue: Kpi, cast: Cast) -> None:
    KpiVersion.objects.create(
        company=cast.company, kpi=revenue, name="Doanh thu", valid_from="2026-07-01", direction="higher",
        aggregation="sum", frequency="quarter", formula="A / B",
    )  # fmt: skip
    assert refusal(lambda: enter(period="2026-Q3", value=1.0)) == "KPI_IS_COMPUTED"
    assert refusal(lambda: enter(period="2026-Q1", value=1.0)) == "PERIOD_TOO_COARSE"
    assert enter(period="2026-06", value=1.0).value == 1.0


def test_a_kpi_without_a_definition_then_takes_no_number(enter: Enter, cast: Cast) -> None:
    late = Kpi.objects.create(company=cast.company, code="MOI", name="Mới")
    KpiVersion.objects.create(company=cast.company, kpi=late, name="Mới", valid_from="2026-07-01",
                              direction="higher", aggregation="sum", frequency="month")  # fmt: skip
    assert refusal(lambda: enter(kpi=late, value=1.0)) == "KPI_NOT_DEFINED_THEN"


def test_a_currency_is_three_letters_and_the_companys_own_goes_without_saying(enter: Enter) -> None:
    assert refusal(lambda: enter(value=1.0, currency="đô")) == "CURRENCY_UNKNOWN"
    assert enter(value=1.0, currency="vnd").currency == ""
    assert enter(value=1.0, currency="usd").currency == "USD"


@pytest.mark.parametrize("locked", ["2026-01", "2026-Q1", "2026"])
def test_a_locked_period_takes_nothing(locked: str, enter: Enter) -> None:
    make = lambda: enter(value=1.0, locked_periods=[locked])  # noqa: E731
    assert refusal(make, EntryLockedError) == "PERIOD_LOCKED"
    assert enter(period="2025-12", value=1.0, locked_periods=[locked]).value == 1.0


def test_locked_periods_are_asked_of_the_layer_that_locks_them(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_providers", [])
    locks.provide(lambda company_id: {"2026-01"} if company_id == cast.company.pk else set())
    assert refusal(lambda: enter(value=1.0), EntryLockedError) == "PERIOD_LOCKED"


def test_two_people_at_one_cell_the_second_is_told_what_the_first_wrote(enter: Enter, cast: Cast) -> None:
    enter(acting_user=cast.minh, value=10.0, expected_revision=0)
    with pytest.raises(EntryConflictError) as caught:
        enter(value=99.0, expected_revision=0)
    assert caught.value.current is not None
    assert (caught.value.current.value, caught.value.current.recorded_by) == (10.0, cast.minh)
    assert caught.value.problem.code == "VALUE_CHANGED_MEANWHILE"
    assert "Nguyễn Văn Minh" in caught.value.problem.text("vi")
    assert enter(value=99.0, expected_revision=1).revision == 2


def test_rows_of_another_company_are_not_written_to(enter: Enter, cast: Cast) -> None:
    far = make_kpi(cast.other, "REV")
    with pytest.raises(OtherCompanyError):
        enter(kpi=far, value=1.0)


def test_a_correction_is_later_than_what_it_corrects_whatever_a_file_said(enter: Enter, cast: Cast) -> None:
    ahead = utc("2199-01-01 00:00")
    make_value(cast.owner("HOA"), Kpi.objects.get(code="REV"), "2026-01", 1.0, recorded_at=ahead)
    assert enter(value=2.0).recorded_at > ahead


def test_a_withdrawn_value_leaves_its_history_and_needs_a_reason(enter: Enter, revenue: Kpi, cast: Cast) -> None:
    where: dict[str, Any] = {"acting_user": cast.hoa, "company": cast.company, "owner": cast.owner("HOA"),
                             "kpi": revenue, "period": "2026-01"}  # fmt: skip
    assert refusal(lambda: withdraw_value(**where, reason="nhầm")) == "NOTHING_TO_WITHDRAW"
    enter(value=10.0)
    assert refusal(lambda: withdraw_value(**where, reason=" ")) == "REASON_MISSING"
    row = withdraw_value(**where, reason="nhầm", expected_revision=1)
    assert (row.revision, row.value, row.state, row.reason) == (2, None, "", "nhầm")
    assert refusal(lambda: withdraw_value(**where, reason="nhầm")) == "NOTHING_TO_WITHDRAW"
    assert enter(value=11.0).revision == 3
    assert AuditEntry.objects.filter(action="value.withdrawn").count() == 1


def test_an_entry_is_a_fixed_number_of_statements(
    enter: Enter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    enter(value=10.0)
    with django_assert_max_num_queries(13):
        enter(value=11.0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the test database of SQLite is one connection's memory")
def test_two_at_the_same_moment_become_two_revisions() -> None:
    cast = make_cast()
    kpi = make_kpi(cast.company)
    owner = cast.owner("HOA")
    gate = threading.Barrier(2)
    failed: list[BaseException] = []

    def act(number: float) -> None:
        try:
            gate.wait(10)
            enter_value(acting_user=None, company=cast.company, owner=owner, kpi=kpi, period="2026-01", value=number)
        except BaseException as fault:
            failed.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(number,)) for number in (1.0, 2.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failed == []
    assert sorted(Measurement.objects.values_list("revision", flat=True)) == [1, 2]
