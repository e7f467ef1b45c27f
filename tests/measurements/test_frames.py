"""The book that comes out of the database. Both ways of reading, on whichever database the tests run."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest
from django.db import connection
from polars.testing import assert_frame_equal
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast, make_cast, make_kpi, make_line, make_target, make_value, utc

from tamnhin.engine.book import SCHEMAS, Book
from tamnhin.kpis.models import Bonus, KpiVersion, Link
from tamnhin.measurements.columnar import AdbcSource, Source, source_of
from tamnhin.measurements.frames import load_book
from tamnhin.organisation.models import Absence, CalendarDay, Company, Grade, Rate
from tamnhin.organisation.services import place_person
from tamnhin.strategy.models import Goal


def fill(cast: Cast) -> None:
    """Something in every sheet, with what is hard to carry: exact decimals, nulls first, dates, marks, microseconds."""
    hoa, sales = cast.owner("HOA"), cast.owner("KD")
    revenue = make_kpi(cast.company, "REV", "Doanh thu", perspective="financial", scale=None)
    on_time = make_kpi(cast.company, "OTD", "Giao đúng hẹn", aggregation="ratio", scale=100.0, owner=sales)
    KpiVersion.objects.create(
        company=cast.company,
        kpi=on_time,
        name="Giao đúng hẹn (mới)",
        valid_from=datetime.date(2026, 7, 1),
        direction="higher",
        aggregation="ratio",
        frequency="month",
        review_by=datetime.date(2027, 1, 31),
    )
    goal = Goal.objects.create(
        company=cast.company,
        code="G1",
        title="Tăng trưởng",
        horizon="year",
        unit=cast.sales,
        kpi=revenue,
        valid_from=datetime.date(2026, 1, 1),
        valid_to=datetime.date(2026, 12, 31),
        target=1e9,
    )
    make_line(hoa, revenue, "66.666667", valid_from=datetime.date(2026, 1, 1), goal=goal, post=cast.sales)
    make_line(hoa, on_time, "33.333333", method="curve", curve="80:0; 100:100", floor=0.0, cap=150.0)
    make_line(sales, revenue, "100", rollup="value")
    make_target(hoa, revenue, "2026", 1200.5, profile="even", recorded_at=utc("2026-01-05 00:00"))
    make_target(hoa, on_time, "2026-01", 95.0, recorded_at=utc("2026-01-05 00:00"))
    make_target(hoa, on_time, "2026-01", 96.0, recorded_at=utc("2026-03-01 00:00"), revision=2)
    make_target(sales, revenue, "2026-01", 10.0, recorded_at=utc("2026-01-05 00:00"))
    make_target(sales, revenue, "2026-01", None, recorded_at=utc("2026-02-05 00:00"), revision=2)
    make_value(hoa, on_time, "2026-01", None, numerator=90, denominator=100, recorded_at=utc("2026-02-01 08:00"))
    make_value(hoa, revenue, "2026-01", 0.1, recorded_at=utc("2026-02-01 08:00:00.000001"), source="ERP")
    make_value(hoa, revenue, "2026-02", None, state="exempt", reason="Nghỉ sinh", recorded_at=utc("2026-03-01 00:00"))
    make_value(hoa, revenue, "2026-01", 0.3, recorded_at=utc("2026-04-01 08:00"), revision=2)
    make_value(hoa, revenue, "2026-03", 7.0, recorded_at=utc("2026-04-01 08:00"), currency="USD")
    make_value(hoa, revenue, "2026-03", None, recorded_at=utc("2026-04-02 08:00"), revision=2)
    place_person(
        acting_user=None,
        person=cast.person("AN"),
        unit=cast.factory,
        valid_from=datetime.date(2026, 5, 1),
        share=60.0,
        manager=cast.person("BINH"),
    )
    Absence.objects.create(
        company=cast.company,
        person=cast.person("HOA"),
        date_from=datetime.date(2026, 2, 1),
        date_to=datetime.date(2026, 2, 28),
        kind="thai sản",
    )
    CalendarDay.objects.create(company=cast.company, date=datetime.date(2026, 2, 16), kind="holiday", note="Tết")
    Rate.objects.create(company=cast.company, currency="USD", period="2026-03", rate=25400.5)
    Grade.objects.create(company=cast.company, grade="A", lower_bound=90.0, name="Tốt")
    Link.objects.create(company=cast.company, driver=on_time, outcome=revenue, sign="+", lag=2)
    Bonus.objects.create(company=cast.company, person=cast.person("HOA"), base=Decimal("12345678901.25"))
    # a neighbour with everything, none of which may come along
    far = make_kpi(cast.other, "FAR", "Của Trăng")
    owner = cast.other and far and type(hoa).objects.get(company=cast.other, code="QUANG")
    make_line(owner, far)
    make_target(owner, far, "2026-01", 1)
    make_value(owner, far, "2026-01", 1)
    Grade.objects.create(company=cast.other, grade="Z", lower_bound=0)


@pytest.fixture
def book(cast: Cast) -> Book:
    fill(cast)
    return load_book(cast.company, include_pay=True)


def test_every_sheet_comes_with_the_columns_and_types_of_the_contract(book: Book) -> None:
    assert list(book.frames) == list(SCHEMAS)
    for sheet, schema in SCHEMAS.items():
        found = dict(book[sheet].schema)
        if sheet in ("targets", "actuals"):  # millions of rows: codes come as positions into a list of them
            assert {name: type(found[name]) for name in ("owner", "kpi", "period")} == dict.fromkeys(
                ("owner", "kpi", "period"), pl.Enum
            )
            found |= {name: pl.String() for name in ("owner", "kpi", "period")}
        assert found == {name: pl.DataFrame(schema={name: t})[name].dtype for name, t in schema.items()}
        assert not book[sheet].is_empty(), sheet


def test_weights_and_money_come_exactly(book: Book) -> None:
    assert book["scorecards"]["weight"].to_list() == [Decimal("100"), Decimal("66.666667"), Decimal("33.333333")]
    assert book["bonus"]["base"].to_list() == [Decimal("12345678901.25")]


def test_owners_come_in_the_order_of_the_workbook_and_text_as_it_was_written(book: Book) -> None:
    assert book["units"]["code"].to_list() == ["SAO", "KD", "KD1", "SX", "HCNS"]
    assert book["units"]["parent"].to_list() == [None, "SAO", "KD", "SAO", "SAO"]
    assert book["units"]["head"].to_list() == [None, "MINH", None, None, None]
    assert book["people"]["name"].to_list()[0] == "Trần Thị Lan"
    assert book["people"]["email"].to_list()[0] is None
    assert book["scorecards"]["owner"].to_list() == ["KD", "HOA", "HOA"]
    assert book["kpis"]["code"].to_list() == ["REV", "OTD", "OTD"]
    assert book["kpis"]["from"].to_list() == [None, None, datetime.date(2026, 7, 1)]


def test_the_latest_revision_of_a_value_is_read_where_the_first_one_stood(book: Book) -> None:
    actuals = book["actuals"]
    assert actuals.select("kpi", "period", "value").rows() == [
        ("OTD", "2026-01", None),
        ("REV", "2026-01", 0.3),
        ("REV", "2026-02", None),
    ]
    assert actuals["state"].to_list() == [None, None, "exempt"]
    assert actuals["recorded_at"].to_list()[1] == utc("2026-04-01 08:00")


def test_a_withdrawn_value_or_target_is_nothing_said(book: Book) -> None:
    assert "2026-03" not in book["actuals"]["period"].to_list()
    assert book["targets"].select("owner", "kpi", "period", "target").rows() == [
        ("HOA", "REV", "2026", 1200.5),
        ("HOA", "OTD", "2026-01", 96.0),
    ]


def test_the_book_can_be_read_as_it_was_known_at_an_instant(cast: Cast) -> None:
    fill(cast)

    def revenue(when: str) -> list[float | None]:
        book = load_book(cast.company, as_known_at=utc(when))
        return book["actuals"].filter(pl.col("kpi") == "REV", pl.col("period") == "2026-01")["value"].to_list()

    assert revenue("2026-02-01 08:00:00") == []
    assert revenue("2026-02-01 08:00:00.000001") == [0.1]
    assert revenue("2026-04-01 07:59:59.999999") == [0.1]
    assert revenue("2026-04-01 08:00:00") == [0.3]
    early = load_book(cast.company, as_known_at=utc("2026-02-01 00:00"))["targets"]
    assert early.filter(owner="KD")["target"].to_list() == [10.0]
    assert early.filter(kpi="OTD")["target"].to_list() == [95.0]


def test_an_instant_without_a_time_zone_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="time zone"):
        load_book(cast.company, as_known_at=datetime.datetime(2026, 1, 1))  # noqa: DTZ001 (that is the point)


def test_pay_comes_only_when_asked_for(cast: Cast) -> None:
    fill(cast)
    assert load_book(cast.company)["bonus"].is_empty()


def test_history_brings_every_revision(cast: Cast) -> None:
    fill(cast)
    actuals = load_book(cast.company, history=True)["actuals"]
    assert actuals.filter(kpi="REV", period="2026-01")["value"].to_list() == [0.1, 0.3]
    assert actuals.height == 6


def test_a_slice_has_the_whole_structure_and_only_the_chosen_owners_rows(cast: Cast) -> None:
    fill(cast)
    book = load_book(cast.company, owners=[cast.owner("KD").pk], include_pay=True)
    assert book["units"].height == 5
    assert book["people"].height == 6
    assert set(book["scorecards"]["owner"]) == {"KD"}
    assert book["actuals"].is_empty()
    assert book["bonus"].is_empty()
    assert load_book(cast.company, owners=[])["scorecards"].is_empty()


def test_a_lean_book_differs_only_in_the_texts_no_score_depends_on(cast: Cast) -> None:
    fill(cast)
    full, lean = load_book(cast.company)["actuals"], load_book(cast.company, lean=True)["actuals"]
    texts = ["reason", "source", "recorded_at"]
    assert_frame_equal(full.drop(texts), lean.drop(texts))
    assert lean.select(pl.col(texts).null_count()).row(0) == (lean.height,) * 3


def test_an_empty_company_is_a_book_of_empty_frames(db: None) -> None:
    book = load_book(Company.objects.create(code="TRONG"))
    for sheet, schema in SCHEMAS.items():
        assert book[sheet].is_empty()
        assert list(book[sheet].columns) == list(schema)
        plain = {n: pl.String() if isinstance(t, pl.Enum) else t for n, t in book[sheet].schema.items()}
        assert plain == dict(pl.DataFrame(schema=schema).schema)


@pytest.mark.parametrize("rows", [1, 200])
def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kpi = make_kpi(cast.company)
    for n in range(rows):
        make_value(cast.owner("HOA"), kpi, f"2026-{n % 12 + 1:02}", 1.0 * n, revision=n // 12 + 1)
    with django_assert_num_queries(18 if connection.vendor == "sqlite" else 17):
        load_book(cast.company, include_pay=True)


def test_a_company_reads_the_same_values_whether_it_fills_the_table_or_is_lost_in_it(cast: Cast) -> None:
    """SQLite reads them in two ways; neither may bring a neighbour's or another order."""
    kpi, hoa, minh = make_kpi(cast.company), cast.owner("HOA"), cast.owner("MINH")
    for owner, period in ((hoa, "2026-02"), (minh, "2026-01"), (hoa, "2026-01")):
        make_value(owner, kpi, period, 1.0)
    full = load_book(cast.company)["actuals"]
    assert full.select("owner", "period").rows() == [("HOA", "2026-02"), ("MINH", "2026-01"), ("HOA", "2026-01")]
    far = make_kpi(cast.other, "FAR")
    quang = type(hoa).objects.get(company=cast.other, code="QUANG")
    for day in range(1, 29):
        make_value(quang, far, f"2026-02-{day:02}", 1.0)
    assert_frame_equal(load_book(cast.company)["actuals"], full)


def test_inside_a_transaction_what_is_not_yet_committed_is_read(cast: Cast) -> None:
    make_value(cast.owner("HOA"), make_kpi(cast.company), "2026-01", 42.0)
    assert connection.in_atomic_block
    assert load_book(cast.company)["actuals"]["value"].to_list() == [42.0]


@pytest.fixture
def committed(transactional_db: None, tmp_path: Path) -> Iterator[tuple[Cast, Source]]:
    """The cast, committed, and the quick way to it; SQLite's test database is in memory and must first be a file."""
    cast = make_cast()
    fill(cast)
    if connection.vendor == "sqlite":
        path = tmp_path / "a copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        yield cast, AdbcSource("sqlite", f"file:{quote(str(path))}?mode=ro")
    else:
        yield cast, source_of(connection, "adbc")


def test_both_ways_of_reading_give_the_same_book(committed: tuple[Cast, Source]) -> None:
    cast, quick = committed
    for history in (False, True):
        for instant in (None, utc("2026-02-01 08:00:00.000001"), utc("2026-03-15 12:00")):
            options = {"history": history, "as_known_at": instant, "include_pay": True}
            slow = load_book(cast.company, using="cursor", **options)  # type: ignore[arg-type]
            fast = load_book(cast.company, source=quick, **options)  # type: ignore[arg-type]
            assert fast.company == slow.company
            for sheet in SCHEMAS:
                assert_frame_equal(fast[sheet], slow[sheet])


def test_a_column_that_is_empty_for_thousands_of_rows_is_still_read(committed: tuple[Cast, Source]) -> None:
    """The SQLite driver takes such a column for whole numbers and fails on the first decimal."""
    _, quick = committed
    sql = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
        "SELECT i, CASE WHEN i = 5000 THEN CAST(0.5 AS DOUBLE PRECISION) END AS x FROM n ORDER BY i"
    )
    frame = quick.frame(sql, {"i": pl.Int64, "x": pl.Float64})
    assert frame["x"].null_count() == 4999
    assert frame["x"][-1] == 0.5
