"""Measure what the chain costs beside a call: CPU and time, against the bare openai client in the same run.

python tests/bench/chain_cost.py          # all of it
python tests/bench/chain_cost.py 2000     # with so many calls

Every policy is there: trace, score, sections, clock, mending, retries, breaker, budget. The ledger is once in memory
and once a file. The prompt has 21,000 characters; the provider, in a process of its own, answers at once for the CPU
and after 200 ms for the time.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from pathlib import Path

from openai import AsyncOpenAI
from pydantic import SecretStr

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script, it sees the tests

from tests.bench.figures import Figure, print_figures
from tests.bench.plan_provider import provider
from tests.unit.llm.asking import PROMPT, Said, request

from nexusplanner.llm.breaker import Breakers
from nexusplanner.llm.chain import build_chain
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.rules import RulesModel
from nexusplanner.llm.scorers import Length, Repetition
from nexusplanner.llm.treasury import Treasury
from nexusplanner.persistence.ledger_sqlite import SqliteLedger

Call = Callable[[], Awaitable[object]]
Caller = AbstractAsyncContextManager[Call]
MOST_CPU, AT_ONCE, SEQUENCE = 1.5, 20, 15
DATA = json.dumps({"plan": "bench-a-a", "text": "y" * 20_000})
REPLY = json.dumps({"text": "So it is, and so it was.", "share": 0.25, "evidence": []})
SCRIPT = {("a", PROMPT.fill({"what": "it"})): REPLY}


@asynccontextmanager
async def bare(base_url: str) -> AsyncIterator[Call]:
    """Ask as the vendor's client does."""
    client = AsyncOpenAI(api_key="k", base_url=base_url, max_retries=0)
    user = f"<<<DATA\n{DATA}\nDATA>>>"

    async def call() -> None:
        await client.chat.completions.create(
            model="gpt-5-mini",
            messages=[{"role": "system", "content": PROMPT.fill({"what": "it"})}, {"role": "user", "content": user}],
            max_completion_tokens=500,
        )

    async with client:
        yield call


@asynccontextmanager
async def ours(base_url: str, treasury: Treasury) -> AsyncIterator[Call]:
    """Ask through the whole chain."""
    chain = build_chain(
        ["openai:gpt-5-mini"],
        RulesModel({}),
        api_key=SecretStr("k"),
        base_url=base_url,
        timeout_s=30,
        max_tokens=500,
        breakers=Breakers(),
        scorers=(Length({"test.ask": (3, 100)}), Repetition()),
        floor=0.5,
    )
    purse = Purse(usd=Decimal(100_000), max_calls=10**9, run="bench", treasury=treasury)

    async def call() -> None:
        answer = await chain.answer(request(held=purse, data=DATA))
        assert isinstance(answer.value, Said)
        assert answer.rung == "openai:gpt-5-mini"

    yield call


async def cpu_ms(caller: Caller, calls: int) -> float:
    """Return the CPU of a call, twenty at a time."""
    async with caller as call:
        await call()
        began = time.process_time()
        for _ in range(calls // AT_ONCE):
            await asyncio.gather(*(call() for _ in range(AT_ONCE)))
        return (time.process_time() - began) / (calls // AT_ONCE * AT_ONCE) * 1000


async def wall_ms(caller: Caller) -> float:
    """Return the median time of a call, one after another."""
    took = []
    async with caller as call:
        await call()
        for _ in range(SEQUENCE):
            began = time.perf_counter()
            await call()
            took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def on_disk(folder: str) -> Treasury:
    """Keep books in a file."""
    return Treasury(SqliteLedger(Path(folder) / "ledger.sqlite"))


def main(calls: int) -> int:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as folder:
        treasury = on_disk(folder)
        with provider(SCRIPT, delay_s=0.0) as quick:
            plain, memory, disk = (
                asyncio.run(cpu_ms(make(quick.base_url), calls))
                for make in (bare, lambda url: ours(url, Treasury()), lambda url: ours(url, treasury))
            )
        with provider(SCRIPT, delay_s=0.2) as slow:
            plain_wall, disk_wall = (
                asyncio.run(wall_ms(make(slow.base_url))) for make in (bare, lambda url: ours(url, treasury))
            )
        treasury.close()
    figures = (
        Figure("bare openai client: ms of CPU a call", plain, "reference", is_met=True),
        Figure("the chain, ledger in memory: x of that", memory / plain, "", is_met=True),
        Figure("the chain, ledger on: x of that", disk / plain, f"<= {MOST_CPU}", is_met=disk <= MOST_CPU * plain),
        Figure("bare openai client: x of 200 ms", plain_wall / 200, "reference", is_met=True),
        Figure("the chain, ledger on: x of 200 ms", disk_wall / 200, "<= 1.08", is_met=disk_wall <= 1.08 * 200),
    )
    return print_figures({"chain": lambda: iter(figures)}, [])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1000))
