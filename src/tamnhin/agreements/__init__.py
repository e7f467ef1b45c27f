"""Who proposed, who was asked, who agreed: the flow that goals and scorecards pass through."""
