"""Checkpoints: where a run rests while it waits for a person."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from nexusplanner.errors import StorageError


def strict_serializer() -> JsonPlusSerializer:
    """Return a serializer that builds no class on load but the graph library's own."""
    return JsonPlusSerializer(allowed_msgpack_modules=None)


def memory_checkpoints() -> BaseCheckpointSaver[str]:
    """Keep checkpoints in memory: a run can be resumed by the process that began it."""
    return InMemorySaver(serde=strict_serializer())


def sqlite_checkpoints(path: Path) -> BaseCheckpointSaver[str]:
    """Keep checkpoints in a SQLite file: a run can be resumed by another process.

    Raises:
        StorageError: The file cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        connection = sqlite3.connect(path, check_same_thread=False, timeout=10)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"{path.name} cannot be opened: {error}.", fix="Check the workspace's rights.") from error
    return ThreadedSqliteSaver(connection, serde=strict_serializer())


def release(saver: BaseCheckpointSaver[str]) -> None:
    """Close what a saver holds open; what it keeps stays."""
    if isinstance(saver, SqliteSaver):
        saver.conn.close()


class ThreadedSqliteSaver(SqliteSaver):
    """The library's SQLite saver, awaited through threads, so that it is bound to no event loop."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Read one checkpoint."""
        return await asyncio.to_thread(self.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - the library's name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Read checkpoints, newest first."""
        found = await asyncio.to_thread(lambda: list(self.list(config, filter=filter, before=before, limit=limit)))
        for item in found:
            yield item

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write one checkpoint."""
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write what a step left pending."""
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a run."""
        await asyncio.to_thread(self.delete_thread, thread_id)
