"""Each decision is noted: who, from what, with what, at what cost; also where nobody answered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.llm.asking import GIVEN, PROMPT, Said, ask

from nexusplanner.domain.step import LONGEST_OUTPUT, Step
from nexusplanner.errors import ProviderPermanentError
from nexusplanner.llm.recorded import Recorded
from nexusplanner.observability.step_notes import StepNotes
from nexusplanner.testing.scripted import ScriptedModel


def clock() -> Iterator[datetime]:
    """Go on by a quarter of a second each time."""
    at = datetime(2027, 1, 4, tzinfo=UTC)
    while True:
        yield at
        at += timedelta(seconds=0.25)


@pytest.fixture
def taken() -> list[Step]:
    """Return where steps are handed over to."""
    return []


@pytest.fixture
def notes(taken: list[Step]) -> StepNotes:
    """Return notes that hand over each step at once."""
    moments = clock()
    return StepNotes("acme", "run-1", now=lambda: next(moments), hand_over=taken.extend, group=1)


def test_an_answer_is_noted_whole(notes: StepNotes, taken: list[Step]) -> None:
    with ScriptedModel({"test.ask": [Said(text="So it is.")]}) as model:
        answer = ask(Recorded(model, notes, agent="critic", branch="growth"))
    (step,) = taken
    assert (step.tenant, step.run, step.agent, step.branch, step.task) == (
        "acme",
        "run-1",
        "critic",
        "growth",
        "test.ask",
    )
    assert (step.rung, step.prompt_id, step.prompt_sha256) == ("scripted", PROMPT.id, PROMPT.sha256)
    assert (step.inputs, step.output) == ((GIVEN,), answer.value.model_dump_json())
    assert step.output_sha256 == hashlib.sha256(step.output.encode()).hexdigest()
    assert (step.took_s, step.usd, step.fault) == (0.25, answer.usage.usd, "")


def test_the_same_answer_of_another_branch_is_another_step(notes: StepNotes, taken: list[Step]) -> None:
    said = Said(text="So it is.")
    with ScriptedModel({"test.ask": [said, said, said]}) as model:
        for branch in ("growth", "growth", "finance"):
            ask(Recorded(model, notes, agent="critic", branch=branch))
    assert len({step.id for step in taken}) == 3


def test_a_call_that_nobody_answered_is_a_step_with_a_fault(notes: StepNotes, taken: list[Step]) -> None:
    with ScriptedModel({"test.ask": [ProviderPermanentError("no")]}) as model, pytest.raises(ProviderPermanentError):
        ask(Recorded(model, notes, agent="critic", branch=""))
    assert (taken[0].fault, taken[0].output, taken[0].rung) == ("provider.permanent", "", "")


def test_an_endless_answer_is_cut_and_its_fingerprint_is_not(notes: StepNotes, taken: list[Step]) -> None:
    with ScriptedModel({"test.ask": [Said(text="ä" * 50_000)]}) as model:
        answer = ask(Recorded(model, notes, agent="editor", branch=""))
    whole = answer.value.model_dump_json()
    assert len(taken[0].output) == LONGEST_OUTPUT < len(whole)
    assert taken[0].output_sha256 == hashlib.sha256(whole.encode()).hexdigest()
