"""Evaluation periods and their locks, scorecards as they were evaluated."""
