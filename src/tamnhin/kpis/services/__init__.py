"""Writing definitions, links and scorecards. Each act: one transaction, one audit row, versions moved on."""
