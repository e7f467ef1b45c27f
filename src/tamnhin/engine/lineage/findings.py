"""What is missing in the chain: each a row with a code, what it is about, and a text that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tamnhin.engine.problems import Problem, declare

Kind = Literal["company", "goal", "kpi", "link"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``subject``: the code of the goal or KPI; of a link its driver, with the outcome in ``other``."""

    code: str
    kind: Kind
    subject: str = ""
    other: str = ""
    args: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        return self.problem.severity

    @property
    def problem(self) -> Problem:
        return Problem(self.code, kpi=self.subject if self.kind == "kpi" else None, args=self.args)

    def text(self, language: str) -> str:
        return self.problem.text(language)


declare(
    "VISION_MISSING",
    "warning",
    "Công ty chưa có tầm nhìn, nên không mục tiêu hay KPI nào có đường lên. Viết tầm nhìn trước.",
    "The company has no vision yet, so no goal or KPI leads up to one. Write the vision first.",
)
declare(
    "GOAL_WITHOUT_KPI",
    "warning",
    "Mục tiêu {code} chưa có KPI nào đo. Chọn KPI cho mục tiêu, hoặc giao một dòng thẻ điểm phục vụ mục tiêu này.",
    "No KPI measures the goal {code}. Choose one for it, or assign a scorecard line that serves it.",
)
declare(
    "GOAL_WITHOUT_PARENT",
    "warning",
    "Mục tiêu ngắn hạn {code} không phục vụ mục tiêu chiến lược nào. Nối vào mục tiêu cấp trên, hoặc bỏ nó.",
    "The short-term goal {code} serves no strategic goal. Link it to the goal above, or drop it.",
)
declare(
    "GOAL_DATES_OUTSIDE_PARENT",
    "warning",
    "Mục tiêu {code} ({start} – {end}) nằm ngoài thời gian của mục tiêu {parent} ({parent_start} – {parent_end}). "
    "Sửa ngày của một trong hai.",
    "The goal {code} ({start} – {end}) lies outside the time of {parent} ({parent_start} – {parent_end}). Correct the "
    "dates of one of them.",
)
declare(
    "GOAL_CIRCLE",
    "warning",
    "Các mục tiêu phục vụ nhau thành vòng: {path}. Sửa mục tiêu cấp trên của một trong số đó.",
    "The goals serve each other in a circle: {path}. Correct the parent of one of them.",
)
declare(
    "KPI_WITHOUT_OWNER",
    "warning",
    "KPI {code} không có ai phụ trách, hoặc người phụ trách đã nghỉ. Chọn người phụ trách đang làm việc.",
    "The KPI {code} has no owner, or its owner has left. Name one who is still here.",
)
declare(
    "KPI_WITHOUT_PATH",
    "warning",
    "KPI {code} không có đường lên tầm nhìn. Gắn vào một mục tiêu, nối với KPI mà nó thúc đẩy, hoặc ngừng dùng.",
    "The KPI {code} has no path up to the vision. Tie it to a goal, link it to the KPI it drives, or retire it.",
)
declare(
    "TACTICAL_WITHOUT_LINK",
    "warning",
    "KPI chiến thuật {code} chưa nói nó thúc đẩy KPI chiến lược nào. Nêu giả thuyết liên kết.",
    "The tactical KPI {code} does not say which strategic KPI it drives. State the hypothesis.",
)
declare(
    "KPI_UNUSED",
    "info",
    "KPI {code} không nằm trên thẻ điểm nào. Giao cho ai đó, hoặc ngừng dùng.",
    "The KPI {code} stands on no scorecard. Assign it, or retire it.",
)
declare(
    "LINK_WITHOUT_DATA",
    "info",
    "Liên kết {driver} → {outcome} chưa kiểm chứng được vì {missing} chưa có số liệu.",
    "The link {driver} → {outcome} cannot be tested yet, because {missing} has no data.",
)
declare(
    "LINK_CIRCLE",
    "warning",
    "Các liên kết KPI tạo thành vòng: {path}. Rút lại một giả thuyết trong vòng.",
    "The links between KPIs form a circle: {path}. Withdraw one hypothesis of it.",
)
