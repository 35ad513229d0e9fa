"""Dates are read in the order their column writes them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.tables.connection import connect
from nexusplanner.adapters.tables.dates import date_sql
from nexusplanner.adapters.tables.files import open_table
from nexusplanner.errors import InputError

FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d %H:%M:%S"]


def read(path: Path, *, date_format: str = "") -> list[date | None]:
    table = open_table(path)
    with connect(threads=1) as con:
        sql = date_sql(con, table, table.columns[0], date_format=date_format)
        return [row[0] for row in con.execute(f"SELECT {sql} FROM {table.relation()}").fetchall()]


def column(folder: Path, *cells: str) -> Path:
    path = folder / "days.csv"
    path.write_text("day\n" + "\n".join(cells) + "\n", encoding="utf-8")
    return path


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(FORMATS), st.lists(st.dates(date(1970, 1, 1), date(2100, 12, 31)), min_size=1, max_size=8))
def test_every_known_format_is_read_back(tmp_path: Path, style: str, days: list[date]) -> None:
    """One day beyond the twelfth shows the order; then every date is read as it was written."""
    days = [*days, date(2024, 5, 23)]
    assert read(column(tmp_path, *(day.strftime(style) for day in days))) == days


@pytest.mark.parametrize("style", ["%d/%m/%Y", "%m-%d-%Y"])
def test_an_order_that_cannot_be_told_is_asked_for(tmp_path: Path, style: str) -> None:
    """No guess; the option that settles it is named, and settles it."""
    path = column(tmp_path, date(2024, 1, 2).strftime(style))
    with pytest.raises(InputError, match=r"day-month or month-day.*\?date_format="):
        read(path)
    assert read(path, date_format=style) == [date(2024, 1, 2)]


def test_what_is_no_date_is_null(tmp_path: Path) -> None:
    """Words, impossible days, sentinels and far-off years are no dates."""
    odd = ("soon", "2024-02-30", "infinity", "9999-12-31", "0001-01-01", '" "', "2024-13-01", "nan")
    assert read(column(tmp_path, "2024-01-31", *odd)) == [date(2024, 1, 31)] + [None] * len(odd)


def test_typed_columns_are_taken_as_they_are(tmp_path: Path) -> None:
    """Timestamps in Parquet lose their time, and nothing else."""
    path = tmp_path / "days.parquet"
    duckdb.execute(f"COPY (SELECT TIMESTAMP '2024-01-31 23:59:59' AS day) TO '{path}' (FORMAT parquet)")
    assert read(path) == [date(2024, 1, 31)]
    assert timedelta(0) == read(path)[0] - date(2024, 1, 31)  # type: ignore[operator]
