"""Pruning of checkpoints: what no run needs any more is taken away, and nothing that one does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from nexusplanner.persistence.checkpoint_place import Place, Thread
from nexusplanner.persistence.checkpoint_rows import TABLES, Cursor

Stored = Callable[[str, bytes], Iterable[tuple[str, str]]]
"""Tells from a head's kind and data which versions of which channels it names."""


def drop_thread(cursor: Cursor, thread: Thread) -> None:
    """Take away all that is kept of a thread."""
    for table in TABLES:
        cursor.execute(f"DELETE FROM {table} WHERE tenant = ? AND thread = ?", thread)  # noqa: S608 - no value in it


def drop_tenant(cursor: Cursor, tenant: str) -> None:
    """Take away all that is kept of a tenant."""
    for table in TABLES:
        cursor.execute(f"DELETE FROM {table} WHERE tenant = ?", (tenant,))  # noqa: S608


def keep_latest(cursor: Cursor, thread: Thread, stored: Stored) -> None:
    """Keep the newest checkpoint of each graph of a run, its values and its pending writes."""
    newest = "SELECT ns, MAX(id) FROM checkpoint_heads WHERE tenant = ? AND thread = ? GROUP BY ns"
    for ns, checkpoint in cursor.rows(newest, thread):
        place = Place(thread, ns)
        for table in ("checkpoint_heads", "checkpoint_writes"):
            cursor.execute(
                f"DELETE FROM {table} WHERE tenant = ? AND thread = ? AND ns = ? AND id <> ?",  # noqa: S608
                (*place.key, checkpoint),
            )
        _drop_unnamed(cursor, place, stored)


def drop_runs(cursor: Cursor, runs: Sequence[str], stored: Stored) -> None:
    """Take away the checkpoints that certain runs wrote, as their metadata tells, in whatever thread."""
    for run in runs:
        found = cursor.rows("SELECT tenant, thread, ns, id FROM checkpoint_heads WHERE run = ?", (run,))
        for table in ("checkpoint_heads", "checkpoint_writes"):
            cursor.executemany(
                f"DELETE FROM {table} WHERE tenant = ? AND thread = ? AND ns = ? AND id = ?",  # noqa: S608
                found,
            )
        for tenant, thread, ns in {row[:3] for row in found}:
            _drop_unnamed(cursor, Place(Thread(tenant, thread), ns), stored)


def drop_older(cursor: Cursor, before: int) -> int:
    """Take away the runs that wrote nothing since a moment; return how many.

    Args:
        cursor: Where.
        before: The moment, in microseconds since 1970.
    """
    old = "SELECT tenant, thread FROM checkpoint_heads GROUP BY tenant, thread HAVING MAX(at) < ?"
    found = [Thread(tenant, name) for tenant, name in cursor.rows(old, (before,))]
    for thread in found:
        drop_thread(cursor, thread)
    return len(found)


def _drop_unnamed(cursor: Cursor, place: Place, stored: Stored) -> None:
    """Take away the values that no checkpoint names."""
    at = "WHERE tenant = ? AND thread = ? AND ns = ?"
    kept = cursor.rows(f"SELECT kind, data FROM checkpoint_heads {at}", place.key)  # noqa: S608
    named = {pair for kind, data in kept for pair in stored(kind, bytes(data))}
    there = cursor.rows(f"SELECT channel, version FROM checkpoint_values {at}", place.key)  # noqa: S608
    gone = [(*place.key, *pair) for pair in there if tuple(pair) not in named]
    if gone:
        cursor.executemany(f"DELETE FROM checkpoint_values {at} AND channel = ? AND version = ?", gone)  # noqa: S608
