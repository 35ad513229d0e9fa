"""Resting runs as a share of a tenant's data: exported as they stand; one that names a person is dropped as a whole.

A run that waits holds a sealed plan, and whoever decides about it decides about just that content. It cannot go on with
another, so it is begun anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import storage_key
from nexusplanner.persistence.checkpoint_saver import DatabaseCheckpoints
from nexusplanner.persistence.checkpoint_sqlite import SqliteCheckpointFile
from nexusplanner.ports.personal_data import Amount, Kept

_THREADS = "SELECT DISTINCT thread FROM checkpoint_heads WHERE tenant = ? ORDER BY thread"


class CheckpointData:
    """What a saver keeps of the runs of each tenant.

    Args:
        saver: The checkpointer; a thread's id begins with the opaque name of its tenant.
    """

    def __init__(self, saver: BaseCheckpointSaver[str]) -> None:
        self._saver = saver

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many runs rest, and how long they are as JSON."""
        sizes = [len(json.dumps(kept.content)) for kept in self.export(tenant=tenant)]
        return (Amount("resting_runs", len(sizes), sum(sizes)),) if sizes else ()

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the runs that rest, each as it stands."""
        for thread, found in self._newest(tenant):
            yield Kept("resting_runs", thread.partition("/")[2], _content(found))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Drop the runs that name a person, at whatever step of them."""
        named = [thread for thread in self._threads(tenant) if self._names(thread, person)]
        for thread in named:
            self._saver.delete_thread(thread)
        return len(named)

    def forget(self, *, tenant: str) -> int:
        """Drop all runs of a tenant."""
        threads = self._threads(tenant)
        for thread in threads:
            self._saver.delete_thread(thread)
        return len(threads)

    def scrub(self) -> None:
        """Make dropped runs unreadable."""
        if isinstance(self._saver, DatabaseCheckpoints) and isinstance(self._saver.database, SqliteCheckpointFile):
            self._saver.database.scrub()

    def _threads(self, tenant: str) -> list[str]:
        key = storage_key(tenant)
        if isinstance(self._saver, DatabaseCheckpoints):
            with self._saver.database.reading() as cursor:
                return [f"{key}/{name}" for (name,) in cursor.rows(_THREADS, (key,))]
        found = {str(kept.config["configurable"]["thread_id"]) for kept in self._saver.list(None)}
        return sorted(thread for thread in found if thread.startswith(f"{key}/"))

    def _newest(self, tenant: str) -> Iterator[tuple[str, CheckpointTuple]]:
        for thread in self._threads(tenant):
            if (found := self._saver.get_tuple(_at(thread))) is not None:
                yield thread, found

    def _names(self, thread: str, person: Person) -> bool:
        return any(person.is_in(_content(found)) for found in self._saver.list(_whole(thread)))


def _at(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}


def _whole(thread: str) -> RunnableConfig:
    """Name all graphs of a run, those within its graph, too."""
    return {"configurable": {"thread_id": thread}}


def _content(found: CheckpointTuple) -> JsonObject:
    """Write what a checkpoint holds, and what stands pending at it, as JSON; what is no JSON is told by its name."""
    pending = [[channel, value] for _, channel, value in found.pending_writes or ()]
    told = {"state": found.checkpoint["channel_values"], "pending": pending}
    return cast(JsonObject, json.loads(json.dumps(told, default=str)))
