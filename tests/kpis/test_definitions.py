"""Writing KPI cards: who may, what is refused, how versions come about, and how two editors meet."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from tests.cast import Cast, make_kpi, make_line

from tamnhin.accounts.models import User
from tamnhin.base.models import AuditEntry
from tamnhin.kpis.access import can_change_kpi, can_define_kpis, can_describe_kpi, newest_version
from tamnhin.kpis.errors import DefinitionConflictError, DefinitionError, DefinitionForbiddenError
from tamnhin.kpis.gaps import owner_gaps
from tamnhin.kpis.models import Kpi, KpiVersion
from tamnhin.kpis.services.definitions import Definition, change_kpi, create_kpi, earliest_start, hand_over
from tamnhin.kpis.services.states import activate_kpi, retire_kpi
from tamnhin.organisation.access import forget_scope, today
from tamnhin.organisation.models import Person
from tamnhin.organisation.services import OtherCompanyError, set_head

CALLS = Definition(name="Số cuộc gọi bán hàng", unit="cuộc", level="tactical", timing="leading")


def new(cast: Cast, code: str = "CALLS", user: User | None = None, **more: Any) -> Kpi:
    return create_kpi(acting_user=user or cast.hung, company=cast.company, code=code, definition=replace(CALLS, **more))


def owned(cast: Cast) -> dict[str, Any]:
    return {"owner": cast.owner("MINH"), "deputy": cast.owner("HOA")}


def active(cast: Cast, code: str = "CALLS", **more: Any) -> Kpi:
    return activate_kpi(acting_user=cast.hung, kpi=new(cast, code, **{**owned(cast), **more}))


def card(kpi: Kpi) -> Definition:
    version = newest_version(kpi)
    assert version is not None
    return Definition.of(version)


def change(cast: Cast, kpi: Kpi, user: User | None = None, **fields: Any) -> Kpi:
    said = {name: fields.pop(name) for name in ("valid_from", "reason", "expected_revision") if name in fields}
    return change_kpi(
        acting_user=user or cast.hung, kpi=kpi, definition=replace(card(kpi), **fields),
        **{"expected_revision": kpi.revision, **said},
    )  # fmt: skip


# -- drafts -------------------------------------------------------------------------------------------------------


def test_a_new_kpi_is_a_draft_and_is_on_record(cast: Cast) -> None:
    cast.company.refresh_from_db()
    before = cast.company.structure_version
    kpi = new(cast)
    cast.company.refresh_from_db()
    assert (kpi.status, kpi.revision, kpi.name) == ("draft", 1, "Số cuộc gọi bán hàng")
    assert KpiVersion.objects.get(kpi=kpi).created_by == cast.hung
    entry = AuditEntry.objects.get(action="kpi.created")
    assert (entry.acting_user, entry.after["code"]) == (cast.hung, "CALLS")
    assert cast.company.structure_version == before + 1


@pytest.mark.parametrize("name", ["hoa", "an", "tuan", "thu", "phuc", "quang", "nobody"])
def test_who_neither_leads_nor_runs_hr_writes_no_kpi(cast: Cast, name: str) -> None:
    user = getattr(cast, name)
    assert not can_define_kpis(user, cast.company)
    with pytest.raises(DefinitionForbiddenError):
        new(cast, user=user)
    assert not Kpi.objects.exists()


@pytest.mark.parametrize("name", ["lan", "minh", "hung", "dung"])
def test_director_head_hr_and_administrator_write_drafts(cast: Cast, name: str) -> None:
    assert new(cast, user=getattr(cast, name)).status == "draft"


@pytest.mark.parametrize(
    ("code", "fields", "field", "said"),
    [
        ("CALLS", {"name": " "}, "name", "DEFINE_NAME_MISSING"),
        ("hai chữ", {}, "code", "DEFINE_CODE_NOT_ALLOWED"),
        ("", {}, "code", "DEFINE_CODE_NOT_ALLOWED"),
        ("X" * 65, {}, "code", "DEFINE_CODE_NOT_ALLOWED"),
        ("CALLS", {"direction": "up"}, "direction", "DEFINE_CHOICE"),
        ("CALLS", {"method": "guess"}, "method", "DEFINE_CHOICE"),
        ("CALLS", {"formula": "REV / "}, "formula", "FORMULA_SYNTAX"),
        ("CALLS", {"formula": "REVV * 2"}, "formula", "FORMULA_UNKNOWN_KPI"),
        ("CALLS", {"formula": "CALLS + 1"}, "formula", "CYCLE"),
    ],
)
def test_a_fault_is_said_at_its_field(cast: Cast, code: str, fields: dict[str, Any], field: str, said: str) -> None:
    make_kpi(cast.company, "REV")
    with pytest.raises(DefinitionError) as caught:
        new(cast, code, **fields)
    assert [(one.field, one.problem.code) for one in caught.value.refusals] == [(field, said)]
    assert not Kpi.objects.filter(status="draft").exists()


def test_a_code_that_is_taken_names_who_has_it(cast: Cast) -> None:
    make_kpi(cast.company, "CALLS", "Cuộc gọi")
    with pytest.raises(DefinitionError) as caught:
        new(cast)
    assert caught.value.codes == ["DEFINE_CODE_TAKEN"]
    assert "Cuộc gọi" in caught.value.problem.text("vi")


def test_a_circle_through_another_formula_is_refused_with_its_path(cast: Cast) -> None:
    make_kpi(cast.company, "A", "A", unit="")
    make_kpi(cast.company, "B", "B", unit="", formula="A * 2")
    with pytest.raises(DefinitionError) as caught:
        change_kpi(acting_user=cast.hung, kpi=Kpi.objects.get(code="A"), expected_revision=1, reason="thử",
                   definition=replace(card(Kpi.objects.get(code="A")), formula="B + 1"))  # fmt: skip
    assert "A → B → A" in caught.value.problem.text("vi")


def test_an_owner_of_another_company_is_a_fault_of_the_program(cast: Cast) -> None:
    far = Person.objects.get(owner__code="QUANG").owner
    with pytest.raises(OtherCompanyError):
        new(cast, owner=far)


def test_a_draft_is_changed_in_place(cast: Cast) -> None:
    kpi = new(cast)
    kpi = change(cast, kpi, unit="lượt", aggregation="mean")
    assert KpiVersion.objects.filter(kpi=kpi).count() == 1
    assert (card(kpi).unit, kpi.revision) == ("lượt", 2)
    assert AuditEntry.objects.get(action="kpi.changed").before == {"unit": "cuộc", "aggregation": "sum"}


def test_what_stays_the_same_writes_nothing(cast: Cast) -> None:
    kpi = change(cast, new(cast))
    assert kpi.revision == 1
    assert not AuditEntry.objects.filter(action="kpi.changed").exists()


# -- versions -----------------------------------------------------------------------------------------------------


def test_a_change_of_something_active_is_a_version_from_a_day_and_history_stays(cast: Cast) -> None:
    kpi = active(cast)
    day = today(cast.company) + datetime.timedelta(days=30)
    change(cast, kpi, definition="Cuộc gọi dài hơn 30 giây", valid_from=day, reason="Bớt cuộc gọi nhỡ")
    first, second = KpiVersion.objects.filter(kpi=kpi).order_by("id")
    assert (first.valid_from, first.definition) == (None, "")
    assert (second.valid_from, second.definition, second.reason) == (
        day, "Cuộc gọi dài hơn 30 giây", "Bớt cuộc gọi nhỡ",
    )  # fmt: skip


def test_a_version_of_the_same_day_is_edited_in_place(cast: Cast) -> None:
    kpi = active(cast)
    kpi = change(cast, kpi, purpose="Một", reason="a")
    kpi = change(cast, kpi, purpose="Hai", reason="b")
    assert [v.purpose for v in KpiVersion.objects.filter(kpi=kpi).order_by("id")] == ["", "Hai"]


def test_a_version_never_reaches_back_nor_before_the_newest(cast: Cast) -> None:
    kpi = active(cast)
    back = earliest_start(cast.company) - datetime.timedelta(days=1)
    with pytest.raises(DefinitionError) as caught:
        change(cast, kpi, purpose="x", reason="y", valid_from=back)
    assert caught.value.codes == ["DEFINE_DATE_ELAPSED"]
    later = today(cast.company) + datetime.timedelta(days=60)
    kpi = change(cast, kpi, purpose="x", reason="y", valid_from=later)
    with pytest.raises(DefinitionError) as caught:
        change(cast, kpi, purpose="z", reason="y")
    assert caught.value.codes == ["DEFINE_DATE_BEFORE_NEWEST"]


def test_a_change_of_something_active_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(DefinitionError) as caught:
        change(cast, active(cast), purpose="x")
    assert [(one.field, one.problem.code) for one in caught.value.refusals] == [("reason", "DEFINE_REASON_MISSING")]


def test_what_numbers_mean_cannot_change_once_a_scorecard_has_used_them(cast: Cast) -> None:
    kpi = active(cast, unit="đồng")
    kpi = change(cast, kpi, aggregation="mean", reason="chưa ai dùng")
    make_line(cast.owner("HOA"), kpi)
    with pytest.raises(DefinitionError) as caught:
        change(cast, kpi, aggregation="sum", frequency="week", unit="triệu", reason="x")
    assert {one.field for one in caught.value.refusals} == {"aggregation", "frequency", "unit"}
    assert change(cast, kpi, unit="VND", reason="cùng một đơn vị").revision == kpi.revision + 1


# -- who changes what ---------------------------------------------------------------------------------------------


def test_a_head_changes_what_their_people_own_and_their_own_drafts(cast: Cast) -> None:
    theirs, factory, draft = active(cast), active(cast, "SCRAP", owner=cast.owner("BINH")), new(cast, "D", cast.minh)
    assert can_change_kpi(cast.minh, theirs)
    assert can_change_kpi(cast.minh, draft)
    assert not can_change_kpi(cast.minh, factory)
    assert not can_change_kpi(cast.minh, new(cast, "E"))
    for name in ("hoa", "an", "thu", "tuan", "phuc", "quang"):
        assert not can_change_kpi(getattr(cast, name), theirs), name
    with pytest.raises(DefinitionForbiddenError):
        change(cast, factory, cast.minh, purpose="x", reason="y")


def test_a_steward_writes_the_source_and_the_wording_and_nothing_else(cast: Cast) -> None:
    kpi = active(cast)
    assert can_describe_kpi(cast.tuan, kpi)
    kpi = change(cast, kpi, cast.tuan, source="Tổng đài", reason="nguồn mới")
    assert card(kpi).source == "Tổng đài"
    with pytest.raises(DefinitionForbiddenError) as caught:
        change(cast, kpi, cast.tuan, source="CRM", unit="lượt", reason="x")
    assert [(one.field, one.problem.code) for one in caught.value.refusals] == [("unit", "DEFINE_FIELD_NOT_ALLOWED")]
    assert not can_describe_kpi(cast.thu, kpi)


def test_the_second_editor_is_told_what_the_first_one_changed(cast: Cast) -> None:
    kpi = new(cast)
    change(cast, kpi, cast.hung, unit="lượt", purpose="Đếm nỗ lực")
    change(cast, Kpi.objects.get(pk=kpi.pk), cast.lan, unit="lần")
    with pytest.raises(DefinitionConflictError) as caught:
        change_kpi(acting_user=cast.minh if can_change_kpi(cast.minh, kpi) else cast.dung, kpi=kpi,
                   definition=replace(CALLS, name="Cuộc gọi"), expected_revision=1)  # fmt: skip
    assert caught.value.theirs == {"unit": ("cuộc", "lần"), "purpose": ("", "Đếm nỗ lực")}
    assert caught.value.revision == 3
    assert "Trần Thị Lan" in caught.value.problem.text("vi")
    assert Kpi.objects.get(pk=kpi.pk).name == CALLS.name


# -- states -------------------------------------------------------------------------------------------------------


def test_a_card_without_people_or_unit_is_not_activated_and_everything_missing_is_said(cast: Cast) -> None:
    kpi = new(cast, unit="")
    with pytest.raises(DefinitionError) as caught:
        activate_kpi(acting_user=cast.hung, kpi=kpi)
    assert [(one.field, one.problem.code) for one in caught.value.refusals] == [
        ("unit", "DEFINE_PART_MISSING"), ("owner", "DEFINE_OWNER_MISSING"), ("deputy", "DEFINE_DEPUTY_MISSING"),
    ]  # fmt: skip
    assert Kpi.objects.get(pk=kpi.pk).status == "draft"


def test_owner_and_deputy_are_two_people_who_are_here(cast: Cast) -> None:
    minh, hoa = cast.owner("MINH"), cast.owner("HOA")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"owner": minh, "deputy": cast.owner("KD")}, "DEFINE_DEPUTY_NOT_A_PERSON"),
        ({"owner": cast.owner("SX"), "deputy": hoa}, "DEFINE_OWNER_HEADLESS"),
    ]
    Person.objects.filter(owner__code="BINH").update(left=today(cast.company) - datetime.timedelta(days=1))
    binh = cast.owner("BINH")
    cases += [
        ({"owner": binh, "deputy": hoa}, "DEFINE_OWNER_GONE"),
        ({"owner": minh, "deputy": binh}, "DEFINE_OWNER_GONE"),
    ]
    for number, (people, said) in enumerate(cases):
        with pytest.raises(DefinitionError) as caught:
            activate_kpi(acting_user=cast.hung, kpi=new(cast, f"K{number}", **people))
        assert caught.value.codes == [said]
    with pytest.raises(DefinitionError) as caught:
        new(cast, "SAME", owner=minh, deputy=minh)
    assert caught.value.codes == ["DEFINE_OWNER_IS_DEPUTY"]
    assert (
        activate_kpi(acting_user=cast.hung, kpi=new(cast, "UNIT", owner=cast.owner("KD"), deputy=hoa)).status
        == "active"
    )


def test_retiring_names_who_still_uses_it_unless_an_end_date_closes_the_line(cast: Cast) -> None:
    kpi = active(cast)
    line = make_line(cast.owner("HOA"), kpi)
    with pytest.raises(DefinitionError) as caught:
        retire_kpi(acting_user=cast.hung, kpi=kpi, reason="")
    assert caught.value.codes == ["DEFINE_REASON_MISSING", "DEFINE_STILL_USED"]
    assert "Lê Thị Hoa" in caught.value.refusals[1].problem.text("vi")
    line.valid_to = today(cast.company)
    line.save()
    retired = retire_kpi(acting_user=cast.hung, kpi=kpi, reason="Thay bằng số cuộc gặp")
    assert (retired.status, retired.status_reason) == ("retired", "Thay bằng số cuộc gặp")
    again = activate_kpi(acting_user=cast.hung, kpi=retired)
    assert (again.status, again.status_reason) == ("active", "")
    trail = AuditEntry.objects.filter(object_id=str(kpi.pk), object_type="kpis.kpi").order_by("id")
    assert [entry.action for entry in trail] == [
        "kpi.created", "kpi.activated", "kpi.retired", "kpi.activated",
    ]  # fmt: skip


def test_a_kpi_that_a_formula_reads_is_not_retired(cast: Cast) -> None:
    kpi = active(cast)
    new(cast, "SHARE", formula="CALLS / 10", unit="")
    with pytest.raises(DefinitionError) as caught:
        retire_kpi(acting_user=cast.hung, kpi=kpi, reason="x")
    assert caught.value.codes == ["DEFINE_STILL_READ"]
    assert "SHARE" in caught.value.problem.text("en")


def test_states_are_moved_by_who_may_change_the_card_and_once(cast: Cast) -> None:
    kpi = active(cast)
    for name in ("hoa", "binh", "tuan", "thu", "quang"):
        with pytest.raises(DefinitionForbiddenError):
            retire_kpi(acting_user=getattr(cast, name), kpi=kpi, reason="x")
    with pytest.raises(DefinitionError) as caught:
        activate_kpi(acting_user=cast.hung, kpi=kpi)
    assert caught.value.codes == ["DEFINE_ALREADY"]
    with pytest.raises(DefinitionConflictError):
        retire_kpi(acting_user=cast.hung, kpi=kpi, reason="x", expected_revision=1)


# -- hand-over ----------------------------------------------------------------------------------------------------


def test_when_the_owner_leaves_the_kpi_is_listed_until_it_is_handed_over(cast: Cast) -> None:
    kpi = active(cast, owner=cast.owner("AN"), deputy=cast.owner("HOA"))
    active(cast, "OTHER")
    assert owner_gaps(cast.company) == []
    Person.objects.filter(owner__code="AN").update(left=today(cast.company) - datetime.timedelta(days=1))
    assert [(gap.code, gap.owner_gone, gap.deputy_gone) for gap in owner_gaps(cast.company)] == [
        ("CALLS", "Phạm An", "")
    ]
    later = today(cast.company) + datetime.timedelta(days=40)
    kpi = change(cast, kpi, purpose="Sau này", valid_from=later, reason="định trước")
    with pytest.raises(DefinitionError) as caught:
        hand_over(acting_user=cast.hung, kpi=kpi, owner=None, deputy=cast.owner("AN"), reason="")
    assert caught.value.codes == ["DEFINE_OWNER_MISSING", "DEFINE_OWNER_GONE", "DEFINE_REASON_MISSING"]
    hand_over(acting_user=cast.hung, kpi=kpi, owner=cast.owner("MINH"), deputy=cast.owner("HOA"), reason="An đã nghỉ")
    assert owner_gaps(cast.company) == []
    rows = KpiVersion.objects.filter(kpi=kpi).order_by("valid_from")
    assert {(row.valid_from, row.owner.code, row.purpose) for row in rows if row.owner} == {
        (None, "AN", ""), (today(cast.company), "MINH", ""), (later, "MINH", "Sau này"),
    }  # fmt: skip


def test_a_unit_without_a_head_answers_for_nothing(cast: Cast) -> None:
    active(cast, owner=cast.owner("KD"), deputy=cast.owner("HOA"))
    set_head(acting_user=None, unit=cast.sales, head=None)
    assert [gap.owner_gone for gap in owner_gaps(cast.company)] == ["Kinh doanh"]
    forget_scope(cast.minh)
    assert owner_gaps(cast.other) == []
