"""What the files say together: one currency, one last day, what is measured."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from nexusplanner.adapters.crm.csv import CsvCRM
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.errors import InputError

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


def test_the_currency_of_the_file_is_taken(write: Write) -> None:
    """And must be the one that was named."""
    path = write(b"customer_id,date,amount,currency\n1,2024-01-01,5,usd\n")
    assert summary_of(CsvCRM(path)).currency == "USD"
    assert summary_of(CsvCRM(path, currency="USD")).currency == "USD"
    assert "more than one currency" in refusal_of(CsvCRM(path, currency="EUR"))


@pytest.mark.skipif(not CDNOW.exists(), reason="the shared data folder is not here")
def test_orders_after_as_of_do_not_count_yet() -> None:
    """A hold-out: the base as it was on a day."""
    held = summary_of(CsvCRM(CDNOW, as_of=date(1997, 9, 30)))
    assert held.as_of == date(1997, 9, 30)
    assert held.orders < 6919
    assert held.last_order <= held.as_of
    assert held.quality[0].bad == 0


def test_customers_alone_are_scored_by_what_they_have(write: Write) -> None:
    """Lifetime value gives money; what nothing is known of is 3 for everyone."""
    rows = b"".join(b"%d,en,%d\n" % (n, n) for n in range(10))
    path = write(b"customer_id,language,lifetime_value\n" + rows, "customers.csv")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    summary = summary_of(CsvCRM(None, path))
    assert {(cell.r, cell.f) for cell in summary.cells} == {(3, 3)}
    assert [(cell.m, cell.size) for cell in summary.cells] == [(1, 2), (2, 2), (3, 2), (4, 2), (5, 2)]
    assert (summary.has_orders, summary.orders, summary.revenue) == (False, 0, 45.0)
    assert summary.as_of == date(2023, 11, 14)
    assert summary_of(CsvCRM(None, path, as_of=date(2024, 2, 29))).as_of == date(2024, 2, 29)
