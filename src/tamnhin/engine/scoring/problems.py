"""Problem codes of scoring that the common catalogue does not hold."""

from __future__ import annotations

from tamnhin.engine.problems import declare

declare(
    "CURVE_NUMBER_AMBIGUOUS", "error",
    "Số trong đường quy đổi có thể hiểu hai cách (1.234 là một nghìn hai trăm ba mươi tư hay một phẩy hai ba tư?). "
    "Viết số nguyên liền nhau (1234), hoặc thêm một chữ số 0 vào phần thập phân (1.2340).",
    "A number in the curve can be read in two ways (is 1.234 one thousand two hundred and thirty-four, or one and a "
    "bit?). Write whole numbers without separators (1234), or add a 0 to the decimals (1.2340).",
)  # fmt: skip
