"""Any ledger: money is held under every ceiling or under none, and what is spent adds up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from nexusplanner.errors import StorageError
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.ledger_postgres import PostgresLedger
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.persistence.tables.books import alerts, calls, holds, scopes
from nexusplanner.ports.ledger import Call, Hold, Ledger, Paid, Refusal, Scope

DAY = date(2027, 1, 9)
CALL = Call("acme", DAY, "run-1", "critic.critique", "openai:gpt-5-mini")
RUN, TODAY = Scope("run", "run:acme:run-1", 1000), Scope("tenant_day", "tenant_day:acme:2027-01-09", 1500)


KINDS = ["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


def emptied(database: Database) -> Database:
    """Delete the books."""
    with database.begin() as connection:
        for table in (scopes, holds, calls, alerts):
            connection.execute(table.delete())
    return database


@pytest.fixture(params=KINDS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Ledger]]:
    """Return how new books of each kind are made."""
    kind, files = request.param, count()
    if kind == "postgresql":
        database = Database(request.getfixturevalue("postgres_url"))
        yield lambda: PostgresLedger(emptied(database))
        database.close()
    else:
        yield lambda: InMemoryLedger() if kind == "memory" else SqliteLedger(tmp_path / f"{next(files)}.sqlite")


@pytest.fixture
def ledger(make: Callable[[], Ledger]) -> Iterator[Ledger]:
    """Open each kind of ledger."""
    books = make()
    assert isinstance(books, Ledger)
    yield books
    books.close()


def held(ledger: Ledger, amount: int, *scopes: Scope, call: Call = CALL, now: float = 0, hold_s: float = 60) -> Hold:
    """Hold an amount that must fit."""
    found = ledger.reserve(amount, scopes or (RUN, TODAY), call, now=now, hold_s=hold_s)
    assert isinstance(found, Hold)
    return found


def test_what_is_held_is_not_lent_twice_and_what_was_not_used_is_given_back(ledger: Ledger) -> None:
    hold = held(ledger, 600)
    assert isinstance(ledger.reserve(401, (RUN, TODAY), CALL, now=0, hold_s=60), Refusal)
    ledger.settle(hold, Paid(100))
    assert (ledger.balance(RUN.key).spent, ledger.balance(RUN.key).held) == (100, 0)
    held(ledger, 900)


def test_a_refusal_by_the_last_ceiling_holds_nothing_under_the_first(ledger: Ledger) -> None:
    """All scopes or none: what was held under one before another refused is undone."""
    tight = Scope("day", "day:2027-01-09", 10)
    refusal = ledger.reserve(11, (RUN, TODAY, tight), CALL, now=0, hold_s=60)
    assert isinstance(refusal, Refusal)
    assert refusal.scope == tight
    assert [ledger.balance(s.key).held for s in (RUN, TODAY, tight)] == [0, 0, 0]


def test_exactly_the_ceiling_fits_and_a_scope_without_one_only_counts(ledger: Ledger) -> None:
    month = Scope("month", "month:2027-01")
    ledger.settle(held(ledger, 1000, RUN, month), Paid(1000))
    assert isinstance(ledger.reserve(1, (RUN,), CALL, now=0, hold_s=60), Refusal)
    assert ledger.balance(month.key).spent == 1000


def test_a_hold_is_settled_once(ledger: Ledger) -> None:
    hold = held(ledger, 10)
    ledger.settle(hold, Paid(5))
    with pytest.raises(StorageError, match="settled before"):
        ledger.settle(hold, Paid(5))
    assert ledger.balance(RUN.key).spent == 5


def test_each_share_of_a_ceiling_is_told_once(ledger: Ledger) -> None:
    told = []
    for _ in range(10):
        told += [(c.scope.ceiling, c.percent, c.spent) for c in ledger.settle(held(ledger, 100, RUN), Paid(100))]
    assert told == [("run", 50, 500), ("run", 80, 800), ("run", 100, 1000)]


def test_one_settlement_may_reach_all_shares(ledger: Ledger) -> None:
    assert [c.percent for c in ledger.settle(held(ledger, 1000, RUN), Paid(1000))] == [50, 80, 100]


def test_a_ceiling_that_lets_nothing_more_through_is_told_as_reached(ledger: Ledger) -> None:
    """From four fifths on; a call that is too dear for an empty ceiling says nothing about it."""
    too_dear = ledger.reserve(1001, (RUN,), CALL, now=0, hold_s=60)
    assert isinstance(too_dear, Refusal)
    assert too_dear.crossings == ()
    ledger.settle(held(ledger, 950, RUN), Paid(950))
    for percents in ([100], []):
        refusal = ledger.reserve(51, (RUN,), CALL, now=0, hold_s=60)
        assert isinstance(refusal, Refusal)
        assert [c.percent for c in refusal.crossings] == percents


def test_a_hold_whose_time_is_over_is_spent_and_corrected_if_it_is_settled_after_all(ledger: Ledger) -> None:
    hold = held(ledger, 700, now=1000, hold_s=60)
    assert ledger.recover(now=1059) == 0
    assert ledger.recover(now=1060) == 1
    assert (ledger.balance(RUN.key).spent, ledger.balance(RUN.key).held) == (700, 0)
    ledger.settle(hold, Paid(200, 10, 5))
    assert ledger.balance(RUN.key).spent == 200
    (row,) = ledger.spend()
    assert (row.calls, row.amount, row.tokens_in) == (1, 200, 10)


def test_spend_is_summed_by_day_tenant_model_and_agent(ledger: Ledger) -> None:
    other = Call("beta", date(2027, 1, 10), "run-2", "tool:prices", "")
    ledger.settle(held(ledger, 10), Paid(7, 100, 50))
    ledger.settle(held(ledger, 10), Paid(3, 10, 5, "refused"))
    ledger.settle(held(ledger, 10, Scope("run", "run:beta:run-2"), call=other), Paid(10))
    ledger.note(CALL, Paid(outcome="cached", saved=7))
    mine, theirs = ledger.spend()
    assert (mine.tenant, mine.calls, mine.cached_calls, mine.amount, mine.saved) == ("acme", 2, 1, 10, 7)
    assert (mine.tokens_in, mine.tokens_out, mine.day) == (110, 55, DAY)
    assert (theirs.agent, theirs.amount) == ("tool:prices", 10)
    assert ledger.spend(tenant="acme") == (mine,)
    assert ledger.spend(since=date(2027, 1, 10)) == (theirs,)
    assert ledger.spend(tenant="nobody") == ()


def test_a_thousand_at_once_never_pass_the_ceiling(ledger: Ledger) -> None:
    """A budget of a hundred calls, asked for by a thousand from sixteen threads: a hundred get it."""
    scope = Scope("day", "day:2027-01-09", 100)
    spent: list[int] = []

    def spend() -> None:
        for _ in range(1000 // 16 + 1):
            hold = ledger.reserve(1, (scope,), CALL, now=0, hold_s=60)
            if isinstance(hold, Hold):
                ledger.settle(hold, Paid(1))
                spent.append(1)

    threads = [threading.Thread(target=spend) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(spent) == 100
    assert (ledger.balance(scope.key).spent, ledger.balance(scope.key).held) == (100, 0)


class Books(RuleBasedStateMachine):
    """Reserve, settle and recover in any order, on a ledger and on plain counting."""

    make: Callable[[], Ledger]
    holds = Bundle("holds")
    SCOPES = (Scope("run", "run:a", 100), Scope("tenant_day", "tenant_day:a", 150), Scope("day", "day:x"))

    def __init__(self) -> None:
        super().__init__()
        self.ledger = type(self).make()
        self.now = 0.0
        self.held: dict[int, tuple[int, float, tuple[Scope, ...]]] = {}
        self.spent = {scope.key: 0 for scope in self.SCOPES}
        self.rows = 0

    @rule(target=holds, amount=st.integers(0, 60), first=st.integers(0, 2), lasts=st.integers(1, 5))
    def reserve(self, amount: int, first: int, lasts: int) -> object:
        """Hold under one to three scopes."""
        scopes = self.SCOPES[first:]
        found = self.ledger.reserve(amount, scopes, CALL, now=self.now, hold_s=lasts)
        fits = all(s.limit is None or self._taken(s) + amount <= s.limit for s in scopes)
        assert isinstance(found, Hold) is fits
        if not isinstance(found, Hold):
            return multiple()
        self.held[found.id] = (amount, self.now + lasts, scopes)
        return found, amount, scopes

    @rule(hold=consumes(holds), share=st.integers(0, 100))
    def settle(self, hold: tuple[Hold, int, tuple[Scope, ...]], share: int) -> None:
        """Settle at no more than was held, recovered or not."""
        held_, amount, scopes = hold
        cost = amount * share // 100
        was_recovered = self.held.pop(held_.id, None) is None
        self.ledger.settle(held_, Paid(cost))
        self._spend(scopes, cost - amount if was_recovered else cost)

    @rule(seconds=st.integers(0, 4))
    def recover(self, seconds: int) -> None:
        """Let time pass, and recover."""
        self.now += seconds
        over = {key: held for key, held in self.held.items() if held[1] <= self.now}
        assert self.ledger.recover(now=self.now) == len(over)
        for key, (amount, _, under) in over.items():
            del self.held[key]
            self._spend(under, amount)

    @invariant()
    def never_above_the_ceiling(self) -> None:
        """Spent and held together stay under each limit, and are what plain counting says."""
        for scope in self.SCOPES:
            found = self.ledger.balance(scope.key)
            assert scope.limit is None or found.spent + found.held <= scope.limit
            assert found.spent == self.spent[scope.key]
            assert found.held == self._taken(scope) - self.spent[scope.key]

    @invariant()
    def rows_sum_to_what_was_spent(self) -> None:
        """The widest scope is in every call, so the rows sum to it."""
        assert sum(row.amount for row in self.ledger.spend()) == self.ledger.balance("day:x").spent

    def teardown(self) -> None:
        """Close the books."""
        self.ledger.close()

    def _taken(self, scope: Scope) -> int:
        return self.spent[scope.key] + sum(a for a, _, scopes in self.held.values() if scope in scopes)

    def _spend(self, scopes: tuple[Scope, ...], amount: int) -> None:
        for scope in scopes:
            self.spent[scope.key] += amount


def test_in_any_order_the_books_are_those_of_plain_counting(
    make: Callable[[], Ledger], request: pytest.FixtureRequest
) -> None:
    is_slow = request.node.get_closest_marker("slow") is not None

    class Machine(Books):
        pass

    Machine.make = staticmethod(make)
    asked = settings(max_examples=6 if is_slow else 25, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(Machine, settings=asked)
