"""A ledger as a SQLite file: many processes share its ceilings, and a killed one leaves nothing held."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from nexusplanner.persistence.write_ahead import FEW_PAGES, write_ahead
from nexusplanner.ports.ledger import Balance, Call, Crossing, Hold, Paid, Refusal, Scope, Spend, is_near, reached
from nexusplanner.ports.personal_data import Amount, Kept

BUSY_S = 10.0
_HOLD = """
UPDATE scopes SET held = held + :amount FROM json_each(:scopes) AS asked
WHERE scopes.key = json_extract(asked.value, '$[1]') AND (
  json_extract(asked.value, '$[2]') IS NULL OR spent + held + :amount <= json_extract(asked.value, '$[2]')
)
"""
"""Scopes are asked for as :func:`scopes_text` writes them; a statement for each would take several times as long."""
_MOVE = """
UPDATE scopes SET held = held + :held, spent = spent + :spent FROM json_each(:scopes) AS asked
WHERE scopes.key = json_extract(asked.value, '$[1]')
"""
_BEGIN_COUNTING = """
INSERT OR IGNORE INTO scopes (key) SELECT json_extract(asked.value, '$[1]') FROM json_each(:scopes) AS asked
"""
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
        self._schemas = [SCHEMA]

    @property
    def is_there(self) -> bool:
        """Whether there is anything to read: asking what was kept makes no file."""
        return self._path.exists()

    def also_keep(self, schema: str) -> None:
        """Have further tables in the same file, so that one transaction holds both; said before the file is opened."""
        self._schemas.append(schema)

    def reserve(
        self, amount: int, scopes: tuple[Scope, ...], call: Call, *, now: float, hold_s: float
    ) -> Hold | Refusal:
        """Hold an amount in all scopes, or in none."""
        with self.writing(now) as books:
            asked = {"amount": amount, "scopes": scopes_text(scopes)}
            if not _is_held(books, asked, len(scopes)):
                books.execute(_BEGIN_COUNTING, asked)  # the first call of a run, a day or a month
                if not _is_held(books, asked, len(scopes)):
                    return self._refusal(books, amount, scopes)
            owner = self._owner or owner_of(os.getpid())
            row = (owner, now + hold_s, amount, asked["scopes"], *_told(call))
            held = books.execute(
                "INSERT INTO holds (owner, expires, amount, scopes, tenant, day, run, agent, model) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            return Hold(int(held.lastrowid or 0), amount)

    def settle(self, hold: Hold, paid: Paid) -> tuple[Crossing, ...]:
        """Turn a hold into what was spent, and note the call."""
        with self.writing() as books:
            held = books.execute("SELECT * FROM holds WHERE id = ?", (hold.id,)).fetchone()
            if held is None:
                return self._correct(books, hold, paid)
            books.execute("DELETE FROM holds WHERE id = ?", (hold.id,))
            _move(books, held["scopes"], held=-held["amount"], spent=paid.amount)
            books.execute(_INSERT_CALL, (hold.id, *_call_of(held), *_paid(paid), ""))
            return _crossed(books, scopes_from(held["scopes"]))

    def note(self, call: Call, paid: Paid) -> None:
        """Note a call that cost nothing and was never held."""
        with self.writing() as books:
            books.execute(_INSERT_CALL, (None, *_told(call), *_paid(paid), ""))

    def recover(self, *, now: float) -> int:
        """Count as spent, in full, what is held by processes that are gone or for longer than was asked."""
        with self.writing() as books:
            return self._recover(books, now)

    def balance(self, key: str) -> Balance:
        """Tell what was spent and is held in a scope."""
        with self.reading() as books:
            found = books.execute("SELECT spent, held FROM scopes WHERE key = ?", (key,)).fetchone()
        return Balance(found["spent"], found["held"]) if found else Balance()

    def spend(self, *, tenant: str | None = None, since: date | None = None) -> tuple[Spend, ...]:
        """Return what was spent, by day, tenant, model and agent."""
        if not self._path.exists():
            return ()  # asking what was spent makes no file
        with self.reading() as books:
            return spend_rows(books, tenant=tenant, since=since)

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many calls are in the books."""
        of = tenant_name(tenant)
        if not self._path.exists():
            return ()
        with self.reading() as books:
            return ledger_data.amounts(books, tenant=of)

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the calls."""
        of = tenant_name(tenant)
        if self._path.exists():
            with self.reading() as books:
                yield from list(ledger_data.exported(books, tenant=of))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of what calls were for."""
        with self.writing() as books:
            self._drop_journal(books, tenant)
            return ledger_data.erase(books, person, tenant=tenant_name(tenant))

    def forget(self, *, tenant: str) -> int:
        """Strike out whose calls they were; what is still held counts as spent."""
        with self.writing() as books:
            held = books.execute("SELECT * FROM holds WHERE tenant = ?", (tenant_name(tenant),)).fetchall()
            self._spend_in_full(books, held)
            self._drop_journal(books, tenant)
            return ledger_data.forget(books, tenant=tenant)

    def _drop_journal(self, books: sqlite3.Connection, tenant: str) -> None:
        """Let go of what a tenant's runs were told: it may name anybody, and a run can be begun anew."""
        if books.execute("SELECT 1 FROM sqlite_master WHERE name = 'journal'").fetchone():
            books.execute("DELETE FROM journal WHERE tenant = ?", (tenant_name(tenant),))

    def scrub(self) -> None:
        """Make what was struck out unreadable."""
        if self._path.exists():
            with self.reading() as books:
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
        _move(books, row["scopes"], spent=paid.amount - row["amount"])
        books.execute(
            "UPDATE calls SET tokens_in = ?, tokens_out = ?, amount = ?, saved = ?, outcome = ?, scopes = '' "
            "WHERE hold = ?",
            (*_paid(paid), hold.id),
        )
        return _crossed(books, scopes_from(row["scopes"]))

    def _recover(self, books: sqlite3.Connection, now: float) -> int:
        owners = [row["owner"] for row in books.execute("SELECT DISTINCT owner FROM holds")]
        gone = {owner for owner in owners if self._is_gone(owner)}
        found = [row for row in books.execute("SELECT * FROM holds") if row["owner"] in gone or row["expires"] <= now]
        self._spend_in_full(books, found)
        return len(found)

    def _spend_in_full(self, books: sqlite3.Connection, holds: Iterable[sqlite3.Row]) -> None:
        for row in holds:
            _move(books, row["scopes"], held=-row["amount"], spent=row["amount"])
            unknown = Paid(row["amount"], outcome="unknown")
            books.execute(_INSERT_CALL, (row["id"], *_call_of(row), *_paid(unknown), row["scopes"]))
            books.execute("DELETE FROM holds WHERE id = ?", (row["id"],))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what is written within it one transaction."""
        with self.writing():
            yield

    @contextmanager
    def writing(self, now: float = 0.0) -> Iterator[sqlite3.Connection]:
        """Hold the file's one write lock; what is raised undoes the entry, and the transaction where it is alone.

        Raises:
            StorageError: The file cannot be written.
        """
        with self.reading(now) as books:
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
    def reading(self, now: float = 0.0) -> Iterator[sqlite3.Connection]:
        """Hold the connection.

        Raises:
            StorageError: The file cannot be read.
        """
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
                _prepare(books, self._schemas)
                books.execute("BEGIN IMMEDIATE")
                self._recover(books, now)
                books.execute("COMMIT")
            except BaseException:
                books.close()
                raise
            self._connection, self._pid = books, os.getpid()
        return self._connection


def _prepare(books: sqlite3.Connection, schemas: Iterable[str]) -> None:
    books.row_factory = sqlite3.Row
    write_ahead(books, patience_s=BUSY_S)
    books.execute("PRAGMA synchronous=FULL")
    books.execute(FEW_PAGES)
    for schema in schemas:
        books.executescript(schema)


def _is_held(books: sqlite3.Connection, asked: Mapping[str, object], count: int) -> bool:
    """Hold an amount in as many scopes as there are, or in none."""
    books.execute("SAVEPOINT before")
    is_held = books.execute(_HOLD, asked).rowcount == count
    if not is_held:
        books.execute("ROLLBACK TO before")
    books.execute("RELEASE before")
    return is_held


def _move(books: sqlite3.Connection, scopes: str, *, held: int = 0, spent: int = 0) -> None:
    books.execute(_MOVE, {"scopes": scopes, "held": held, "spent": spent})


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
