"""The desk of the decision log: takes steps from runs at once, and has them written behind their backs."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.domain.step import Step
from nexusplanner.llm.clerk import Clerk
from nexusplanner.observability.step_notes import StepNotes
from nexusplanner.persistence.steps_memory import InMemorySteps
from nexusplanner.ports.steps import Steps

if TYPE_CHECKING:
    from nexusplanner.settings import Settings

_LOG = logging.getLogger("nexusplanner.decisions")


class StepDesk:
    """Has steps written by one thread; what came meanwhile is written together.

    Args:
        store: Where they are kept.
        is_on_disk: Whether writing may wait; where it cannot, steps are kept at once.
        is_kept: Whether steps are kept at all.
    """

    def __init__(self, store: Steps, *, is_on_disk: bool, is_kept: bool = True) -> None:
        self.store, self._is_on_disk, self._is_kept = store, is_on_disk, is_kept
        self._clerk, self._lock = Clerk(nullcontext), threading.Lock()
        self._waiting: list[Step] = []

    def notes(self, tenant: str, run: str, *, now: Callable[[], datetime]) -> StepNotes | None:
        """Open the notes of a run; None where nothing is kept."""
        return StepNotes(tenant, run, now=now, hand_over=self._take) if self._is_kept else None

    async def awritten(self) -> None:
        """Wait until all that was handed over before is kept."""
        if self._clerk.is_used:
            await self._clerk.enter(self._write)

    def close(self) -> None:
        """Write what waits, and let go of the store."""
        self._clerk.close()
        self._write()
        self.store.close()

    def _take(self, steps: Sequence[Step]) -> None:
        with self._lock:
            self._waiting.extend(steps)
        if self._is_on_disk:
            self._clerk.enter(self._write).add_done_callback(_unwritten)
        else:
            self._write()

    def _write(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        by_tenant: dict[str, list[Step]] = {}
        for step in waiting:
            by_tenant.setdefault(step.tenant, []).append(step)
        for tenant, steps in by_tenant.items():
            self.store.add(steps, tenant=tenant)


def wire_steps(workspace: Path | None, settings: Settings) -> StepDesk:
    """Open the decision log: in the workspace's database, else in memory."""
    del workspace
    bounds = settings.decisions
    store = InMemorySteps(keep_days=bounds.keep_days, keep_steps=bounds.keep_steps)
    return StepDesk(store, is_on_disk=False, is_kept=bounds.keep_steps > 0)


def _unwritten(entry: asyncio.Future[None]) -> None:
    """Tell that steps were lost: a plan does not fail for its log."""
    if not entry.cancelled() and (error := entry.exception()) is not None:
        _LOG.error("Decisions were not kept: %s", error)
