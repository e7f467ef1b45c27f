"""Evaluating a plan: base cells, roll-ups, formulas, scores, scorecards."""

from tamnhin.engine.evaluate.run import Result, Status, evaluate

__all__ = ["Result", "Status", "evaluate"]
