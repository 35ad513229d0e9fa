"""Races for one budget: a storm in this process, processes on one file, and one that is killed in mid-call."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.flow.spending import BUDGET_USD, CALL_USD, DEAREST, balance, command, spend

from nexusplanner.domain.dollars import dollars
from nexusplanner.domain.model import JsonObject
from nexusplanner.persistence import SqliteLedger
from nexusplanner.ports.ledger import Ledger
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.openai_server import OpenAIServer

WORTH = int(BUDGET_USD / CALL_USD)
_ROOT = Path(__file__).resolve().parents[2]
_ANSWERED, _KILLED = 20, 60


@dataclass(frozen=True)
class Outcome:
    """What a race came to."""

    requests: int
    """By the provider's own count."""
    by_model: int
    spent_usd: Decimal
    held_usd: Decimal

    @property
    def times_the_budget(self) -> Decimal:
        """What the books say was spent, or what the provider was asked for where that is more."""
        return max(self.spent_usd, self.requests * CALL_USD) / BUDGET_USD


def storm(ledger: Ledger, calls: int) -> Outcome:
    """Make calls at once in this process."""
    with OpenAIServer([DEAREST]) as server:
        spent = asyncio.run(spend(ledger, server.base_url, calls))
        return _outcome(ledger, len(server.log), spent.by_model)


def race(file: Path, calls: int, processes: int = 4) -> Outcome:
    """Let processes make calls on one ledger file, as many at once as each has."""
    with OpenAIServer([DEAREST]) as server:
        racers = [_started(command(file, server.base_url, calls // processes)) for _ in range(processes)]
        by_model = sum(int(racer.communicate(timeout=240)[0]) for racer in racers)
        return _of_file(file, len(server.log), by_model)


def killed(file: Path) -> Outcome:
    """Kill a process while calls of it are under way; then let another spend what is left."""
    asked, is_full = 0, threading.Event()

    def respond(body: JsonObject) -> Completion:
        nonlocal asked
        asked += 1
        if asked == _KILLED:
            is_full.set()
        return Completion(is_held=True) if _ANSWERED < asked <= _KILLED else DEAREST

    with OpenAIServer(respond) as server:
        first = _started(command(file, server.base_url, _KILLED))
        assert is_full.wait(120), "it makes its calls"
        first.kill()
        first.communicate(timeout=30)
        second = _started(command(file, server.base_url, WORTH))
        by_model = int(second.communicate(timeout=240)[0])
        return _of_file(file, len(server.log), by_model)


def _started(spending: tuple[str, ...]) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(_ROOT / "src"), str(_ROOT)))}
    return subprocess.Popen(spending, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def _of_file(file: Path, requests: int, by_model: int) -> Outcome:
    ledger = SqliteLedger(file)
    try:
        return _outcome(ledger, requests, by_model)
    finally:
        ledger.close()


def _outcome(ledger: Ledger, requests: int, by_model: int) -> Outcome:
    left = balance(ledger)
    return Outcome(requests, by_model, dollars(left.spent), dollars(left.held))
