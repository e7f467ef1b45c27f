"""Which periods take no other number. Periods are closed a layer above, which says so through ``provide``."""

from __future__ import annotations

from collections.abc import Callable, Collection

from tamnhin.engine import periods as per

Provider = Callable[[int], Collection[str]]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Register ``provider(company_id) -> keys of closed periods``. Called when the application starts."""
    if provider not in _providers:
        _providers.append(provider)


def locked_periods(company_id: int) -> frozenset[str]:
    """Keys of all closed periods of a company."""
    return frozenset(key for provider in _providers for key in provider(company_id))


def lies_in(period: per.Period, locked: Collection[str], fiscal_year_start: int = 1) -> bool:
    """Whether the period is one of the locked ones or lies within one."""
    spans = (per.parse(key, fiscal_year_start) for key in locked)
    return any(span.first <= period.first and period.last <= span.last for span in spans)
