"""The books as a share of a tenant's data. What was spent stays in the operator's bill, under no name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from nexusplanner.domain.person import Person
from nexusplanner.ports.ledger import NOBODY
from nexusplanner.ports.personal_data import Amount, Kept

_TOLD = ("run", "agent", "model")
_SCOPES = ("run", "tenant_day", "tenant_month")


def amounts(books: sqlite3.Connection, *, tenant: str) -> tuple[Amount, ...]:
    """Tell how many calls are in the books."""
    size = "COALESCE(SUM(LENGTH(run) + LENGTH(agent) + LENGTH(model)), 0)"
    asked = f"SELECT COUNT(*), {size} FROM calls WHERE tenant = ?"  # noqa: S608 - our own names
    items, length = books.execute(asked, (tenant,)).fetchone()
    return (Amount("costs", items, length),) if items else ()


def exported(books: sqlite3.Connection, *, tenant: str) -> Iterator[Kept]:
    """Yield the calls, in the order in which they were written down."""
    asked = (
        "SELECT id, day, run, agent, model, tokens_in, tokens_out, amount AS micro_usd, saved AS saved_micro_usd, "
        "outcome FROM calls WHERE tenant = ? ORDER BY id"
    )
    for row in books.execute(asked, (tenant,)):
        content = {name: row[name] for name in row.keys() if name != "id"}  # noqa: SIM118 - a row is no mapping
        yield Kept("costs", str(row["id"]), content)


def erase(books: sqlite3.Connection, person: Person, *, tenant: str) -> int:
    """Take a person out of what calls were for."""
    asked = "SELECT id, run, agent, model FROM calls WHERE tenant = ?"
    found = [row for row in books.execute(asked, (tenant,)) if any(person.is_in(row[name]) for name in _TOLD)]
    mended = [(*(person.taken_out(row[name]) for name in _TOLD), row["id"]) for row in found]
    books.executemany("UPDATE calls SET run = ?, agent = ?, model = ? WHERE id = ?", mended)
    for table in ("scopes", "alerts"):
        for (key,) in books.execute(f"SELECT DISTINCT key FROM {table}").fetchall():  # noqa: S608 - our own names
            if _is_of(key, tenant) and person.is_in(key.partition(":")[2].partition(":")[2]):
                books.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608 - our own names
    return len(found)


def forget(books: sqlite3.Connection, *, tenant: str) -> int:
    """Strike out whose calls they were; the ceilings and counts that were the tenant's alone go."""
    changed = books.execute(
        "UPDATE calls SET tenant = ?, run = '', agent = '', scopes = '' WHERE tenant = ?", (NOBODY, tenant)
    ).rowcount
    for table in ("scopes", "alerts"):
        for scope in _SCOPES:
            prefix = f"{scope}:{tenant}:"
            books.execute(f"DELETE FROM {table} WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))  # noqa: S608
    return changed


def _is_of(key: str, tenant: str) -> bool:
    return any(key.startswith(f"{scope}:{tenant}:") for scope in _SCOPES)
