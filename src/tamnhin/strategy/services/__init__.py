"""Writing the strategy, a subject a module: each act one transaction, one audit row, refusals as ``problems.Fault``."""
