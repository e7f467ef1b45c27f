"""The page on which a goal is written: what was typed and not saved, the check beside it, another's newer version."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.urls import reverse

from tamnhin.base import formatting
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.planning.strategy.checking import marks_of
from tamnhin.planning.strategy.cycles import natural
from tamnhin.planning.strategy.goal_form import GoalForm, initial_new, initial_of, partial_values
from tamnhin.planning.strategy.shapes import Mark
from tamnhin.strategy.models import Goal, Unsaved
from tamnhin.strategy.services import unsaved

NOT_KEPT = frozenset({"csrfmiddlewaretoken", "place", "then", "based_on"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which another's saved version and what was typed here part."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a choice brings: those of a cycle, or ("" as code) of a horizon without one."""

    code: str
    kind: str
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class Editor:
    form: GoalForm
    goal: Goal | None
    place: str
    action: str
    back_url: str
    check_url: str
    kept: Unsaved | None
    marks: Sequence[Mark]
    differences: Sequence[Difference] = field(default=())
    owners: Sequence[tuple[str, str]] = field(default=())
    kpis: Sequence[tuple[str, str]] = field(default=())
    spans: Sequence[Span] = field(default=())
    new_kpi_url: str = ""


def place_of(goal: Goal | None, asked: Mapping[str, str]) -> str:
    """Which editor this is; ``asked`` are the parameters of its address."""
    return unsaved.place_of(goal, asked.get("unit", ""), asked.get("parent", ""))


def form_of(reading: Reading, goal: Goal | None, asked: Mapping[str, str]) -> tuple[GoalForm, Unsaved | None]:
    """The form as it is first shown, with what the user typed here before and did not save."""
    initial = initial_of(reading, goal) if goal is not None else initial_new(reading, asked)
    kept = unsaved.unsaved_of(reading.user, reading.company, place_of(goal, asked))
    fresh = initial.get("code")
    saved = _bearer(reading, kept) if goal is None and kept is not None else None
    if saved is not None and kept is not None and saved.title == " ".join(kept.fields.get("title", "").split()):
        kept = None  # the last of the typing was kept a moment after the goal itself had been saved
    if kept is not None:
        initial |= {name: value for name, value in kept.fields.items() if name in GoalForm.base_fields or name in
                    ("baseline", "target")}  # fmt: skip
        initial["revision"] = kept.based_on
        if saved is not None:  # somebody has taken the code that was proposed meanwhile
            initial["code"] = fresh
    return GoalForm(None, reading, goal, initial=initial), kept


def _bearer(reading: Reading, kept: Unsaved) -> Goal | None:
    """The goal that has the code under which words of a new goal are kept."""
    code = kept.fields.get("code", "")
    return Goal.objects.filter(company=reading.company, code=code).first() if code else None


def editor(
    reading: Reading,
    goal: Goal | None,
    asked: Mapping[str, str],
    form: GoalForm | None = None,
    newer: Goal | None = None,
) -> Editor:
    """``form``: the one that was sent and refused; ``newer``: the goal as somebody else has saved it meanwhile."""
    kept: Unsaved | None = None
    if form is None:
        form, kept = form_of(reading, goal, asked)
    kpis = form.kpis_offered()
    address = reverse("goal_edit", args=[goal.code]) if goal is not None else reverse("goal_new")
    keep = {} if goal is not None else {name: asked.get(name, "") for name in ("unit", "parent", "horizon")}
    return Editor(
        form=form,
        goal=goal,
        place=place_of(goal, asked),
        action=with_query(address, **keep),
        back_url=reverse("goal", args=[goal.code]) if goal is not None else reverse("goal_list"),
        check_url=reverse("goal_check"),
        kept=kept,
        marks=marks_of(reading, partial_values(as_sent(form)), goal),
        differences=differences(reading, form, newer) if newer is not None else (),
        owners=form.owners_offered(),
        kpis=kpis,
        spans=spans(reading, form),
        new_kpi_url=reverse("kpi_new"),
    )


def spans(reading: Reading, form: GoalForm) -> list[Span]:
    """Of every cycle that may be chosen, then of each horizon."""
    today = reading.live.as_of
    return [
        *(Span(row.code, row.kind, row.valid_from, row.valid_to) for row in form.cycles.values()),
        *(Span("", horizon, *natural(reading.company, horizon, today)) for horizon in Goal.Horizon.values),
    ]


def as_sent(form: GoalForm) -> GoalForm:
    """The form as if what it shows had been sent: the check reads the same fields."""
    if form.is_bound:
        return form
    data = QueryDict(mutable=True)
    for name in form.fields:
        value = form.get_initial_for_field(form.fields[name], name)
        data[name] = value.isoformat() if isinstance(value, datetime.date) else "" if value is None else str(value)
    return GoalForm(data, form.reading, form.goal, initial=form.initial)


def differences(reading: Reading, form: GoalForm, newer: Goal) -> list[Difference]:
    """Field by field, as they are typed."""
    theirs = initial_of(reading, newer)
    out = []
    for name, bound in form.fields.items():
        if name == "revision":
            continue
        mine = str(form.data.get(name, "")).strip()
        other = theirs.get(name)
        text = other.isoformat() if isinstance(other, datetime.date) else str(other or "")
        if mine != text.strip():
            choices = dict(getattr(bound, "choices", ()))
            out.append(
                Difference(
                    str(bound.label),
                    str(choices.get(text, text)) or formatting.NOTHING,
                    str(choices.get(mine, mine)) or formatting.NOTHING,
                )
            )
    return out


def typed(data: QueryDict) -> dict[str, str]:
    """What is kept of a form while it is being filled in."""
    known = set(GoalForm.base_fields) | {"baseline", "target"}
    return {name: str(data[name]) for name in data if name in known and name not in NOT_KEPT and name != "revision"}
