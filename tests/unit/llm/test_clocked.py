"""A clocked model: what came of each call is noted, whoever answered, and where nobody did."""

from __future__ import annotations

import pytest
from tests.unit.llm.asking import Said, ask

from nexusplanner.domain.timeline import Timeline
from nexusplanner.errors import ProviderPermanentError
from nexusplanner.llm.clocked import Clocked
from nexusplanner.observability.timekeeper import Timekeeper
from nexusplanner.testing.scripted import ScriptedModel


class Clock:
    """Goes on by a second and a half each time it is read."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        self._now += 1.5
        return self._now


def noted(model: ScriptedModel, keeper: Timekeeper) -> Timeline:
    """Ask once and return what was noted."""
    clocked = Clocked(model, keeper, agent="strategist", branch="growth")
    assert clocked.name == model.name
    ask(clocked)
    return keeper.timeline()


def test_an_answer_is_noted_with_who_gave_it_and_when() -> None:
    with ScriptedModel({"test.ask": [Said(text="words")]}) as model:
        (shift,) = noted(model, Timekeeper(monotonic=Clock())).shifts
    assert (shift.kind, shift.who, shift.branch, shift.task) == ("agent", "strategist", "growth", "test.ask")
    assert (shift.rung, shift.began_s, shift.ended_s, shift.took_s) == ("scripted", 1.5, 3.0, 1.5)
    assert shift.attempts == 1


def test_a_call_that_nobody_answered_is_noted_too() -> None:
    keeper = Timekeeper(monotonic=Clock())
    with (
        ScriptedModel({"test.ask": [ProviderPermanentError("no key")]}) as model,
        pytest.raises(ProviderPermanentError),
    ):
        noted(model, keeper)
    (shift,) = keeper.timeline().shifts
    assert (shift.rung, shift.attempts, shift.took_s) == ("", 0, 1.5)
