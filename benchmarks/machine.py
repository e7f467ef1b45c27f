"""Which machine, with what on it, and how busy."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "polars", "pyarrow", "django", "psycopg", "adbc-driver-sqlite", "adbc-driver-postgresql",
            "xlsxwriter", "python-calamine")  # fmt: skip


def describe() -> dict[str, Any]:
    """Hardware, versions and commit; nothing that changes between two cases."""
    return {
        "host": platform.node(),
        "cpu": _field("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _output("postgres", "--version") or _output("psql", "--version"),
        "libreoffice": _output("soffice", "--version"),
        "commit": _output("git", "rev-parse", "--short", "HEAD"),
        "changed_files": len((_output("git", "status", "--porcelain", "--untracked-files=no") or "").splitlines()),
        "openblas_threads": os.environ.get("OPENBLAS_NUM_THREADS", "unset"),
    }


def load() -> float:
    """The load average of the last minute: how many processes wanted a core."""
    return round(os.getloadavg()[0], 2)


def peak_mb() -> float:
    """The most memory this process has held at a time, since the start or since ``forget_peak``."""
    return round(int((_field("/proc/self/status", "VmHWM") or "0 kB").split()[0]) / 1024, 1)


def held_mb() -> float:
    """What this process holds now."""
    return round(int((_field("/proc/self/status", "VmRSS") or "0 kB").split()[0]) / 1024, 1)


def forget_peak() -> None:
    """Count the peak from here on (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")


def _field(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return None
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), None)


def _output(*command: str) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
