"""How far an import is, for a page that asks twice a second.

Kept in a small file beside the uploads, not in the database: the import is one transaction, so that what it writes is
unseen until it ends, and on SQLite nobody else can write meanwhile (the cache is a table too). A worker that can read
the upload can write beside it, and a web process that stored the upload can read it.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from tamnhin.measurements.models import Import

EVERY = 0.5  # seconds between two writes
STALLED = 300.0  # seconds without a sign of life


@dataclass(frozen=True, slots=True)
class Seen:
    """``phase``: reading, comparing, writing, or "" when nothing is under way."""

    done: int = 0
    total: int = 0
    sheet: str = ""
    phase: str = ""

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


def _path(import_id: int) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / "progress" / f"{int(import_id)}.json"


class Reporter:
    """``reporter(done, total, sheet)`` writes at most twice a second; the last figures are kept in ``last``."""

    def __init__(self, import_id: int) -> None:
        self.path = _path(import_id)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.last = Seen()
        self._written = -EVERY
        self.phase("reading")

    def phase(self, name: str) -> None:
        """A new step, from 0 again; always written."""
        self.last = Seen(phase=name)
        self._write()

    def __call__(self, done: int, total: int, sheet: str) -> None:
        self.last = Seen(done, total, sheet, self.last.phase)
        if time.monotonic() - self._written >= EVERY:
            self._write()

    def close(self) -> None:
        self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        part = self.path.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(asdict(self.last)), encoding="utf-8")
        part.replace(self.path)
        self._written = time.monotonic()


def progress_of(record: Import) -> Seen:
    """What the worker last said, or the figures the row ended with."""
    try:
        return Seen(**json.loads(_path(record.pk).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Seen(record.progress_done, record.progress_total)


def is_stalled(record: Import) -> bool:
    """Whether an import under way has given no sign of life for so long that its worker must have died."""
    if record.status not in (Import.Status.CHECKING, Import.Status.RUNNING):
        return False
    moments = [record.updated_at.timestamp()]
    with contextlib.suppress(FileNotFoundError):
        moments.append(_path(record.pk).stat().st_mtime)
    return time.time() - max(moments) > STALLED
