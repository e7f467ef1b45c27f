"""djade over every template, in check mode: the same formatting for all, and no surprise in a diff."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "src" / "tamnhin" / "templates"


def main() -> int:
    djade = Path(sys.executable).parent / "djade"
    files = [str(path) for path in sorted(TEMPLATES.rglob("*.html"))]
    command = [str(djade), "--target-version", "5.2", "--check", *files]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
