"""What the ledger does under load: spent against the budget, and the time of a reserve and a settle.

Run: ``python tests/bench/ledger.py``.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from nexusplanner.errors import BudgetExceeded
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.treasury import Treasury
from nexusplanner.persistence import SqliteLedger
from nexusplanner.ports.ledger import Call, Hold, Ledger, Paid, Scope

CALL = Call("acme", date(2027, 1, 9), "run-1", "critic.critique", "openai:gpt-5-mini")
DAY = Scope("day", "day:2027-01-09", 100_000_000)


async def spent_by_a_thousand(ledger: Ledger) -> tuple[Decimal, float]:
    """Let a thousand calls of 1 USD at once meet a budget of 100; return what was spent, and the seconds."""
    purse = Purse(usd=Decimal(100), max_calls=10_000, run="bench", treasury=Treasury(ledger))
    started = time.perf_counter()

    async def one() -> None:
        try:
            hold = await purse.areserve(Decimal(1))
        except BudgetExceeded:
            return
        await asyncio.sleep(0)
        await purse.asettle(hold, Decimal(1))

    await asyncio.gather(*(one() for _ in range(1000)))
    took = time.perf_counter() - started
    balance = ledger.balance("run:default:bench")
    assert balance.held == 0
    return Decimal(balance.spent) / 1_000_000, took


def spend_until_refused(file: Path, calls: int) -> None:
    """Spend 1 USD at a time; what a process of the race does."""
    ledger = SqliteLedger(file)
    for _ in range(calls):
        hold = ledger.reserve(1_000_000, (DAY,), CALL, now=0, hold_s=60)
        if isinstance(hold, Hold):
            ledger.settle(hold, Paid(1_000_000))
    ledger.close()


def spent_by_four_processes(file: Path) -> Decimal:
    """Let four processes make 250 calls each on one budget of 100."""
    race = [subprocess.Popen((sys.executable, __file__, str(file))) for _ in range(4)]
    for process in race:
        assert process.wait(120) == 0
    ledger = SqliteLedger(file)
    balance = ledger.balance(DAY.key)
    ledger.close()
    assert balance.held == 0
    return Decimal(balance.spent) / 1_000_000


def microseconds(ledger: Ledger, times: int) -> tuple[float, float]:
    """Return CPU and wall time of one reserve and settle under five ceilings, in microseconds."""
    scopes = tuple(Scope(name, f"{name}:x", 10**15) for name in ("run", "tenant_day", "tenant_month", "day", "month"))

    def turn() -> None:
        hold = ledger.reserve(10, scopes, CALL, now=0, hold_s=60)
        assert isinstance(hold, Hold)
        ledger.settle(hold, Paid(7, 100, 50))

    turn()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        turn()
    return (time.process_time() - cpu) / times * 1e6, (time.perf_counter() - wall) / times * 1e6


def main() -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        made: dict[str, Callable[[], Ledger]] = {
            "memory": InMemoryLedger,
            "sqlite": lambda: SqliteLedger(Path(folder) / "ledger.sqlite"),
        }
        for name, make in made.items():
            ledger = make()
            spent, took = asyncio.run(spent_by_a_thousand(ledger))
            cpu, wall = microseconds(ledger, 2000 if name == "memory" else 300)
            print(f"{name}: 1000 calls at once on 100 USD: spent/budget {spent / 100:.2f} in {took:.2f} s")
            print(f"{name}: reserve + settle under five ceilings: {cpu:,.0f} us CPU, {wall:,.0f} us wall")
            ledger.close()
        spent = spent_by_four_processes(Path(folder) / "race.sqlite")
        print(f"sqlite: four processes, 1000 calls on 100 USD: spent/budget {spent / 100:.2f}, nothing held")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        spend_until_refused(Path(sys.argv[1]), 250)
    else:
        main()
