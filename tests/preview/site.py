"""Serve the preview and open it in Chromium. ``python -m tests.preview.site FOLDER`` takes a picture of every page."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import chromium

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (1360, 390)
PAGES = {
    "home": "/",
    "scorecard": "/scorecard",
    "scorecard-closed": "/scorecard?closed=1&sort=loss",
    "scorecard-person": "/scorecard?kind=person",
    "company": "/scorecard?kind=company",
    "why": "/why",
    "kpi": "/kpi",
    "heatmap": "/heatmap",
    "entry": "/entry",
    "import-drop": "/import",
    "import-mapping": "/import?state=mapping",
    "import-dry-run": "/import?state=dry_run",
    "import-running": "/import?state=running",
    "import-done": "/import?state=done",
    "import-failed": "/import?state=failed",
    "kpis": "/kpis",
    "units": "/units",
    "people": "/people",
    "settings": "/settings",
    "search": "/search?q=giao",
    "404": "/404",
    "403": "/403",
    "login": "/accounts/login/",
    "reset": "/accounts/password/reset/",
}


@contextmanager
def served() -> Iterator[str]:
    """The preview on a free port of this machine, in a process of its own; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.preview.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    command = [sys.executable, "-m", "django", "runserver", "--noreload", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the preview did not start; run it by hand with tests.preview.settings to see why")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the preview did not answer within a minute")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, chromium.opened() as browser:
        for language in ("vi", "en"):
            for width in WIDTHS:
                page = browser.new_page(viewport={"width": width, "height": 860}, locale=language)
                for name, path in PAGES.items():
                    page.goto(address + path, wait_until="networkidle")
                    page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
                page.close()


if __name__ == "__main__":
    main()
