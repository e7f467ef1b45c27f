"""Why? Every score and every đồng as a tree of steps."""

from tamnhin.engine.explain.steps import STATE_WORDS, Origin, Show, Step, plain_number
from tamnhin.engine.explain.tree import Explainer, explain_card, explain_line

__all__ = ["STATE_WORDS", "Explainer", "Origin", "Show", "Step", "explain_card", "explain_line", "plain_number"]
