"""What is refused about statements, perspectives, cycles and goals, and how a service says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tamnhin.engine.problems import Problem, declare


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem and the field of the form where it is put right; "" for the whole."""

    field: str
    problem: Problem


class RefusedError(ValueError):
    """Nothing was written. ``faults`` say at which field, and what to do."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.problem.text("en") for fault in faults))
        self.faults = list(faults)


class StaleError(Exception):
    """Somebody saved first. ``current`` is the row as they left it."""

    def __init__(self, current: Any) -> None:
        super().__init__(f"{current!r} has moved on")
        self.current = current


def fault(field: str, code: str, /, **args: object) -> Fault:
    return Fault(field, Problem(code, args=args))


def refuse(field: str, code: str, /, **args: object) -> RefusedError:
    """One fault as the error to raise."""
    return RefusedError([fault(field, code, **args)])


# --- vision, mission, values ---
declare(
    "STATEMENT_EMPTY",
    "error",
    "Chưa có nội dung. Viết ít nhất một câu.",
    "There is no text yet. Write at least one sentence.",
)
declare(
    "STATEMENT_LONG",
    "error",
    "Dài {length} ký tự, quá mức {most}. Rút gọn để người đọc nhớ được.",
    "It has {length} characters, more than {most}. Shorten it so that readers can remember it.",
)
declare(
    "STATEMENT_REASON",
    "error",
    "Hãy nói vì sao thay đổi: những bản trước vẫn được giữ, người đọc cần biết điều gì đã khác.",
    "Say why it changes: earlier versions are kept, and readers need to know what was different.",
)
# --- perspectives ---
declare(
    "PERSPECTIVE_NAME",
    "error",
    "Viễn cảnh cần một tên.",
    "A perspective needs a name.",
)
declare(
    "PERSPECTIVE_TAKEN",
    "error",
    "Đã có viễn cảnh “{name}”. Chọn tên khác.",
    "There is already a perspective “{name}”. Choose another name.",
)
declare(
    "PERSPECTIVE_IN_USE",
    "error",
    "Chưa lưu kho được “{name}”: còn {count} mục tiêu hoặc KPI đang dùng ({codes}). Chuyển chúng sang viễn cảnh "
    "khác trước.",
    "“{name}” cannot be archived: {count} goals or KPIs still use it ({codes}). Move them to another perspective "
    "first.",
)
declare(
    "PERSPECTIVE_LAST",
    "error",
    "Phải còn ít nhất một viễn cảnh.",
    "At least one perspective must remain.",
)
# --- cycles ---
declare(
    "SPAN_REVERSED",
    "error",
    "Ngày cuối {end} đứng trước ngày đầu {start}.",
    "The last day {end} comes before the first day {start}.",
)
declare(
    "CYCLE_STRATEGIC_LENGTH",
    "error",
    "Chu kỳ chiến lược dài từ 1 đến 3 năm; khoảng này dài {days} ngày.",
    "A strategic cycle lasts from 1 to 3 years; this one lasts {days} days.",
)
declare(
    "CYCLE_TOO_LONG",
    "error",
    "Chu kỳ {kind_vi} không dài quá {months} tháng; khoảng này dài {days} ngày.",
    "A {kind_en} cycle is no longer than {months} months; this one lasts {days} days.",
)
declare(
    "CYCLE_OUTSIDE_PARENT",
    "error",
    "Phải nằm trong chu kỳ {parent} ({start} – {end}).",
    "It must lie within the cycle {parent} ({start} – {end}).",
)
declare(
    "CYCLE_CHILD_OUTSIDE",
    "error",
    "Chu kỳ {child} ({start} – {end}) sẽ nằm ngoài. Sửa chu kỳ đó trước.",
    "The cycle {child} ({start} – {end}) would lie outside. Correct that one first.",
)
declare(
    "CYCLE_OVERLAP",
    "error",
    "Trùng ngày với chu kỳ cùng tầm {other} ({start} – {end}).",
    "It overlaps with {other} ({start} – {end}), a cycle of the same kind.",
)
declare(
    "CYCLE_PARENT_SHORTER",
    "error",
    "Chu kỳ cha {parent} phải có tầm dài hơn.",
    "The parent cycle {parent} must be of a longer kind.",
)
declare(
    "CYCLE_CIRCLE",
    "error",
    "Các chu kỳ lồng vòng: {path}. Chọn chu kỳ cha khác.",
    "The cycles form a circle: {path}. Choose another parent.",
)
declare(
    "CYCLE_CODE_TAKEN",
    "error",
    "Mã {code} đã dùng cho một chu kỳ khác.",
    "The code {code} is taken by another cycle.",
)
declare(
    "CYCLE_HAS_OPEN_GOALS",
    "error",
    "Còn {count} mục tiêu chưa đóng trong {code} ({codes}). Ghi kết quả và đóng chúng trước.",
    "{count} goals in {code} are not closed yet ({codes}). Record their results and close them first.",
)
declare(
    "CYCLE_NOT_EMPTY",
    "error",
    "Chu kỳ {code} đã có mục tiêu hoặc chu kỳ con nên không xóa được. Có thể đóng nó.",
    "The cycle {code} has goals or cycles inside, so it cannot be removed. It can be closed.",
)
# --- goals ---
declare(
    "GOAL_CODE_TAKEN",
    "error",
    "Mã {code} đã dùng cho “{title}”. Mã còn trống tiếp theo: {free}.",
    "The code {code} is taken by “{title}”. The next free one is {free}.",
)
declare(
    "GOAL_PARENT_CIRCLE",
    "error",
    "Các mục tiêu phục vụ nhau thành vòng: {path}. Chọn mục tiêu cấp trên khác.",
    "The goals serve each other in a circle: {path}. Choose another parent goal.",
)
declare(
    "GOAL_OUTSIDE_PARENT",
    "error",
    "Thời gian phải nằm trong mục tiêu cấp trên {parent} ({start} – {end}).",
    "The time must lie within the parent goal {parent} ({start} – {end}).",
)
declare(
    "GOAL_OUTSIDE_CYCLE",
    "error",
    "Thời gian phải nằm trong chu kỳ {cycle} ({start} – {end}).",
    "The time must lie within the cycle {cycle} ({start} – {end}).",
)
declare(
    "GOAL_CHILD_OUTSIDE",
    "error",
    "Mục tiêu {child} phục vụ nó ({start} – {end}) sẽ nằm ngoài. Sửa mục tiêu đó trước.",
    "The goal {child}, which serves it ({start} – {end}), would lie outside. Correct that one first.",
)
declare(
    "GOAL_PARENT_SHORTER",
    "error",
    "Mục tiêu cấp trên {parent} có tầm ngắn hơn. Mục tiêu tầm ngắn phục vụ mục tiêu tầm dài, không ngược lại.",
    "The parent goal {parent} has a shorter horizon. Short goals serve long ones, not the other way round.",
)
declare(
    "GOAL_PARENT_CLOSED",
    "error",
    "Mục tiêu cấp trên {parent} đã đóng. Chọn mục tiêu còn hiệu lực.",
    "The parent goal {parent} is closed. Choose one that is in force.",
)
declare(
    "GOAL_OWNER_LEFT",
    "error",
    "{name} đã nghỉ từ {date}. Chọn người phụ trách còn làm việc.",
    "{name} left on {date}. Choose an owner who still works here.",
)
declare(
    "GOAL_KPI_RETIRED",
    "error",
    "KPI {kpi} đã ngừng dùng. Chọn KPI khác hoặc dùng lại KPI đó.",
    "The KPI {kpi} is retired. Choose another one or bring it back.",
)
declare(
    "GOAL_TARGET_IS_BASELINE",
    "error",
    "Chỉ tiêu bằng mốc xuất phát ({target}) nên không có gì để đạt. Sửa một trong hai.",
    "The target equals the baseline ({target}), so there is nothing to reach. Correct one of them.",
)
declare(
    "GOAL_CYCLE_CLOSED",
    "error",
    "Chu kỳ {cycle} đã đóng. Chọn chu kỳ đang mở.",
    "The cycle {cycle} is closed. Choose one that is open.",
)
declare(
    "GOAL_NOT_YOURS",
    "error",
    "Bạn chưa được viết mục tiêu cho {unit}. Nhờ trưởng đơn vị hoặc nhân sự.",
    "You may not write goals for {unit}. Ask its head or HR.",
)
declare(
    "GOAL_NOT_DRAFT",
    "error",
    "{code} đang ở bước “{state}” nên không sửa thẳng được. Rút đề xuất về bản nháp, hoặc đề nghị thay đổi nếu đã "
    "có hiệu lực.",
    "{code} is at “{state}” and cannot be edited directly. Withdraw the proposal, or request a change if it is in "
    "force.",
)
declare(
    "GOAL_NOT_ACTIVE",
    "error",
    "{code} chưa có hiệu lực, hoặc đã đóng.",
    "{code} is not in force, or is closed already.",
)
declare(
    "GOAL_HAS_CHILDREN",
    "error",
    "Còn mục tiêu phục vụ {code} ({codes}). Gắn chúng vào mục tiêu khác hoặc đóng chúng trước.",
    "Goals still serve {code} ({codes}). Link them elsewhere or close them first.",
)
declare(
    "GOAL_SMART",
    "error",
    "{code} chưa qua bước kiểm SMART ({letter}): {reason_vi}",
    "{code} does not pass the SMART check ({letter}): {reason_en}",
)
declare(
    "GOAL_NO_OWNER",
    "error",
    "{code} chưa có người phụ trách đang làm việc.",
    "{code} has no owner who works here.",
)
declare(
    "GOAL_RESULT_NOTE",
    "error",
    "Hãy ghi vì sao đóng và rút ra điều gì.",
    "Say why it is closed and what was learnt.",
)
# --- changes of goals in force ---
declare(
    "GOAL_CHANGE_NOTHING",
    "error",
    "Không có gì khác so với hiện tại.",
    "Nothing differs from what holds now.",
)
declare(
    "GOAL_CHANGE_REASON",
    "error",
    "Hãy nói vì sao cần thay đổi: người được hỏi sẽ đọc lý do này.",
    "Say why it needs to change: those who are asked will read it.",
)
declare(
    "GOAL_CHANGE_PAST",
    "error",
    "Hiệu lực từ {date} đã qua. Thay đổi chỉ tính từ hôm nay ({today}) trở đi; kỳ đã qua giữ nguyên.",
    "The effective date {date} is past. A change counts from today ({today}) on; elapsed periods stay as they were.",
)
declare(
    "GOAL_CHANGE_OPEN",
    "error",
    "{code} đang có một đề nghị thay đổi chưa xong. Rút hoặc chờ đề nghị đó.",
    "{code} already has a change request that is not finished. Withdraw it or wait for it.",
)
declare(
    "GOAL_CHANGE_NOT_YET",
    "error",
    "Thay đổi có hiệu lực từ {date}; kích hoạt từ ngày đó.",
    "The change takes effect on {date}; activate it from that day on.",
)
declare(
    "GOAL_CHANGE_MOVED",
    "error",
    "{code} đã thay đổi từ khi đề nghị này được viết. Rút và viết lại trên số hiện tại.",
    "{code} has changed since this request was written. Withdraw it and write it again from what holds now.",
)
