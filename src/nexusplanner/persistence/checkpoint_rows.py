"""Rows of checkpoints: the statements, the same on both databases but for the sign of a parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from nexusplanner.persistence.checkpoint_parts import Head, Value, Write
from nexusplanner.persistence.checkpoint_place import Place, Thread

Row = tuple[Any, ...]
_AT = "tenant = ? AND thread = ? AND ns = ?"
_OF = "tenant = ? AND thread = ?"
_HEAD = "id, parent, kind, data, metadata"
TABLES = ("checkpoint_heads", "checkpoint_values", "checkpoint_writes")
_PUT_HEAD = (
    "INSERT INTO checkpoint_heads (tenant, thread, ns, id, parent, run, at, kind, data, metadata) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, thread, ns, id) DO UPDATE SET "
    "parent = excluded.parent, run = excluded.run, at = excluded.at, kind = excluded.kind, data = excluded.data, "
    "metadata = excluded.metadata"
)
_PUT_VALUE = (
    "INSERT INTO checkpoint_values (tenant, thread, ns, channel, version, kind, data) VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (tenant, thread, ns, channel, version) DO NOTHING"
)
_PUT_WRITE = (
    "INSERT INTO checkpoint_writes (tenant, thread, ns, id, task, idx, path, channel, kind, data) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, thread, ns, id, task, idx) DO "
)
_REPLACED = "UPDATE SET path = excluded.path, channel = excluded.channel, kind = excluded.kind, data = excluded.data"
_COPIED = {
    "checkpoint_heads": "ns, id, parent, run, at, kind, data, metadata",
    "checkpoint_values": "ns, channel, version, kind, data",
    "checkpoint_writes": "ns, id, task, idx, path, channel, kind, data",
}


class Cursor(Protocol):
    """A connection within a transaction; parameters are written ``?``."""

    def execute(self, statement: str, given: Sequence[object] = ()) -> None:
        """Run a statement that returns nothing."""

    def executemany(self, statement: str, given: Sequence[Sequence[object]]) -> None:
        """Run a statement for each row."""

    def rows(self, statement: str, given: Sequence[object] = ()) -> list[Row]:
        """Run a query."""


class Found(NamedTuple):
    """A head as it stands in its row."""

    place: Place
    id: str
    parent: str | None
    kind: str
    data: bytes
    metadata: str


def put(cursor: Cursor, place: Place, head: Head, values: Sequence[Value]) -> None:
    """Write a checkpoint and what is new in it."""
    if values:
        cursor.executemany(_PUT_VALUE, [(*place.key, *value) for value in values])
    cursor.execute(_PUT_HEAD, (*place.key, *head))


def put_writes(cursor: Cursor, place: Place, checkpoint: str, writes: Iterable[Write], *, repeated: str) -> None:
    """Write what tasks left pending; one that is there already stays, or is replaced.

    Args:
        cursor: Where.
        place: Of which graph.
        checkpoint: Its checkpoint's id.
        writes: What is left.
        repeated: ``stays`` or ``replaced``.
    """
    statement = _PUT_WRITE + (_REPLACED if repeated == "replaced" else "NOTHING")
    cursor.executemany(statement, [(*place.key, checkpoint, *write) for write in writes])


def head(cursor: Cursor, place: Place, checkpoint: str | None) -> Found | None:
    """Read one head: by its id, or the newest."""
    asked = f"{_AT} AND id = ?" if checkpoint else f"{_AT} ORDER BY id DESC LIMIT 1"
    given = (*place.key, checkpoint) if checkpoint else place.key
    found = cursor.rows(f"SELECT {_HEAD} FROM checkpoint_heads WHERE {asked}", given)  # noqa: S608 - no value in it
    return Found(place, *found[0]) if found else None


def heads(
    cursor: Cursor, *, thread: Thread | None, ns: str | None, checkpoint: str | None, before: str | None
) -> list[Found]:
    """Read heads, newest first."""
    asked: list[tuple[str, Sequence[object]]] = []
    if thread is not None:
        asked.append((_OF, thread))
    asked.extend((f"{name} = ?", (value,)) for name, value in (("ns", ns), ("id", checkpoint)) if value is not None)
    if before is not None:
        asked.append(("id < ?", (before,)))
    where = " AND ".join(part for part, _ in asked) or "1 = 1"
    statement = f"SELECT tenant, thread, ns, {_HEAD} FROM checkpoint_heads WHERE {where} ORDER BY id DESC"  # noqa: S608
    found = cursor.rows(statement, [value for _, values in asked for value in values])
    return [Found(Place(Thread(row[0], row[1]), row[2]), *row[3:]) for row in found]


def values(cursor: Cursor, place: Place, stored: Sequence[tuple[str, str]]) -> dict[str, tuple[str, bytes]]:
    """Read values by channel and version."""
    if not stored:
        return {}
    pairs = ", ".join("(?, ?)" for _ in stored)
    statement = f"SELECT channel, kind, data FROM checkpoint_values WHERE {_AT} AND (channel, version) IN ({pairs})"  # noqa: S608
    if len(stored) > 1:
        statement = statement.replace(f"({pairs})", f"(VALUES {pairs})")
    else:
        statement = statement.replace(f"(channel, version) IN ({pairs})", "channel = ? AND version = ?")
    found = cursor.rows(statement, (*place.key, *(part for pair in stored for part in pair)))
    return {channel: (kind, bytes(data)) for channel, kind, data in found}


def writes(cursor: Cursor, place: Place, checkpoint: str) -> list[Write]:
    """Read what stands pending at a checkpoint, in the order in which it is applied."""
    columns = "task, idx, path, channel, kind, data"
    statement = f"SELECT {columns} FROM checkpoint_writes WHERE {_AT} AND id = ?"  # noqa: S608
    found = [Write(*row) for row in cursor.rows(statement, (*place.key, checkpoint))]
    return sorted(found, key=lambda write: (write.path, write.task, write.idx))


def copy(cursor: Cursor, source: Thread, target: Thread) -> None:
    """Copy all that is kept of a thread."""
    for table, columns in _COPIED.items():
        cursor.execute(
            f"INSERT INTO {table} (tenant, thread, {columns}) SELECT ?, ?, {columns} FROM {table} WHERE {_OF}",  # noqa: S608
            (*target, *source),
        )
