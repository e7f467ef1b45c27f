"""The page of a statement: its words now, help for writing it, and every version beside the one before."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.organisation.models import Company
from tamnhin.planning.strategy.forms import StatementForm
from tamnhin.planning.strategy.shapes import Piece, Told, Version
from tamnhin.strategy.access import can_write_company, statements_visible_to
from tamnhin.strategy.models import Statement
from tamnhin.strategy.services.statements import FROM_ELSEWHERE, LONGEST, newest_number, text_of, tidy

KINDS = (Statement.Kind.VISION, Statement.Kind.MISSION, Statement.Kind.VALUES)
GOOD_LENGTH = {"vision": 200, "mission": 250, "values": 400}  # characters that people still remember

# What a reader should find in it, and the same of somebody else's: our own words for companies that do not exist.
HINTS = {
    "vision": (
        (noop("Cho ai?"), noop("Khách hàng, cộng đồng hay nhân viên nào sẽ thấy khác.")),
        (noop("Khác đi thế nào?"), noop("Một hình ảnh nhìn thấy được, không phải tính từ “hàng đầu”, “tốt nhất”.")),
        (noop("Đến khi nào?"), noop("Một năm cụ thể, để mục tiêu chiến lược có đích.")),
    ),
    "mission": (
        (noop("Làm gì mỗi ngày?"), noop("Việc công ty làm, không phải điều công ty mong.")),
        (noop("Cho ai?"), noop("Người nhận sản phẩm hoặc dịch vụ.")),
        (noop("Bằng cách nào?"), noop("Điều làm công ty khác những nơi cùng nghề.")),
    ),
    "values": (
        (noop("Mỗi dòng một giá trị"), noop("Từ ba đến năm giá trị; nhiều hơn thì không ai nhớ.")),
        (noop("Tên: hành vi"), noop("Sau tên là việc nhìn thấy được, để khen chê theo giá trị được.")),
        (noop("Có lúc phải trả giá"), noop("Giá trị thật là điều vẫn giữ khi thiệt tiền.")),
    ),
}
EXAMPLES = {
    "vision": (
        (
            noop("Đích đo được"),
            noop("Đến năm 2032, cứ ba bếp ăn trường học ở miền Trung thì một bếp dùng rau của chúng tôi."),
        ),
        (
            noop("Người hưởng lợi"),
            noop("Không trẻ em nào trong tỉnh phải đi quá hai cây số để có nước sạch vào năm 2035."),
        ),
        (noop("Vị thế trong nghề"), noop("Năm 2030, thợ mộc cả nước nhắc tên xưởng chúng tôi khi nói về ghép mộng.")),
        (
            noop("Thách thức một chuẩn cũ"),
            noop("Sửa xong xe trong ngày trở thành điều bình thường ở thành phố này trước 2029."),
        ),
        (
            noop("Đổi thay bên trong"),
            noop("Đến 2028, mọi quyết định ở xưởng do chính người đứng máy đưa ra, dựa trên số họ tự đọc."),
        ),
    ),
    "mission": (
        (noop("Sản phẩm và người dùng"), noop("Dệt vải bền, không hóa chất cho các xưởng may nhỏ đặt từ mười mét.")),
        (noop("Dịch vụ và lời hứa"), noop("Đưa thuốc đến tận giường bệnh nhân ở xa trong bốn giờ, kể cả ngày lễ.")),
    ),
    "values": (
        (noop("Tên: hành vi"), noop("Nói thẳng: nêu vấn đề với người làm được, trong ngày")),
        (noop("Tên: ranh giới"), noop("An toàn trước: dừng chuyền khi nghi ngờ, không ai bị trách")),
    ),
}


@dataclass(frozen=True, slots=True)
class StatementsPage:
    kind: str
    label: str
    tabs: Sequence[Link]
    versions: Sequence[Version]
    hints: Sequence[tuple[str, str]]
    examples: Sequence[tuple[str, str]]
    form: StatementForm | None
    good_length: int
    most: int = LONGEST
    stale: Version | None = None
    others: Sequence[Told] = field(default=())

    @property
    def newest(self) -> Version | None:
        return self.versions[0] if self.versions else None

    @property
    def asks_reason(self) -> bool:
        return bool(self.versions)


def statements_page(
    reading: Reading, kind: str, form: StatementForm | None = None, stale: Statement | None = None
) -> StatementsPage:
    """``form``: the one that was refused. The form is there only for those who may write."""
    company = reading.company
    versions = versions_of(reading, kind)
    if form is None and can_write_company(reading.user, company):
        form = StatementForm(
            initial={"text": text_of(company, kind), "expected": newest_number(company, kind)},
            kind=kind,
            first=not versions,
        )
    address = reverse("statements")
    return StatementsPage(
        kind=kind,
        label=label_of(kind),
        tabs=[Link(label_of(one), with_query(address, kind=one), "current" if one == kind else "") for one in KINDS],
        versions=versions,
        hints=[(_(title), _(text)) for title, text in HINTS[kind]],
        examples=[(_(title), _(text)) for title, text in EXAMPLES[kind]],
        form=form,
        good_length=GOOD_LENGTH[kind],
        stale=_version(stale, "", reading) if stale is not None else None,
    )


def label_of(kind: str) -> str:
    label = str(Statement.Kind(kind).label)
    return label[:1].upper() + label[1:]


def versions_of(reading: Reading, kind: str) -> list[Version]:
    """Newest first, each compared with the one before. What the company row says and no version does comes first, as
    it will when somebody saves the next one. One query.
    """
    company = reading.company
    rows = list(statements_visible_to(reading.user, company).filter(kind=kind).select_related("created_by"))
    now = tidy(kind, text_of(company, kind))
    if now and (not rows or rows[0].text != now):
        number = rows[0].number + 1 if rows else 1
        rows.insert(0, Statement(company=company, kind=kind, number=number, text=now, reason=FROM_ELSEWHERE))
    earlier = [*(row.text for row in rows[1:]), ""]
    return [_version(row, before, reading) for row, before in zip(rows, earlier, strict=False)]


def _version(row: Statement, before: str, reading: Reading) -> Version:
    return Version(
        number=row.number,
        text=row.text,
        valid_from=row.valid_from or reading.company.created_at.date(),
        reason=_(row.reason) if row.reason == FROM_ELSEWHERE else row.reason,
        who=str(row.created_by) if row.created_by is not None else "",
        at=row.created_at,
        pieces=compared(before, row.text) if before else (),
    )


def told(company: Company, reading: Reading, kind: str) -> Told:
    """The statement as it holds, with the way to its page. One query."""
    newest = versions_of(reading, kind)
    return Told(
        kind=kind,
        label=label_of(kind),
        lines=[line for line in text_of(company, kind).split("\n") if line.strip()],
        number=newest[0].number if newest else 0,
        since=newest[0].valid_from if newest else None,
        edit_url=with_query(reverse("statements"), kind=kind),
    )


_WORDS = re.compile(r"\s+|[^\s]+")


def compared(before: str, after: str) -> list[Piece]:
    """The words of two texts beside each other: what stayed, what went, what came."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(new[c:d])))
    return pieces
