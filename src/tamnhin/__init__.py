"""Tầm Nhìn: from a company's vision to what each person does this week."""

__version__ = "0.1.0"
