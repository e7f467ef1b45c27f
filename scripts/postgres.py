"""Run the tests that touch a database on PostgreSQL, when TEST_POSTGRES_URL names a server that answers."""

from __future__ import annotations

import os
import subprocess
import sys

# The rest does not know which database it stands on; running it twice would prove nothing.
DATABASE_TESTS = [
    "accounts", "agreements", "api", "base", "config", "dashboards", "evaluation", "kpis", "measurements", "okr",
    "organisation", "planning", "regulation", "strategy",
]  # fmt: skip


def main() -> int:
    url = os.environ.get("TEST_POSTGRES_URL", "")
    if not url:
        print("TEST_POSTGRES_URL is not set: the PostgreSQL half is skipped.")
        return 0
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        print(f"TEST_POSTGRES_URL does not answer: {error}", file=sys.stderr)
        return 1
    folders = [f"tests/{name}" for name in DATABASE_TESTS if os.path.isdir(f"tests/{name}")]
    workers = ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", "-q", *workers, *folders]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
