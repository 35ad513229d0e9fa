"""Customer bases in files: what is read, what is refused, what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from nexusplanner.adapters.crm.csv import CsvCRM
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.errors import ConfigurationError, InputError

HEADER = b"customer_id,date,amount\n"
ROWS = b"".join(b"%d,2024-01-%02d,%d.50\n" % (n, n % 28 + 1, n) for n in range(1, 101))
CDNOW = Path(__file__).resolve().parents[5] / "shared" / "data" / "cdnow" / "cdnow_transactions.csv"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(data: bytes, name: str = "tx.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


def summary_of(crm: CsvCRM) -> CustomerSummary:
    return asyncio.run(crm.summarise(tenant="acme"))


def refusal_of(crm: CsvCRM) -> str:
    with pytest.raises(InputError) as caught:
        summary_of(crm)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.skipif(not CDNOW.exists(), reason="the shared data folder is not here")
def test_cdnow_is_read_without_options() -> None:
    """Known answers of the published sample: 2,357 customers spent 244,091.94 in 6,919 orders."""
    summary = summary_of(CsvCRM(CDNOW))
    assert (summary.customers, summary.orders, summary.revenue) == (2357, 6919, 244091.94)
    assert (summary.first_order, summary.last_order, summary.as_of) == (
        date(1997, 1, 1),
        date(1998, 6, 30),
        date(1998, 6, 30),
    )
    assert len(summary.monthly_revenue) == 18
    assert round(sum(summary.monthly_revenue.values()), 2) == 244091.94


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"7,someday,5\n", "not a date: 'someday'"),
        (b"7,2024-13-01,5\n", "not a date: '2024-13-01'"),
        (b"7,,5\n", "not a date: ''"),
        (b"7,2024-01-01,nan\n", "not an amount: 'nan'"),
        (b"7,2024-01-01,inf\n", "not an amount: 'inf'"),
        (b"7,2024-01-01,-5\n", "a negative amount: '-5'"),
        (b"7,2024-01-01,9e12\n", "an absurd amount: '9e12'"),
        (b"7,2024-01-01,9e99\n", "not an amount: '9e99'"),
        (b"7,2024-01-01,\n", "not an amount: ''"),
        (b",2024-01-01,5\n", "no customer id"),
        (b" ,2024-01-01,5\n", "no customer id"),
        (b"7,2024-01-01\n", "too few columns"),
        (b"7,2024-01-01,5,6\n", "too many columns"),
        (b"caf\xe9,2024-01-01,5\n", "not in the encoding of the file"),
    ],
)
def test_a_bad_row_is_left_out_and_named(write: Write, row: bytes, reason: str) -> None:
    """The rest counts; file, line and reason are kept."""
    summary = summary_of(CsvCRM(write(HEADER + ROWS + row + b"7,2024-01-01,5\n")))
    (quality,) = summary.quality
    assert (quality.rows, quality.bad) == (102, 1)
    assert [(bad.source, bad.line) for bad in quality.examples] == [("tx.csv", 102)]
    assert quality.examples[0].reason.replace("blank", "''") == reason
    assert (summary.customers, summary.orders) == (100, 101)


def test_at_most_twenty_examples_are_kept(write: Write) -> None:
    """All are counted all the same."""
    summary = summary_of(CsvCRM(write(HEADER + b"x,y,z\n" * 30 + ROWS), max_bad_share=0.5))
    assert (summary.quality[0].bad, len(summary.quality[0].examples)) == (30, 20)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "tx.csv: the file is empty"),
        (HEADER, "tx.csv: there are no rows"),
        (b"customer_id,date,amuont\n1,2024-01-01,2\n", "Perhaps 'amuont': add ?amount=amuont"),
        (b"customer_id,amount\n1,2\n", "tx.csv: date: no column for it"),
        (b"hello\nthere\n", "tx.csv: customer_id: no column for it"),
        (HEADER + b"1,x,5\n2,y,5\n", "2 of 2 rows are bad, the first in line 2: not a date: 'x'"),
        (HEADER + ROWS[: len(ROWS) // 2] + b"1,x,5\n" * 50, "rows are bad"),
        (HEADER + ROWS.replace(b"\n", b"\r\n"), "line endings are mixed"),
        (b"customer_id,date,amount,currency\n1,2024-01-01,5,usd\n2,2024-01-01,5,EUR\n", "more than one currency"),
        (b"id,date,amount\n1,01/02/2024,5\n", "tx.csv: date: the dates could be day-month or month-day"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(write: Write, data: bytes, says: str) -> None:
    """Every refusal says file, place and next step."""
    assert says in refusal_of(CsvCRM(write(data)))


def test_parquet_gives_the_same_as_csv(write: Write, tmp_path: Path) -> None:
    """Typed columns and text are read alike."""
    path, parquet = write(HEADER + ROWS), tmp_path / "tx.parquet"
    duckdb.execute(f"COPY (SELECT * FROM read_csv('{path}')) TO '{parquet}' (FORMAT parquet)")
    left, right = (summary_of(CsvCRM(p)).model_dump(exclude={"source", "view_sql", "quality"}) for p in (path, parquet))
    assert left == right


def test_prospects_belong_to_the_base_at_the_bottom_of_every_scale(write: Write) -> None:
    """They count, get 1, 1, 1, and do not shift the cut points of buyers."""
    people = write(b"customer_id,country\n" + b"".join(b"p%d,us\n" % n for n in range(300)), "customers.csv")
    path = write(HEADER + ROWS)
    alone, both = summary_of(CsvCRM(path)), summary_of(CsvCRM(path, people))
    assert both.customers == 400
    assert both.countries == {"US": 300}
    assert (both.recency_edges, both.money_edges) == (alone.recency_edges, alone.money_edges)
    count = CsvCRM(path, people).count(
        "SELECT customer_id FROM customer_summary WHERE frequency = 0 AND r = 1 AND f = 1 AND m = 1", tenant="acme"
    )
    assert asyncio.run(count) == 300


def test_the_view_gives_the_same_sizes_in_plain_duckdb(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anyone in the data folder can run it; broken text in a column that a query skips changes nothing."""
    people = write(
        b"customer_id,country,consent_email\n1,us,yes\n2,de,yes\nnew,us,yes\nodd,caf\xe9,yes\n", "customers.csv"
    )
    path = write(HEADER + ROWS + b"x,y,z\n1,2\n")
    crm = CsvCRM(path, people, max_bad_share=0.3)
    summary = summary_of(crm)
    assert str(tmp_path) not in summary.view_sql
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as con:
        con.execute(summary.view_sql)
        for where in ("true", "r >= 4", "f = 1 AND m <= 2", "consent_email", "country = 'US'", "recency_days > 9"):
            rule = f"SELECT customer_id FROM customer_summary WHERE {where}"
            plain = con.execute(f"SELECT count(*) FROM ({rule})").fetchone()
            assert plain == (asyncio.run(crm.count(rule, tenant="acme")),)


def test_a_changed_file_is_read_again_an_unchanged_one_is_not(write: Write) -> None:
    """The summary is the same object until the bytes differ."""
    path = write(HEADER + ROWS)
    crm = CsvCRM(path)
    first = summary_of(crm)
    assert summary_of(crm) is first
    write(HEADER + ROWS + b"new,2024-01-01,5\n")
    assert summary_of(crm).customers == 101
    assert list(asyncio.run(crm.sha256())) == ["tx.csv"]
    last = summary_of(crm)
    crm.close()
    assert summary_of(crm) == last


def test_wrong_arguments_are_refused_at_once(write: Write) -> None:
    """Before any file is read."""
    path = write(HEADER + ROWS)
    with pytest.raises(ConfigurationError, match="needs a file"):
        CsvCRM(None)
    with pytest.raises(InputError, match="unknown field"):
        CsvCRM(path, columns={"amout": "x"})
    with pytest.raises(InputError, match="not a share"):
        CsvCRM(path, max_bad_share=2)
    with pytest.raises(InputError, match="not a currency"):
        CsvCRM(path, currency="GOLD")
    assert "no order stands on or before as_of" in refusal_of(CsvCRM(path, as_of=date(2020, 1, 1)))
    assert "there is no such column (found 'amt')" in refusal_of(CsvCRM(path, columns={"amount": "amt"}))
    assert repr(CsvCRM(path)) == "CsvCRM('tx.csv')"
