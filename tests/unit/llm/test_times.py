"""Time in the chain: waits a provider asks for, the clock around a call, and the clock around a run."""

from __future__ import annotations

import asyncio
import math

import pytest
from tests.unit.llm.asking import Said, ask, purse, request

from nexusplanner.errors import BudgetExceeded, ProviderTransientError
from nexusplanner.llm.deadline import Deadline
from nexusplanner.llm.request import Answer, Request, T
from nexusplanner.llm.retried import Retried
from nexusplanner.llm.timed import Timed
from nexusplanner.testing.scripted import ScriptedModel

SAID = Said(text="yes")


def busy(retry_after_s: float | None) -> ProviderTransientError:
    """Make a passing fault that asks for a wait."""
    error = ProviderTransientError("busy")
    error.retry_after_s = retry_after_s
    return error


class Sleeps:
    """Sleeps without sleeping, while its clock goes on."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now_s(self) -> float:
        """Return the time that was slept."""
        return sum(self.slept)

    async def __call__(self, seconds: float) -> None:
        """Note a sleep."""
        self.slept.append(seconds)


@pytest.mark.parametrize("asked_s", [0.0, 1.0, 7.5, 30.0])
def test_a_provider_is_left_alone_as_long_as_it_asks(asked_s: float) -> None:
    """Never shorter; the back-off may make it longer."""
    sleeps = Sleeps()
    with ScriptedModel({"test.ask": [busy(asked_s), busy(asked_s), SAID]}) as model:
        ask(Retried(model, sleep=sleeps))
    assert len(sleeps.slept) == 2
    assert all(asked_s <= slept <= max(asked_s, 4.0) for slept in sleeps.slept)


@pytest.mark.parametrize("asked_s", [30.1, 3600.0, math.inf])
def test_who_asks_for_more_than_half_a_minute_is_left_for_good(asked_s: float) -> None:
    sleeps = Sleeps()
    with ScriptedModel({"test.ask": [busy(asked_s)]}) as model, pytest.raises(ProviderTransientError, match="busy"):
        ask(Retried(model, sleep=sleeps))
    assert sleeps.slept == []


def test_a_wait_beyond_the_calls_time_is_not_begun() -> None:
    """Waiting for what cannot be used would only keep the next provider waiting."""
    sleeps = Sleeps()
    with ScriptedModel({"test.ask": [busy(6.0), busy(6.0)]}) as model, pytest.raises(ProviderTransientError):
        ask(Timed(Retried(model, sleep=sleeps), limit_s=10, monotonic=sleeps.now_s))
    assert sleeps.slept == [6.0]


class Hanging:
    """Never answers."""

    name = "m"

    async def answer(self, asked: Request[T]) -> Answer[T]:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise AssertionError("nobody sets the event")


def test_what_does_not_mind_the_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nexusplanner.llm.timed.GRACE_S", 0.01)
    with pytest.raises(ProviderTransientError, match=r"did not answer within 0\.05 s"):
        ask(Timed(Hanging(), limit_s=0.05))


def test_a_run_whose_time_is_over_asks_no_model() -> None:
    """It is said in the words of the setting that would help."""
    held = purse()
    held.deadline = Deadline(0.0)
    model = ScriptedModel({"test.ask": [SAID]})
    with pytest.raises(BudgetExceeded, match=r"The run's 0 s are over\. Raise limits\.run_timeout_s\."):
        ask(Timed(model, limit_s=5), request(held=held))
    assert model.asked == []


def test_the_runs_time_ends_a_call_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nexusplanner.llm.timed.GRACE_S", 0.01)
    held = purse()
    held.deadline = Deadline(0.05)
    with pytest.raises(ProviderTransientError, match="did not answer"):
        ask(Timed(Hanging(), limit_s=60), request(held=held))


def test_a_deadline_counts_down_to_nothing() -> None:
    now_s = 100.0
    deadline = Deadline(5, monotonic=lambda: now_s)
    assert deadline.left_s() == 5
    now_s = 103.0
    assert deadline.left_s() == 2
    now_s = 110.0
    assert deadline.left_s() == 0
