"""The matrix of 500 people and 12 KPIs in a real browser: until its first cell can be typed in, and a paste of 6,000
cells until the page says that it is saved. ``python benchmarks/planning_browser.py --folder F --vendor sqlite`` serves
the database that ``planning_matrix.py --folder F`` has left; seconds of the clock of the page, each opening anew.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
ROWS, COLUMNS, PORT, PASSWORD = 500, 12, 8391, "mot-mat-khau-dai-de-do"
# the grid is made by the script that takes its keys: a cell that is there can be typed in
READY = "#matrix:not([hidden]) tr[data-row='0'] td[data-c='0']"
PASTE = """text => {
  const clip = new DataTransfer();
  clip.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true}));
}"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--vendor", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, required=True)
    args = parser.parse_args()
    import database

    os.environ.update(database.environment(args.vendor, args.people, args.folder))
    code, email = _unit()
    command = [sys.executable, "-m", "tamnhin", "serve", "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as server:
        try:
            _wait()
            for name, seconds in _walk(code, email).items():
                print(f"{name:<56}{seconds:8.3f} s", flush=True)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
    return 0


def _unit() -> tuple[str, str]:
    """The newest unit that was made for measuring, and a log-in of its director with a password that is known here."""
    import django

    django.setup()
    from tamnhin.accounts.models import User
    from tamnhin.organisation.models import Unit

    unit = Unit.objects.select_related("owner").filter(owner__name__startswith="Đo").order_by("-pk").first()
    if unit is None:
        raise SystemExit("run planning_matrix.py with the same folder first")
    user = User.objects.get(email=f"{unit.owner.code.lower()}@do.vn")
    user.set_password(PASSWORD)
    user.save()
    return unit.owner.code, user.email


def _wait() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/accounts/login/", timeout=5)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server does not answer")


def _walk(code: str, email: str) -> dict[str, float]:
    from tests.chromium import opened

    out: dict[str, float] = {}
    with opened() as browser:
        page = browser.new_page(viewport={"width": 1360, "height": 900}, locale="vi-VN", reduced_motion="reduce")
        base = f"http://127.0.0.1:{PORT}"
        page.set_default_timeout(30_000)
        page.goto(f"{base}/accounts/login/")
        page.fill('input[name="login"]', email)
        page.fill('input[name="password"]', PASSWORD)
        page.press('input[name="password"]', "Enter")
        page.wait_for_url(f"{base}/")
        address = f"{base}/assign/{code}/?first=2027-01-01&last=2027-12-31"
        page.goto(address)
        page.locator(READY).wait_for()  # the company is in memory from here on
        times = [_open(page, address) for _ in range(5)]
        out["open until a cell can be typed in, median of 5"] = sorted(times)[2]
        out["open, slowest of 5"] = max(times)
        other = f"{1 + time.time_ns() % 800 / 100:.2f}".replace(
            ".", ","
        )  # what stands there already is not saved again
        text = "\n".join("\t".join([other] * COLUMNS) for _ in range(ROWS))
        page.locator("tr[data-row='1'] td[data-c='0']").click()
        answers: list[dict[str, Any]] = []
        page.on("response", lambda answer: answers.append(answer.json()) if answer.url.endswith("/save/") else None)
        begun = time.perf_counter()
        page.evaluate(PASTE, text)
        out["paste of 6,000 cells until they stand on the page"] = time.perf_counter() - begun
        page.locator("#matrix-state").filter(has_text="Đã lưu lúc").wait_for(state="attached")
        out["the same until the page says they are saved"] = time.perf_counter() - begun
        saved = sum(int(one["saved"]) for one in answers)
        if saved < (ROWS - 1) * COLUMNS:
            raise SystemExit(f"only {saved} cells were saved: {json.dumps(answers)[:300]}")
    return out


def _open(page: Any, address: str) -> float:
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(READY).wait_for()
    return time.perf_counter() - begun


if __name__ == "__main__":
    raise SystemExit(main())
