"""A book into a company and out again: the dry run, what is written, what is refused."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import TestCase
from tests.cast import Cast, utc
from tests.measurements.exchange_books import TODAY, content, fresh, only, small, written

from tamnhin.agreements.models import Agreement
from tamnhin.base.models import AuditEntry
from tamnhin.demo import build
from tamnhin.engine import book as engine
from tamnhin.kpis.models import Kpi, KpiVersion, Line, Link, Target
from tamnhin.measurements.exchange import (
    Counts,
    NotSoundError,
    apply_import,
    export_book,
    plan_import,
    read_file,
)
from tamnhin.measurements.models import Measurement
from tamnhin.measurements.signals import data_changed
from tamnhin.organisation.models import Company, Grade, Owner, Unit
from tamnhin.strategy.models import Goal, Perspective
from tamnhin.workbook import write

pytestmark = pytest.mark.django_db


def codes(problems: object) -> list[str]:
    return [problem.code for problem in problems]  # type: ignore[attr-defined]


# --- the dry run ---


def test_a_dry_run_counts_every_sheet_and_writes_nothing() -> None:
    company = fresh()
    diff = plan_import(company, small())
    assert diff.counts["people"] == Counts(new=2)
    assert diff.counts["actuals"] == Counts(new=2)
    assert diff.settings == {"name": "Công ty Ngọc", "cap": 150.0}
    assert diff.problems == []
    assert not Owner.objects.exists()
    assert not Measurement.objects.exists()
    assert not AuditEntry.objects.filter(action="import.applied").exists()


def test_a_dry_run_foretells_exactly_what_the_import_then_does() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    book = small(
        people=[{"code": "HOA", "name": "Lê Hoa"}, {"code": "AN", "name": "Phạm An", "unit": "KD"}],
        actuals=[
            {"owner": "HOA", "kpi": "REV", "period": "2026-01", "value": 91.0},
            {"owner": "AN", "kpi": "REV", "period": "2026-01", "value": 1.0},
            {"owner": "HOA", "kpi": "OTD", "period": "2026-01", "numerator": 9, "denominator": 10},
            {"owner": "AI", "kpi": "REV", "period": "2026-01", "value": 1.0},
        ],
    )
    diff = plan_import(company, book)
    assert diff.counts["people"] == Counts(new=1, changed=1)
    assert diff.counts["actuals"] == Counts(new=1, changed=1, same=1, refused=1)
    assert codes(diff.problems) == ["OWNER_UNKNOWN"]
    assert apply_import(company, book, acting_user=None).counts == diff.counts


# --- writing ---


def test_what_is_imported_is_what_the_engine_reads() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    held = content(company)
    assert held["units"][1] == ("KD", "Kinh doanh", "CTY", "department", None, None, None)
    assert [row[:4] for row in held["people"]] == [
        ("LAN", "Trần Thị Lan", "lan@ngoc.vn", "CTY"),
        ("HOA", "Lê Thị Hoa", None, "KD"),
    ]
    assert [row[2] for row in held["scorecards"]] == [Decimal("66.666667"), Decimal("33.333333")]
    assert held["scorecards"][0][-2] == "G2"
    assert held["bonus"][0][1] == Decimal("12345678.25")
    assert [(row[0], row[5]) for row in held["goals"]] == [("G2", "G1"), ("G1", None)]
    assert [row[:6] for row in held["actuals"]] == [
        ("HOA", "REV", "2026-01", 90.5, None, None),
        ("HOA", "OTD", "2026-01", None, 9.0, 10.0),
    ]
    assert company.cap == 150.0
    hoa = Owner.objects.get(code="HOA")
    assert (hoa.name_folded, hoa.kind) == (hoa.derive().name_folded, "person")
    assert hoa.name_folded != ""
    assert hoa.sort_key != ""


def test_the_paths_of_the_tree_follow_the_file_also_when_a_branch_moves() -> None:
    company = fresh()
    tree = [
        {"code": "A", "name": "A", "parent": "B"},
        {"code": "B", "name": "B", "parent": "R"},
        {"code": "R", "name": "R"},
        {"code": "C", "name": "C", "parent": "R"},
    ]
    apply_import(company, only(units=tree), acting_user=None)

    def paths() -> dict[str, list[str]]:
        names = dict(Owner.objects.values_list("pk", "code"))
        return {names[unit.pk]: [names[pk] for pk in unit.path_ids()] for unit in Unit.objects.all()}

    assert paths() == {"A": ["R", "B", "A"], "B": ["R", "B"], "R": ["R"], "C": ["R", "C"]}
    apply_import(company, only(units=[{"code": "B", "name": "B", "parent": "C"}]), acting_user=None)
    assert paths() == {"A": ["R", "C", "B", "A"], "B": ["R", "C", "B"], "R": ["R"], "C": ["R", "C"]}


def test_the_same_book_imported_twice_changes_nothing_and_says_so() -> None:
    company = fresh()
    assert not apply_import(company, small(), acting_user=None).nothing_changed
    before = (content(company), company.structure_version, company.data_version)
    second = apply_import(company, small(), acting_user=None)
    assert second.nothing_changed
    assert second.counts["actuals"] == Counts(same=2)
    assert (content(company), company.structure_version, company.data_version) == before
    assert Measurement.objects.count() == 2
    assert Target.objects.count() == 1


def test_a_changed_value_or_target_is_another_revision_and_the_first_stays() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    book = only(
        actuals=[{"owner": "HOA", "kpi": "REV", "period": "2026-01", "value": 95.0}],
        targets=[{"owner": "HOA", "kpi": "REV", "period": "2026", "target": 1300.0}],
    )
    applied = apply_import(company, book, acting_user=None)
    assert applied.counts["actuals"] == applied.counts["targets"] == Counts(changed=1)
    values = Measurement.objects.filter(kpi__code="REV").order_by("revision")
    assert list(values.values_list("revision", "value")) == [(1, 90.5), (2, 95.0)]
    targets = Target.objects.order_by("revision").values_list("revision", "target", "profile")
    assert list(targets) == [(1, 1200.0, "even"), (2, 1300.0, "even")]


def test_a_blank_is_nothing_said_and_changes_nothing() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    before = content(company)
    book = only(
        people=[{"code": "HOA", "name": "Lê Thị Hoa"}],
        kpis=[{"code": "REV", "name": "Doanh thu", "direction": "higher", "aggregation": "sum", "frequency": "month"}],
        scorecards=[{"owner": "HOA", "kpi": "OTD", "weight": "33.333333"}],
        actuals=[{"owner": "HOA", "kpi": "REV", "period": "2026-01", "value": 90.5}],
    )
    assert apply_import(company, book, acting_user=None).nothing_changed
    assert content(company) == before


def test_rows_that_are_not_in_the_file_stay() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    apply_import(company, only(units=[{"code": "SX", "name": "Sản xuất", "parent": "CTY"}]), acting_user=None)
    held = content(company)
    assert [row[0] for row in held["units"]] == ["CTY", "KD", "SX"]
    assert len(held["people"]) == len(held["actuals"]) == 2


def test_a_new_state_takes_the_number_back_and_a_number_the_state() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    exempt = {"owner": "HOA", "kpi": "REV", "period": "2026-01", "state": "exempt", "reason": "Nghỉ sinh"}
    apply_import(company, only(actuals=[exempt]), acting_user=None)
    assert content(company)["actuals"][0][3:9] == (None, None, None, None, "exempt", "Nghỉ sinh")
    apply_import(company, only(actuals=[{**exempt, "state": None, "reason": None, "value": 1.0}]), acting_user=None)
    assert content(company)["actuals"][0][3:9] == (1.0, None, None, None, None, None)


def test_a_corrected_number_keeps_the_currency_it_was_in() -> None:
    company = fresh()
    row = {"owner": "HOA", "kpi": "REV", "period": "2026-02", "value": 10.0, "currency": "USD"}
    apply_import(company, small(actuals=[row]), acting_user=None)
    apply_import(company, only(actuals=[{**row, "value": 11.0, "currency": None}]), acting_user=None)
    assert list(Measurement.objects.order_by("revision").values_list("value", "currency")) == [
        (10.0, "USD"),
        (11.0, "USD"),
    ]


def test_a_later_version_of_a_definition_stands_beside_the_first_and_gives_the_name() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    later = {"code": "REV", "name": "Doanh thu thuần", "direction": "higher", "aggregation": "sum",
             "frequency": "month", "from": "2026-07-01"}  # fmt: skip
    assert apply_import(company, only(kpis=[later]), acting_user=None).counts["kpis"] == Counts(new=1)
    assert KpiVersion.objects.filter(kpi__code="REV").count() == 2
    assert Kpi.objects.get(code="REV").name == "Doanh thu thuần"
    first = {**later, "name": "Doanh số", "from": None}
    apply_import(company, only(kpis=[first]), acting_user=None)
    assert Kpi.objects.get(code="REV").name == "Doanh thu thuần"
    assert KpiVersion.objects.get(kpi__code="REV", valid_from=None).name == "Doanh số"


def test_two_grades_may_swap_their_bounds_and_never_share_one() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    apply_import(company, only(grades=[{"grade": "A", "from": 0}, {"grade": "B", "from": 90}]), acting_user=None)
    assert dict(Grade.objects.values_list("grade", "lower_bound")) == {"A": 0.0, "B": 90.0}
    applied = apply_import(company, only(grades=[{"grade": "C", "from": 90}]), acting_user=None)
    assert codes(applied.problems) == ["GRADE_BOUND_TAKEN"]
    assert Grade.objects.count() == 2


def test_changed_lines_goals_and_links_are_found_by_their_keys() -> None:
    company = fresh()
    links = [{"driver": "OTD", "outcome": "REV", "sign": "+", "lag": 1}]
    apply_import(company, small(links=links), acting_user=None)
    book = only(
        scorecards=[{"owner": "HOA", "kpi": "REV", "weight": "70", "from": None}],
        goals=[{"code": "G2", "title": "Con mới", "horizon": "year", "from": "2026-01-01", "to": "2026-12-31"}],
        links=[{"driver": "OTD", "outcome": "REV", "lag": 3}],
    )
    applied = apply_import(company, book, acting_user=None)
    assert {name: one.changed for name, one in applied.counts.items()} == {"scorecards": 1, "goals": 1, "links": 1}
    assert Line.objects.get(kpi__code="REV").weight == Decimal("70")
    assert Goal.objects.get(code="G2").title == "Con mới"
    assert Goal.objects.get(code="G2").parent == Goal.objects.get(code="G1")
    assert content(company)["links"] == [("OTD", "REV", "+", 3, None, None, None)]


def test_the_card_of_a_kpi_the_wording_of_a_goal_and_who_claimed_a_link_travel_with_the_file() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    book = only(
        kpis=[
            {"code": "OTD", "name": "Giao đúng hẹn", "direction": "higher", "aggregation": "ratio",
             "frequency": "month", "purpose": "Khách tin", "definition": "Đơn giao đúng ngày hẹn",
             "inclusions": "Đơn nội địa", "exclusions": "Đơn khách hoãn", "owner": "LAN", "deputy": "HOA",
             "guardrail": "REV", "status": "retired"},
        ],
        goals=[{"code": "G3", "title": "Nửa năm", "description": "Khách quay lại", "scope": "Miền Bắc",
                "horizon": "half", "parent": "G1", "from": "2026-01-01", "to": "2026-06-30", "status": "draft"}],
        links=[{"driver": "OTD", "outcome": "REV", "sign": "+", "claimed_by": "HOA", "claimed_on": "2026-02-01"}],
    )  # fmt: skip
    apply_import(company, book, acting_user=None)
    version = KpiVersion.objects.get(kpi__code="OTD")
    assert (version.purpose, version.exclusions) == ("Khách tin", "Đơn khách hoãn")
    assert (version.deputy.code, version.guardrail.code) == ("HOA", "REV")  # type: ignore[union-attr]
    assert version.kpi.status == "retired"
    assert Goal.objects.get(code="G3").status == "draft"
    assert Goal.objects.get(code="G1").status == "active"  # nothing said: in force
    again = plan_import(company, export_book(company, None), said=())
    assert again.nothing_changes
    assert content(company)["links"][-1][-2:] == ("HOA", datetime.date(2026, 2, 1))


def test_a_withdrawn_link_is_in_no_book_and_can_be_claimed_again() -> None:
    company = fresh()
    links = [{"driver": "OTD", "outcome": "REV", "sign": "+", "lag": 1}]
    apply_import(company, small(links=links), acting_user=None)
    Link.objects.update(withdrawn_at=datetime.datetime.now(datetime.UTC))
    assert content(company)["links"] == []
    apply_import(company, only(links=links), acting_user=None)
    assert Link.objects.count() == 2
    assert len(content(company)["links"]) == 1


# --- when things were said ---


def test_the_instant_of_the_file_is_kept_and_history_comes_in_its_order() -> None:
    company = fresh()
    key = {"owner": "HOA", "kpi": "REV", "period": "2026-01"}
    history = [
        {**key, "value": 3.0, "recorded_at": utc("2026-04-01 00:00")},
        {**key, "value": 1.0, "recorded_at": utc("2026-02-01 00:00:00.000001")},
        {**key, "value": 2.0, "recorded_at": utc("2026-03-01 00:00")},
    ]
    apply_import(company, small(actuals=history), acting_user=None)
    kept = Measurement.objects.order_by("revision").values_list("revision", "value", "recorded_at")
    assert list(kept) == [
        (1, 1.0, utc("2026-02-01 00:00:00.000001")),
        (2, 2.0, utc("2026-03-01 00:00")),
        (3, 3.0, utc("2026-04-01 00:00")),
    ]
    assert apply_import(company, small(actuals=history), acting_user=None).nothing_changed


def test_a_number_said_before_the_one_that_is_held_is_left_out_with_a_word() -> None:
    company = fresh()
    key = {"owner": "HOA", "kpi": "REV", "period": "2026-01"}
    apply_import(company, small(actuals=[{**key, "value": 2.0, "recorded_at": utc("2026-03-01 00:00")}]),
                 acting_user=None)  # fmt: skip
    late = only(actuals=[{**key, "value": 1.0, "recorded_at": utc("2026-02-01 00:00")}])
    applied = apply_import(company, late, acting_user=None)
    assert codes(applied.problems) == ["RECORDED_EARLIER"]
    assert applied.counts["actuals"] == Counts(refused=1)
    assert Measurement.objects.count() == 1


def test_a_number_corrected_in_an_exported_file_is_said_now() -> None:
    company = fresh()
    key = {"owner": "HOA", "kpi": "REV", "period": "2026-01"}
    then = utc("2026-03-01 00:00")
    apply_import(company, small(actuals=[{**key, "value": 2.0, "recorded_at": then}]), acting_user=None)
    corrected = only(actuals=[{**key, "value": 5.0, "recorded_at": then}])
    assert apply_import(company, corrected, acting_user=None).counts["actuals"] == Counts(changed=1)
    latest = Measurement.objects.latest("revision")
    assert (latest.revision, latest.value) == (2, 5.0)
    assert latest.recorded_at > then
    assert apply_import(company, corrected, acting_user=None).nothing_changed


# --- refusals ---


def test_a_reference_that_neither_the_file_nor_the_company_has_is_refused_at_its_cell(tmp_path: Path) -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    write(only(actuals=[
        {"owner": "HOA", "kpi": "REV", "period": "2026-02", "value": 1.0},
        {"owner": "HOA", "kpi": "REV ", "period": "2026-03", "value": 1.0},
        {"owner": "hoa", "kpi": "REV", "period": "2026-02", "value": 1.0},
        {"owner": "HOA", "kpi": "XYZ", "period": "2026-02", "value": 1.0},
    ]), tmp_path / "file.xlsx")  # fmt: skip
    found = read_file(tmp_path / "file.xlsx", company)
    assert [(p.code, p.cell) for p in found.problems] == [("OWNER_UNKNOWN", "A4"), ("KPI_UNKNOWN", "B5")]
    assert "HOA" in found.problems[0].text("vi")
    assert found.book is not None
    assert apply_import(company, found.book, acting_user=None, said=found.said).counts["actuals"].new == 2


def test_a_file_with_only_values_finds_its_owners_and_kpis_in_the_company(tmp_path: Path) -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    (tmp_path / "actuals.csv").write_text("owner,kpi,period,value\nHOA,REV,2026-02,5\n", encoding="utf-8")
    found = read_file(tmp_path, company)
    assert found.problems == []
    assert found.book is not None
    assert found.book["units"].is_empty()
    assert apply_import(company, found.book, acting_user=None, said=found.said).counts == {"actuals": Counts(new=1)}


def test_a_circle_through_the_company_is_found_and_nothing_is_written() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    before = content(company)
    book = only(units=[{"code": "CTY", "name": "Công ty Ngọc", "parent": "KD"}])
    with pytest.raises(NotSoundError) as caught:
        apply_import(company, book, acting_user=None)
    assert codes(caught.value.problems) == ["UNIT_CYCLE"]
    assert content(company) == before


def test_a_person_does_not_become_a_unit() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    applied = apply_import(company, only(units=[{"code": "HOA", "name": "Tổ Hoa"}]), acting_user=None)
    assert codes(applied.problems) == ["OWNER_KIND_CHANGED"]
    assert applied.nothing_changed


def test_of_several_versions_of_a_unit_the_newest_is_kept_and_the_rest_is_told() -> None:
    company = fresh()
    versions = [
        {"code": "A", "name": "Cũ", "from": "2025-01-01"},
        {"code": "A", "name": "Mới", "from": "2026-01-01"},
    ]
    applied = apply_import(company, only(units=versions), acting_user=None)
    assert codes(applied.problems) == ["UNIT_VERSIONS_DROPPED"]
    assert content(company)["units"][0][1] == "Mới"


def test_the_file_of_another_company_is_told_and_does_not_rename_this_one() -> None:
    company = fresh()
    book = dataclasses.replace(small(), company=engine.Company(code="KHAC"))
    applied = apply_import(company, book, acting_user=None)
    assert codes(applied.problems) == ["COMPANY_CODE_DIFFERS"]
    assert company.code == "NGOC"


@pytest.mark.parametrize("locked", ["2026-01", "2026-Q1", "2026"])
def test_a_locked_period_takes_no_other_number_but_the_same_one(locked: str) -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    same = apply_import(company, small(), acting_user=None, locked_periods=[locked])
    assert same.nothing_changed
    assert same.problems == []
    book = only(actuals=[
        {"owner": "HOA", "kpi": "REV", "period": "2026-01", "value": 1.0},
        {"owner": "HOA", "kpi": "REV", "period": "2027-01", "value": 1.0},
    ])  # fmt: skip
    applied = apply_import(company, book, acting_user=None, locked_periods=[locked])
    assert codes(applied.problems) == ["PERIOD_LOCKED"]
    assert applied.counts["actuals"] == Counts(new=1, refused=1)
    assert set(Measurement.objects.filter(period="2026-01", kpi__code="REV").values_list("value", flat=True)) == {90.5}


def test_the_settings_of_the_company_change_only_where_the_file_speaks(tmp_path: Path) -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    (tmp_path / "company.csv").write_text("key,value\ncap,120\nfloor,xyz\n", encoding="utf-8")
    found = read_file(tmp_path, company)
    assert codes(found.problems) == ["COMPANY_VALUE_BAD"]
    assert found.said == {"cap"}
    assert found.book is not None
    diff = plan_import(company, found.book, said=found.said)
    assert diff.settings == {"cap": 120.0}  # the default, and yet said
    apply_import(company, found.book, acting_user=None, said=found.said)
    assert (company.cap, company.name) == (120.0, "Công ty Ngọc")


# --- pay ---


def test_pay_is_written_only_by_those_who_may_see_it(cast: Cast) -> None:
    book = only(bonus=[{"person": "HOA", "base": "1000", "from": "2026-01-01"}])
    applied = apply_import(cast.company, book, acting_user=cast.dung)
    assert codes(applied.problems) == ["PAY_NOT_PERMITTED"]
    assert applied.counts["bonus"] == Counts(refused=1)
    assert apply_import(cast.company, book, acting_user=cast.hung).counts["bonus"] == Counts(new=1)


def test_an_export_has_the_pay_only_of_those_whose_pay_the_user_may_see(cast: Cast) -> None:
    book = only(bonus=[{"person": "HOA", "base": "1000", "from": "2026-01-01"}])
    apply_import(cast.company, book, acting_user=None)
    assert export_book(cast.company, cast.hung)["bonus"].height == 1
    assert export_book(cast.company, cast.lan)["bonus"].is_empty()
    assert export_book(cast.company, None)["bonus"].height == 1


# --- audit, versions, signal ---


def test_one_audit_row_tells_the_counts_and_the_versions_move_on(cast: Cast) -> None:
    company = Company.objects.get(pk=cast.company.pk)
    versions = (company.structure_version, company.data_version)
    book = only(units=[{"code": "MOI", "name": "Mới", "parent": "SAO"}])
    apply_import(company, book, acting_user=cast.dung)
    entry = AuditEntry.objects.get(action="import.applied")
    assert entry.acting_user == cast.dung
    assert entry.after["counts"] == {"units": {"new": 1, "changed": 0, "same": 0, "refused": 0}}
    assert (company.structure_version, company.data_version) == (versions[0] + 1, versions[1] + 1)


def test_values_alone_do_not_change_the_structure_and_tell_which_values_are_new() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    structure = company.structure_version
    heard: list[dict[str, object]] = []

    def hear(**given: object) -> None:
        heard.append(given)

    data_changed.connect(hear)
    try:
        with TestCase.captureOnCommitCallbacks(execute=True):
            book = only(actuals=[{"owner": "HOA", "kpi": "REV", "period": "2026-02", "value": 1.0}])
            apply_import(company, book, acting_user=None)
    finally:
        data_changed.disconnect(hear)
    new = Measurement.objects.get(period="2026-02").pk
    assert company.structure_version == structure
    assert [(one["company_id"], one["structure"], one["measurement_ids"]) for one in heard] == [
        (company.pk, False, (new, new))
    ]


def test_a_company_sees_nothing_of_an_import_into_another(cast: Cast) -> None:
    before = content(cast.other)
    apply_import(cast.company, small(), acting_user=None)
    assert content(cast.other) == before


# --- out and in again ---


def test_the_demo_company_comes_out_and_goes_in_again_byte_for_byte(tmp_path: Path) -> None:
    book = build(TODAY)
    first = fresh("TN")
    apply_import(first, book, acting_user=None)
    out = written(export_book(first, None), tmp_path / "first")
    first.code = "CU"
    first.save()
    second = fresh("TN")
    found = read_file(tmp_path / "first", second)
    assert found.problems == []
    assert found.book is not None
    applied = apply_import(second, found.book, acting_user=None, said=found.said)
    assert applied.problems == []
    assert applied.counts["actuals"].new == book["actuals"].height > 10_000
    assert written(export_book(second, None), tmp_path / "second") == out
    assert apply_import(second, found.book, acting_user=None, said=found.said).nothing_changed


def test_an_exported_xlsx_changes_nothing_where_it_came_from(tmp_path: Path) -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    write(export_book(company, None), tmp_path / "out.xlsx")
    found = read_file(tmp_path / "out.xlsx", company)
    assert found.problems == []
    assert found.book is not None
    assert plan_import(company, found.book, said=found.said).nothing_changes


def test_a_withdrawn_value_does_not_come_back_to_life_through_a_file() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    last = Measurement.objects.get(kpi__code="REV")
    Measurement.objects.create(company=company, owner=last.owner, kpi=last.kpi, period=last.period, revision=2)
    exported = export_book(company, None)
    assert exported["actuals"]["kpi"].to_list() == ["OTD"]
    again = fresh("LAI")
    apply_import(again, engine.make_book(None, **dict(exported.frames)), acting_user=None)
    assert [row[1] for row in content(again)["actuals"]] == ["OTD"]


def test_the_lanes_of_the_map_travel_with_the_file_under_the_names_the_company_gave_them() -> None:
    company = fresh()
    lanes = ("financial: Tiền | Money", "customer: Khách hàng", "Xanh")
    apply_import(company, dataclasses.replace(small(), company=engine.Company(perspectives=lanes)), acting_user=None)
    held = list(Perspective.objects.order_by("order").values_list("code", "name", "name_en"))
    assert held == [("financial", "Tiền", "Money"), ("customer", "Khách hàng", ""), ("Xanh", "Xanh", "")]
    book = export_book(company, None)
    assert book.company.perspectives == ("financial: Tiền | Money", "customer: Khách hàng", "Xanh: Xanh")
    assert plan_import(company, book, said=None).nothing_changes
    less = dataclasses.replace(only(), company=engine.Company(perspectives=("customer: Khách",)))
    apply_import(company, less, acting_user=None)
    assert Perspective.objects.get(code="customer").name == "Khách"
    assert Perspective.objects.count() == 3


def test_a_file_moves_no_goal_that_people_are_agreeing_on() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    goal = Goal.objects.get(code="G2")
    Goal.objects.filter(pk=goal.pk).update(status="hr_consulted")
    owner = Owner.objects.get(code="CTY")
    Agreement.objects.create(
        company=company, kind="goal", subject_id=goal.pk, owner=owner, title="G2", state="hr_consulted", level="company"
    )
    row = {"title": "Con, viết lại", "horizon": "year", "from": "2026-01-01", "to": "2026-12-31", "status": "active"}
    applied = apply_import(company, only(goals=[{"code": "G2", **row}, {"code": "G1", **row}]), acting_user=None)
    assert codes(applied.problems) == ["GOAL_STATUS_AGREED"]
    goal.refresh_from_db()
    assert (goal.title, goal.status) == ("Con, viết lại", "hr_consulted")
