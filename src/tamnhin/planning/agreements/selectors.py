"""What the agreement pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.agreements import words
from tamnhin.agreements.access import agreements_visible_to, allowed_acts, can_change_flow
from tamnhin.agreements.cases import load, rule_of, rules, who_of
from tamnhin.agreements.flow import COMPANY, PERSON, UNIT, Act, Part, Rule, held
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.selectors import proposed_by, waiting_for
from tamnhin.agreements.services import gates
from tamnhin.agreements.shapes import Waiting
from tamnhin.agreements.states import State
from tamnhin.agreements.subjects import kinds, known, subject_of
from tamnhin.agreements.timelines import names_of, timelines
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.planning.agreements.shapes import (
    AgreementPage,
    Chosen,
    Confirm,
    FlowPage,
    FlowRow,
    Inbox,
    InboxGroup,
    Sent,
)

SHOWN = 200  # of what waits; the rest comes forward as these are answered
LEVELS = (COMPANY, UNIT, PERSON)


def inbox_page(reading: Reading, tab: str, kind: str, late: bool) -> Inbox:
    """What waits for the reader by kind, or (tab ``sent``) what they proposed and where it is."""
    every = waiting_for(reading.user, reading.company)
    sent = proposed_by(reading.user, reading.company) if tab == "sent" else []
    there = list(dict.fromkeys(one.agreement.kind for one in every))
    found = [one for one in every if (not kind or one.agreement.kind == kind) and (not late or one.overdue)]
    shown = found[:SHOWN]
    address = reverse("inbox")
    overdue = sum(1 for one in every if one.overdue)
    filters = [Link(_("Tất cả"), address, "" if kind or late else "current")]
    filters += [Link(words.kind(one), with_query(address, kind=one), "current" if one == kind else "") for one in there]
    if overdue:
        word = _("Quá hạn")
        filters.append(Link(f"{word} ({overdue})", with_query(address, late="1"), "current" if late else ""))
    return Inbox(
        groups=_groups(shown),
        total=len(found),
        shown=len(shown),
        tabs=[
            Link(_("Chờ tôi"), address, "" if tab == "sent" else "current"),
            Link(_("Tôi đã đề xuất"), with_query(address, tab="sent"), "current" if tab == "sent" else ""),
        ],
        filters=filters if len(filters) > 2 else [],
        sent=_sent(reading, sent),
        showing_sent=tab == "sent",
        can_delegate=reading.scope.person_id is not None and not reading.scope.reads_only,
        filtered=bool(kind or late),
    )


def _groups(shown: Sequence[Waiting]) -> list[InboxGroup]:
    """Answers by kind first, then what only has to be put in force, then what came back."""
    groups = []
    for kind in dict.fromkeys(one.agreement.kind for one in shown if one.task == "answer"):
        rows = [one for one in shown if one.task == "answer" and one.agreement.kind == kind]
        groups.append(InboxGroup(words.kind(kind), rows, "yes", kind))
    ready = [one for one in shown if one.task == "activate"]
    back = [one for one in shown if one.task == "revise"]
    if ready:
        groups.append(InboxGroup(_("Đã đồng ý, chờ bạn kích hoạt"), ready, "activate", "activate"))
    if back:
        groups.append(InboxGroup(_("Bị trả lại, cần bạn sửa"), back, "", "revise"))
    return groups


def _sent(reading: Reading, rows: Sequence[Agreement]) -> list[Sent]:
    found = timelines(reading.company, rows)
    return [
        Sent(
            row.pk,
            row.heading,
            words.kind(row.kind),
            row.owner.name,
            row.state,
            _("bị trả lại") if found[row.pk].returned else found[row.pk].state_label,
            row.proposed_at,
            row.due,
            found[row.pk].overdue,
            "; ".join(found[row.pk].waits_for),
        )
        for row in rows
    ]


def confirm_page(reading: Reading, act: str, tokens: Iterable[str]) -> Confirm:
    """Those of the chosen that the reader may see, with the revision they were looked at in."""
    chosen = chosen_of(reading, tokens)
    waiting = {one.agreement.pk: one.instead for one in waiting_for(reading.user, reading.company)}
    return Confirm(
        act,
        [
            Chosen(token, row.heading, words.kind(row.kind), row.owner.name, waiting.get(row.pk, ""))
            for token, row in chosen
        ],
        reverse("inbox"),
    )


def chosen_of(reading: Reading, tokens: Iterable[str]) -> list[tuple[str, Agreement]]:
    """The agreements of ``pk:revision`` tokens. What the reader may neither see nor answer is not there."""
    asked = {pk: token for token in tokens if (pk := pk_of(token)) is not None}
    rows = agreements_visible_to(reading.user, reading.company).filter(pk__in=asked).select_related("owner")
    found = {row.pk: row for row in rows}
    if asked.keys() - found.keys():  # what falls to the reader for a day need not be among what they see
        for one in waiting_for(reading.user, reading.company):
            if one.agreement.pk in asked:
                found[one.agreement.pk] = one.agreement
    return [(asked[pk], row) for pk, row in sorted(found.items())]


def pk_of(token: str) -> int | None:
    """The agreement of ``pk:revision``."""
    head = token.partition(":")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) < 19 else None


def revision_of(token: str) -> int | None:
    """The revision of ``pk:revision``; None where it says none."""
    tail = token.partition(":")[2]
    return int(tail) if tail.isascii() and tail.isdigit() and len(tail) < 10 else None


def agreement_page(reading: Reading, row: Agreement, error: str = "", text: str = "") -> AgreementPage:
    """One agreement, with what the reader may do about it now."""
    acts = allowed_acts(reading.user, row)
    line = timelines(reading.company, [row])[row.pk]
    subject = subject_of(row.kind) if known(row.kind) else None
    rows = subject.summary(row) if subject is not None else []
    may_activate = not acts[Act.ACTIVATE]
    return AgreementPage(
        pk=row.pk,
        title=row.heading,
        kind=words.kind(row.kind),
        level=words.level(row.level),
        owner=row.owner.name,
        state=row.state,
        state_label=_("bị trả lại") if row.state == State.DRAFT and line.returned else line.state_label,
        proposed_by=str(row.proposed_by) if row.proposed_by is not None else _("Hệ thống"),
        proposed_at=row.proposed_at,
        due=row.due,
        overdue=line.overdue,
        reason=row.reason,
        note=row.note,
        subject_url=subject.url(row) if subject is not None else "",
        subject_known=subject is not None,
        rows=rows,
        changes=any(before for _label, before, _after in rows),
        timeline=line,
        revision=row.revision,
        mine=_mine(reading, row),
        may_answer=not acts[Act.YES],
        may_return=not acts[Act.NO],
        may_comment=not acts[Act.COMMENT],
        may_withdraw=not acts[Act.WITHDRAW],
        may_activate=may_activate,
        may_close=not acts[Act.CLOSE],
        gates=[problem.text(reading.language) for problem in gates(row)]
        if may_activate and subject is not None
        else [],
        error=error,
        text=text,
    )


def _mine(reading: Reading, row: Agreement) -> list[str]:
    """As what the reader is asked: their own role, or in whose stead."""
    who = who_of(reading.user, reading.company)
    cases = load(reading.company, [row], actor=who)
    those = [one for one in held(who, cases.of[row.pk], cases.directory.chart) if not one.place.answer]
    names = names_of({one.place.person for one in those})
    out = []
    for one in those:
        role = words.role(one.place.role)
        if one.holder.part is not Part.SELF and one.place.person is not None:
            detail = f"{one.why or ''}>{one.holder.part}"
            role = f"{role}, {words.in_stead(names.get(one.place.person, '—'), detail)}"
        out.append(role)
    return out


# -- the steps of the flow --------------------------------------------------------------------------------------


def flow_page(reading: Reading, errors: dict[str, str] | None = None, typed: dict[str, Rule] | None = None) -> FlowPage:
    """Every kind and level with its rule; ``typed`` stands instead of what is stored where it was refused."""
    stored = rules(reading.company)
    rows = []
    for kind in kinds():
        for level in LEVELS:
            key = f"{kind}-{level}"
            kept = rule_of(stored, kind, level)
            rule = (typed or {}).get(key, kept)
            rows.append(
                FlowRow(
                    key=key,
                    kind=words.kind(kind),
                    level=words.level(level),
                    hr=rule.hr,
                    review=rule.review,
                    approvals=rule.approvals,
                    days=rule.days,
                    was=written(kept),
                    path=path_of_rule(kept, level),
                    company=level == COMPANY,
                    error=(errors or {}).get(key, ""),
                )
            )
    return FlowPage(rows, can_change_flow(reading.user, reading.company), approvals())


def written(rule: Rule) -> str:
    """A rule as the form remembers the one it was opened with."""
    return f"{int(rule.hr)},{int(rule.review)},{rule.approvals},{rule.days}"


def approvals() -> list[tuple[int, str]]:
    return [
        (1, _("1: trưởng đơn vị")),
        (2, _("2: thêm quản lý cấp trên")),
        (3, _("3: thêm giám đốc")),
    ]


def path_of_rule(rule: Rule, level: str) -> str:
    """``Đề xuất → nhân sự → người nhận, trưởng đơn vị → có hiệu lực``."""
    steps = [_("Đề xuất")]
    if rule.hr:
        steps.append(_("nhân sự"))
    if rule.review:
        steps.append(_("phòng liên quan"))
    if level == COMPANY:
        agree = [_("giám đốc")]
    else:
        agree = [_("người nhận")] if level == PERSON else []
        agree += [_("trưởng đơn vị"), _("quản lý cấp trên"), _("giám đốc")][: rule.approvals]
    return " → ".join([*steps, ", ".join(agree), _("có hiệu lực")])
