"""A ledger as a SQLite file: many processes share its ceilings, and a killed one leaves nothing held."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import StorageError
from nexusplanner.persistence import ledger_data
from nexusplanner.persistence.ledger_owner import is_gone, owner_of
from nexusplanner.persistence.ledger_rows import SCHEMA, scopes_from, scopes_text, spend_rows
from nexusplanner.persistence.scrubbing import scrub_file
from nexusplanner.ports.ledger import Balance, Call, Crossing, Hold, Paid, Refusal, Scope, Spend, is_near, reached
from nexusplanner.ports.personal_data import Amount, Kept

BUSY_S = 10.0
_HOLD = (
    "UPDATE scopes SET held = held + :amount WHERE key = :key AND (:limit IS NULL OR spent + held + :amount <= :limit)"
)
_MOVE = "UPDATE scopes SET held = held + :held, spent = spent + :spent WHERE key = :key"
_ALONE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_WITHIN = ("SAVEPOINT entry", "RELEASE entry", ("ROLLBACK TO entry", "RELEASE entry"))
"""How an entry begins, ends and is undone: alone, or within a transaction of several."""
_INSERT_CALL = (
    "INSERT INTO calls (hold, tenant, day, run, agent, model, tokens_in, tokens_out, amount, saved, outcome, scopes) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class SqliteLedger:
    """Keeps the books in one file, opened at the first call and readable by its owner alone.

    One connection writes, each transaction is on the disk before it counts, and what a process held
    that was killed is spent as soon as another opens the books.

    Args:
        path: The file; its folder is made.
        owner: Who holds; by default this process.
        is_gone: Tells whether a holder has ended.
    """

    is_on_disk = True

    def __init__(self, path: Path, *, owner: str | None = None, is_gone: Callable[[str], bool] = is_gone) -> None:
        self._path, self._owner, self._is_gone = path, owner, is_gone
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._pid = 0

    def reserve(
        self, amount: int, scopes: tuple[Scope, ...], call: Call, *, now: float, hold_s: float
    ) -> Hold | Refusal:
        """Hold an amount in all scopes, or in none."""
        with self._writing(now) as books:
            books.executemany("INSERT OR IGNORE INTO scopes (key) VALUES (?)", [(s.key,) for s in scopes])
            books.execute("SAVEPOINT before")
            asked = [{"key": s.key, "limit": s.limit, "amount": amount} for s in scopes]
            if books.executemany(_HOLD, asked).rowcount < len(scopes):
                books.execute("ROLLBACK TO before")
                return self._refusal(books, amount, scopes)
            owner = self._owner or owner_of(os.getpid())
            row = (owner, now + hold_s, amount, scopes_text(scopes), *_told(call))
            held = books.execute(
                "INSERT INTO holds (owner, expires, amount, scopes, tenant, day, run, agent, model) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            return Hold(int(held.lastrowid or 0), amount)

    def settle(self, hold: Hold, paid: Paid) -> tuple[Crossing, ...]:
        """Turn a hold into what was spent, and note the call."""
        with self._writing() as books:
            held = books.execute("SELECT * FROM holds WHERE id = ?", (hold.id,)).fetchone()
            if held is None:
                return self._correct(books, hold, paid)
            books.execute("DELETE FROM holds WHERE id = ?", (hold.id,))
            scopes = scopes_from(held["scopes"])
            _move(books, scopes, held=-held["amount"], spent=paid.amount)
            books.execute(_INSERT_CALL, (hold.id, *_call_of(held), *_paid(paid), ""))
            return _crossed(books, scopes)

    def note(self, call: Call, paid: Paid) -> None:
        """Note a call that cost nothing and was never held."""
        with self._writing() as books:
            books.execute(_INSERT_CALL, (None, *_told(call), *_paid(paid), ""))

    def recover(self, *, now: float) -> int:
        """Count as spent, in full, what is held by processes that are gone or for longer than was asked."""
        with self._writing() as books:
            return self._recover(books, now)

    def balance(self, key: str) -> Balance:
        """Tell what was spent and is held in a scope."""
        with self._reading() as books:
            found = books.execute("SELECT spent, held FROM scopes WHERE key = ?", (key,)).fetchone()
        return Balance(found["spent"], found["held"]) if found else Balance()

    def spend(self, *, tenant: str | None = None, since: date | None = None) -> tuple[Spend, ...]:
        """Return what was spent, by day, tenant, model and agent."""
        if not self._path.exists():
            return ()  # asking what was spent makes no file
        with self._reading() as books:
            return spend_rows(books, tenant=tenant, since=since)

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many calls are in the books."""
        of = tenant_name(tenant)
        if not self._path.exists():
            return ()
        with self._reading() as books:
            return ledger_data.amounts(books, tenant=of)

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the calls."""
        of = tenant_name(tenant)
        if self._path.exists():
            with self._reading() as books:
                yield from list(ledger_data.exported(books, tenant=of))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of what calls were for."""
        with self._writing() as books:
            return ledger_data.erase(books, person, tenant=tenant_name(tenant))

    def forget(self, *, tenant: str) -> int:
        """Strike out whose calls they were; what is still held counts as spent."""
        with self._writing() as books:
            held = books.execute("SELECT * FROM holds WHERE tenant = ?", (tenant_name(tenant),)).fetchall()
            self._spend_in_full(books, held)
            return ledger_data.forget(books, tenant=tenant)

    def scrub(self) -> None:
        """Make what was struck out unreadable."""
        if self._path.exists():
            with self._reading() as books:
                scrub_file(books)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None and self._pid == os.getpid():
                self._connection.close()
            self._connection = None

    def _refusal(self, books: sqlite3.Connection, amount: int, scopes: tuple[Scope, ...]) -> Refusal:
        for scope in scopes:
            found = books.execute("SELECT spent, held FROM scopes WHERE key = ?", (scope.key,)).fetchone()
            spent, held = (found["spent"], found["held"]) if found else (0, 0)
            if scope.limit is not None and spent + held + amount > scope.limit:
                near = _crossed(books, (scope,), is_refused=True) if is_near(scope, spent) else ()
                return Refusal(scope, spent, held, near)
        raise StorageError(f"{self._path.name} contradicts itself.", fix="Restore it from a copy.")

    def _correct(self, books: sqlite3.Connection, hold: Hold, paid: Paid) -> tuple[Crossing, ...]:
        row = books.execute("SELECT * FROM calls WHERE hold = ? AND outcome = 'unknown'", (hold.id,)).fetchone()
        if row is None or not row["scopes"]:
            raise StorageError(f"Hold {hold.id} was settled before.", fix="Settle each hold once.")
        scopes = scopes_from(row["scopes"])
        _move(books, scopes, spent=paid.amount - row["amount"])
        books.execute(
            "UPDATE calls SET tokens_in = ?, tokens_out = ?, amount = ?, saved = ?, outcome = ?, scopes = '' "
            "WHERE hold = ?",
            (*_paid(paid), hold.id),
        )
        return _crossed(books, scopes)

    def _recover(self, books: sqlite3.Connection, now: float) -> int:
        owners = [row["owner"] for row in books.execute("SELECT DISTINCT owner FROM holds")]
        gone = {owner for owner in owners if self._is_gone(owner)}
        found = [row for row in books.execute("SELECT * FROM holds") if row["owner"] in gone or row["expires"] <= now]
        self._spend_in_full(books, found)
        return len(found)

    def _spend_in_full(self, books: sqlite3.Connection, holds: Iterable[sqlite3.Row]) -> None:
        for row in holds:
            _move(books, scopes_from(row["scopes"]), held=-row["amount"], spent=row["amount"])
            unknown = Paid(row["amount"], outcome="unknown")
            books.execute(_INSERT_CALL, (row["id"], *_call_of(row), *_paid(unknown), row["scopes"]))
            books.execute("DELETE FROM holds WHERE id = ?", (row["id"],))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what is written within it one transaction."""
        with self._writing():
            yield

    @contextmanager
    def _writing(self, now: float = 0.0) -> Iterator[sqlite3.Connection]:
        """Hold the file's one write lock; what is raised undoes the entry, and the transaction where it is alone."""
        with self._reading(now) as books:
            begin, end, undo = _WITHIN if books.in_transaction else _ALONE
            books.execute(begin)
            try:
                yield books
                books.execute(end)
            except BaseException:
                if books.in_transaction:
                    for step in undo:
                        books.execute(step)
                raise

    @contextmanager
    def _reading(self, now: float = 0.0) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._opened(now)
            except (OSError, sqlite3.Error) as error:
                raise StorageError(
                    f"{self._path.name} cannot be used: {error}.", fix="Check the workspace's rights and space."
                ) from error

    def _opened(self, now: float) -> sqlite3.Connection:
        if self._connection is None or self._pid != os.getpid():  # a forked child opens its own
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch(mode=0o600)
            books = sqlite3.connect(self._path, check_same_thread=False, timeout=BUSY_S, isolation_level=None)
            try:
                _prepare(books)
                books.execute("BEGIN IMMEDIATE")
                self._recover(books, now)
                books.execute("COMMIT")
            except BaseException:
                books.close()
                raise
            self._connection, self._pid = books, os.getpid()
        return self._connection


def _prepare(books: sqlite3.Connection) -> None:
    books.row_factory = sqlite3.Row
    books.execute("PRAGMA journal_mode=WAL")
    books.execute("PRAGMA synchronous=FULL")
    books.executescript(SCHEMA)


def _move(books: sqlite3.Connection, scopes: tuple[Scope, ...], *, held: int = 0, spent: int = 0) -> None:
    books.executemany(_MOVE, [{"key": s.key, "held": held, "spent": spent} for s in scopes])


def _crossed(books: sqlite3.Connection, scopes: tuple[Scope, ...], *, is_refused: bool = False) -> tuple[Crossing, ...]:
    """Note the shares that are reached, and return those nobody was told of."""
    crossings = []
    for scope in scopes:
        if not scope.limit:
            continue
        spent = books.execute("SELECT spent FROM scopes WHERE key = ?", (scope.key,)).fetchone()["spent"]
        for percent in sorted({*reached(scope, spent), *((100,) if is_refused else ())}):
            noted = books.execute("INSERT OR IGNORE INTO alerts (key, percent) VALUES (?, ?)", (scope.key, percent))
            if noted.rowcount == 1:
                crossings.append(Crossing(scope, percent, spent))
    return tuple(crossings)


def _told(call: Call) -> tuple[str, ...]:
    return (call.tenant, call.day.isoformat(), call.run, call.agent, call.model)


def _call_of(row: sqlite3.Row) -> tuple[str, ...]:
    return (row["tenant"], row["day"], row["run"], row["agent"], row["model"])


def _paid(paid: Paid) -> tuple[int | str, ...]:
    return (paid.tokens_in, paid.tokens_out, paid.amount, paid.saved, paid.outcome)
