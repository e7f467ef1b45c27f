"""The people of the demo company: names as Vietnamese people have them, posts, moves and leaves."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from .axes import MONTHS, Axes, first_day, last_day
from .templates import POSTS, STAFF, UNITS

DOMAIN = "thaonguyen.example"

# Text, not lists: a list of eighty names would be formatted one to a line.
_FAMILY_TEXT = (
    "Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh "
    "Trịnh Mai Tạ Lương Cao"
)
_WOMEN_TEXT = (
    "Thị Ngọc Thu Thanh Phương Bích Kim Mỹ Hồng Thùy Khánh Diệu",
    "Anh Bình Châu Chi Diệp Dung Giang Hà Hạnh Hằng Hiền Hường Huyền Liên Linh Loan Ly Mai My Nga Ngân Nhung Như Oanh "
    "Phượng Quyên Tâm Thảo Thơm Thư Thủy Thúy Trâm Trang Trinh Tuyết Uyên Vân Xuân Yến",
)
_MEN_TEXT = (
    "Văn Đức Quốc Hữu Công Minh Anh Đình Xuân Thành Trọng Gia Mạnh",
    "An Bảo Chiến Cường Dũng Duy Đạt Điệp Đông Giáp Hải Hiếu Hòa Hoàng Huy Khánh Kiên Lâm Long Lộc Mạnh Nam Nghĩa "
    "Phong Phúc Phước Quân Quý Sơn Tài Tân Thắng Thịnh Toàn Trí Trung Trường Tùng Việt Vinh Vũ",
)

# post -> names given to its first holder: the fixed cast of the guides and tests
_CAST = {
    ("TN", "ceo"): ("Nguyễn Thị Lan", "lan"),
    ("KD", "sales_dir"): ("Trần Đức Minh", "minh"),
    ("KDB", "rep"): ("Lê Thị Hoa", "hoa"),
    ("HCNS", "hr_head"): ("Phạm Văn Hùng", "hung"),
    ("CNTT", "steward"): ("Vũ Anh Tuấn", "tuan"),
    ("TN", "audit"): ("Đặng Bích Ngọc", "ngoc"),
    ("CNTT", "it_head"): ("Hoàng Đăng Khoa", "khoa"),
}
ROLES = {"lan": "director", "minh": "head", "hoa": "employee", "hung": "hr", "tuan": "steward", "ngoc": "auditor",
         "khoa": "admin"}  # fmt: skip


@dataclass
class Person:
    """One person. ``segments`` are (unit, post, from, to, share): where they work, in order of time."""

    code: str
    name: str
    email: str
    joined: date
    left: date | None = None
    manager: str | None = None
    segments: list[tuple[str, str, date, date | None, float]] = field(default_factory=list)

    @property
    def unit(self) -> str:
        return self.segments[-1][0] if self.segments[-1][4] == 100 else self.segments[0][0]

    @property
    def post(self) -> str:
        return self.segments[-1][1] if self.segments[-1][4] == 100 else self.segments[0][1]

    @property
    def moved(self) -> bool:
        return len(self.segments) > 1


@dataclass
class Staff:
    """Everybody, who heads what, and who was away when: (person, from, to, kind)."""

    people: list[Person]
    heads: dict[str, str]
    absences: list[tuple[str, date, date, str]]
    notable: dict[str, str]


def ascii_name(text: str) -> str:
    """A name without diacritics, in lower case: ``Đặng Bích -> dang bich``."""
    flat = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in flat if not unicodedata.combining(letter)).lower()


def hire(axes: Axes, seed: int) -> Staff:
    """The staff of the demo company: some 120 people, the same for one seed whatever the date, but for the moves."""
    rng = np.random.default_rng([seed, 1])
    opening = axes.open - MONTHS + 1
    people: list[Person] = []
    heads: dict[str, str] = {}
    holders: dict[tuple[str, str], list[Person]] = {}
    names, mails = {name for name, _ in _CAST.values()}, {mail for _, mail in _CAST.values()}
    for unit, posts in STAFF.items():
        for post, count in posts:
            for number in range(count):
                cast = _CAST.get((unit, post)) if number == 0 else None
                name, mail = cast or _new_name(rng, names, mails)
                joined = date(2012, 1, 3) + timedelta(days=int(rng.integers(0, 3200)))
                joined = min(joined, first_day(opening - 3))
                person = Person(f"NV{len(people) + 1:03d}", name, f"{mail}@{DOMAIN}", joined)
                person.segments.append((unit, post, joined, None, 100.0))
                people.append(person)
                holders.setdefault((unit, post), []).append(person)
                if POSTS[post].head:
                    heads[unit] = person.code
    notable = _moves(axes, holders)
    parents = {unit.code: unit.parent for unit in UNITS}
    for person in people:
        above: str | None = person.unit
        while above is not None and heads.get(above) in (None, person.code):
            above = parents[above]
        person.manager = heads[above] if above is not None else None
    return Staff(people, heads, _absences(axes, rng, people, notable), notable)


def _new_name(rng: np.random.Generator, names: set[str], mails: set[str]) -> tuple[str, str]:
    while True:
        middles, givens = _WOMEN_TEXT if rng.random() < 0.47 else _MEN_TEXT
        family, middle, given = (str(rng.choice(part.split())) for part in (_FAMILY_TEXT, middles, givens))
        name = f"{family} {middle} {given}"
        if name in names or middle == given:
            continue
        names.add(name)
        words = ascii_name(name).split()
        stem = mail = f"{words[2]}.{words[0][0]}{words[1][0]}"
        suffix = 2
        while mail in mails:
            mail = f"{stem}{suffix}"
            suffix += 1
        mails.add(mail)
        return name, mail


def _moves(axes: Axes, holders: dict[tuple[str, str], list[Person]]) -> dict[str, str]:
    """Give the chosen people their transfers, arrivals, departure and second post; return who they are."""
    opening = axes.open - MONTHS + 1
    transfer = holders["KDT", "rep"][4]
    _move(transfer, "KDN", "rep", first_day(axes.raise_month if axes.raise_month > opening else axes.raise_month + 12))
    midmonth = holders["NM", "operator"][12]
    _move(midmonth, "QLCL", "qc", first_day(axes.open - 9).replace(day=16))
    double = holders["QLCL", "qc"][5]
    double.segments = [("QLCL", "qc", double.joined, None, 60.0), ("RD", "double", double.joined, None, 40.0)]
    joiners = (
        # the new one takes over the leaver's outlets, so that the region's plan stays what it was
        (holders["KDN", "rep"][8], first_day(axes.open - 6)),
        (holders["NM", "operator"][11], first_day(opening + 14).replace(day=15)),
        (holders["CSKH", "agent"][4], first_day(axes.open - 4).replace(day=6)),
    )
    for person, day in joiners:
        person.joined = day
        unit, post, _, _, share = person.segments[0]
        person.segments = [(unit, post, day, None, share)]
    leaver = holders["KDN", "rep"][7]
    leaver.left = last_day(axes.open - 7)
    unit, post, begin, _, share = leaver.segments[0]
    leaver.segments = [(unit, post, begin, leaver.left, share)]
    return {
        "transfer": transfer.code, "midmonth": midmonth.code, "double": double.code, "leaver": leaver.code,
        "maternity": holders["MKT", "content"][1].code, "joiner": joiners[0][0].code, "joiner2": joiners[1][0].code,
        "joiner3": joiners[2][0].code, "silent": holders["NM", "operator"][6].code,
        "repair": holders["NM", "operator"][3].code, "storm": holders["KDT", "rep"][1].code,
        "correction": holders["KDB", "rep"][2].code, "no_failure": holders["BT", "tech"][1].code,
        "no_vacancy": holders["HCNS", "recruit"][0].code, "north": holders["CUKV", "dispatch"][0].code,
    }  # fmt: skip


def _move(person: Person, unit: str, post: str, day: date) -> None:
    old_unit, old_post, begin, _, share = person.segments[0]
    person.segments = [(old_unit, old_post, begin, day - timedelta(days=1), share), (unit, post, day, None, share)]


def _absences(
    axes: Axes, rng: np.random.Generator, people: list[Person], notable: dict[str, str]
) -> list[tuple[str, date, date, str]]:
    """One maternity leave of six months and some thirty short leaves."""
    start = axes.open - MONTHS + 11
    rows = [(notable["maternity"], first_day(start).replace(day=10), first_day(start + 6).replace(day=9), "thai sản")]
    taken = {notable["maternity"]}
    steady = [p for p in people if not p.moved and p.left is None and p.joined < axes.first]
    for index in rng.permutation(len(steady))[:32]:
        person = steady[int(index)]
        if person.code in taken:
            continue
        month = axes.open - MONTHS + 1 + int(rng.integers(0, MONTHS - 1))
        begin = first_day(month) + timedelta(days=int(rng.integers(0, 18)))
        length = int(rng.integers(2, 9))
        kind = str(rng.choice(["nghỉ phép năm", "nghỉ ốm", "việc riêng"], p=[0.7, 0.2, 0.1]))
        rows.append((person.code, begin, begin + timedelta(days=length), kind))
    return rows
