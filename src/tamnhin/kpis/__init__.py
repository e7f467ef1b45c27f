"""KPI definitions and their versions, scorecard lines, targets, links."""
