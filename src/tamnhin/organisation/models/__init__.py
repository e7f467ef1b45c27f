"""Company, unit tree and people; the calendar and what else a company sets for itself."""

from __future__ import annotations

from tamnhin.organisation.models.company import CalendarDay, Company, Grade, Rate
from tamnhin.organisation.models.people import Absence, Owner, Person, Placement, Unit

__all__ = ["Absence", "CalendarDay", "Company", "Grade", "Owner", "Person", "Placement", "Rate", "Unit"]
