"""Parts of a checkpoint: its head, and each changed value once.

The head says which version of each channel stands in it; the value of a version is written when it is new and shared
by all heads that name it. What is small goes with the head.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    get_serializable_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.types import ERROR, TASKS

from nexusplanner.persistence.checkpoint_sends import packed, unpacked

_SHORT, _FEW = 200, 8


class Value(NamedTuple):
    """What a channel held in one version."""

    channel: str
    version: str
    kind: str
    data: bytes


class Head(NamedTuple):
    """A checkpoint without what is kept apart."""

    id: str
    parent: str | None
    run: str | None
    at: int
    """Microseconds since 1970, UTC."""
    kind: str
    data: bytes
    metadata: str


class Write(NamedTuple):
    """One pending write of a task."""

    task: str
    idx: int
    path: str
    channel: str
    kind: str
    data: bytes


class Left(NamedTuple):
    """What one task left."""

    writes: Sequence[tuple[str, object]]
    task: str
    path: str


def head_of(
    config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, serde: SerializerProtocol
) -> Head:
    """Write a checkpoint's head."""
    values, versions = checkpoint["channel_values"], checkpoint["channel_versions"]
    small: dict[str, object] = {}
    stored: list[str] = []
    rest: dict[str, object] = {key: part for key, part in checkpoint.items() if key != "channel_values"}
    for channel, value in values.items():
        if channel == TASKS and (sends := packed(value, values)) is not None:
            rest["sends"] = sends
        elif channel in versions and is_small(channel, value):
            small[channel] = value
        elif channel in versions:
            stored.append(channel)
    kind, data = serde.dumps_typed({**rest, "small": small, "stored": stored})
    told = cast("dict[str, object]", get_serializable_checkpoint_metadata(config, metadata))
    run = told.get("run_id")
    return Head(
        checkpoint["id"],
        config["configurable"].get("checkpoint_id"),
        None if run is None else str(run),
        int(datetime.fromisoformat(checkpoint["ts"]).timestamp() * 1_000_000),
        kind,
        data,
        json.dumps(told, ensure_ascii=False, separators=(",", ":")),
    )


def new_values(checkpoint: Checkpoint, new: ChannelVersions, serde: SerializerProtocol) -> list[Value]:
    """Write the values that are new in a checkpoint, but for the small ones."""
    values = checkpoint["channel_values"]
    kept = (c for c in new if c in values and not is_small(c, values[c]))
    return [Value(channel, str(new[channel]), *serde.dumps_typed(values[channel])) for channel in kept]


def left_writes(left: Sequence[Left], serde: SerializerProtocol) -> tuple[list[Write], list[Write]]:
    """Write what tasks left: what stays where it is left again, and what the next time replaces."""
    staying: list[Write] = []
    replacing: list[Write] = []
    for writes, task, path in left:
        into = replacing if all(channel in WRITES_IDX_MAP for channel, _ in writes) else staying
        into.extend(
            Write(task, WRITES_IDX_MAP.get(channel, idx), path, channel, *serde.dumps_typed(value))
            for idx, (channel, value) in enumerate(writes)
            if channel in WRITES_IDX_MAP or channel.startswith("__error") or not _is_failed(writes)
        )
    return staying, replacing


def _is_failed(writes: Sequence[tuple[str, object]]) -> bool:
    """Tell whether a task failed or was cancelled; what it had half written would be taken for all it had to say."""
    return any(channel == ERROR for channel, _ in writes)


def is_small(channel: str, value: object) -> bool:
    """Tell whether a value goes with the head; sends do, whatever their size: they stand in one checkpoint alone."""
    return channel == TASKS or _is_light(value)


def _is_light(value: object) -> bool:
    if isinstance(value, list | tuple | dict):
        held = value.values() if isinstance(value, dict) else value
        return len(value) <= _FEW and all(not part or _is_plain(part) for part in held)
    return _is_plain(value)


def _is_plain(value: object) -> bool:
    return len(value) <= _SHORT if isinstance(value, str) else value is None or isinstance(value, int | float)


class Opened(NamedTuple):
    """A head that was read: the checkpoint but for its values, the small ones, and where the others are."""

    rest: dict[str, Any]
    small: dict[str, object]
    stored: Sequence[tuple[str, str]]
    """Channel and version of each value that is kept apart."""


def opened(kind: str, data: bytes, serde: SerializerProtocol) -> Opened:
    """Read a head."""
    rest = cast("dict[str, Any]", serde.loads_typed((kind, data)))
    small, stored = rest.pop("small"), rest.pop("stored")
    return Opened(rest, small, [(channel, str(rest["channel_versions"][channel])) for channel in stored])


def checkpoint_of(head: Opened, values: Mapping[str, object]) -> Checkpoint:
    """Put a checkpoint together."""
    held: dict[str, object] = {**head.small, **values}
    rest = dict(head.rest)
    if (sends := rest.pop("sends", None)) is not None:
        held[TASKS] = unpacked(sends, held)
    return cast(Checkpoint, {**rest, "channel_values": held})
