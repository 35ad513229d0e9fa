"""A spec finds its files and says which is which."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from nexusplanner.adapters.specs import crm_from_spec
from nexusplanner.errors import InputError

TX = "id,day,spent\n1,2024-01-01,5\n2,2024-02-01,6\n"
PEOPLE = "customer_id,country,created_at,lifetime_value\n1,US,2020-01-01,5\n2,DE,2020-01-01,6\n3,DE,2020-01-01,7\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "transactions.csv").write_text(TX, encoding="utf-8")
    (tmp_path / "customers.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("spec", "source", "customers"),
    [
        ("csv:transactions.csv", "transactions.csv", 2),
        ("csv:customers.csv", "customers.csv", 3),
        ("csv:transactions.csv,customers.csv", "transactions.csv + customers.csv", 3),
        ("csv:customers.csv,transactions.csv", "transactions.csv + customers.csv", 3),
        ("csv:.", "transactions.csv + customers.csv", 3),
        ("csv:transactions.csv?customer_id=ID&amount=spent&currency=EUR", "transactions.csv", 2),
        ("csv:transactions.csv,customers.csv?customer_id=id", "transactions.csv + customers.csv", 3),
        ("csv:transactions.csv?as_of=2024-01-15&max_bad_share=0.5&encoding=latin-1", "transactions.csv", 1),
    ],
)
def test_files_are_told_apart_by_their_columns(folder: Path, spec: str, source: str, customers: int) -> None:
    """In any order, and in a folder by their names."""
    summary = asyncio.run(crm_from_spec(spec, base=folder).summarise(tenant="t"))
    assert (summary.source, summary.customers) == (source, customers)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("csv:nowhere.csv", "no such file"),
        ("csv:empty", "neither transactions nor customers"),
        ("csv:a.csv,b.csv,c.csv", "more than two files"),
        ("csv:transactions.csv?ammount=spent", "Did you mean 'amount'"),
        ("csv:transactions.csv?as_of=soon", "crm.as_of: not a date"),
        ("csv:transactions.csv?currency=GOLD", "not a currency code"),
    ],
)
def test_a_wrong_spec_is_refused(folder: Path, spec: str, says: str) -> None:
    """When the CRM is made, not when it is asked."""
    with pytest.raises(InputError) as caught:
        crm_from_spec(spec, base=folder)
    assert says in str(caught.value)
