"""What the front-end sources must hold among themselves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.template.backends.django import DjangoTemplates
from tests.preview import settings as preview

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tamnhin"
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))


def test_every_icon_that_is_used_is_in_the_list_and_every_one_in_the_list_is_used() -> None:
    lines = (PACKAGE / "static" / "src" / "icons.txt").read_text(encoding="utf-8").splitlines()
    listed = {line for line in lines if line and not line.startswith("#")}
    used: set[str] = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'{% icon "([\w-]+)"', text))
        used |= set(re.findall(r'icon\.html" with name="([\w-]+)"', text))
    known = {name for path in (PACKAGE / "dashboards").rglob("*.py") for name in _strings(path) if name in listed}
    assert used <= listed, f"not in icons.txt: {used - listed}"
    assert listed <= used | known, f"nobody uses {listed - used - known}"


def _strings(path: Path) -> list[str]:
    return re.findall(r'"([a-z][a-z-]+)"', path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.name))
def test_no_template_has_an_inline_style_or_script_or_handler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|hx-on", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in tag


def test_the_style_sheet_stays_small_and_knows_six_sizes() -> None:
    text = (PACKAGE / "static" / "src" / "app.css").read_text(encoding="utf-8")
    assert len(text.encode()) <= 30_000
    assert set(re.findall(r"--s\d(?=:)", text)) == {f"--s{n}" for n in range(1, 7)}
    sizes = set(re.findall(r"(?<!-)font-size: ([^;}]+)", text))
    assert sizes <= {f"var(--s{n})" for n in range(1, 7)} | {"inherit"}


def test_every_text_has_its_english() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "messages.py"), "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_names_no_registry_and_pins_every_file() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for name, entry in lock["packages"].items():
        if name:
            assert "resolved" not in entry
            assert entry["integrity"].startswith("sha512-")


def test_every_template_compiles() -> None:
    libraries = {name: f"tamnhin.dashboards.templatetags.{name}" for name in ("figures", "tamnhin")}
    given = preview.TEMPLATES[0]
    engine = DjangoTemplates(
        {
            "NAME": "all",
            "DIRS": given["DIRS"],
            "APP_DIRS": False,
            "OPTIONS": {**given["OPTIONS"], "libraries": libraries},
        }
    )
    for path in TEMPLATES:
        assert engine.get_template(path.relative_to(PACKAGE / "templates").as_posix())
