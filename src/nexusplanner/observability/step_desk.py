"""The desk of the decision log: takes steps from runs at once, and has them written behind their backs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from nexusplanner.domain.step import Step
from nexusplanner.errors import NexusError
from nexusplanner.observability.step_notes import GROUP, StepNotes
from nexusplanner.ports.steps import Steps

_LOG = logging.getLogger("nexusplanner.decisions")


class StepDesk:
    """Has steps written while runs go on; a log that cannot be written fails no run.

    Args:
        store: Where they are kept.
        now: The wall clock.
    """

    def __init__(self, store: Steps, *, now: Callable[[], datetime]) -> None:
        self.store, self._now = store, now
        self._writing: set[asyncio.Task[None]] = set()

    def notes(self, tenant: str, run: str, *, group: int = GROUP) -> StepNotes:
        """Open the notes of a run, which hands over so many steps at a time."""
        return StepNotes(tenant, run, now=self._now, hand_over=self._take, group=group)

    async def awritten(self) -> None:
        """Wait until all that was handed over before, on this event loop, is kept."""
        loop = asyncio.get_running_loop()
        if mine := [task for task in self._writing if task.get_loop() is loop]:
            await asyncio.gather(*mine)

    def _take(self, steps: Sequence[Step]) -> None:
        task = asyncio.get_running_loop().create_task(self._keep(steps))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _keep(self, steps: Sequence[Step]) -> None:
        try:
            await self.store.add(steps, tenant=steps[0].tenant)
        except NexusError as error:
            _LOG.error("%d decisions of run %s were not kept: %s", len(steps), steps[0].run, error)
