"""The clerk: entries are written in order, many in one transaction, and each is told what came of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.errors import StorageError
from nexusplanner.llm import clerk as clerks
from nexusplanner.llm.clerk import Clerk
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.treasury import Treasury
from nexusplanner.persistence.ledger_sqlite import SqliteLedger


class Books:
    """Notes what is written, and in which transaction."""

    def __init__(self, *, fails: bool = False) -> None:
        self.transactions: list[list[int]] = []
        self._fails = fails

    @contextmanager
    def together(self) -> Iterator[None]:
        """Begin a transaction."""
        self.transactions.append([])
        yield
        if self._fails:
            raise StorageError("The disk is full.")

    def write(self, number: int) -> int:
        """Write a number; nobody likes thirteen."""
        if number == 13:
            raise ValueError("thirteen")
        self.transactions[-1].append(number)
        return number


async def test_what_is_entered_while_the_disk_is_busy_is_written_together() -> None:
    books = Books()
    clerk = Clerk(books.together)
    numbers = list(range(100, 400))
    assert await asyncio.gather(*(clerk.enter(partial(books.write, n)) for n in numbers)) == numbers
    clerk.close()
    assert [n for batch in books.transactions for n in batch] == numbers
    assert len(books.transactions) < len(numbers)
    assert max(map(len, books.transactions)) <= clerks.AT_ONCE


@given(st.lists(st.integers(10, 16), max_size=40))
def test_an_entry_that_fails_fails_alone(numbers: list[int]) -> None:
    books = Books()

    async def all_of_them() -> list[int | BaseException]:
        clerk = Clerk(books.together)
        entries = [clerk.enter(partial(books.write, n)) for n in numbers]
        came = await asyncio.gather(*entries, return_exceptions=True)
        clerk.close()
        return came

    came = asyncio.run(all_of_them())
    assert [type(c) is ValueError for c in came] == [n == 13 for n in numbers]
    assert [n for batch in books.transactions for n in batch] == [n for n in numbers if n != 13]


async def test_where_the_transaction_fails_everybody_in_it_is_told() -> None:
    books = Books(fails=True)
    clerk = Clerk(books.together)
    told: list[int] = []
    for entry in [clerk.enter(partial(books.write, n), told.append) for n in (1, 2, 3)]:
        with pytest.raises(StorageError, match="full"):
            await entry
    clerk.close()
    assert told == []


async def test_who_does_not_wait_is_written_all_the_same() -> None:
    books = Books()
    clerk = Clerk(books.together)
    told: list[int] = []
    clerk.enter(partial(books.write, 7), told.append).cancel()
    clerk.close()
    assert (books.transactions, told) == ([[7]], [7])


async def test_a_clerk_that_had_nothing_to_do_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread ends, and no entry is lost between two of them."""
    monkeypatch.setattr(clerks, "IDLE_S", 0.0)
    books = Books()
    clerk = Clerk(books.together)
    for n in range(100, 200):
        assert await clerk.enter(partial(books.write, n)) == n
    clerk.close()
    clerk.close()
    assert await clerk.enter(partial(books.write, 100)) == 100
    clerk.close()


async def test_money_of_many_runs_is_held_and_settled_in_few_transactions(tmp_path: Path) -> None:
    """And not one cent passes a ceiling on the way."""
    ledger = SqliteLedger(tmp_path / "ledger.sqlite")
    treasury = Treasury(ledger)
    purses = [Purse(usd=Decimal("0.05"), max_calls=99, run=f"r{n}", treasury=treasury) for n in range(40)]

    async def spend(purse: Purse) -> None:
        for _ in range(5):
            hold = await purse.areserve(Decimal("0.01"))
            await purse.asettle(hold, Decimal("0.01"))

    await asyncio.gather(*(spend(purse) for purse in purses))
    treasury.close()
    assert all(ledger.balance(f"run:default:r{n}").spent == 50_000 for n in range(40))
    assert all(ledger.balance(f"run:default:r{n}").held == 0 for n in range(40))
