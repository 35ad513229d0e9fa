"""Make thousands of plans in one process, and look at memory, handles, threads and disk.

python tests/bench/many_plans.py              # 3,000 on the rules, then 1,000 by a provider on loopback
python tests/bench/many_plans.py 600 200      # fewer

Every plan is of a brief of its own, in one workspace: plans, books, checkpoints, journal, runs. The first half of each
part warms up, with more plans at once than the second: caches that have a most (numbers of 1,024 texts, two megabytes
of pages a connection) and pools are as full by then as they get. The second half is compared with it: bytes that Python
and malloc have handed out, which is what a leak is, and those that are resident, which also are what the allocator has
not given back. Disk is what the workspace grows by in the first and in the second half.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script, it sees the tests

from tests.bench.figures import Figure, print_figures
from tests.bench.plan_provider import provider
from tests.bench.plan_speed import COFFEE, named, planner_at, scripted

from nexusplanner import Planner, Settings
from nexusplanner.domain.model import JsonObject

KINDS, AT_ONCE, TOGETHER = 10, 4, 20
SETTLED_S = 2.5
"""Threads that live only while runs do have ended by then."""
MOST_BYTES, MOST_DISK = 1024, 1.1


@dataclass(frozen=True)
class Seen:
    """What a process and its workspace hold at one moment."""

    rss: int
    used: int
    """Bytes handed out by Python's allocator and by malloc."""
    handles: int
    threads: int
    disk: int


def seen(workspace: Path) -> Seen:
    """Look, once all that nobody needs is let go of."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    rss = int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    disk = sum(file.stat().st_blocks * 512 for file in workspace.rglob("*") if file.is_file())
    return Seen(rss, used(), len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), disk)


class _Handed(ctypes.Structure):
    """What ``mallinfo2`` of the C library tells."""

    _fields_ = (
        *((name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks")),
        *((name, ctypes.c_size_t) for name in ("hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")),
    )


def used() -> int:
    """Add up the bytes that are handed out: large blocks by malloc, small ones by Python, which tells on stderr."""
    mallinfo = ctypes.CDLL("libc.so.6").mallinfo2
    mallinfo.restype = _Handed
    large = mallinfo()
    with tempfile.TemporaryFile("w+") as told:
        sys.stderr.flush()
        kept = os.dup(2)
        try:
            os.dup2(told.fileno(), 2)
            sys._debugmallocstats()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        told.seek(0)
        found = re.search(r"bytes in allocated blocks\s*=\s*([\d,]+)", told.read())
    assert found is not None
    return int(found[1].replace(",", "")) + int(large.uordblks + large.hblkhd)


async def made(planner: Planner, plans: int, workspace: Path, start: int) -> list[Seen]:
    """Make plans, looking after each quarter; in the first two more are made at once."""
    looks = [seen(workspace)]
    for quarter in range(4):
        numbers = range(start + plans * quarter // 4, start + plans * (quarter + 1) // 4)
        for first in range(numbers.start, numbers.stop, TOGETHER):
            briefs = [numbered(n) for n in range(first, min(first + TOGETHER, numbers.stop))]
            at_once = TOGETHER if quarter < 2 else AT_ONCE
            assert all(r.plan is not None for r in await planner.abatch(briefs, max_concurrency=at_once))
        await asyncio.sleep(SETTLED_S)
        looks.append(seen(workspace))
    return looks


def numbered(plan: int) -> JsonObject:
    """Return a brief of its own: of one of some kinds, so that the provider knows it, and with a note."""
    return {**named(COFFEE, plan % KINDS, plan), "notes": f"Number {plan}."}


def figures(name: str, plans: int, looks: list[Seen], took_s: float) -> Iterator[Figure]:
    """Judge one part."""
    print(f"{name}: {plans} plans in {took_s:.0f} s; " + "; ".join(
        f"{look.rss / 2**20:.1f} MB, {look.used / 2**20:.2f} of them handed out, {look.handles} handles, "
        f"{look.threads} threads, {look.disk / 2**20:.1f} MB of disk"
        for look in looks))  # fmt: skip
    _, _, half, _, end = looks
    for what, more in (("memory", end.used - half.used), ("resident memory", end.rss - half.rss)):
        grown = more / (plans / 2)
        yield Figure(f"{name}: bytes of {what} a plan", grown, f"<= {MOST_BYTES}", is_met=grown <= MOST_BYTES)
    handles, threads = end.handles - half.handles, end.threads - half.threads
    yield Figure(f"{name}: handles more at the end", handles, "<= 0", is_met=handles <= 0)
    yield Figure(f"{name}: threads more at the end", threads, "<= 0", is_met=threads <= 0)
    disk = (end.disk - half.disk) / (half.disk - looks[0].disk)
    yield Figure(f"{name}: disk of the second half over the first", disk, f"<= {MOST_DISK}", is_met=disk <= MOST_DISK)


def part(name: str, plans: int, run: Callable[[Path], Planner], start: int) -> list[Figure]:
    """Make the plans of one part in a workspace of their own."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:

        async def work() -> list[Seen]:
            async with run(Path(folder)) as planner:
                return await made(planner, plans, Path(folder), start)

        looks = asyncio.run(work())
    return list(figures(name, plans, looks, time.monotonic() - began))


def main(by_rules: int, by_provider: int) -> int:
    """Print every figure."""
    found = part(
        "rules",
        by_rules,
        lambda folder: Planner(models=(), settings=Settings(), workspace=folder, clock=lambda: date(2026, 11, 2)),
        0,
    )
    with provider(scripted(COFFEE, {}, KINDS), delay_s=0.0) as at:
        found += part("loopback", by_provider, lambda folder: planner_at(at, {}, str(folder)), 5000)
    return print_figures({"many plans": lambda: iter(found)}, [])


if __name__ == "__main__":
    sys.exit(main(*(int(given) for given in (*sys.argv[1:], "3000", "1000")[:2])))
