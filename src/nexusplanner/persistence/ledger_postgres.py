"""A ledger in PostgreSQL: processes on many machines share its ceilings."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from nexusplanner.errors import StorageError
from nexusplanner.persistence import ledger_statements as ask
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.ledger_owner import is_gone, owner_of
from nexusplanner.persistence.ledger_rows import scopes_from, scopes_text
from nexusplanner.persistence.tables.books import calls, holds, scopes
from nexusplanner.ports.ledger import Balance, Call, Crossing, Hold, Paid, Refusal, Scope, Spend, is_near, reached


class PostgresLedger:
    """Keeps the books in a database; what else is written to it within :meth:`together` is in the same transaction.

    Args:
        database: One of PostgreSQL.
        owner: Who holds; by default this process.
        is_gone: Tells whether a holder has ended; of another machine's nothing is known until its hold's time is over.
    """

    is_on_disk = True

    def __init__(
        self, database: Database, *, owner: str | None = None, is_gone: Callable[[str], bool] = is_gone
    ) -> None:
        self._database, self._owner, self._is_gone = database, owner, is_gone
        self._local, self._recovered_by = threading.local(), 0

    def reserve(
        self, amount: int, scopes: tuple[Scope, ...], call: Call, *, now: float, hold_s: float
    ) -> Hold | Refusal:
        """Hold an amount in all scopes, or in none."""
        with self._writing(now) as books:
            asked = ask.keys_and_limits(scopes)
            books.execute(ask.MAKE_SCOPES, {"keys": asked["keys"]})
            if books.execute(ask.HOLD, asked | {"amount": amount}).rowcount < len(scopes):
                return _refusal(books, amount, scopes)
            owner = self._owner or owner_of(os.getpid())
            row = {"owner": owner, "expires": now + hold_s, "amount": amount, "scopes": scopes_text(scopes)}
            made = books.execute(holds.insert().values(row | _told(call)).returning(holds.c.id))
            return Hold(int(made.scalar_one()), amount)

    def settle(self, hold: Hold, paid: Paid) -> tuple[Crossing, ...]:
        """Turn a hold into what was spent, and note the call."""
        with self._writing() as books:
            held = books.execute(holds.delete().where(holds.c.id == hold.id).returning(*holds.c)).mappings().first()
            if held is None:
                return _correct(books, hold, paid)
            found = scopes_from(held["scopes"])
            _move(books, found, held=-held["amount"], spent=paid.amount)
            _note(books, _call_of(held), paid, hold=hold.id)
            return _crossed(books, found)

    def note(self, call: Call, paid: Paid) -> None:
        """Note a call that cost nothing and was never held."""
        with self._writing() as books:
            _note(books, _told(call), paid)

    def recover(self, *, now: float) -> int:
        """Count as spent, in full, what is held by processes that are gone or for longer than was asked."""
        with self._writing() as books:
            return self._recover(books, now)

    def balance(self, key: str) -> Balance:
        """Tell what was spent and is held in a scope."""
        with self._database.read() as books:
            return _balances(books, [key]).get(key, Balance())

    def spend(self, *, tenant: str | None = None, since: date | None = None) -> tuple[Spend, ...]:
        """Return what was spent, by day, tenant, model and agent."""
        with self._database.read() as books:
            found = books.execute(ask.spend_by_line(tenant=tenant, since=since)).mappings()
            return tuple(ask.spend_of(dict(row)) for row in found)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what is written within it one transaction."""
        with self._writing():
            yield

    def close(self) -> None:
        """Leave the database to whoever opened it."""

    @contextmanager
    def _writing(self, now: float = 0.0) -> Iterator[Connection]:
        with self._database.begin() as books:
            transaction = books.get_transaction()
            if getattr(self._local, "locked", None) is not transaction:
                books.execute(ask.LOCK)
                self._local.locked = transaction
            if self._recovered_by != os.getpid():  # whoever opens the books recovers them
                self._recover(books, now)
                self._recovered_by = os.getpid()
            yield books

    def _recover(self, books: Connection, now: float) -> int:
        owners = books.execute(select(holds.c.owner).distinct()).scalars()
        gone = [owner for owner in owners if self._is_gone(owner)]
        over = holds.delete().where((holds.c.expires <= now) | holds.c.owner.in_(gone)).returning(*holds.c)
        found = books.execute(over).mappings().all()
        for row in found:
            _move(books, scopes_from(row["scopes"]), held=-row["amount"], spent=row["amount"])
            unknown = Paid(row["amount"], outcome="unknown")
            _note(books, _call_of(row), unknown, hold=row["id"], scopes=row["scopes"])
        return len(found)


def _refusal(books: Connection, amount: int, scopes: tuple[Scope, ...]) -> Refusal:
    found = _balances(books, [s.key for s in scopes])
    for scope in scopes:
        taken = found.get(scope.key, Balance())
        if scope.limit is not None and taken.spent + taken.held + amount > scope.limit:
            near = _crossed(books, (scope,), refused=(scope,)) if is_near(scope, taken.spent) else ()
            return Refusal(scope, taken.spent, taken.held, near)
    raise StorageError("The books contradict themselves.", fix="Restore the database from a copy.")


def _correct(books: Connection, hold: Hold, paid: Paid) -> tuple[Crossing, ...]:
    """Put what was paid in place of what was counted in full."""
    unknown = (calls.c.hold == hold.id, calls.c.outcome == "unknown", calls.c.scopes != "")
    row = books.execute(select(calls.c.scopes, calls.c.amount).where(*unknown)).first()
    if row is None:
        raise StorageError(f"Hold {hold.id} was settled before.", fix="Settle each hold once.")
    found = scopes_from(row.scopes)
    _move(books, found, spent=paid.amount - row.amount)
    books.execute(calls.update().where(*unknown).values(_paid(paid) | {"scopes": ""}))
    return _crossed(books, found)


def _crossed(books: Connection, scopes: tuple[Scope, ...], *, refused: tuple[Scope, ...] = ()) -> tuple[Crossing, ...]:
    """Note the shares that are reached, and return those nobody was told of."""
    limited = [s for s in scopes if s.limit]
    spent = {key: b.spent for key, b in _balances(books, [s.key for s in limited]).items()} if limited else {}
    told = [(s, p) for s in limited for p in sorted({*reached(s, spent[s.key]), *((100,) if s in refused else ())})]
    if not told:
        return ()
    asked = {"keys": [s.key for s, _ in told], "percents": [p for _, p in told]}
    new = {(row.key, row.percent) for row in books.execute(ask.NOTE_ALERTS, asked)}
    return tuple(Crossing(s, p, spent[s.key]) for s, p in told if (s.key, p) in new)


def _balances(books: Connection, keys: list[str]) -> dict[str, Balance]:
    found = books.execute(select(scopes).where(scopes.c.key.in_(keys)))
    return {row.key: Balance(row.spent, row.held) for row in found}


def _move(books: Connection, scopes: tuple[Scope, ...], *, held: int = 0, spent: int = 0) -> None:
    books.execute(ask.MOVE, {"keys": [s.key for s in scopes], "held": held, "spent": spent})


def _note(books: Connection, call: dict[str, str], paid: Paid, *, hold: int | None = None, scopes: str = "") -> None:
    books.execute(calls.insert(), {"hold": hold, "scopes": scopes} | call | _paid(paid))


def _told(call: Call) -> dict[str, str]:
    return {
        "tenant": call.tenant,
        "day": call.day.isoformat(),
        "run": call.run,
        "agent": call.agent,
        "model": call.model,
    }


def _call_of(row: RowMapping) -> dict[str, str]:
    return {name: str(row[name]) for name in ("tenant", "day", "run", "agent", "model")}


def _paid(paid: Paid) -> dict[str, Any]:
    return {
        "tokens_in": paid.tokens_in,
        "tokens_out": paid.tokens_out,
        "amount": paid.amount,
        "saved": paid.saved,
        "outcome": paid.outcome,
    }
