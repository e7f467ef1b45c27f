"""The formula language: text to checked nodes, nodes to numbers and explanations. No code ever runs.

See docs/algorithms/formula.md.
"""

from .evaluate import Column, Recorder, evaluate, round_half_up
from .nodes import Kind, Node, Reference, children, references, walk
from .order import order
from .parsing import Parsed, parse
from .problems import FormulaError, Hint, caret
from .render import reference_text, render
from .trace import Step, reference_name, show_number, trace
from .units import Unit, parse_unit

__all__ = [
    "Column",
    "FormulaError",
    "Hint",
    "Kind",
    "Node",
    "Parsed",
    "Recorder",
    "Reference",
    "Step",
    "Unit",
    "caret",
    "children",
    "evaluate",
    "order",
    "parse",
    "parse_unit",
    "reference_name",
    "reference_text",
    "references",
    "render",
    "round_half_up",
    "show_number",
    "trace",
    "walk",
]
