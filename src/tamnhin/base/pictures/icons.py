"""Icons of the sprite as shapes: a file of its own cannot point into another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString

_SYMBOL = re.compile(r'<symbol id="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


@lru_cache(maxsize=1)
def _sprite() -> dict[str, str]:
    found = finders.find("vendor/icons.svg")
    if found is None:
        raise FileNotFoundError("vendor/icons.svg: run scripts/assets.py")
    return dict(_SYMBOL.findall(Path(found).read_text(encoding="utf-8")))


def shapes(names: Iterable[str]) -> dict[str, SafeString]:
    """By name the shapes of an icon, in a box of 24 × 24. Raises KeyError for one that the sprite lacks."""
    sprite = _sprite()
    return {name: SafeString(sprite[name]) for name in dict.fromkeys(names)}
