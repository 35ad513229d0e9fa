"""Steps are handed over in groups, and named by what was decided."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from nexusplanner.domain.step import Step, StepPage, StepQuery
from nexusplanner.errors import StorageError
from nexusplanner.observability.step_desk import StepDesk
from nexusplanner.observability.step_notes import StepNotes
from nexusplanner.persistence.steps_memory import InMemorySteps
from nexusplanner.testing.steps import step

NOW = datetime(2027, 1, 4, tzinfo=UTC)


def test_a_group_is_handed_over_when_it_is_full_and_the_rest_at_the_end() -> None:
    taken: list[list[str]] = []
    notes = StepNotes("acme", "run-1", now=lambda: NOW, hand_over=lambda g: taken.append([s.id for s in g]), group=2)
    for n in range(5):
        notes.note(step(n))
    assert [len(group) for group in taken] == [2, 2]
    notes.flush()
    notes.flush()
    assert [len(group) for group in taken] == [2, 2, 1]


def test_a_step_that_is_decided_again_in_the_same_way_has_a_name_of_its_own_in_every_walk() -> None:
    first, second = (StepNotes("acme", "run-1", now=lambda: NOW, hand_over=lambda _: None) for _ in range(2))
    names = [first.name("critic", "x") for _ in range(3)]
    assert len({*names, first.name("critic", "y")}) == 4
    assert [second.name("critic", "x") for _ in range(3)] == names
    assert StepNotes("acme", "run-2", now=lambda: NOW, hand_over=lambda _: None).name("critic", "x") not in names


def test_the_desk_writes_behind_the_back_and_can_be_waited_for() -> None:
    async def kept() -> int:
        desk = StepDesk(InMemorySteps(), now=lambda: NOW)
        notes = desk.notes("acme", "run-1")
        notes.note(step(1))
        notes.flush()
        await desk.awritten()
        await desk.awritten()
        return len((await desk.store.page(StepQuery(), tenant="acme")).steps)

    assert asyncio.run(kept()) == 1


class Full:
    """A log that has no room."""

    async def add(self, steps: Sequence[Step], *, tenant: str) -> None:
        raise StorageError("The disk is full.")

    async def page(self, query: StepQuery, *, tenant: str) -> StepPage:
        return StepPage()

    async def forget(self, *, tenant: str) -> int:
        return 0


def test_a_log_that_cannot_be_written_fails_nobody_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async def tried() -> None:
        desk = StepDesk(Full(), now=lambda: NOW)
        notes = desk.notes("acme", "run-1")
        notes.note(step(1))
        notes.flush()
        await desk.awritten()

    with caplog.at_level(logging.ERROR):
        asyncio.run(tried())
    assert "The disk is full." in caplog.text
