"""Problem codes of typing a number by hand."""

from __future__ import annotations

from tamnhin.engine.problems import declare

declare(
    "ENTRY_NOT_A_NUMBER",
    "error",
    "Không đọc được “{text}” thành số. Gõ số như 1.234,5 hoặc 1tr5, 2 tỷ, 500k.",
    "“{text}” cannot be read as a number. Type it like 1,234.5 or 1.5m, 2bn, 500k.",
)
declare(
    "ENTRY_SEPARATORS",
    "error",
    "“{text}” có dấu phân cách không rõ: dùng dấu chấm cho hàng nghìn và dấu phẩy cho số lẻ (1.234,5).",
    "The separators of “{text}” are unclear: use commas for thousands and a point for decimals (1,234.5).",
)
