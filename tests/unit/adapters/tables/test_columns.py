"""Columns are found by name, and missing ones are explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from nexusplanner.adapters.tables.columns import find_columns, require
from nexusplanner.adapters.tables.files import Column, TableFile
from nexusplanner.errors import InputError

SYNONYMS = {"customer_id": ("customer_id", "client_id", "id"), "amount": ("amount", "spent")}


def table(*names: str) -> TableFile:
    return TableFile(Path("tx.csv"), "csv", tuple(Column(name, name) for name in names))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("_id", "id"), "id"),
        (("id", "_id"), "id"),
        (("_id", "x"), "_id"),
        (("id", "client_id"), "client_id"),
        (("Client ID", "id"), "Client ID"),
        (("CustomerID", "x"), "CustomerID"),
        (("customer-id", "CUSTOMER_ID_2"), "customer-id"),
    ],
)
def test_the_likeliest_name_wins(names: tuple[str, ...], found: str) -> None:
    """Earlier synonyms beat later ones, and exact names beat those without punctuation."""
    assert find_columns(table(*names), SYNONYMS, given={})["customer_id"].name == found


def test_a_given_column_beats_its_synonyms() -> None:
    """What the caller says holds, whatever else is there."""
    assert find_columns(table("id", "key"), SYNONYMS, given={"customer_id": "KEY"})["customer_id"].name == "key"


def test_a_given_column_must_be_there() -> None:
    """The error names the nearest column."""
    with pytest.raises(
        InputError, match=r"tx\.csv: amount: there is no such column \(found 'spend'\)\. Did you mean 'spent'"
    ):
        find_columns(table("id", "spent"), SYNONYMS, given={"amount": "spend"})


def test_a_missing_column_names_file_columns_and_next_step() -> None:
    """Everything needed to mend it stands in one line."""
    there = table("id", "amuont", *(f"c{n}" for n in range(20)))
    with pytest.raises(InputError) as caught:
        require(there, find_columns(there, SYNONYMS, given={}), ("customer_id", "amount"), synonyms=SYNONYMS)
    text = str(caught.value)
    assert text.startswith("tx.csv: amount: ")
    assert "add ?amount=amuont" in text
    assert "Columns found: id, amuont, c0" in text
    assert "and 10 more" in text
