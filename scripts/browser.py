"""Say before the journeys start whether there is a browser for them: the system's Chromium, which we never download."""

from __future__ import annotations

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium, from TAMNHIN_CHROMIUM or the PATH."""
    named = os.environ.get("TAMNHIN_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    found = find()
    if found is None:
        print("No Chromium: the journeys will be skipped. On Debian: apt-get install chromium", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
