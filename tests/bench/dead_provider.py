"""How often a provider that is down is asked while twenty callers never stop asking the chain.

python tests/bench/dead_provider.py              # a minute of real time for every way to be down, at once
python tests/bench/dead_provider.py silent 15    # one way, for a shorter time
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.figures import Figure, print_figures
from tests.unit.llm.asking import GOOD, purse, request
from tests.unit.llm.wires import WIRES, chain, server_of

from nexusplanner.llm import Model
from nexusplanner.llm.breaker import SHARED
from nexusplanner.testing.completion import Completion

MOST_A_MINUTE = 12
PLANNERS, CALLERS = 4, 5
"""Chains, each with a thread and an event loop of its own, and who calls each of them."""
PAUSE_S, LASTING_S = 0.02, 62.0
DOWN = {"503": Completion("down", status=503), "silent": Completion(GOOD, is_held=True)}


def figures(how: str, seconds: float) -> Iterator[Figure]:
    """Let all callers ask both wires for some seconds; count at the servers."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        servers = {wire: stack.enter_context(server_of(wire, [DOWN[how]])) for wire in WIRES}
        every = [
            chain(server, patch=patch, limit_s=2, breakers=SHARED)
            for server in servers.values()
            for _ in range(PLANNERS)
        ]
        with ThreadPoolExecutor(len(every)) as pool:
            answered = list(pool.map(lambda model: asyncio.run(_callers(model, seconds)), every))
        print(f"     {sum(answered)} calls in {seconds:g} s ({how}), all answered by the rules", flush=True)
        for wire, server in servers.items():
            most = _most_in_a_minute([taken.at_s for taken in server.log])
            what = f"requests a minute to a dead provider ({how}) on the {wire} wire, {PLANNERS * CALLERS} callers"
            yield Figure(what, most, f"<= {MOST_A_MINUTE}", 0 < most <= MOST_A_MINUTE)


async def _callers(model: Model, seconds: float) -> int:
    until = time.monotonic() + seconds

    async def caller() -> int:
        answered = 0
        while time.monotonic() < until:
            answer = await model.answer(request(held=purse("1000", max_calls=1_000_000)))
            assert answer.rung == "rules"
            answered += 1
            await asyncio.sleep(PAUSE_S)
        return answered

    return sum(await asyncio.gather(*(caller() for _ in range(CALLERS))))


def _most_in_a_minute(moments: Sequence[float]) -> int:
    return max((sum(start <= moment < start + 60 for moment in moments) for start in moments), default=0)


def main(arguments: Sequence[str]) -> int:
    """Measure one way to be down, or all of them at once, in a process each."""
    if arguments:
        how, seconds = arguments[0], float(arguments[1]) if len(arguments) > 1 else LASTING_S
        return print_figures({how: lambda: figures(how, seconds)}, [])
    return max([process.wait() for process in [subprocess.Popen([sys.executable, __file__, how]) for how in DOWN]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
