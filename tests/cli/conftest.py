"""The command in this process, on a clock that stands still."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.companies import NOW, Ran, dairy

from tamnhin.cli import main
from tamnhin.workbook import write

Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("LC_", "LANG"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("evaluate", file, …)`` on 10 April 2026, 10:00 in Hanoi."""

    def call(*words: object) -> Ran:
        capsys.readouterr()
        status = main([str(word) for word in words], now=lambda: NOW)
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return call


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "sua.xlsx"
    write(dairy(), path)
    return path
