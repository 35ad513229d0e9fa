"""Where runs rest between their steps: in a database, in a file of the workspace, or only in memory."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Checkpointer, Durability

from nexusplanner.persistence import database_checkpoints, memory_checkpoints, sqlite_checkpoints
from nexusplanner.persistence.checkpoint_saver import DatabaseCheckpoints

if TYPE_CHECKING:
    from nexusplanner.domain.operations import Storage


def wire_checkpoints(workspace: Path | None, storage: Storage) -> BaseCheckpointSaver[str]:
    """Open the checkpoints; a database is not asked before the first run."""
    if storage.url is not None:
        from nexusplanner.persistence.database import Database

        return database_checkpoints(Database(storage.url), keep_days=storage.keep_days)
    if workspace is not None:
        return sqlite_checkpoints(workspace / "runs.sqlite", keep_days=storage.keep_days)
    return memory_checkpoints()


def is_durable(workspace: Path | None, storage: Storage) -> bool:
    """Tell whether runs outlive their process; then each step is on the disk before the next begins."""
    return workspace is not None or storage.url is not None


def durability_of(checkpointer: Checkpointer) -> Durability | None:
    """Return when a run's steps are kept: each at once where they outlive the process, else where the run waits."""
    if not checkpointer:
        return None
    return "sync" if isinstance(checkpointer, DatabaseCheckpoints) else "exit"


async def tidy(checkpointer: Checkpointer, thread_id: str, *, keep: Collection[object]) -> None:
    """Keep of a run that waits what it goes on from, and of one that ended nothing.

    Args:
        checkpointer: Where it rests.
        thread_id: Its address there.
        keep: What it waits for.
    """
    if isinstance(checkpointer, bool) or checkpointer is None:
        return
    if not keep:
        await checkpointer.adelete_thread(thread_id)
    elif isinstance(checkpointer, DatabaseCheckpoints):
        await checkpointer.aprune([thread_id])
