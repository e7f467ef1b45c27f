"""Words about operations and functions, used by messages: (vi, en)."""

from .grammar import MAX_ROUND

OPERATION = {
    "+": ("phép cộng", "an addition"), "-": ("phép trừ", "a subtraction"), "compare": ("phép so sánh", "a comparison"),
    "min": ("hàm min", "min"), "max": ("hàm max", "max"), "if": ("hai nhánh của if", "the two branches of if"),
}  # fmt: skip
USAGE = {
    "if": ("if(điều kiện, a, b)", "if(condition, a, b)"),
    "min": ("min(a, b, …) cần ít nhất hai giá trị", "min(a, b, …) needs at least two values"),
    "max": ("max(a, b, …) cần ít nhất hai giá trị", "max(a, b, …) needs at least two values"),
    "abs": ("abs(a)", "abs(a)"),
    "round": (
        f"round(a) hoặc round(a, số chữ số), số chữ số là số nguyên viết thẳng từ −{MAX_ROUND} đến {MAX_ROUND}",
        f"round(a) or round(a, digits), digits a whole number from −{MAX_ROUND} to {MAX_ROUND} written out",
    ),
    "sum": ("sum(MÃ_KPI) cộng các chủ thể con trực tiếp", "sum(KPI_CODE) adds the direct children of the owner"),
    "ytd": ("ytd(MÃ_KPI)", "ytd(KPI_CODE)"),
    "qtd": ("qtd(MÃ_KPI)", "qtd(KPI_CODE)"),
    "mtd": ("mtd(MÃ_KPI)", "mtd(KPI_CODE)"),
    "convert": ("convert(MÃ_KPI, VND), với mã tiền tệ ISO", "convert(KPI_CODE, VND), with an ISO currency code"),
}
