"""The breaker: a deployment that is down is hardly asked, one that is well is never held up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.llm.asking import Said, ask, request
from tests.unit.llm.wires import WIRES, chain, server_of

from nexusplanner.errors import ProviderContentError, ProviderError, ProviderPermanentError, ProviderTransientError
from nexusplanner.llm import Model
from nexusplanner.llm.breaker import SHARED, Breaker, Breakers, Deployment, Outcome
from nexusplanner.llm.guarded import Guarded
from nexusplanner.llm.retried import Retried
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.faults import Wire
from nexusplanner.testing.scripted import ScriptedModel

MOST_A_MINUTE = 12


class Clock:
    """A clock that goes when it is told."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


async def one(breaker: Breaker, outcome: Outcome = "fault") -> bool:
    """Make one call; say whether it was let through."""
    try:
        is_probe = await breaker.enter()
    except ProviderTransientError:
        return False
    breaker.leave(outcome, is_probe=is_probe, fault="503")
    return True


def most_in_a_minute(moments: list[float]) -> int:
    """Count the fullest minute."""
    return max((sum(1 for m in moments if start <= m < start + 60) for start in moments), default=0)


@settings(max_examples=15, deadline=None)
@given(
    gaps=st.lists(st.floats(0.0, 30.0), min_size=5, max_size=40),
    latency_turns=st.integers(0, 4),
    retry_after_s=st.sampled_from([None, 0.0, 5.0, 3600.0]),
)
def test_a_dead_deployment_is_hardly_asked_however_many_call(
    gaps: list[float], latency_turns: int, retry_after_s: float | None
) -> None:
    """At most twelve requests in any minute, with a thousand callers at once, again and again."""
    clock = Clock()
    breaker = Breaker("m", monotonic=clock)
    sent: list[float] = []

    async def call() -> None:
        try:
            is_probe = await breaker.enter()
        except ProviderTransientError:
            return
        sent.append(clock())
        for _ in range(latency_turns):
            await asyncio.sleep(0)
        breaker.leave("fault", is_probe=is_probe, fault="down", retry_after_s=retry_after_s)

    async def storm() -> None:
        for index, gap in enumerate(gaps):
            await asyncio.gather(*(call() for _ in range(1000 if index == 0 else 50)))
            clock.now_s += gap

    asyncio.run(storm())
    assert len(sent) >= 5
    assert most_in_a_minute(sent) <= MOST_A_MINUTE


def test_a_deployment_that_is_well_lets_a_thousand_through_at_once() -> None:
    """After its first answer nobody waits."""
    breaker = Breaker("m", monotonic=Clock())
    inside = 0

    async def storm() -> int:
        nonlocal inside
        await one(breaker, "well")
        passes = await asyncio.gather(*(breaker.enter() for _ in range(1000)))
        return len(passes)

    assert asyncio.run(storm()) == 1000


def test_callers_of_an_unknown_deployment_wait_for_the_first_and_then_all_pass() -> None:
    breaker = Breaker("m", monotonic=Clock())
    at_once = 0
    most = 0

    async def call() -> None:
        nonlocal at_once, most
        is_probe = await breaker.enter()
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        breaker.leave("well", is_probe=is_probe)

    async def storm() -> None:
        first = [asyncio.ensure_future(call()) for _ in range(100)]
        await asyncio.sleep(0)
        assert at_once == 5
        await asyncio.gather(*first)

    asyncio.run(storm())
    assert most > 5


def test_after_its_rest_one_looks_and_an_answer_closes_it() -> None:
    """Open, half-open and closed again; the health says so, with the last fault and since when."""
    clock = Clock()
    breaker = Breaker("openai:x", monotonic=clock)

    async def story() -> None:
        for _ in range(5):
            assert await one(breaker)
        clock.now_s = 4
        health = breaker.health()
        assert (health.state, health.last_fault, health.since_s, health.is_proven) == ("open", "503", 4, False)
        with pytest.raises(
            ProviderTransientError, match=r"openai:x is left alone for 6 s after 5 faults; .*503"
        ) as down:
            await breaker.enter()
        assert down.value.is_unsent
        clock.now_s = 10
        assert breaker.health().state == "half-open"
        is_probe = await breaker.enter()
        assert is_probe
        assert not await one(breaker)
        breaker.leave("well", is_probe=True)
        assert (breaker.health().state, breaker.health().is_proven) == ("closed", True)
        assert await one(breaker, "well")

    asyncio.run(story())


def test_each_look_that_finds_it_down_doubles_the_rest_up_to_a_minute() -> None:
    clock = Clock()
    breaker = Breaker("m", monotonic=clock)
    looks: list[float] = []

    async def story() -> None:
        for _ in range(5):
            await one(breaker)
        while clock.now_s < 300:
            clock.now_s += 1
            if await one(breaker):
                looks.append(clock.now_s)

    asyncio.run(story())
    assert looks[0] == 10
    assert [after - before for before, after in pairwise(looks)][:5] == [20, 40, 60, 60, 60]


def test_a_look_that_was_given_up_is_no_answer_and_lets_another_look_later() -> None:
    clock = Clock()
    breaker = Breaker("m", monotonic=clock)

    async def story() -> None:
        for _ in range(5):
            await one(breaker)
        clock.now_s = 10
        assert await one(breaker, "unknown")
        assert not await one(breaker)
        clock.now_s = 31
        assert await one(breaker, "well")

    asyncio.run(story())
    assert breaker.health().state == "closed"


def test_who_waits_may_leave() -> None:
    """A caller that is cancelled while it waits takes no place."""
    breaker = Breaker("m", faults=1, monotonic=Clock())

    async def story() -> None:
        is_probe = await breaker.enter()
        waiting = asyncio.ensure_future(breaker.enter())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        breaker.leave("well", is_probe=is_probe)
        assert await one(breaker, "well")

    asyncio.run(story())


def unsent() -> ProviderError:
    """Make a fault of a call that never left."""
    error = ProviderPermanentError("no key")
    error.is_unsent = True
    return error


@pytest.mark.parametrize("fault", [ProviderPermanentError("400"), ProviderContentError("cut"), unsent()])
def test_a_fault_that_stays_never_opens_it(fault: ProviderError) -> None:
    """Whoever refuses is up."""
    breaker = Breaker("m", monotonic=Clock())
    for _ in range(20):
        with pytest.raises(type(fault)):
            ask(Guarded(ScriptedModel({"test.ask": [fault]}), breaker=breaker))
    assert breaker.health().state == "closed"


def test_passing_faults_open_it_and_then_nobody_is_asked() -> None:
    breaker = Breaker("m", monotonic=Clock())
    busy: Iterator[Exception] = iter(ProviderTransientError(f"busy {i}") for i in range(5))
    model = ScriptedModel({"test.ask": [*busy, Said(text="never")]})
    for _ in range(8):
        with pytest.raises(ProviderTransientError):
            ask(Guarded(model, breaker=breaker))
    assert len(model.asked) == 5
    assert breaker.health().last_fault == "busy 4"


def test_a_deployment_has_one_breaker_whoever_asks() -> None:
    breakers = Breakers()
    here, there = Deployment("openai:x", "http://a"), Deployment("openai:x", "http://b")
    assert breakers.of(here) is breakers.of(Deployment("openai:x", "http://a"))
    assert breakers.of(here) is not breakers.of(there)
    assert [h.name for h in breakers.health()] == ["openai:x", "openai:x"]


def test_loops_of_many_threads_share_what_they_know() -> None:
    """A dead deployment gets what one loop would send it, and one look after its rest."""
    clock = Clock()
    breaker = Breaker("m", monotonic=clock)

    async def storm() -> int:
        return sum(await asyncio.gather(*(one(breaker) for _ in range(50))))

    def storms() -> int:
        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(lambda _: asyncio.run(storm()), range(8)))

    assert storms() == 5
    clock.now_s = 10
    assert storms() == 1
    clock.now_s = 29
    assert storms() == 0


@pytest.mark.parametrize("wire", WIRES)
def test_all_chains_of_a_process_leave_a_dead_deployment_alone(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty planners' chains, ten callers each, one loop after the other; by the server's own log."""
    original = Retried.__init__
    monkeypatch.setattr(Retried, "__init__", lambda self, model: original(self, model, longest_wait_s=0.0))

    async def storm(model: Model) -> set[str]:
        return {answer.rung for answer in await asyncio.gather(*(model.answer(request()) for _ in range(10)))}

    with server_of(wire, [Completion("down", status=503)]) as server:
        chains = [chain(server, patch=monkeypatch, limit_s=20, breakers=SHARED) for _ in range(20)]
        rungs = [asyncio.run(storm(model)) for model in chains]
        assert len(server.log) <= MOST_A_MINUTE
    assert rungs == [{"rules"}] * 20
