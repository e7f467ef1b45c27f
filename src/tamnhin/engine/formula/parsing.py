"""The door to the language: text in, a checked formula or its faults out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .check import Checker, scale_hint
from .grammar import syntax
from .nodes import Node, Reference, references
from .problems import FormulaError, Hint
from .units import Unit, declared_agrees, parse_unit


@dataclass(frozen=True, slots=True)
class Parsed:
    """One formula. ``node`` is None when there are errors; warnings alone do not stop it.

    ``references``: the inputs ``evaluate`` will ask for. ``unit``: what the result is measured in, None if unknown.
    """

    text: str
    node: Node | None
    errors: tuple[FormulaError, ...] = ()
    warnings: tuple[FormulaError, ...] = ()
    references: frozenset[Reference] = field(default_factory=frozenset)
    unit: Unit | None = None

    @classmethod
    def without_number(cls) -> Parsed:
        """What stands for a formula that cannot be computed for a reason outside its text, such as a circle."""
        return cls("", None)

    @property
    def faults(self) -> tuple[FormulaError, ...]:
        """Errors and warnings, in the order they stand in the text."""
        return tuple(sorted(self.errors + self.warnings, key=lambda fault: (fault.start, fault.end)))


def parse(
    text: str,
    known: Mapping[str, str | None],
    *,
    declared_unit: str | None = None,
    currency: str = "VND",
) -> Parsed:
    """Check a formula against the KPIs that exist.

    ``known``: code → unit as people wrote it (None or blank: not said, goes with anything). ``declared_unit``: that of
    the formula KPI itself, compared with what the formula gives (a warning). ``currency``: the company's, which
    ``convert(X)`` means. Never raises, whatever the text; all faults of meaning are reported, syntax faults one by one.
    """
    tree = syntax(text)
    if isinstance(tree, FormulaError):
        return Parsed(text, None, (tree,))
    checker = Checker(text, known, currency)
    typed = checker.formula(tree)
    faults = sorted(checker.faults, key=lambda fault: (fault.start, fault.end))
    errors = tuple(fault for fault in faults if fault.severity == "error")
    warnings = [fault for fault in faults if fault.severity != "error"]
    if errors:
        return Parsed(text, None, errors, tuple(warnings))
    unit = None if typed.bare else typed.unit
    if fault := _declared(unit, declared_unit, len(text)):
        warnings.append(fault)
    return Parsed(text, typed.node, (), tuple(warnings), references(typed.node), unit)


def _declared(unit: Unit | None, declared: str | None, length: int) -> FormulaError | None:
    said = parse_unit(declared)
    if unit is None or said is None or declared_agrees(said, unit):
        return None
    hint: Hint | None = None
    if declared_agrees(said.without_scale(), unit):
        hint = scale_hint(unit, said)
    args = {
        "left_vi": unit.text("vi"), "left_en": unit.text("en"),
        "right_vi": said.text("vi"), "right_en": said.text("en"),
    }  # fmt: skip
    return FormulaError("FORMULA_UNITS_DECLARED", 0, length, args, hint)
