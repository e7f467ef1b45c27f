"""Compiling a book into positions and matrices."""

from tamnhin.engine.plan.build import compile_book
from tamnhin.engine.plan.model import Block, Lines, Nodes, Plan, Request, RollLevel

__all__ = ["Block", "Lines", "Nodes", "Plan", "Request", "RollLevel", "compile_book"]
