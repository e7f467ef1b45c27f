"""Reading scorecards that are planned: what is asked of whom, and what stands now."""
