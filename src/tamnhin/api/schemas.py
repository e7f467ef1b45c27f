"""What the API answers with. Codes name things, as in the workbook; scores, weights and rates are decimal strings."""

from __future__ import annotations

import datetime
from typing import Generic, TypeVar

from ninja import Field, Schema

T = TypeVar("T")


class Page(Schema, Generic[T]):
    """``items`` from ``offset`` on, at most ``limit``; ``count`` is how many there are in all."""

    count: int
    limit: int
    offset: int
    items: list[T]


class Error(Schema):
    detail: str


class CompanyOut(Schema):
    code: str
    name: str
    vision: str
    mission: str
    values: list[str]
    fiscal_year_start: int
    currency: str
    time_zone: str
    today: datetime.date


class StatementOut(Schema):
    kind: str = Field(description="vision, mission or values")
    number: int
    text: str
    valid_from: datetime.date
    reason: str


class PerspectiveOut(Schema):
    code: str
    name: str
    name_en: str
    order: int


class CycleOut(Schema):
    code: str
    name: str
    kind: str
    parent: str | None
    valid_from: datetime.date
    valid_to: datetime.date
    closed: bool


class GoalOut(Schema):
    code: str
    title: str
    description: str
    scope: str
    horizon: str
    status: str
    parent: str | None
    cycle: str | None
    unit: str | None
    owner: str | None
    valid_from: datetime.date
    valid_to: datetime.date
    perspective: str
    kpi: str | None
    baseline: float | None
    target: float | None


class GoalDetail(GoalOut):
    path: list[str] = Field(description="codes from the goal itself up to the topmost; the vision stands above it")
    children: list[str]


class KpiOut(Schema):
    code: str
    name: str
    name_en: str
    status: str
    unit: str
    direction: str
    aggregation: str
    frequency: str
    level: str
    domain: str
    timing: str
    flow: str
    perspective: str
    owner: str | None
    deputy: str | None
    review_by: datetime.date | None


class KpiVersionOut(Schema):
    valid_from: datetime.date | None
    name: str
    formula: str
    scale: float | None
    across: str
    purpose: str
    definition: str
    inclusions: str
    exclusions: str
    source: str
    guardrail: str | None
    reason: str


class LinkOut(Schema):
    driver: str
    outcome: str
    sign: str
    lag: int | None
    note: str
    claimed_by: str | None
    claimed_on: datetime.date | None
    evidence: str = Field(description="untested, until the data has been asked")


class KpiDetail(KpiOut):
    versions: list[KpiVersionOut]
    drives: list[LinkOut]
    driven_by: list[LinkOut]


class OwnerOut(Schema):
    code: str
    name: str
    kind: str
    unit: str | None = Field(description="of a person the unit, of a unit its parent")
    position: str


class LineOut(Schema):
    owner: str
    kpi: str
    period: str
    state: str
    actual: float | None
    target: float | None
    method: str
    raw: str | None
    score: str | None
    weight: str
    contribution: str | None
    pace: str | None


class ScorecardOut(Schema):
    owner: str
    period: str
    score: str | None
    coverage: str | None
    grade: str | None
    state: str
    rank: int | None


class ScorecardDetail(ScorecardOut):
    lines: list[LineOut]


class AssignmentLineOut(Schema):
    kpi: str
    weight: str
    method: str
    goal: str | None
    total: float | None
    targets: dict[str, float]


class AssignmentOut(Schema):
    id: int
    owner: str
    kind: str
    status: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    reason: str
    lines: list[AssignmentLineOut]
