"""What evaluation does when numbers or structure have changed beneath it."""

from __future__ import annotations

from typing import Any

from tamnhin.evaluation.services import evaluate_company, reevaluate
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.models import Company


def on_data_changed(
    *, company_id: int, structure: bool, measurement_ids: tuple[int, int] | None, **_signal: Any
) -> None:
    """One entry evaluates what it touches; a file, or another structure, the whole company."""
    company = Company.objects.get(pk=company_id)
    if structure or measurement_ids is None or measurement_ids[0] != measurement_ids[1]:
        evaluate_company(company)
        return
    entry = Measurement.objects.select_related("owner", "kpi").get(pk=measurement_ids[0])
    reevaluate(company, entry)
