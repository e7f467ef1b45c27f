"""KPIs that seem to be one under two names, and those that only look alike."""

from __future__ import annotations

import pytest

from tamnhin.kpis.duplicates import Named, like, pairs
from tamnhin.kpis.library import builtin

LIBRARY = [Named(entry.code, entry.name, entry.unit, entry.direction) for entry in builtin().values()]


@pytest.mark.parametrize(
    ("name", "unit", "code"),
    [
        ("Doanh số bán hàng", "VND", "SAL-001"),
        ("doanh thu   BÁN HÀNG", "đồng", "SAL-001"),
        ("Tổng doanh số công ty", "VND", "CEO-001"),
        ("Tỉ lệ thôi việc", "%", "HR-001"),
        ("Tỷ lệ nhân viên nghỉ việc", "%", "HR-001"),
        ("Số lượng khách hàng mới", "khách", "SAL-012"),
        ("Tỷ lệ giao hàng đúng hẹn", "%", "LOG-005"),
        ("Giao hàng đúng hẹn", "%", "LOG-005"),
        ("Giá trị trung bình đơn hàng", "VND", "SAL-015"),
        ("Số vụ tai nạn", "vụ", "PRD-015"),
        ("Lợi nhuận ròng", "VND", "CEO-002"),
        ("Tỷ lệ hàng lỗi", "%", "PRD-004"),
        ("Mức hài lòng khách hàng", "%", "CS-001"),
    ],
)
def test_another_name_for_the_same_thing_is_noticed(name: str, unit: str, code: str) -> None:
    found = like(Named("NEW", name, unit), LIBRARY)
    assert found, name
    assert found[0].other.code == code


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Doanh thu xuất khẩu", "VND"),
        ("Tỷ lệ nghỉ việc trong 3 tháng đầu", "%"),
        ("Chi phí đào tạo", "VND"),  # not per head
        ("Tỷ lệ khách hàng mới quay lại", "%"),
        ("Tỷ lệ chi phí thuê kho trên doanh thu", "%"),
        ("Thời gian phản hồi báo giá", "giờ"),
        ("Số cuộc họp giao ban", "cuộc"),
        ("Doanh thu bán hàng", "%"),  # a share and not money
    ],
)
def test_what_only_looks_alike_is_left_alone(name: str, unit: str) -> None:
    assert [one.other.code for one in like(Named("NEW", name, unit), LIBRARY)] == []


def test_the_library_itself_holds_no_two_of_one_kind() -> None:
    assert [(one.one.code, one.other.code) for one in pairs(LIBRARY)] == []


def test_pairs_say_why() -> None:
    found = pairs(
        [
            Named("A", "Doanh thu", "VND"),
            Named("B", "Tổng doanh số", "đồng"),
            Named("C", "DOANH THU", "triệu đồng"),
            Named("D", "Bán được", "VND", origin="CEO-001"),
            Named("E", "Thu về", "VND", origin="CEO-001"),
        ]
    )
    assert {(one.one.code, one.other.code): one.reason for one in found} == {
        ("D", "E"): "same_origin",
        ("A", "C"): "same_name",
        ("A", "B"): "same_words",
        ("B", "C"): "same_words",
    }


def test_a_kpi_is_no_duplicate_of_itself_and_empty_words_are_no_name() -> None:
    assert like(Named("A", "Doanh thu", "VND"), [Named("A", "Doanh thu", "VND")]) == []
    assert pairs([Named("A", "Tổng số", ""), Named("B", "Số lượng", "")]) == []


def test_two_sides_of_one_thing_are_less_alike() -> None:
    higher = Named("A", "Tỷ lệ đơn giao trễ so với hẹn", "%", "higher")
    lower = Named("B", "Tỷ lệ đơn giao trễ so với lịch hẹn", "%", "lower")
    same = Named("B", "Tỷ lệ đơn giao trễ so với lịch hẹn", "%", "higher")
    assert like(higher, [lower], 0.0)[0].score == pytest.approx(like(higher, [same], 0.0)[0].score - 0.1)
