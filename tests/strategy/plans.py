"""Goals of the cast's company, as people write them."""

from __future__ import annotations

import datetime
from typing import Any

from tests.cast import Cast

from tamnhin.accounts.models import User
from tamnhin.organisation.access import today
from tamnhin.strategy.models import Goal
from tamnhin.strategy.rules import GoalValues, next_code
from tamnhin.strategy.services.goals import create_goal
from tamnhin.strategy.services.statements import save_statement


def year_of(cast: Cast) -> int:
    return today(cast.company).year


def values(cast: Cast, **given: Any) -> GoalValues:
    """A goal of this year that nothing speaks against, unless ``given`` says otherwise."""
    year = year_of(cast)
    usual: dict[str, Any] = {
        "code": next_code(cast.company),
        "title": "Tăng doanh thu miền Bắc lên 120 tỷ",
        "description": "Khách sỉ miền Bắc mua đều hơn",
        "horizon": "year",
        "valid_from": datetime.date(year, 1, 1),
        "valid_to": datetime.date(year, 12, 31),
        "unit": cast.sales,
        "owner": cast.owner("MINH"),
    }
    return GoalValues(**{**usual, **given})


def strategic(cast: Cast, user: User | None = None, **given: Any) -> Goal:
    """A goal of three years of the whole company."""
    year = year_of(cast)
    usual: dict[str, Any] = {
        "title": "Trở thành nhà cung cấp sữa số một miền Bắc",
        "horizon": "strategic",
        "valid_from": datetime.date(year - 1, 1, 1),
        "valid_to": datetime.date(year + 1, 12, 31),
        "unit": None,
        "owner": cast.owner("LAN"),
    }
    return create_goal(acting_user=user or cast.lan, company=cast.company, values=values(cast, **{**usual, **given}))


def yearly(cast: Cast, user: User | None = None, **given: Any) -> Goal:
    """A goal of the sales unit for this year, written by its head."""
    return create_goal(acting_user=user or cast.minh, company=cast.company, values=values(cast, **given))


def with_vision(cast: Cast, text: str = "Đến năm 2032, mỗi bữa sáng miền Bắc có ly sữa của chúng ta.") -> None:
    save_statement(acting_user=cast.lan, company=cast.company, kind="vision", text=text)
    cast.company.refresh_from_db()
