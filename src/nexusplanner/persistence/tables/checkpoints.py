"""Checkpoints: the head of each, its values apart, and what tasks left pending; in a workspace they are a file."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from nexusplanner.persistence.tables.metadata import SERVER, metadata

_THREAD = ("tenant", "thread", "ns")


def _keys(*names: str) -> tuple[Column[str], ...]:
    return tuple(Column(name, Text, primary_key=True) for name in names)


def _value() -> tuple[Column[str], Column[bytes]]:
    return Column("kind", Text, nullable=False), Column("data", LargeBinary, nullable=False)


checkpoint_heads = Table(
    "checkpoint_heads",
    metadata,
    *_keys(*_THREAD, "id"),
    Column("parent", Text),
    Column("run", Text, doc="the run of the metadata, where there is one"),
    Column("at", BigInteger, nullable=False),
    *_value(),
    Column("metadata", Text, nullable=False, doc="JSON"),
    Index(None, "run"),
    info=SERVER,
)

checkpoint_values = Table("checkpoint_values", metadata, *_keys(*_THREAD, "channel", "version"), *_value(), info=SERVER)

checkpoint_writes = Table(
    "checkpoint_writes",
    metadata,
    *_keys(*_THREAD, "id", "task"),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("path", Text, nullable=False),
    Column("channel", Text, nullable=False),
    *_value(),
    info=SERVER,
)
