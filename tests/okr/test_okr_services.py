"""Writing, starting, reporting, grading and ending objectives: each change, and each that is refused."""

from __future__ import annotations

import dataclasses

import pytest
from tests.cast import Cast, make_kpi
from tests.okr.okr_cases import RESULTS, codes, make_objective, quarter, results_of

from tamnhin.base.models import AuditEntry, ChangeRefusedError
from tamnhin.okr.models import Event, Grade, KeyResult, Objective
from tamnhin.okr.reporting import Mark, grade
from tamnhin.okr.services import activate, change_objective, close, create_objective, reopen
from tamnhin.okr.writing import ConflictError, RefusedError, Terms, Wanted
from tamnhin.organisation.models import Owner
from tamnhin.organisation.services import OtherCompanyError


def terms_of(objective: Objective, **changes: object) -> Terms:
    given = {field.name: getattr(objective, field.name) for field in dataclasses.fields(Terms)}
    return Terms(**{**given, **changes})  # type: ignore[arg-type]


def wanted_of(objective: Objective) -> list[Wanted]:
    return [Wanted.of(row, place) for place, row in enumerate(results_of(objective))]


# -- writing ------------------------------------------------------------------------------------------------------


def test_a_head_writes_a_draft_of_her_unit_and_the_trail_says_so(cast: Cast) -> None:
    terms = Terms(owner=cast.owner("KD"), title="  Mở đường lên phía Bắc ", period=quarter(cast).key)
    objective = create_objective(acting_user=cast.minh, company=cast.company, terms=terms, results=RESULTS)
    assert (objective.title, objective.status, objective.revision) == ("Mở đường lên phía Bắc", "draft", 1)
    assert [row.title for row in results_of(objective)] == [one.title for one in RESULTS]
    entry = AuditEntry.objects.get(action="okr.created")
    assert entry.acting_user == cast.minh
    assert [row["title"] for row in entry.after["results"]] == [one.title for one in RESULTS]
    assert list(objective.events.values_list("kind", "by")) == [("created", cast.minh.pk)]


@pytest.mark.parametrize(
    ("who", "owner"), [("hoa", "KD"), ("an", "HOA"), ("binh", "KD"), ("thu", "KD"), ("dung", "KD")]
)
def test_nobody_writes_for_whom_they_do_not_lead(cast: Cast, who: str, owner: str) -> None:
    terms = Terms(owner=cast.owner(owner), title="Thử", period=quarter(cast).key)
    with pytest.raises(RefusedError) as refused:
        create_objective(acting_user=getattr(cast, who), company=cast.company, terms=terms, results=RESULTS)
    assert codes(refused.value) == [("OKR_NOT_ALLOWED", "owner")]
    assert not Objective.objects.exists()


def test_everybody_writes_their_own(cast: Cast) -> None:
    terms = Terms(owner=cast.owner("HOA"), title="Thử", period=quarter(cast).key)
    create_objective(acting_user=cast.hoa, company=cast.company, terms=terms, results=[])
    assert Objective.objects.get().owner.code == "HOA"


def test_what_is_wrong_is_said_all_at_once_at_its_field_and_nothing_is_written(cast: Cast) -> None:
    results = [
        Wanted("Như nhau", 1.0, 1.0, row=0),
        Wanted("như  NHAU", 0.0, 5.0, row=1),
        Wanted(" ", 0.0, 5.0, row=2),
        Wanted("Vô hạn", 0.0, float("inf"), row=3),
    ]
    terms = Terms(owner=cast.owner("KD"), title=" ", period="2026-11", expected=0)
    with pytest.raises(RefusedError) as refused:
        create_objective(acting_user=cast.minh, company=cast.company, terms=terms, results=results)
    assert codes(refused.value) == [
        ("OKR_TITLE_MISSING", "title"),
        ("OKR_EXPECTED_RANGE", "expected"),
        ("OKR_PERIOD_KIND", "period"),
        ("OKR_TARGET_IS_BASELINE", "0.target"),
        ("OKR_RESULT_TWICE", "1.title"),
        ("OKR_TITLE_MISSING", "2.title"),
        ("OKR_NUMBER_NOT_FINITE", "3.target"),
    ]
    assert not Objective.objects.exists()
    assert not KeyResult.objects.exists()


def test_an_owner_does_not_have_the_same_objective_twice_in_a_period_unless_one_is_closed(cast: Cast) -> None:
    first = make_objective(cast, active=False)
    with pytest.raises(RefusedError) as refused:
        make_objective(cast, title=first.title.upper())
    assert codes(refused.value) == [("OKR_TITLE_TWICE", "title")]
    close(acting_user=cast.minh, objective=first, reason="viết lại")
    assert make_objective(cast, title=first.title).pk != first.pk


def test_a_key_result_may_not_run_against_its_kpi_and_says_whose_number_it_is(cast: Cast) -> None:
    churn = make_kpi(cast.company, "CHURN", "Khách rời", direction="lower")
    sales = cast.owner("KD")
    wrong = [Wanted("Khách rời", 2.0, 3.0, kpi=churn, kpi_owner=sales), Wanted("Không ai", 3.0, 2.0, kpi=churn, row=1)]
    with pytest.raises(RefusedError) as refused:
        make_objective(cast, results=wrong, active=False)
    assert codes(refused.value) == [("OKR_AGAINST_KPI", "0.target"), ("OKR_KPI_OWNER_MISSING", "1.kpi_owner")]
    assert "càng thấp càng tốt" in refused.value.problems[0].text("vi")
    right = [Wanted("Khách rời", 3.0, 2.0, "vụ", kpi=churn, kpi_owner=sales)]
    row = results_of(make_objective(cast, results=right, active=False))[0]
    assert (row.kpi, row.kpi_owner, row.unit, row.direction) == (churn, sales, "", "lower")


def test_nothing_of_another_company_is_tied_in(cast: Cast) -> None:
    far = Owner.objects.get(company=cast.other, code="TRANG")
    kpi = make_kpi(cast.other, "XA")
    with pytest.raises(OtherCompanyError):
        make_objective(cast, results=[Wanted("Xa", 0.0, 1.0, kpi=kpi, kpi_owner=far)])
    with pytest.raises(OtherCompanyError):
        create_objective(
            acting_user=None, company=cast.company, terms=Terms(owner=far, title="Xa", period="2026"), results=[]
        )


# -- alignment ----------------------------------------------------------------------------------------------------


def test_an_objective_that_would_serve_itself_is_refused_with_the_path(cast: Cast) -> None:
    top = make_objective(cast, "SAO", "Dẫn đầu miền Bắc")
    middle = make_objective(cast, "KD", "Phủ kín các huyện", parent=top)
    low = make_objective(cast, "HOA", "Mở mười điểm bán", parent=middle)
    with pytest.raises(RefusedError) as refused:
        change_objective(
            acting_user=cast.lan, objective=top, terms=terms_of(top, parent=low), results=wanted_of(top),
            expected_revision=top.revision,
        )  # fmt: skip
    assert codes(refused.value) == [("OKR_CYCLE", "parent")]
    assert "Dẫn đầu miền Bắc → Mở mười điểm bán → Phủ kín các huyện → Dẫn đầu miền Bắc" in str(
        refused.value.problems[0].text("vi")
    )
    assert Objective.objects.get(pk=top.pk).parent is None


def test_the_path_of_a_circle_names_nothing_that_the_writer_may_not_see(cast: Cast) -> None:
    own = make_objective(cast, "BINH", "Máy chạy êm")
    hidden = make_objective(cast, "HOA", "Bí mật của Hoa", public=False, parent=own)
    low = make_objective(cast, "SX", "Nhà máy vui", parent=hidden)
    with pytest.raises(RefusedError) as refused:
        change_objective(
            acting_user=cast.binh, objective=own, terms=terms_of(own, parent=low), results=wanted_of(own),
            expected_revision=own.revision,
        )  # fmt: skip
    text = refused.value.problems[0].text("vi")
    assert "Máy chạy êm → Nhà máy vui → … → Máy chạy êm" in text
    assert "Bí mật" not in text


# -- starting and changing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "found"),
    [
        (RESULTS[:2], [("OKR_TOO_FEW_RESULTS", None)]),
        ((*RESULTS[:2], Wanted("Chưa rõ đích", 3.0, None)), [("OKR_NUMBERS_MISSING", "2.target")]),
        ((*RESULTS[:2], Wanted("Chưa rõ mốc", None, 3.0)), [("OKR_NUMBERS_MISSING", "2.baseline")]),
    ],
)
def test_a_draft_is_put_under_way_only_with_three_whole_key_results(
    cast: Cast, results: list[Wanted], found: list[tuple[str, str | None]]
) -> None:
    draft = make_objective(cast, results=results, active=False)
    with pytest.raises(RefusedError) as refused:
        activate(acting_user=cast.minh, objective=draft)
    assert codes(refused.value) == found
    draft.refresh_from_db()
    assert (draft.status, draft.activated_at) == ("draft", None)


def test_six_key_results_are_too_many_even_for_a_draft(cast: Cast) -> None:
    six = [Wanted(f"Kết quả {n}", 0.0, 1.0, row=n) for n in range(6)]
    with pytest.raises(RefusedError) as refused:
        make_objective(cast, results=six, active=False)
    assert codes(refused.value) == [("OKR_TOO_MANY_RESULTS", None)]
    assert make_objective(cast, results=six[:5]).status == "active"


def test_a_draft_changes_freely_and_dropped_key_results_are_kept_aside(cast: Cast) -> None:
    draft = make_objective(cast, active=False)
    results = [*wanted_of(draft)[1:], Wanted("Thêm một", 0.0, 9.0, row=2)]
    changed = change_objective(
        acting_user=cast.minh, objective=draft, terms=terms_of(draft, title="Tên khác", expected=80), results=results,
        expected_revision=1,
    )  # fmt: skip
    assert (changed.title, changed.expected, changed.revision) == ("Tên khác", 80, 2)
    assert [row.title for row in results_of(draft)] == [RESULTS[1].title, RESULTS[2].title, "Thêm một"]
    assert KeyResult.objects.get(title=RESULTS[0].title).archived_at is not None


def test_saving_what_already_stands_writes_nothing(cast: Cast) -> None:
    draft = make_objective(cast, active=False)
    trail = AuditEntry.objects.count()
    same = change_objective(
        acting_user=cast.minh, objective=draft, terms=terms_of(draft), results=wanted_of(draft), expected_revision=1
    )
    assert same.revision == 1
    assert AuditEntry.objects.count() == trail


def test_the_second_of_two_writers_is_told_and_writes_nothing(cast: Cast) -> None:
    draft = make_objective(cast, active=False)
    kept = wanted_of(draft)
    change_objective(
        acting_user=cast.minh,
        objective=draft,
        terms=terms_of(draft, title="Của Minh"),
        results=kept,
        expected_revision=1,
    )
    with pytest.raises(ConflictError) as conflict:
        change_objective(
            acting_user=cast.lan, objective=draft, terms=terms_of(draft, title="Của Lan"), results=kept,
            expected_revision=1,
        )  # fmt: skip
    assert conflict.value.current.title == "Của Minh"
    assert Objective.objects.get(pk=draft.pk).title == "Của Minh"


def test_under_way_a_number_changes_only_with_a_reason_and_a_word_without_one(cast: Cast) -> None:
    running = make_objective(cast)
    results = wanted_of(running)
    moved = [dataclasses.replace(results[0], target=50.0), *results[1:]]
    act = {"acting_user": cast.minh, "objective": running, "expected_revision": running.revision}
    with pytest.raises(RefusedError) as refused:
        change_objective(**act, terms=terms_of(running), results=moved)
    assert codes(refused.value) == [("OKR_REASON_MISSING", "reason")]
    assert results_of(running)[0].target == 40.0
    change_objective(**act, terms=terms_of(running), results=moved, reason="thêm hai huyện mới")
    assert results_of(running)[0].target == 50.0
    assert Event.objects.filter(kind="changed").get().reason == "thêm hai huyện mới"
    running.refresh_from_db()
    worded = change_objective(
        acting_user=cast.minh, objective=running, expected_revision=running.revision,
        terms=terms_of(running, why="vì đối thủ đang bỏ trống"), results=moved,
    )  # fmt: skip
    assert worded.why == "vì đối thủ đang bỏ trống"


def test_under_way_it_keeps_its_owner_and_period_and_three_key_results(cast: Cast) -> None:
    running = make_objective(cast)
    with pytest.raises(RefusedError) as refused:
        change_objective(
            acting_user=cast.lan, objective=running, expected_revision=running.revision, reason="thử",
            terms=terms_of(running, owner=cast.owner("SX")), results=wanted_of(running)[:2],
        )  # fmt: skip
    assert codes(refused.value) == [("OKR_TOO_FEW_RESULTS", None), ("OKR_PERIOD_FIXED", "period")]
    assert len(results_of(running)) == 3


# -- ending -------------------------------------------------------------------------------------------------------


def test_giving_up_needs_a_reason_and_taking_up_again_too(cast: Cast) -> None:
    running = make_objective(cast)
    with pytest.raises(RefusedError) as refused:
        close(acting_user=cast.minh, objective=running)
    assert codes(refused.value) == [("OKR_STOP_REASON_MISSING", "reason")]
    closed = close(acting_user=cast.minh, objective=running, reason="thị trường đổi")
    assert closed.status == "closed"
    with pytest.raises(RefusedError):
        reopen(acting_user=cast.minh, objective=running, reason=" ")
    assert reopen(acting_user=cast.minh, objective=running, reason="đổi lại").status == "active"
    draft = make_objective(cast, "HOA", "Nháp", active=False)
    close(acting_user=cast.hoa, objective=draft, reason="thôi")
    assert reopen(acting_user=cast.hoa, objective=draft, reason="viết tiếp").status == "draft"


def test_what_is_closed_is_neither_edited_nor_started_nor_closed_again(cast: Cast) -> None:
    closed = close(acting_user=None, objective=make_objective(cast), reason="xong")
    for act in (
        lambda: activate(acting_user=cast.minh, objective=closed),
        lambda: close(acting_user=cast.minh, objective=closed, reason="nữa"),
        lambda: change_objective(
            acting_user=cast.minh,
            objective=closed,
            terms=terms_of(closed),
            results=wanted_of(closed),
            expected_revision=closed.revision,
            reason="sửa",
        ),
    ):
        with pytest.raises(RefusedError) as refused:
            act()
        assert codes(refused.value) == [("OKR_WRONG_STATE", None)]
        assert "đã đóng" in refused.value.problems[0].text("vi")


def test_grading_keeps_the_computed_score_beside_the_given_one_and_takes_the_mean(cast: Cast) -> None:
    running = make_objective(cast)
    first, second, third = results_of(running)
    computed = {first.pk: 50, second.pk: 70, third.pk: None}
    marks = [Mark(first.pk, 50), Mark(second.pk, 80, "tính cả tỉnh mới"), Mark(third.pk, 40, "ước theo sổ tay")]
    graded = grade(
        acting_user=cast.minh, objective=running, expected_revision=running.revision, computed=computed, marks=marks,
        reflection="Đi sớm hơn hai tuần thì kịp.",
    )  # fmt: skip
    assert graded.status == "graded"
    rows = Grade.objects.order_by("pk").values_list("key_result", "score", "computed", "round")
    assert list(rows) == [(first.pk, 50, 50, 1), (second.pk, 80, 70, 1), (third.pk, 40, None, 1), (None, 57, 60, 1)]
    reopen(acting_user=cast.minh, objective=graded, reason="nhập nhầm")
    running.refresh_from_db()
    grade(
        acting_user=cast.minh, objective=running, expected_revision=running.revision, computed=computed,
        marks=[Mark(row.pk, 60, "chấm lại") for row in (first, second, third)], reflection="Chấm lại.",
    )  # fmt: skip
    assert list(Grade.objects.filter(key_result=None).order_by("round").values_list("round", "score")) == [
        (1, 57),
        (2, 60),
    ]
    with pytest.raises(ChangeRefusedError):
        Grade.objects.filter(round=1).update(score=100)


def test_a_grade_without_looking_back_or_a_reason_or_a_score_is_refused(cast: Cast) -> None:
    running = make_objective(cast)
    first, second, third = results_of(running)
    with pytest.raises(RefusedError) as refused:
        grade(
            acting_user=cast.minh, objective=running, expected_revision=running.revision,
            computed={first.pk: 50}, marks=[Mark(first.pk, 60), Mark(second.pk, 101)], reflection=" ",
        )  # fmt: skip
    assert codes(refused.value) == [
        ("OKR_SCORE_REASON_MISSING", f"{first.pk}.reflection"),
        ("OKR_SCORE_RANGE", f"{second.pk}.score"),
        ("OKR_SCORE_RANGE", f"{third.pk}.score"),
        ("OKR_LOOK_BACK_MISSING", "reflection"),
    ]
    assert not Grade.objects.exists()
    with pytest.raises(ConflictError):
        grade(acting_user=cast.minh, objective=running, expected_revision=0, computed={}, marks=[], reflection="x")
