"""What the map lacks, with the place where each can be mended."""

from __future__ import annotations

from tamnhin.planning.map.shapes import GapGroup
from tamnhin.planning.map.sheet import Sheet


def gap_groups(sheet: Sheet) -> list[GapGroup]:
    return []
