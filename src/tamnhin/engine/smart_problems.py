"""What the SMART check says: each verdict in words, with what to do."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# --- Specific ---
declare(
    "SMART_NO_TITLE",
    "error",
    "Chưa có tên mục tiêu. Viết một câu: làm gì, cho ai, ở đâu.",
    "There is no title yet. Write one sentence: what, for whom, where.",
)
declare(
    "SMART_TITLE_SHORT",
    "error",
    "Tên mới có {count} từ. Viết ít nhất {fewest} từ để người khác hiểu mà không phải hỏi.",
    "The title has only {count} words. Write at least {fewest}, so that others understand without asking.",
)
declare(
    "SMART_TITLE_IS_UNIT",
    "error",
    "“{unit}” là tên đơn vị, chưa phải mục tiêu. Viết điều đơn vị sẽ làm được.",
    "“{unit}” is the name of the unit, not a goal. Write what the unit will have achieved.",
)
declare(
    "SMART_VAGUE",
    "warning",
    "“{word}” nghe hay nhưng ai cũng hiểu một kiểu. Nói rõ điều gì sẽ khác đi, hoặc thêm con số.",
    "“{word}” sounds well and means something else to everyone. Say what will be different, or give a number.",
)
declare(
    "SMART_NO_OWNER",
    "warning",
    "Chưa có người chịu trách nhiệm. Chọn một người.",
    "Nobody is responsible yet. Choose one person.",
)
declare(
    "SMART_NO_WHAT",
    "warning",
    "Chưa nói điều gì sẽ khác đi và cho ai. Viết một hai câu vào phần diễn giải.",
    "It does not say what will be different and for whom. Write a sentence or two in the description.",
)
declare(
    "SMART_NO_WHERE",
    "warning",
    "Chưa nói ở đâu: thị trường, sản phẩm, địa bàn. Điền phạm vi.",
    "It does not say where: market, product, place. Fill in the scope.",
)
declare(
    "SMART_SPECIFIC",
    "info",
    "Nói rõ việc gì, ở đâu và ai chịu trách nhiệm.",
    "It says what, where, and who is responsible.",
)
# --- Measurable ---
declare(
    "SMART_NO_KPI",
    "error",
    "Chưa có KPI đo mục tiêu. Chọn một KPI, hoặc lấy từ thư viện.",
    "No KPI measures it. Choose one, or take one from the library.",
)
declare(
    "SMART_NO_TARGET",
    "error",
    "Chưa có chỉ tiêu. Điền con số cần đạt.",
    "There is no target. Give the number to reach.",
)
declare(
    "SMART_NO_BASELINE",
    "warning",
    "Chưa có mốc xuất phát, nên không biết quãng đường dài bao nhiêu. Điền con số hiện tại.",
    "There is no baseline, so nobody knows how long the way is. Give today's number.",
)
declare(
    "SMART_TARGET_IS_BASELINE",
    "error",
    "Chỉ tiêu bằng mốc xuất phát ({target}): không có gì phải thay đổi.",
    "The target equals the baseline ({target}): nothing has to change.",
)
declare(
    "SMART_WRONG_WAY_HIGHER",
    "error",
    "KPI này càng cao càng tốt mà chỉ tiêu {target} thấp hơn mốc xuất phát {baseline}. Kiểm tra lại hai con số.",
    "Higher is better for this KPI, yet the target {target} is below the baseline {baseline}. Check both numbers.",
)
declare(
    "SMART_WRONG_WAY_LOWER",
    "error",
    "KPI này càng thấp càng tốt mà chỉ tiêu {target} cao hơn mốc xuất phát {baseline}. Kiểm tra lại hai con số.",
    "Lower is better for this KPI, yet the target {target} is above the baseline {baseline}. Check both numbers.",
)
declare(
    "SMART_MEASURABLE",
    "info",
    "Đo được: từ {baseline} đến {target}.",
    "It can be measured: from {baseline} to {target}.",
)
# --- Attainable ---
declare(
    "SMART_NOTHING_TO_COMPARE",
    "warning",
    "Chưa so được với quá khứ vì thiếu KPI hoặc chỉ tiêu.",
    "It cannot be compared with the past yet: the KPI or the target is missing.",
)
declare(
    "SMART_BAND",
    "warning",
    "KPI nằm trong khoảng: chưa so được với quá khứ bằng một con số. Tự cân nhắc.",
    "The KPI should lie in a band, which one number cannot be compared with. Weigh it yourselves.",
)
declare(
    "SMART_LITTLE_HISTORY",
    "warning",
    "Mới có {known} kỳ có số liệu (cần {fewest}): chưa biết mức này có vừa sức không. Hỏi người làm trực tiếp.",
    "Only {known} periods have a number ({fewest} are needed): nobody can tell yet whether it is within reach. Ask "
    "those who do the work.",
)
declare(
    "SMART_ALWAYS_MET",
    "warning",
    "Cả {known} kỳ gần đây đều đã đạt mức này: quá dễ để gọi là mục tiêu.",
    "All of the last {known} periods met it already: too easy to be called a goal.",
)
declare(
    "SMART_NEVER_MET",
    "warning",
    "Chưa kỳ nào trong {known} kỳ gần đây đạt mức này; tốt nhất là {best}{growth_vi}. Nói rõ điều gì sẽ làm khác đi.",
    "None of the last {known} periods met it; the best was {best}{growth_en}. Say what will be done differently.",
)
declare(
    "SMART_NEVER_NEAR",
    "warning",
    "Chưa kỳ nào trong {known} kỳ gần đây đến gần mức này; tốt nhất là {best}{growth_vi}. Chia thành chặng, hoặc xem "
    "lại con số.",
    "None of the last {known} periods came near it; the best was {best}{growth_en}. Take it in stages, or look at the "
    "number again.",
)
declare(
    "SMART_ATTAINABLE",
    "info",
    "{met}/{known} kỳ gần đây đã đạt mức này: có cơ sở và vẫn phải cố.",
    "{met} of the last {known} periods met it: within reach and still an effort.",
)
# --- Relevant ---
declare(
    "SMART_NO_VISION",
    "error",
    "Công ty chưa có tầm nhìn để mục tiêu hướng tới. Viết tầm nhìn trước.",
    "The company has no vision for the goal to lead to. Write the vision first.",
)
declare(
    "SMART_NO_PATH",
    "error",
    "Chưa có đường lên tầm nhìn. Chọn mục tiêu cấp trên mà nó phục vụ, đến tận mục tiêu chiến lược.",
    "No path leads up to the vision. Choose the goal it serves, up to a strategic one.",
)
declare("SMART_RELEVANT", "info", "Có đường lên tầm nhìn.", "A path leads up to the vision.")
# --- Time-bound ---
declare("SMART_NO_DATES", "error", "Chưa có ngày bắt đầu và kết thúc.", "There is no first and last day yet.")
declare("SMART_REVERSED", "error", "Ngày kết thúc đứng trước ngày bắt đầu.", "The last day comes before the first.")
declare(
    "SMART_OUTSIDE_PARENT",
    "error",
    "Nằm ngoài thời gian của mục tiêu cấp trên {parent} ({start} – {end}).",
    "It lies outside the time of the goal above, {parent} ({start} – {end}).",
)
declare(
    "SMART_OUTSIDE_CYCLE",
    "error",
    "Nằm ngoài chu kỳ đã chọn ({start} – {end}).",
    "It lies outside the chosen cycle ({start} – {end}).",
)
declare(
    "SMART_STRATEGIC_LENGTH",
    "error",
    "Dài {days} ngày. Mục tiêu chiến lược kéo dài từ 1 đến 3 năm; ngắn hơn thì đặt là mục tiêu năm hoặc quý.",
    "It lasts {days} days. A strategic goal lasts 1 to 3 years; make a shorter one a goal of a year or a quarter.",
)
declare(
    "SMART_LONG",
    "warning",
    "Dài {days} ngày, hơn {longest} ngày của tầm đã chọn. Chia nhỏ hoặc đổi tầm.",
    "It lasts {days} days, longer than the {longest} of its horizon. Split it or change the horizon.",
)
declare(
    "SMART_BRIEF",
    "warning",
    "Chỉ dài {days} ngày, ngắn hơn {shortest} ngày của tầm đã chọn. Kiểm tra lại ngày, hoặc chọn tầm ngắn hơn.",
    "It lasts only {days} days, shorter than the {shortest} of its horizon. Check the dates or choose a shorter one.",
)
declare("SMART_TIME_BOUND", "info", "Có hạn: {days} ngày, đến {end}.", "It has an end: {days} days, until {end}.")
