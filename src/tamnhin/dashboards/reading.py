"""What every page begins with: whose request it is, the evaluated company, the period, the frame around it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import cast
from urllib.parse import quote, urlencode

import numpy as np
from django.http import Http404, HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.accounts.models import Role, User
from tamnhin.dashboards import navigation
from tamnhin.dashboards.converters import CodeConverter
from tamnhin.dashboards.shapes import (
    Link,
    PeriodChoice,
    PeriodGroup,
    PeriodPicker,
    PeriodState,
    Shell,
    Unit,
)
from tamnhin.engine.aggregation import Ints
from tamnhin.engine.periods import Period
from tamnhin.evaluation.live import Live, live
from tamnhin.evaluation.models import EvaluationPeriod
from tamnhin.organisation.access import Scope, company_or_404, owners_visible_to, scope_of
from tamnhin.organisation.models import Company

GROUPS = (("month", noop("Tháng")), ("quarter", noop("Quý")), ("half", noop("Nửa năm")), ("year", noop("Năm")))
CODE = CodeConverter()
KEPT = RFC3986_SUBDELIMS + "/~:@"  # what ``reverse`` leaves as it is
HISTORY = 13  # points of a sparkline: the period and the twelve before


def language() -> str:
    """``vi`` or ``en``."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


@dataclass
class Reading:
    """One request of somebody who is logged in. Raises Http404 for a user of no company."""

    request: HttpRequest
    company: Company
    live: Live
    period: Period
    at: int  # the period's position in the plan
    language: str
    names: Mapping[str, str] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest, period: str | None = None) -> Reading:
        company = company_or_404(request)
        if not scope_of(request.user, company).is_member:
            raise Http404
        current = live(company)
        key = period if period is not None else request.GET.get("period", "")
        if not key:
            key = default_period(current)
        if key not in current.periods:
            raise Http404
        at = current.periods[key]
        return cls(request, company, current, current.plan.periods[at], at, language())

    # -- who ----------------------------------------------------------------------------------------------------

    @property
    def user(self) -> User:
        return cast(User, self.request.user)  # Reading.of has checked the membership

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.user, self.company)

    @cached_property
    def me(self) -> int | None:
        """The reader's own position among the owners."""
        return self.live.owner_of_id.get(self.scope.person_id) if self.scope.person_id is not None else None

    def owner_or_404(self, code: str) -> int:
        """The position of an owner the reader may see; the same 404 for hidden, unknown and another company's."""
        position = self.live.owner_at.get(code)
        if position is None or position not in self.visible([position]):
            raise Http404
        return position

    def visible(self, positions: Iterable[int]) -> set[int]:
        """Those of some owners (positions) that the reader may see. One query."""
        ids = {int(self.live.owner_ids[p]): p for p in positions}
        if not ids:
            return set()
        found = owners_visible_to(self.user, self.company, among=list(ids)).values_list("pk", flat=True)
        return {ids[pk] for pk in found}

    @cached_property
    def top(self) -> int | None:
        """The unit the reader looks at first: the one they lead or are granted, else the root."""
        paths = self.scope.paths(
            {Role.DIRECTOR, Role.HEAD, Role.HR, Role.FINANCE, Role.STEWARD, Role.AUDITOR, Role.ADMIN}
        )
        if paths:
            shortest = min(paths, key=len)
            parts = [part for part in shortest.strip("/").split("/") if part]
            if parts:
                return self.live.owner_of_id.get(int(parts[-1]))
            return self.root
        if self.scope.unit_paths:
            parts = self.scope.unit_paths[0].strip("/").split("/")
            return self.live.owner_of_id.get(int(parts[-1]))
        return None

    @property
    def root(self) -> int | None:
        return self.live.facts.root

    # -- names --------------------------------------------------------------------------------------------------

    @property
    def owner_names(self) -> Mapping[str, str]:
        return self.live.facts.names

    def owner_name(self, position: int) -> str:
        code = self.live.plan.owners.codes[position]
        return self.owner_names.get(code, code)

    @property
    def kpi_rows(self) -> Mapping[str, dict[str, object]]:
        """Each KPI's newest definition as a row of the ``kpis`` sheet."""
        return self.live.facts.kpi_rows

    def kpi_name(self, code: str) -> str:
        row = self.kpi_rows.get(code, {})
        return str((row.get("name_en") if self.language == "en" else None) or row.get("name") or code)

    def unit_of(self, code: str) -> Unit:
        """How the KPI's numbers are written."""
        row = self.kpi_rows.get(code, {})
        text = str(row.get("unit") or "").strip()
        if text.upper() in ("VND", "Đ", "₫", "ĐỒNG", self.company.currency):
            return Unit("₫" if self.company.currency == "VND" else self.company.currency, "money", 0)
        if text == "%":
            return Unit("%", "percent", 1)
        whole = row.get("aggregation") in ("sum", "last", "min", "max") and not row.get("formula")
        return Unit(text, "number", 0 if whole else 1)

    # -- periods ------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return self.period.title(self.language)

    def state(self, period: Period | None = None) -> PeriodState:
        """Where a period stands, with the working days gone."""
        asked = period or self.period
        status = self.statuses.get(asked.key, "")
        as_of = self.live.as_of
        if status in (EvaluationPeriod.Status.LOCKED, EvaluationPeriod.Status.PUBLISHED):
            return PeriodState(asked.title(self.language), "locked" if status == "locked" else "published")
        if asked.end <= as_of:
            return PeriodState(asked.title(self.language), "ended")
        calendar = self.live.plan.calendar
        gone = int(calendar.working_days(asked.first, min(asked.last, _ordinal(as_of))))
        days = int(calendar.working_days(asked.first, asked.last))
        return PeriodState(asked.title(self.language), "open", gone, days)

    @property
    def is_open(self) -> bool:
        """The period has not ended: no final colour."""
        return self.period.end > self.live.as_of

    @cached_property
    def statuses(self) -> dict[str, str]:
        return dict(EvaluationPeriod.objects.filter(company=self.company).values_list("period", "status"))

    def picker(self, url: str = "", **keep: str) -> PeriodPicker:
        """The periods of the plan, and the ones before and after; other parameters of the address are kept."""
        address = url or self.request.path
        groups = []
        for kind, label in GROUPS:
            same = [p for p in self.live.plan.periods if p.kind == kind]
            choices = [
                PeriodChoice(p.key, p.title(self.language), with_query(address, period=p.key, **keep), p == self.period)
                for p in same
            ]
            if choices:
                groups.append(PeriodGroup(_(label), choices))
        same = [p for p in self.live.plan.periods if p.kind == self.period.kind]
        here = same.index(self.period)
        before = with_query(address, period=same[here - 1].key, **keep) if here else ""
        after = with_query(address, period=same[here + 1].key, **keep) if here + 1 < len(same) else ""
        return PeriodPicker(self.period.key, self.title, groups, address, before, after)

    @cached_property
    def back(self) -> Ints:
        """Positions of this period and the ones of its kind before it, oldest first."""
        same = [
            i for i, p in enumerate(self.live.plan.periods) if p.kind == self.period.kind and p.last <= self.period.last
        ]
        return np.array(same[-HISTORY:], dtype=np.int64)

    # -- tree ---------------------------------------------------------------------------------------------------

    @cached_property
    def day(self) -> int:
        """The day on which the organisation is read: the period's last, or today."""
        return min(self.period.last, _ordinal(self.live.as_of))

    def parents_of(self, position: int) -> list[int]:
        """From the owner's unit up to the root, on ``day``."""
        edges = self.live.plan.owners.edges
        out: list[int] = []
        at = position
        while True:
            above = self.live.facts.edges_above(at)
            held = above[(edges.start[above] <= self.day) & (edges.stop[above] >= self.day)]
            if not len(held):
                return out
            at = int(edges.parent[held[np.argmax(edges.share[held])]])
            if at in out:
                return out
            out.append(at)

    def children_of(self, position: int) -> list[int]:
        """Units and people directly under a unit, on ``day``, in the order of the workbook."""
        edges = self.live.plan.owners.edges
        owners = self.live.plan.owners
        below = self.live.facts.edges_below(position)
        held = below[(edges.start[below] <= self.day) & (edges.stop[below] >= self.day)]
        found = np.unique(edges.child[held])
        there = (owners.first[found] <= self.day) & (owners.last[found] >= self.period.first)
        return [int(i) for i in found[there]]

    # -- the frame ----------------------------------------------------------------------------------------------

    def shell(self, current: str, due: int = 0) -> Shell:
        """Navigation by what the reader may do."""
        roles = [Role(grant.role).label for grant in self.scope.grants] or [Role.EMPLOYEE.label]
        return Shell(
            company=self.company.name or self.company.code,
            user=self.user.name or self.user.email,
            role=str(roles[0]),
            nav=navigation.main(self, current, due),
            section=navigation.section(self, current),
            search_url=reverse("search"),
            home_url=reverse("home"),
            logout_url=reverse("account_logout"),
            language_url=reverse("set_language"),
            account_url=reverse("account_change_password"),
            keys_url=reverse("api_keys"),
            switch_company=[],
        )

    def card_url(self, position: int, period: str | None = None) -> str:
        address = path_of("scorecard", self.live.plan.owners.codes[position])
        return with_query(address, period=period or self.keep_period)

    def kpi_url(self, position: int, kpi: str, period: str | None = None) -> str:
        address = path_of("kpi", self.live.plan.owners.codes[position], kpi)
        return with_query(address, period=period or self.keep_period)

    @cached_property
    def keep_period(self) -> str:
        """The period for links; empty when it is the one a page shows anyway."""
        return "" if self.period.key == default_period(self.live) else self.period.key

    def breadcrumb(self, position: int, visible: set[int] | None = None) -> list[Link]:
        """From the vision and the company down to the owner's parent."""
        above = self.parents_of(position)[::-1]
        seen = self.visible(above) if visible is None else visible
        trail = [Link(self.owner_name(one), self.card_url(one) if one in seen else "") for one in above]
        if self.company.vision:
            trail.insert(0, Link(_("Tầm nhìn"), reverse("strategy"), self.company.vision))
        return trail


def default_period(current: Live) -> str:
    """The month of today."""
    months = [p for p in current.plan.periods if p.kind == "month"]
    return months[-1].key if months else current.plan.periods[-1].key


def path_of(name: str, *codes: str) -> str:
    """``reverse(name, args=codes)`` for an address of codes. A heat map has a thousand of them on one page."""
    parts = _between(name, len(codes), get_urlconf(), get_script_prefix())
    written = [quote(CODE.to_url(code), safe=KEPT) for code in codes]
    return "".join(part for pair in zip(parts, [*written, ""], strict=True) for part in pair)


@lru_cache(maxsize=256)
def _between(name: str, count: int, urlconf: str | None, prefix: str) -> tuple[str, ...]:
    """What stands before, between and after the codes in an address."""
    marks = [f"~7Emark{i}~7E" for i in range(count)]
    address = reverse(name, urlconf, args=[mark.replace("~7E", "~") for mark in marks])
    parts = []
    for mark in marks:
        before, _mark, address = address.partition(mark)
        parts.append(before)
    return (*parts, address)


def with_query(address: str, **parameters: str | None) -> str:
    """The address with the parameters that are not empty."""
    given = {name: value for name, value in parameters.items() if value}
    return f"{address}?{urlencode(given)}" if given else address


def _ordinal(day: datetime.date) -> int:
    return (day - datetime.date(1970, 1, 1)).days
