"""Bringing a workbook into a company, and a company out as a workbook (workbook.md)."""

from tamnhin.measurements.exchange.apply import Applied, NotSoundError, apply_import
from tamnhin.measurements.exchange.diff import Counts, Diff, plan_import
from tamnhin.measurements.exchange.export import export_book
from tamnhin.measurements.exchange.reading import FileRead, read_file

__all__ = [
    "Applied",
    "Counts",
    "Diff",
    "FileRead",
    "NotSoundError",
    "apply_import",
    "export_book",
    "plan_import",
    "read_file",
]
