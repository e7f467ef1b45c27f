"""What activation and closing may never leave behind: two lines at once, a line to come, a hole in the past."""

from __future__ import annotations

import datetime
from decimal import Decimal

from tests.cast import Cast, make_kpi, make_line, make_target

from tamnhin.kpis.models import Assignment, Kpi, Line, Target
from tamnhin.kpis.services.activation import end, put_in_force
from tamnhin.kpis.services.assignments import LineInput, Time, draft_of, save_lines

NEXT, JULY, END = datetime.date(2030, 1, 1), datetime.date(2030, 7, 1), datetime.date(2030, 12, 31)


def written(cast: Cast, code: str, kpi: Kpi, first: datetime.date, **more: object) -> Assignment:
    made = draft_of(acting_user=cast.minh, owner=cast.owner(code), time=Time(first, END, "Năm mới"))
    wanted = LineInput(kpi.pk, Decimal(100), **more)  # type: ignore[arg-type]
    return save_lines(acting_user=cast.minh, assignment=made, lines=[wanted])


def test_a_line_that_would_begin_within_the_new_time_never_begins(cast: Cast) -> None:
    hoa, revenue, other = cast.owner("HOA"), make_kpi(cast.company), make_kpi(cast.company, "NEW", "Khách mới")
    make_line(hoa, other, "50", valid_from=JULY, valid_to=END)
    made = written(cast, "HOA", revenue, NEXT)
    put_in_force(acting_user=cast.minh, company=cast.company, assignments=[made])
    assert [(row.kpi, row.valid_from) for row in Line.objects.filter(owner=hoa)] == [(revenue, NEXT)]


def test_a_longer_figure_takes_back_nothing_before_its_own_scorecard_begins(cast: Cast) -> None:
    """Two in one act, of which one begins earlier: each keeps to its own days."""
    revenue, hoa = make_kpi(cast.company), cast.owner("HOA")
    for month in ("2030-03", "2030-09"):
        make_target(hoa, revenue, month, 10.0)
    both = [
        written(cast, "HOA", revenue, JULY, targets={"2030": 60.0}),
        written(cast, "AN", revenue, NEXT, targets={"2030": 60.0}),
    ]
    put_in_force(acting_user=cast.minh, company=cast.company, assignments=both)
    newest = dict(Target.objects.filter(owner=hoa).order_by("revision").values_list("period", "target"))
    assert newest == {"2030-03": 10.0, "2030-09": None, "2030": 60.0}


def test_closing_what_has_not_begun_leaves_no_line_to_come(cast: Cast) -> None:
    made = written(cast, "HOA", make_kpi(cast.company), NEXT)
    put_in_force(acting_user=cast.minh, company=cast.company, assignments=[made])
    made.refresh_from_db()
    end(acting_user=cast.lan, company=cast.company, assignments=[made])
    assert not Line.objects.exists()
