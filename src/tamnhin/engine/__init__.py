"""Pure arithmetic: NumPy and Polars, no framework, no files, no clock (``now`` is a parameter)."""
