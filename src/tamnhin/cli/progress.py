"""A progress bar on a terminal, once the work has taken over a second; otherwise nothing at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

AFTER_SECONDS = 1.0


class Meter:
    """Shows how far the work is, on ``stream`` (standard error). ``hide`` takes the bar away before a result."""

    def __init__(self, stream: TextIO, after: float = AFTER_SECONDS) -> None:
        self._stream, self._after = stream, after
        self._lock = threading.Lock()
        self._text, self._done, self._total = "", 0, 0
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hide()

    def step(self, text: str) -> Callable[[int, int], None]:
        """A new step of the work, of unknown length until the returned function is told (done, total)."""
        if self._timer is None and self._stream.isatty():
            self._timer = threading.Timer(self._after, self._show)
            self._timer.daemon = True
            self._timer.start()
        self._set(text, 0, 0)
        return lambda done, total: self._set(text, done, total)

    def hide(self) -> None:
        """Take the bar away; the next step may bring it back after another second."""
        if self._timer is None:
            return
        self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def _set(self, text: str, done: int, total: int) -> None:
        with self._lock:
            self._text, self._done, self._total = text, done, total
            if self._bar is not None and self._task is not None:
                self._bar.update(self._task, description=text, completed=done, total=total or None)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._timer is None:
                return
            self._bar = Progress(
                TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
                console=Console(file=self._stream), transient=True,
                # rich would put itself in the place of standard output, and the result would come out on this stream
                redirect_stdout=False, redirect_stderr=False,
            )  # fmt: skip
            self._task = self._bar.add_task(self._text, completed=self._done, total=self._total or None)
            self._bar.start()
