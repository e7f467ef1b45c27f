from __future__ import annotations

from tests.agreements.trial import ask, many, trial

__all__ = ["ask", "many", "trial"]
