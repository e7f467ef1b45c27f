"""Vision, mission and values as versions, mirrored to the company row."""

from __future__ import annotations

import pytest
from tests.cast import Cast

from tamnhin.base.models import AuditEntry, ChangeRefusedError
from tamnhin.organisation.services import change_company
from tamnhin.strategy.models import Statement
from tamnhin.strategy.problems import RefusedError, StaleError
from tamnhin.strategy.services.statements import FROM_ELSEWHERE, newest_number, save_statement


def save(cast: Cast, text: str, kind: str = "vision", **more: object) -> Statement:
    return save_statement(acting_user=cast.lan, company=cast.company, kind=kind, text=text, **more)  # type: ignore[arg-type]


def codes(error: RefusedError) -> list[tuple[str, str]]:
    return [(fault.field, fault.problem.code) for fault in error.faults]


def test_the_first_words_need_no_reason_and_stand_on_the_company(cast: Cast) -> None:
    made = save(cast, "  Đến năm 2030, ai cũng uống sữa sạch.  ")
    cast.company.refresh_from_db()
    assert (made.number, made.reason, made.created_by) == (1, "", cast.lan)
    assert cast.company.vision == made.text == "Đến năm 2030, ai cũng uống sữa sạch."
    assert AuditEntry.objects.filter(action="statement.saved", acting_user=cast.lan).count() == 1


def test_the_second_version_asks_why_and_keeps_the_first(cast: Cast) -> None:
    first = save(cast, "Một")
    with pytest.raises(RefusedError) as refused:
        save(cast, "Hai", reason="   ")
    assert codes(refused.value) == [("reason", "STATEMENT_REASON")]
    cast.company.refresh_from_db()
    assert cast.company.vision == "Một"
    second = save(cast, "Hai", reason="Thị trường đã khác")
    assert (second.number, second.reason) == (2, "Thị trường đã khác")
    assert list(Statement.objects.order_by("number").values_list("text", flat=True)) == ["Một", "Hai"]
    with pytest.raises(ChangeRefusedError):
        Statement.objects.filter(pk=first.pk).update(text="Khác")


def test_words_that_came_with_a_file_become_version_one_when_somebody_changes_them(cast: Cast) -> None:
    change_company(acting_user=None, company=cast.company, vision="Từ tệp")
    cast.company.refresh_from_db()
    assert newest_number(cast.company, "vision") == 1
    save(cast, "Từ trang", reason="Viết lại", expected=1)
    rows = list(Statement.objects.order_by("number").values_list("number", "text", "reason", "created_by"))
    assert rows == [(1, "Từ tệp", FROM_ELSEWHERE, None), (2, "Từ trang", "Viết lại", cast.lan.pk)]


def test_what_was_changed_elsewhere_meanwhile_is_kept_as_a_version_too(cast: Cast) -> None:
    save(cast, "Một")
    change_company(acting_user=cast.dung, company=cast.company, vision="Ở trang thiết lập")
    cast.company.refresh_from_db()
    assert newest_number(cast.company, "vision") == 2
    save(cast, "Ba", reason="Gọn hơn")
    assert list(Statement.objects.order_by("number").values_list("text", flat=True)) == [
        "Một", "Ở trang thiết lập", "Ba",
    ]  # fmt: skip


def test_the_same_words_write_nothing(cast: Cast) -> None:
    save(cast, "Một")
    before = AuditEntry.objects.count()
    assert save(cast, " Một ").number == 1
    assert (Statement.objects.count(), AuditEntry.objects.count()) == (1, before)


def test_values_are_lines_and_stand_as_a_list(cast: Cast) -> None:
    save(cast, "- Giữ lời\n\n• Nói thẳng \r\n", kind="values")
    cast.company.refresh_from_db()
    assert cast.company.values == ["Giữ lời", "Nói thẳng"]


@pytest.mark.parametrize(("text", "code"), [("   \n ", "STATEMENT_EMPTY"), ("x" * 2001, "STATEMENT_LONG")])
def test_nothing_and_too_much_are_refused_at_the_text(text: str, code: str, cast: Cast) -> None:
    with pytest.raises(RefusedError) as refused:
        save(cast, text)
    assert codes(refused.value) == [("text", code)]
    assert not Statement.objects.exists()


def test_the_second_of_two_writers_is_told_and_nothing_is_overwritten(cast: Cast) -> None:
    save(cast, "Một")
    save(cast, "Của Hùng", reason="a", expected=1)
    with pytest.raises(StaleError) as stale:
        save(cast, "Của Lan", reason="b", expected=1)
    assert stale.value.current.text == "Của Hùng"
    cast.company.refresh_from_db()
    assert cast.company.vision == "Của Hùng"
