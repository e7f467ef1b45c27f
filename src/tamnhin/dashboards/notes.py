"""What a page above may put on the home page: it knows of things that this layer does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tamnhin.dashboards.reading import Reading


@dataclass(frozen=True, slots=True)
class Note:
    """One calm line with a way to go. ``done`` of ``of`` steps, where it is about steps."""

    text: str
    url: str
    label: str
    icon: str = "info-circle"
    done: int = 0
    of: int = 0


_sources: list[Callable[[Reading], Note | None]] = []


def add_source(source: Callable[[Reading], Note | None]) -> None:
    """Called once, when an app is ready."""
    if source not in _sources:
        _sources.append(source)


def notes_for(reading: Reading) -> list[Note]:
    return [note for source in _sources if (note := source(reading)) is not None]
