"""Reading checkpoints: rows become what LangGraph walks on from."""

from __future__ import annotations

import json
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.serde.base import SerializerProtocol

from nexusplanner.errors import StorageError
from nexusplanner.persistence import checkpoint_rows as rows
from nexusplanner.persistence.checkpoint_parts import checkpoint_of, opened
from nexusplanner.persistence.checkpoint_place import Place, Thread
from nexusplanner.persistence.checkpoint_rows import Cursor, Found


def read_one(cursor: Cursor, config: RunnableConfig, serde: SerializerProtocol) -> CheckpointTuple | None:
    """Read the checkpoint that a config names, or the newest of its graph.

    Raises:
        StorageError: A value that belongs to it is not there.
    """
    found = rows.head(cursor, Place.of(config), config["configurable"].get("checkpoint_id"))
    return _tuple_of(cursor, found, serde) if found else None


def read_many(
    cursor: Cursor,
    config: RunnableConfig | None,
    serde: SerializerProtocol,
    *,
    wanted: dict[str, Any] | None,
    before: RunnableConfig | None,
    limit: int | None,
) -> list[CheckpointTuple]:
    """Read checkpoints, newest first.

    Args:
        cursor: Where.
        config: Whose; all where it is None.
        serde: Reads values.
        wanted: What their metadata must say.
        before: A checkpoint they must be older than.
        limit: How many at most.
    """
    told = config["configurable"] if config else {}
    found = rows.heads(
        cursor,
        thread=Thread.of(str(told["thread_id"])) if "thread_id" in told else None,
        ns=told.get("checkpoint_ns"),
        checkpoint=told.get("checkpoint_id"),
        before=before["configurable"].get("checkpoint_id") if before else None,
    )
    fitting = [head for head in found if _says(json.loads(head.metadata), wanted or {})]
    return [_tuple_of(cursor, head, serde) for head in fitting[:limit]]


def _tuple_of(cursor: Cursor, found: Found, serde: SerializerProtocol) -> CheckpointTuple:
    head, place = opened(found.kind, bytes(found.data), serde), found.place
    values = {c: serde.loads_typed(value) for c, value in rows.values(cursor, place, head.stored).items()}
    if missing := [channel for channel, _ in head.stored if channel not in values]:
        raise StorageError(f"Checkpoint {found.id} lacks {', '.join(missing)}.", fix="Begin the run anew.")
    pending = rows.writes(cursor, place, found.id)
    return CheckpointTuple(
        place.config(found.id),
        checkpoint_of(head, values),
        cast(CheckpointMetadata, json.loads(found.metadata)),
        place.config(found.parent) if found.parent else None,
        [(w.task, w.channel, serde.loads_typed((w.kind, bytes(w.data)))) for w in pending],
    )


def _says(metadata: dict[str, object], wanted: dict[str, object]) -> bool:
    return all(key in metadata and metadata[key] == value for key, value in wanted.items())
