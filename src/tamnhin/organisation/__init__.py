"""Company, calendar, unit tree, people and placements: who can own a scorecard."""
