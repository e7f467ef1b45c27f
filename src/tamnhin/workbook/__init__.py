"""Files to books and back: .xlsx, .ods, folders of .csv. No framework (workbook.md)."""

from tamnhin.workbook.read import ReadResult, read

__all__ = ["ReadResult", "read"]
