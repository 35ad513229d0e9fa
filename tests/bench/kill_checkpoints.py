"""Kill a process while it writes checkpoints, and look for what it was told is kept: nothing may be lost or torn.

python tests/bench/kill_checkpoints.py          # 100 kills, in a SQLite file
python tests/bench/kill_checkpoints.py 20       # that many
python tests/bench/kill_checkpoints.py 20 postgresql

Eight runs write side by side, a step each time: a checkpoint, and before every second one what a branch left pending.
Each is noted on a pipe once it is acknowledged. The process is killed after a number of notes that a seed draws; then
the database is opened anew and every note is looked up.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script, it sees the tests

from langgraph.checkpoint.conformance.test_utils import generate_checkpoint, generate_metadata
from pydantic import SecretStr
from tests.bench.figures import Figure, print_figures

from nexusplanner.errors import StorageError
from nexusplanner.persistence import database_checkpoints, sqlite_checkpoints
from nexusplanner.persistence.checkpoint_saver import DatabaseCheckpoints
from nexusplanner.persistence.database import Database
from nexusplanner.planner.runs import thread_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.runnables import RunnableConfig

AT_ONCE, MOST_NOTES = 8, 120
SIZES = (40, 700, 9000)


@dataclass
class Outcome:
    """What was looked for and not found."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)


def text(run: str, step: int, size: int) -> str:
    """Return what a channel holds: it tells whose it is, to its last letter."""
    return f"{run}/{step}." * (size // 8)


def opened(place: str) -> DatabaseCheckpoints:
    """Open a saver over a file, or a database where the place is a URL."""
    if place.startswith("postgresql"):
        return database_checkpoints(Database(SecretStr(place)))
    return sqlite_checkpoints(Path(place))


async def walk(saver: DatabaseCheckpoints, run: str) -> None:
    """Write steps until the end of time, noting each that is acknowledged."""
    config: RunnableConfig = thread_of("acme", run)
    config["configurable"]["checkpoint_ns"] = ""
    for step in count(1):
        if step % 2 == 0:
            await saver.aput_writes(config, [("out", text(run, step, 700))], f"task-{step}")
            note(run, step, "write", config)
        values = {f"of {size}": text(run, step, size) for size in SIZES}
        versions: dict[str, str | int | float] = dict.fromkeys(values, saver.get_next_version(f"{step}.", None))
        checkpoint = generate_checkpoint(channel_values={**values}, channel_versions=versions)
        config = await saver.aput(config, checkpoint, generate_metadata(step=step), versions)
        note(run, step, "checkpoint", config)


def note(run: str, step: int, what: str, config: RunnableConfig) -> None:
    """Tell the parent, in one write, so that no line is torn by the kill itself."""
    os.write(1, f"{run} {step} {what} {config['configurable']['checkpoint_id']}\n".encode())


async def work(place: str, kill: str) -> None:
    """Walk some runs at once."""
    saver = opened(place)
    await asyncio.gather(*(walk(saver, f"k{kill}r{number}") for number in range(AT_ONCE)))


def killed(place: str, kill: int, notes: int) -> list[list[str]]:
    """Start a process, kill it after some notes, and return all it noted."""
    command = (sys.executable, __file__, "work", place, str(kill))
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONWARNINGS": "ignore"}) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(notes)]
        process.kill()
        lines.extend(process.stdout.readlines())
    return [line.decode().split() for line in lines if line.endswith(b"\n")]


def look_up(saver: DatabaseCheckpoints, noted: list[list[str]], outcome: Outcome) -> None:
    """Look for all that was noted, and at all that is there."""
    newest = {run: look_through(saver, run, outcome) for run in {run for run, *_ in noted}}
    for run, step, what, checkpoint in noted:
        outcome.acknowledged += 1
        # What a branch left is in the checkpoint that follows, where there is one.
        is_followed = what == "write" and newest[run] >= int(step)
        if not is_followed and not is_there(saver, run, checkpoint, task=f"task-{step}" if what == "write" else None):
            outcome.lost.append(f"{run} {step} {what}")


def look_through(saver: DatabaseCheckpoints, run: str, outcome: Outcome) -> int:
    """Read every checkpoint of a run, and return the newest one's step."""
    newest, config = 0, thread_of("acme", run)
    try:
        for item in saver.list(config):
            step = item.metadata["step"]
            newest = max(newest, step)
            if item.checkpoint["channel_values"] != {f"of {size}": text(run, step, size) for size in SIZES}:
                outcome.torn.append(f"{run} {step}")
    except StorageError as error:
        outcome.torn.append(f"{run}: {error}")
    return newest


def is_there(saver: DatabaseCheckpoints, run: str, checkpoint: str, *, task: str | None) -> bool:
    """Tell whether a checkpoint is there, or what a task left at it."""
    config = thread_of("acme", run)
    config["configurable"]["checkpoint_id"] = checkpoint
    found = saver.get_tuple(config)
    return found is not None and (task is None or task in {written[0] for written in found.pending_writes or ()})


def lost_and_torn(place: str, kills: int, *, seed: int = 7) -> Outcome:
    """Kill so many processes that write to one database, one after another."""
    draw, outcome = random.Random(seed), Outcome()
    for kill in range(kills):
        noted = killed(place, kill, draw.randint(1, MOST_NOTES))
        with closing(opened(place)) as saver:
            look_up(saver, noted, outcome)
    return outcome


@contextmanager
def somewhere(kind: str) -> Iterator[str]:
    """Yield the place of an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield str(Path(folder) / "runs.sqlite")
            return
        from tests.postgres import running_postgres

        with running_postgres(Path(folder)) as server:
            yield server.fresh().get_secret_value()


def main(kills: int, kind: str) -> int:
    """Print every figure."""
    with somewhere(kind) as place:
        outcome = lost_and_torn(place, kills)
    print(*outcome.lost, *outcome.torn, sep="\n", end="")
    figures = (
        Figure(f"{kills} kills, {kind}: acknowledged", outcome.acknowledged, "", is_met=outcome.acknowledged > kills),
        Figure("of them lost", len(outcome.lost), "0", is_met=not outcome.lost),
        Figure("torn", len(outcome.torn), "0", is_met=not outcome.torn),
    )
    return print_figures({"kills": lambda: iter(figures)}, [])


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        asyncio.run(work(*sys.argv[2:4]))
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 100, sys.argv[2] if sys.argv[2:] else "sqlite"))
