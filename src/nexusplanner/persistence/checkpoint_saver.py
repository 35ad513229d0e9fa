"""The checkpointer: LangGraph's socket over a database, from threads and from any event loop."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Protocol, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from nexusplanner.llm.clerk import Clerk
from nexusplanner.persistence import checkpoint_pruning as pruning
from nexusplanner.persistence import checkpoint_rows as rows
from nexusplanner.persistence.checkpoint_held import HeldWrites
from nexusplanner.persistence.checkpoint_order import UnderWay, entered_after, under_way
from nexusplanner.persistence.checkpoint_parts import Left, head_of, left_writes, new_values, opened
from nexusplanner.persistence.checkpoint_place import Place, Thread
from nexusplanner.persistence.checkpoint_reading import read_many, read_one
from nexusplanner.persistence.checkpoint_rows import Cursor

R = TypeVar("R")
_DAY_US = 86_400_000_000


class CheckpointDatabase(Protocol):
    """Where checkpoints are kept."""

    def together(self) -> AbstractContextManager[None]:
        """Make what is written within one transaction; what fails in it takes nothing else down."""

    def writing(self) -> AbstractContextManager[Cursor]:
        """Make what is written within one transaction, on the disk at its end."""

    def reading(self) -> AbstractContextManager[Cursor]:
        """See all as of one moment."""

    def close(self) -> None:
        """Let go of it."""


class DatabaseCheckpoints(BaseCheckpointSaver[str]):
    """Keeps checkpoints, each changed value once; what is acknowledged is on the disk.

    What runs write at the same time is written in one transaction. The writes of a step are not kept where its
    checkpoint comes at once: it holds what they say. A config may name what a step rests on
    (:data:`~nexusplanner.persistence.checkpoint_order.RESTS_ON`): that is on the disk first.

    Args:
        database: Where they are kept.
        serde: Writes and reads values.
        keep_days: A run that wrote nothing for so many days before another's step is forgotten; None keeps all.
    """

    def __init__(
        self, database: CheckpointDatabase, *, serde: SerializerProtocol, keep_days: int | None = None
    ) -> None:
        super().__init__(serde=serde)
        self.database = database
        self._clerk = Clerk(database.together)
        self._held = HeldWrites(self._enter_writes)
        self._kept_us = None if keep_days is None else keep_days * _DAY_US
        self._looked_at_us = 0

    # Written

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write one checkpoint."""
        place, work = Place.of(config), self._put(config, checkpoint, metadata, new_versions)
        self._write(work)
        return place.config(checkpoint["id"])

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write one checkpoint, together with what others write meanwhile."""
        place, work = Place.of(config), self._put(config, checkpoint, metadata, new_versions)
        written = entered_after(under_way(config), partial(self._clerk.enter, partial(self._write, work)))
        self._held.followed(place, config["configurable"].get("checkpoint_id"), written)
        await written
        return place.config(checkpoint["id"])

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write what a task of a step left pending."""
        checkpoint = str(config["configurable"]["checkpoint_id"])
        self._write(self._put_writes(Place.of(config), checkpoint, [Left(writes, task_id, task_path)]))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write what a task of a step left pending, unless the step's checkpoint comes first."""
        place, checkpoint = Place.of(config), str(config["configurable"]["checkpoint_id"])
        held = self._held.hold(place, checkpoint, Left(writes, task_id, task_path), under_way(config))
        if any(channel in WRITES_IDX_MAP for channel, _ in writes):  # a question or an error: no checkpoint follows
            self._held.write_now(place, checkpoint)
        await held

    # Read

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Read one checkpoint: the one the config names, or the newest."""
        with self.database.reading() as cursor:
            return read_one(cursor, config, self.serde)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Read one checkpoint: the one the config names, or the newest."""
        return await asyncio.to_thread(self.get_tuple, config)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - the library's name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Read checkpoints, newest first."""
        with self.database.reading() as cursor:
            found = read_many(cursor, config, self.serde, wanted=filter, before=before, limit=limit)
        yield from found

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - the library's name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Read checkpoints, newest first."""
        asked = partial(self.list, config, filter=filter, before=before, limit=limit)
        for item in await asyncio.to_thread(lambda: tuple(asked())):
            yield item

    # Forgotten and copied

    def delete_thread(self, thread_id: str) -> None:
        """Forget a run."""
        self._change(pruning.drop_thread, Thread.of(thread_id))

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a run."""
        await self._achange(pruning.drop_thread, Thread.of(thread_id))

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Forget what the runs of these ids in the metadata wrote."""
        self._change(pruning.drop_runs, tuple(run_ids), self._stored)

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Forget what the runs of these ids in the metadata wrote."""
        await self._achange(pruning.drop_runs, tuple(run_ids), self._stored)

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy all that is kept of a run."""
        self._change(rows.copy, Thread.of(source_thread_id), Thread.of(target_thread_id))

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy all that is kept of a run."""
        await self._achange(rows.copy, Thread.of(source_thread_id), Thread.of(target_thread_id))

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep the newest checkpoint of each graph of these runs; or nothing, where the strategy is ``delete``."""
        self._change(self._prune, tuple(thread_ids), strategy)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep the newest checkpoint of each graph of these runs; or nothing, where the strategy is ``delete``."""
        await self._achange(self._prune, tuple(thread_ids), strategy)

    async def aprune_older(self, before_us: int) -> int:
        """Forget the runs that wrote nothing since a moment, in microseconds since 1970; return how many."""
        return await self._achange(pruning.drop_older, before_us)

    async def adelete_tenant(self, key: str) -> None:
        """Forget every run of a tenant.

        Args:
            key: Its ``storage_key``.
        """
        await self._achange(pruning.drop_tenant, key)

    def close(self) -> None:
        """Write what was entered, and let go of the database."""
        self._clerk.close()
        self.database.close()

    def get_next_version(self, current: str | None, channel: None) -> str:  # noqa: ARG002 - the library's
        """Return a version that is later than another, and no other branch's."""
        number = int(str(current).partition(".")[0]) + 1 if current is not None else 1
        return f"{number:06d}.{random.getrandbits(32):08x}"

    # How

    def _write(self, work: Callable[[Cursor], R]) -> R:
        with self.database.writing() as cursor:
            return work(cursor)

    def _change(self, work: Callable[..., R], *given: object) -> R:
        return self._write(lambda cursor: work(cursor, *given))

    async def _achange(self, work: Callable[..., R], *given: object) -> R:
        return await self._clerk.enter(partial(self._change, work, *given))

    def _put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> Callable[[Cursor], None]:
        head = head_of(config, checkpoint, metadata, self.serde)
        values, place = new_values(checkpoint, new_versions, self.serde), Place.of(config)

        def work(cursor: Cursor) -> None:
            rows.put(cursor, place, head, values)
            self._forget_old(cursor, head.at)

        return work

    def _forget_old(self, cursor: Cursor, now_us: int) -> None:
        """Look once a day for runs that nobody resumed in time."""
        if self._kept_us is not None and now_us - self._looked_at_us >= _DAY_US:
            self._looked_at_us = now_us
            pruning.drop_older(cursor, now_us - self._kept_us)

    def _enter_writes(
        self, place: Place, checkpoint: str, left: Sequence[Left], waiting: UnderWay
    ) -> asyncio.Future[None]:
        work = self._put_writes(place, checkpoint, left)
        return entered_after(waiting, partial(self._clerk.enter, partial(self._write, work)))

    def _put_writes(self, place: Place, checkpoint: str, left: Sequence[Left]) -> Callable[[Cursor], None]:
        staying, replacing = left_writes(left, self.serde)

        def work(cursor: Cursor) -> None:
            if staying:
                rows.put_writes(cursor, place, checkpoint, staying, repeated="stays")
            if replacing:
                rows.put_writes(cursor, place, checkpoint, replacing, repeated="replaced")

        return work

    def _prune(self, cursor: Cursor, thread_ids: Sequence[str], strategy: str) -> None:
        for thread in map(Thread.of, thread_ids):
            if strategy == "delete":
                pruning.drop_thread(cursor, thread)
            else:
                pruning.keep_latest(cursor, thread, self._stored)

    def _stored(self, kind: str, data: bytes) -> Sequence[tuple[str, str]]:
        return opened(kind, data, self.serde).stored
