"""Problem codes of targets that are not in the common catalogue."""

from tamnhin.engine.problems import declare

declare(
    "PERIOD_NOT_ALIGNED",
    "error",
    "Kỳ {period} không trùng với các kỳ {frequency} của công ty (năm tài chính bắt đầu từ tháng {month}) "
    "nên không chia được chỉ tiêu. Viết theo năm tài chính, ví dụ {example}.",
    "The period {period} does not line up with the company's periods ({frequency}, fiscal year from month {month}), "
    "so the target cannot be divided. Write it by the fiscal year, for example {example}.",
)
declare(
    "TARGET_LEVELS_DIFFER",
    "error",
    "KPI này không cộng dồn được, mà các chỉ tiêu kỳ nhỏ trong {period} lại khác nhau. "
    "Nhập một chỉ tiêu cho cả kỳ {period}.",
    "This KPI does not add up, and the targets of the shorter periods inside {period} differ. "
    "Enter one target for {period}.",
)
declare(
    "TARGET_PARTS_MISSING",
    "warning",
    "Chỉ tiêu kỳ {period} được cộng từ {given} trong {needed} kỳ nhỏ. Nhập nốt các kỳ còn thiếu hoặc nhập cả kỳ.",
    "The target of {period} is the sum of {given} of its {needed} shorter periods. Enter the others, or the whole.",
)
declare(
    "BASIS_NOT_ADDITIVE",
    "error",
    "Chỉ tiêu theo ngày làm việc (per_working_day) chỉ dùng cho KPI cộng dồn (sum). Bỏ cột basis của dòng này.",
    "A target per working day is for KPIs that add up (sum) only. Clear the basis column of this row.",
)
declare(
    "PROFILE_HISTORY_UNUSABLE",
    "error",
    "Số liệu năm trước của {owner} · {kpi} cộng lại bằng 0 hoặc có cả số âm lẫn số dương, nên không làm tỷ lệ "
    "phân bổ cho kỳ {period} được. Dùng even, working_days hoặc nhập dãy tỷ lệ.",
    "Last year's actuals of {owner} · {kpi} total 0 or have both signs, so they cannot divide {period}. "
    "Use even, working_days or percentages.",
)
