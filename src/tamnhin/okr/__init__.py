"""Objectives and key results, beside KPIs and apart from pay."""
