"""Targets: a series per line, from single figures, annual figures with a profile, and levels that stand until changed.

The rules are those of docs/algorithms/targets.md.
"""

from tamnhin.engine.targets.pace import elapsed_share, elapsed_shares
from tamnhin.engine.targets.profiles import Profile, ProfileError, parse_profile, split
from tamnhin.engine.targets.resolve import LastYear, Origin, resolve
from tamnhin.engine.targets.rows import Label, Place

__all__ = [
    "Label",
    "LastYear",
    "Origin",
    "Place",
    "Profile",
    "ProfileError",
    "elapsed_share",
    "elapsed_shares",
    "parse_profile",
    "resolve",
    "split",
]
