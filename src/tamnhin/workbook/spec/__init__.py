"""What a workbook may contain: sheets, columns, aliases, choices. One table for reading, writing and the template."""

from __future__ import annotations

from tamnhin.workbook.fold import fold
from tamnhin.workbook.spec.company import COMPANY, REPEATABLE, SETTINGS, Setting
from tamnhin.workbook.spec.model import Column, Kind, Sheet, Target
from tamnhin.workbook.spec.organisation import SHEETS as _ORGANISATION
from tamnhin.workbook.spec.results import SHEETS as _RESULTS
from tamnhin.workbook.spec.strategy import SHEETS as _STRATEGY

__all__ = ["COMPANY", "GUIDE_NAMES", "REPEATABLE", "SETTINGS", "SHEETS", "Column", "Kind", "Setting", "Sheet", "Target"]

_ALL = {sheet.name: sheet for sheet in (COMPANY, *_ORGANISATION, *_STRATEGY, *_RESULTS)}
_ORDER = ("company", "units", "people", "placements", "absences", "kpis", "goals", "scorecards", "targets", "actuals",
          "links", "grades", "bonus", "calendar", "rates")  # fmt: skip

SHEETS: dict[str, Sheet] = {name: _ALL[name] for name in _ORDER}

# The first page of the template explains; it carries no data and is passed over without a word.
GUIDE_NAMES = {"vi": "Hướng dẫn", "en": "Guide"}

_SHEET_WORDS: dict[str, str] = {
    fold(word): sheet.name for sheet in SHEETS.values() for word in (sheet.name, sheet.label, *sheet.aliases)
}
_COLUMN_WORDS: dict[str, dict[str, str]] = {
    sheet.name: {
        fold(word): column.name for column in sheet.columns for word in (column.name, column.label, *column.aliases)
    }
    for sheet in SHEETS.values()
}
_SETTING_WORDS: dict[str, Setting] = {
    fold(word): setting for setting in SETTINGS for word in (setting.key, setting.label, *setting.aliases)
}
_GUIDE_WORDS = {fold(word) for word in (*GUIDE_NAMES.values(), "readme", "huong dan su dung")}


def find_sheet(name: str) -> str | None:
    """The canonical sheet that a sheet of the file stands for, or None."""
    return _SHEET_WORDS.get(fold(name))


def is_guide(name: str) -> bool:
    """Whether a sheet of the file is the guide of the template."""
    return fold(name) in _GUIDE_WORDS


def find_column(sheet: str, heading: str) -> str | None:
    """The canonical column that a heading stands for, or None."""
    return _COLUMN_WORDS[sheet].get(fold(heading))


def find_setting(key: str) -> Setting | None:
    """The setting that a key of the company sheet stands for, or None."""
    return _SETTING_WORDS.get(fold(key))


def sheet_words() -> dict[str, str]:
    """Every folded sheet name accepted -> its canonical name."""
    return _SHEET_WORDS


def column_words(sheet: str) -> dict[str, str]:
    """Every folded heading accepted on a sheet -> its canonical column."""
    return _COLUMN_WORDS[sheet]


def setting_words() -> dict[str, Setting]:
    """Every folded key accepted on the company sheet -> its setting."""
    return _SETTING_WORDS
