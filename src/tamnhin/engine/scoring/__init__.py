"""Scoring: nine declared methods from actual and target to a percentage (computation.md §3).

The page with the terms, the guarantees and the worked rows is docs/algorithms/scoring.md; the tests read it.
"""

from __future__ import annotations

from tamnhin.engine.scoring import problems as _problems  # noqa: F401 - declares the codes
from tamnhin.engine.scoring.choose import OFFERED, Offer, default_method, offers
from tamnhin.engine.scoring.curves import Curve, Points, parse_points
from tamnhin.engine.scoring.explain import Explanation, explain
from tamnhin.engine.scoring.linear import is_linear, linear
from tamnhin.engine.scoring.measure import clamp, raw, refusal, scored
from tamnhin.engine.scoring.methods import METHODS, REFUSALS, Direction, Formula, Method, Params

__all__ = [
    "METHODS",
    "OFFERED",
    "REFUSALS",
    "Curve",
    "Direction",
    "Explanation",
    "Formula",
    "Method",
    "Offer",
    "Params",
    "Points",
    "clamp",
    "default_method",
    "explain",
    "is_linear",
    "linear",
    "offers",
    "parse_points",
    "raw",
    "refusal",
    "scored",
]
