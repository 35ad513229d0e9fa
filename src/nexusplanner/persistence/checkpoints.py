"""Checkpoints: where a run rests, between its steps and while it waits for a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from nexusplanner.persistence.checkpoint_saver import DatabaseCheckpoints
from nexusplanner.persistence.checkpoint_sqlite import SqliteCheckpointFile

if TYPE_CHECKING:
    from nexusplanner.persistence.database import Database


def strict_serializer() -> JsonPlusSerializer:
    """Return a serializer that builds no class on load but the graph library's own."""
    return JsonPlusSerializer(allowed_msgpack_modules=None)


def memory_checkpoints() -> BaseCheckpointSaver[str]:
    """Keep checkpoints in memory: a run can be resumed by the process that began it."""
    return InMemorySaver(serde=strict_serializer())


def sqlite_checkpoints(path: Path, *, keep_days: int | None = None) -> DatabaseCheckpoints:
    """Keep checkpoints in a SQLite file: a run can be resumed by another process.

    Args:
        path: The file; its folder is made.
        keep_days: After so many days without a step a run is forgotten; never where it is None.

    Raises:
        StorageError: The file cannot be opened.
    """
    file = SqliteCheckpointFile(path)
    file.open()
    return DatabaseCheckpoints(file, serde=strict_serializer(), keep_days=keep_days)


def database_checkpoints(database: Database, *, keep_days: int | None = None) -> DatabaseCheckpoints:
    """Keep checkpoints in a PostgreSQL database: a run can be resumed on another machine.

    Args:
        database: It is opened at the first use; who closes what is returned closes it.
        keep_days: After so many days without a step a run is forgotten; never where it is None.
    """
    from nexusplanner.persistence.checkpoint_postgres import PostgresCheckpointTables

    return DatabaseCheckpoints(PostgresCheckpointTables(database), serde=strict_serializer(), keep_days=keep_days)


def release(saver: BaseCheckpointSaver[str]) -> None:
    """Close what a saver holds open; what it keeps stays."""
    if isinstance(saver, DatabaseCheckpoints):
        saver.close()
