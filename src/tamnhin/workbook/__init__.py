"""Files to books and back: .xlsx, .ods, folders of .csv. No framework (workbook.md)."""

from tamnhin.workbook.read import ReadResult, read
from tamnhin.workbook.template import write_template
from tamnhin.workbook.write import write

__all__ = ["ReadResult", "read", "write", "write_template"]
