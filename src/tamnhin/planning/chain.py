"""The chain from the vision down (``engine.lineage``), traced once for as long as a compiled plan stays."""

from __future__ import annotations

import datetime
from weakref import WeakKeyDictionary

from tamnhin.dashboards.reading import Reading
from tamnhin.engine.lineage import Lineage, trace
from tamnhin.engine.periods import from_ordinal
from tamnhin.evaluation.facts import Facts

# Entered numbers change nothing that is read from it here; what is compiled again has facts of its own.
_kept: WeakKeyDictionary[Facts, tuple[datetime.date, Lineage]] = WeakKeyDictionary()


def chain_of(reading: Reading) -> Lineage:
    """On the day of the page. ``LINK_WITHOUT_DATA`` knows of the numbers that stood when the plan was compiled."""
    on, facts = from_ordinal(reading.day), reading.live.facts
    kept = _kept.get(facts)
    if kept is None or kept[0] != on:
        kept = (on, trace(reading.live.book, on))
        _kept[facts] = kept
    return kept[1]
