"""Bringing a workbook into a company, and a company out as a workbook (workbook.md)."""

from tamnhin.measurements.exchange.apply import Applied, NotSoundError, apply_import
from tamnhin.measurements.exchange.diff import Counts, Diff, plan_import
from tamnhin.measurements.exchange.export import export_book
from tamnhin.measurements.exchange.progress import Seen, is_stalled, progress_of
from tamnhin.measurements.exchange.reading import FileRead, read_file
from tamnhin.measurements.exchange.uploads import (
    UploadRefusedError,
    WrongStatusError,
    cancel_import,
    confirm_import,
    start_import,
)

__all__ = [
    "Applied",
    "Counts",
    "Diff",
    "FileRead",
    "NotSoundError",
    "Seen",
    "UploadRefusedError",
    "WrongStatusError",
    "apply_import",
    "cancel_import",
    "confirm_import",
    "export_book",
    "is_stalled",
    "plan_import",
    "progress_of",
    "read_file",
    "start_import",
]
