"""Units and people as somebody pastes them from a spreadsheet: a line each, fields by tab or semicolon."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tamnhin.base.text import folded
from tamnhin.engine.problems import Problem, declare

MOST_LINES = 300  # more than that is a file, which is checked in the background
LONGEST_NAME, LONGEST_CODE = 300, 64
HR = frozenset({"hr", "nhan su", "ns"})
HEAD = frozenset({"x", "truong", "truong phong", "head", "1", "co", "yes", "quan ly"})
_CODE = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line (from 1)."""

    line: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class UnitLine:
    code: str
    name: str
    parent: str = ""  # a code; "": under the company


@dataclass(frozen=True, slots=True)
class PersonLine:
    code: str
    name: str
    email: str = ""
    position: str = ""
    unit: str = ""  # a code; "": the company
    head: bool = False
    hr: bool = False  # holds the role of human resources for the whole company


def lines_of(text: str) -> list[tuple[int, list[str]]]:
    """(number, fields) of each line that says something. A heading line (it names “Họ tên” or “Tên”) is left out."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        mark = "\t" if "\t" in line else ";"
        fields = [field.strip().strip('"').strip() for field in line.split(mark)]
        if not any(fields):
            continue
        if number == 1 and folded(fields[0]) in {"ho ten", "ten", "ten phong ban", "phong ban", "name", "full name"}:
            continue
        found.append((number, fields))
    return found


def read_units(text: str, held: Mapping[str, str]) -> tuple[list[UnitLine], list[Fault]]:
    """``Tên; Mã; Trực thuộc``. ``held``: code → name of the units there are. A parent may be a code or a name."""
    names = {folded(name): code for code, name in held.items()}
    taken = set(held)
    rows, faults = [], []
    given = lines_of(text)
    if len(given) > MOST_LINES:
        return [], [_fault(0, "PASTE_TOO_LONG", count=len(given), most=MOST_LINES)]
    for number, fields in given:
        name, code, parent = ([*fields, "", "", ""])[:3]
        if not name:
            faults.append(_fault(number, "PASTE_NO_NAME"))
            continue
        if folded(name) in names:
            faults.append(_fault(number, "PASTE_UNIT_THERE", name=name))
            continue
        code = code or _code_from(name, taken)
        found = _found(parent, names, taken) if parent else ""
        if found is None:
            faults.append(_fault(number, "PASTE_UNIT_UNKNOWN", name=parent))
        fault = _code_fault(number, code, taken) or _too_long(number, name)
        if fault is not None:
            faults.append(fault)
            continue
        taken.add(code)
        names[folded(name)] = code
        rows.append(UnitLine(code, name, found or ""))
    return rows, faults


def read_people(
    text: str, units: Mapping[str, str], taken: Sequence[str], emails: Sequence[str]
) -> tuple[list[PersonLine], list[Fault]]:
    """``Họ tên; Thư điện tử; Chức danh; Phòng ban; Trưởng phòng (x) hoặc nhân sự (hr); Mã``. A unit by code or name."""
    names = {folded(name): code for code, name in units.items()}
    used, known = set(taken), {one.lower() for one in emails}
    rows, faults = [], []
    given = lines_of(text)
    if len(given) > MOST_LINES:
        return [], [_fault(0, "PASTE_TOO_LONG", count=len(given), most=MOST_LINES)]
    heads: dict[str, str] = {}
    for number, fields in given:
        name, email, position, unit, head, code = (fields + [""] * 6)[:6]
        if not name:
            faults.append(_fault(number, "PASTE_NO_NAME"))
            continue
        code = code or _code_from(name, used)
        found = _found(unit, names, set(units)) if unit else ""
        mine = [
            fault
            for fault in (
                _fault(number, "PASTE_UNIT_UNKNOWN", name=unit) if found is None else None,
                _email_fault(number, email, known),
                _code_fault(number, code, used),
                _too_long(number, name),
            )
            if fault is not None
        ]
        is_head = folded(head) in HEAD
        if is_head and found is not None:
            if found in heads:
                mine.append(_fault(number, "PASTE_TWO_HEADS", name=heads[found]))
            heads[found] = name
        faults += mine
        if not mine:
            used.add(code)
            known.add(email.lower())
            is_hr = folded(head) in HR
            rows.append(PersonLine(code, name, email.lower(), position[:LONGEST_NAME], found or "", is_head, is_hr))
    return rows, faults


def _found(text: str, names: Mapping[str, str], codes: set[str]) -> str | None:
    return text if text in codes else names.get(folded(text))


def _code_from(name: str, taken: set[str]) -> str:
    """``Kinh doanh miền Bắc`` → ``KDMB``; of a single word the word; a number behind where it is taken."""
    words = _CODE.sub(" ", folded(name).upper()).split()
    short = "".join(word[0] for word in words) if len(words) > 1 else "".join(words)
    base = (short or "X")[: LONGEST_CODE - 4]
    code, at = base, 2
    while code in taken:
        code, at = f"{base}{at}", at + 1
    return code


def _code_fault(number: int, code: str, taken: set[str]) -> Fault | None:
    if len(code) > LONGEST_CODE:
        return _fault(number, "PASTE_TOO_LONG_TEXT", found=code[:40], most=LONGEST_CODE)
    return _fault(number, "PASTE_CODE_TAKEN", code=code) if code in taken else None


def _too_long(number: int, name: str) -> Fault | None:
    if len(name) <= LONGEST_NAME:
        return None
    return _fault(number, "PASTE_TOO_LONG_TEXT", found=name[:40], most=LONGEST_NAME)


def _email_fault(number: int, email: str, known: set[str]) -> Fault | None:
    if not email:
        return None
    try:
        validate_email(email)
    except ValidationError:
        return _fault(number, "PASTE_EMAIL_BAD", found=email[:80])
    return _fault(number, "PASTE_EMAIL_TAKEN", found=email) if email.lower() in known else None


def _fault(line: int, problem: str, /, **args: Any) -> Fault:
    return Fault(line, Problem(problem, args=args))


declare("PASTE_NO_NAME", "error", "Thiếu tên.", "The name is missing.")
declare(
    "PASTE_TOO_LONG",
    "error",
    "{count} dòng, quá {most}. Dùng “Nhập từ tệp” cho danh sách dài.",
    "{count} lines, more than {most}. Use “Import a file” for a long list.",
)
declare(
    "PASTE_TOO_LONG_TEXT",
    "error",
    "“{found}…” dài quá {most} ký tự.",
    "“{found}…” is longer than {most} characters.",
)
declare(
    "PASTE_UNIT_THERE",
    "error",
    "Đã có phòng ban tên “{name}”. Bỏ dòng này, hoặc đặt tên khác.",
    "There is a unit called “{name}” already. Leave this line out or choose another name.",
)
declare(
    "PASTE_UNIT_UNKNOWN",
    "error",
    "Không có phòng ban “{name}”. Viết đúng mã hoặc tên, hoặc thêm phòng ban trước.",
    "There is no unit “{name}”. Write its code or name, or add the unit first.",
)
declare(
    "PASTE_CODE_TAKEN",
    "error",
    "Mã “{code}” đã có người hoặc đơn vị khác dùng. Chọn mã khác.",
    "The code “{code}” belongs to another person or unit. Choose another.",
)
declare(
    "PASTE_EMAIL_BAD",
    "error",
    "“{found}” không phải là địa chỉ thư điện tử. Sửa lại, hoặc để trống.",
    "“{found}” is not an e-mail address. Correct it or leave it empty.",
)
declare(
    "PASTE_EMAIL_TAKEN",
    "error",
    "Địa chỉ {found} đã dùng cho người khác trong công ty.",
    "The address {found} is used for somebody else in the company.",
)
declare(
    "PASTE_HR_NOT_YOURS",
    "error",
    "Chỉ quản trị công ty mới giao vai trò nhân sự. Bỏ chữ “hr” ở dòng này, hoặc nhờ quản trị thêm người đó.",
    "Only the company's administrator gives the role of human resources. Leave out “hr”, or ask the administrator.",
)
declare(
    "PASTE_HR_NO_EMAIL",
    "error",
    "Người giữ vai trò nhân sự cần thư điện tử để đăng nhập.",
    "Whoever holds the role of human resources needs an e-mail address to log in.",
)
declare(
    "PASTE_TWO_HEADS",
    "error",
    "Phòng này đã có trưởng là {name} trong danh sách. Chỉ đánh dấu một người.",
    "{name} is already marked as head of this unit in the list. Mark one person only.",
)
