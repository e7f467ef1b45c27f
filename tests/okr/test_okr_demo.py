"""The objectives of the demo company: believable, written once, and nothing where its parts are not there."""

from __future__ import annotations

import datetime

from tests.cast import Cast, make_kpi

from tamnhin.okr.demo import furnish
from tamnhin.okr.models import CheckIn, Objective
from tamnhin.organisation.models import Company
from tamnhin.organisation.services import add_unit, create_company

DAY = datetime.date(2026, 11, 25)


def dairy() -> Company:
    company = create_company(acting_user=None, code="TN", name="Sữa")
    root = add_unit(acting_user=None, company=company, code="TN", name="Sữa")
    for code in ("KDB", "HCNS", "CUKV"):
        add_unit(acting_user=None, company=company, code=code, name=code, parent=root)
    for code, direction in (
        ("OTD", "higher"), ("VISITS", "higher"), ("TURNOVER", "lower"), ("ENPS", "higher"), ("TIMEFILL", "lower")
    ):  # fmt: skip
        make_kpi(company, code, code, direction=direction)
    return company


def test_three_objectives_run_with_a_report_of_every_week_that_is_over(db: None) -> None:
    company = dairy()
    furnish(company, DAY)
    rows = Objective.objects.filter(company=company).order_by("pk")
    assert [(row.period, row.status) for row in rows] == [("2026-Q4", "active")] * 3
    assert rows[1].parent == rows[0]
    weeks = sorted(set(CheckIn.objects.values_list("week", flat=True)))
    assert (weeks[0], weeks[-1], len(weeks)) == ("2026-W40", "2026-W47", 8)
    assert CheckIn.objects.count() == 8 * 10
    furnish(company, DAY)
    assert (Objective.objects.count(), CheckIn.objects.count()) == (3, 80)


def test_on_the_first_day_of_a_quarter_there_is_nothing_to_report(db: None) -> None:
    furnish(dairy(), datetime.date(2026, 10, 1))
    assert Objective.objects.count() == 3
    assert not CheckIn.objects.exists()


def test_another_company_gets_nothing_made_up(cast: Cast) -> None:
    furnish(cast.company, DAY)
    assert not Objective.objects.exists()
