"""What a hundred calls' worth of budget buys under load, through the chain and by the provider's own count.

Run: ``python tests/bench/overspend.py``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.figures import Figure, print_figures
from tests.flow.races import Outcome, killed, race, storm

from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.persistence import SqliteLedger
from nexusplanner.ports.ledger import Ledger

CALLS = 1000


def at_once() -> Iterator[Figure]:
    """Make a thousand calls at once on each kind of books."""
    with TemporaryDirectory() as folder:
        books: dict[str, Callable[[], Ledger]] = {
            "memory": InMemoryLedger,
            "SQLite": lambda: SqliteLedger(Path(folder) / "ledger.sqlite"),
        }
        for name, opened in books.items():
            ledger = opened()
            yield from _shown(f"{CALLS} calls at once, {name}", partial(storm, ledger, CALLS))
            ledger.close()


def processes() -> Iterator[Figure]:
    """Let four processes make a thousand calls on one file."""
    with TemporaryDirectory() as folder:
        yield from _shown(f"{CALLS} calls of 4 processes on one file", lambda: race(Path(folder) / "l.sqlite", CALLS))


def kill() -> Iterator[Figure]:
    """Kill a process with forty calls under way, and let another spend on."""
    with TemporaryDirectory() as folder:
        yield from _shown("a process killed with 40 calls under way", lambda: killed(Path(folder) / "l.sqlite"))


def _shown(what: str, run: Callable[[], Outcome]) -> Iterator[Figure]:
    began = time.perf_counter()
    outcome = run()
    took_s = time.perf_counter() - began
    spent, held = outcome.times_the_budget, outcome.held_usd
    yield Figure(f"{what}: spent / budget", float(spent), f"<= 1 ({took_s:.1f} s)", spent <= 1)
    yield Figure(f"{what}: held after it, USD", float(held), "0", not held)


PARTS = {"at_once": at_once, "processes": processes, "kill": kill}

if __name__ == "__main__":
    sys.exit(print_figures(PARTS, sys.argv[1:]))
