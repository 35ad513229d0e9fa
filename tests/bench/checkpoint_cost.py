"""Measure what checkpoints cost a plan, ours beside LangGraph's own SQLite saver, in the same run.

python tests/bench/checkpoint_cost.py            # one plan at a time, then many at once
python tests/bench/checkpoint_cost.py one 20     # that many rounds
python tests/bench/checkpoint_cost.py many 200   # that many at once

Each round plans the same brief on the rules rung with no checkpoints, with ours, and with theirs; each step is on the
disk before the next begins. One more keeps nothing and pauses 3 ms a step: whoever waits comes back to a colder cache,
and the busier the machine the colder, so what checkpoints take is what they take beside a pause. What is printed is
the median over rounds. Bytes are those of the rows when the run has ended, before it is forgotten.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.base import CheckpointTuple as Tuple
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Checkpointer, Durability

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script, it sees the tests

from tests.bench.figures import Figure, print_figures
from tests.bench.plan_speed import SCENARIOS, named

from nexusplanner import Planner
from nexusplanner.persistence.checkpoint_saver import DatabaseCheckpoints
from nexusplanner.persistence.checkpoint_sqlite import SqliteCheckpointFile
from nexusplanner.persistence.checkpoints import strict_serializer
from nexusplanner.planner import runs

ROUNDS, AT_ONCE, PAUSE_S = 15, 100, 0.003
MOST_CPU_MS, MOST_WALL_MS = 0.5, 1.5


class Ours(DatabaseCheckpoints):
    """Counts steps, transactions and what a run had kept when it ended."""

    steps = transactions = kept = 0

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        self.steps += 1
        return await super().aput(config, checkpoint, metadata, new_versions)

    async def adelete_thread(self, thread_id: str) -> None:
        tables = ("checkpoint_heads", "checkpoint_values", "checkpoint_writes")
        with self.database.reading() as cursor:
            self.kept = sum(cursor.rows(f"SELECT TOTAL(LENGTH(data)) FROM {table}")[0][0] for table in tables)
        await super().adelete_thread(thread_id)


class Paused(BaseCheckpointSaver[str]):
    """Keeps nothing, and waits as if for a disk."""

    async def aget_tuple(self, config: RunnableConfig) -> Tuple | None:
        return None

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        await asyncio.sleep(PAUSE_S)
        return config

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep nothing."""

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget nothing."""

    def get_next_version(self, current: str | None, channel: None) -> str:
        return f"{int(current or 0) + 1:06d}"


class Theirs(SqliteSaver):
    """LangGraph's own, awaited through threads, so that it can be used from a loop."""

    steps = kept = 0

    async def aget_tuple(self, config: RunnableConfig) -> Tuple | None:
        return await asyncio.to_thread(self.get_tuple, config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        self.steps += 1
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        rows = "SELECT TOTAL(LENGTH(checkpoint)) FROM checkpoints", "SELECT TOTAL(LENGTH(value)) FROM writes"
        with self.cursor(transaction=False) as cursor:
            self.kept = int(sum(cursor.execute(row).fetchone()[0] for row in rows))
        await asyncio.to_thread(self.delete_thread, thread_id)


class CountedFile(SqliteCheckpointFile):
    """Counts transactions that wait for the disk."""

    transactions = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        self.transactions += 1
        with super().together():
            yield


@dataclass
class Cost:
    """What rounds took, in milliseconds."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def durability(checkpointer: Checkpointer) -> Durability | None:
    """Keep each step at once, whoever keeps it."""
    return "sync" if checkpointer else None


def planner(name: str, saver: BaseCheckpointSaver[str] | None) -> Planner:
    """Return a planner on the rules rung whose runs rest with a saver."""
    made = Planner(models=(), clock=lambda: date(2026, 11, 2), **SCENARIOS[name]()[1])
    if saver is not None:
        made.__dict__.update(_saver=saver, _graph_for=lambda _: made.graph)
    return made


def theirs(path: Path) -> Theirs:
    """Open LangGraph's saver, as safe as ours."""
    connection = sqlite3.connect(path, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return Theirs(connection, serde=strict_serializer())


async def one_at_a_time(name: str, rounds: int, folder: Path) -> Iterator[Figure]:
    """Plan one after another, and tell what checkpoints cost a step."""
    ours = Ours(CountedFile(folder / f"{name} ours.sqlite"), serde=strict_serializer())
    counted: dict[str, Ours | Theirs] = {"ours": ours, "theirs": theirs(folder / f"{name}.sqlite")}
    # The first of a round computes what the others find computed.
    savers: dict[str, BaseCheckpointSaver[str] | None] = {"first": None, "none": None, "paused": Paused(), **counted}
    planners, costs = {who: planner(name, saver) for who, saver in savers.items()}, {who: Cost() for who in savers}
    for number in range(rounds + 2):
        for who, planning in planners.items():
            cpu_s, wall_s = time.process_time(), time.perf_counter()
            await planning.aplan(named(SCENARIOS[name]()[0], 0, number))
            if number >= 2:  # the first fit curves and open files
                costs[who].cpu.append((time.process_time() - cpu_s) * 1000)
                costs[who].wall.append((time.perf_counter() - wall_s) * 1000)
    return iter(
        [
            figure
            for who, saver in counted.items()
            for figure in figures_of(f"{name}, {who}", costs, who, steps=saver.steps / (rounds + 2), kept=saver.kept)
        ]
    )


def more(these: Sequence[float], those: Sequence[float]) -> float:
    """Return the median of what these are more than those."""
    return statistics.median(this - that for this, that in zip(these, those, strict=True))


def figures_of(title: str, costs: dict[str, Cost], who: str, *, steps: float, kept: float) -> Iterator[Figure]:
    """Tell what was measured of one saver."""
    cost, none, is_ours = costs[who], costs["none"], who == "ours"
    yield Figure(f"{title}: steps a plan", steps, "", is_met=True)
    cpu = more(cost.cpu, none.cpu)
    yield Figure(f"{title}: ms of CPU a plan", cpu, f"{statistics.median(none.cpu):.0f} without", is_met=True)
    cpu = more(cost.cpu, costs["paused"].cpu) / steps
    asked = f"<= {MOST_CPU_MS} beside a pause" if is_ours else "reference"
    yield Figure(f"{title}: ms of CPU a step", cpu, asked, is_met=not is_ours or cpu <= MOST_CPU_MS)
    wall = more(cost.wall, none.wall) / steps
    asked = f"<= {MOST_WALL_MS} quiet" if is_ours else "reference"
    yield Figure(f"{title}: ms of wall a step", wall, asked, is_met=not is_ours or wall <= MOST_WALL_MS)
    yield Figure(f"{title}: KB a run while it lasts", kept / 1024, "0 when it has ended", is_met=True)


async def many_at_once(name: str, at_once: int, folder: Path) -> Iterator[Figure]:
    """Plan many at once, and tell how many steps waited for the disk together."""
    file = CountedFile(folder / "many.sqlite")
    saver = Ours(file, serde=strict_serializer())
    briefs, found = [named(SCENARIOS[name]()[0], 0, number) for number in range(at_once)], {}
    for who, planning in (("without", planner(name, None)), ("with", planner(name, saver))):
        await planning.aplan(briefs[0])
        saver.steps = file.transactions = 0
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        await planning.abatch(briefs, max_concurrency=at_once)
        found[who] = (time.process_time() - cpu_s, time.perf_counter() - wall_s)
    cpu, wall = (after - before for after, before in zip(found["with"], found["without"], strict=True))
    return iter(
        (
            Figure(f"{at_once} at once: steps a wait for the disk", saver.steps / file.transactions, "", is_met=True),
            Figure(f"{at_once} at once: ms of CPU a step", cpu / saver.steps * 1000, f"<= {MOST_CPU_MS}",
                   is_met=cpu / saver.steps * 1000 <= MOST_CPU_MS),
            Figure(f"{at_once} at once: s in all", found["with"][1], f"{found['without'][1]:.1f} without", is_met=True),
            Figure(f"{at_once} at once: ms of wall a step", wall / saver.steps * 1000, f"<= {MOST_WALL_MS}",
                   is_met=wall / saver.steps * 1000 <= MOST_WALL_MS),
        )
    )  # fmt: skip


def main(part: str = "all", number: str = "") -> int:
    """Print every figure of one part, or of both."""
    runs.durability_of = durability  # type: ignore[attr-defined]
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    short = 0
    with tempfile.TemporaryDirectory() as folder:
        if part in {"all", "one"}:
            for name in ("small brief", "cd retailer"):
                figures = asyncio.run(one_at_a_time(name, int(number or ROUNDS), Path(folder)))
                short += print_figures({name: lambda of=figures: of}, [])  # type: ignore[misc]
        if part in {"all", "many"}:
            figures = asyncio.run(many_at_once("small brief", int(number or AT_ONCE), Path(folder)))
            short += print_figures({"many": lambda: figures}, [])
    return min(short, 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
