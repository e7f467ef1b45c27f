"""Profiles: how one figure is divided over the periods inside it, so that the parts sum to the figure exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as read. ``parts`` holds the custom percentages, exact; empty for the named profiles."""

    kind: Literal["even", "working_days", "last_year", "custom"]
    parts: tuple[Decimal, ...] = ()

    def integers(self) -> npt.NDArray[np.int64]:
        """The custom percentages as whole numbers in proportion: ``33.34; 33.33; 33.33`` -> 3334, 3333, 3333."""
        places = max(max(0, -int(part.as_tuple().exponent)) for part in self.parts)
        return np.array([int(part.scaleb(places)) for part in self.parts], dtype=np.int64)


class ProfileError(ValueError):
    """A profile that cannot be used: ``PROFILE_UNKNOWN`` or ``PROFILE_NOT_100``, with the arguments of its text."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(f"{code} {args}")
        self.code = code
        self.args_of_text: dict[str, object] = args


_NAMED: dict[str, Literal["even", "working_days", "last_year"]] = {
    "even": "even",
    "working_days": "working_days",
    "last_year": "last_year",
}
# more digits than this are a mistake, and they would not fit the whole numbers the split is computed with
_PERCENT = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,6})?")


@lru_cache(maxsize=4096)
def parse_profile(text: str | None) -> Profile:
    """``None`` or empty -> even; a name; or percentages such as ``20; 30; 50`` (decimal comma or point, % allowed).

    ProfileError when it is neither, or when the percentages do not total exactly 100.
    """
    word = (text or "").strip().lower()
    if not word:
        return Profile("even")
    if word in _NAMED:
        return Profile(_NAMED[word])
    pieces = [piece.strip().removesuffix("%").strip() for piece in word.rstrip("; ").split(";")]
    if not all(_PERCENT.fullmatch(piece) for piece in pieces):
        raise ProfileError("PROFILE_UNKNOWN", profile=text)
    parts = tuple(Decimal(piece.replace(",", ".")) for piece in pieces)
    total = sum(parts, Decimal(0))
    if total != 100:
        raise ProfileError("PROFILE_NOT_100", total=total)
    return Profile("custom", parts)


def split(figures: Floats, shares: npt.NDArray[np.int64] | Floats) -> Floats:
    """Divide each figure in proportion to the shares; the parts sum to the figure, bit for bit.

    ``figures``: float64 ``(n,)``. ``shares``: int64 or float64 ``(k,)`` or ``(k, n)``, of one sign and not all 0.
    Returns float64 ``(k, n)``.

    The *cumulative* amounts figure × (shares so far) / (all shares) are rounded to whole multiples of the figure's own
    last binary digit, and the parts are their differences. Both are then integers below 2⁵³ in that unit, so neither
    the subtraction nor a later sum, in any order, can round: an error never enters, where parts that are each rounded
    by themselves miss their total by a few last digits.
    """
    figure = np.asarray(figures, dtype=np.float64)
    weights = np.asarray(shares)
    if weights.ndim == 1:
        weights = weights[:, None]
    so_far = np.cumsum(weights, axis=0)
    unit: Floats = np.spacing(np.abs(figure))
    reached: Floats = np.multiply(figure, so_far, dtype=np.float64)
    reached /= so_far[-1]
    reached /= unit
    np.rint(reached, out=reached)
    reached *= unit
    reached[-1] = figure
    reached[1:] -= reached[:-1].copy()
    return reached
