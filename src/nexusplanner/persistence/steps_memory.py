"""Steps in memory, for a planner without a workspace."""

from __future__ import annotations

import threading
from bisect import insort
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from nexusplanner.domain.step import Step, StepPage, StepQuery
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.step_places import Place, checked, place_named, place_of


class InMemorySteps:
    """Keeps steps while the process lives.

    Args:
        keep_days: Days after which a step goes, reckoned from the tenant's newest.
        keep_steps: The most of a tenant; the oldest go first.
    """

    def __init__(self, *, keep_days: int = 400, keep_steps: int = 20_000) -> None:
        self._keep, self._most = timedelta(days=keep_days), keep_steps
        self._lock = threading.Lock()
        self._kept: dict[str, list[tuple[Place, Step]]] = {}
        self._ids: dict[str, set[str]] = {}

    async def add(self, steps: Sequence[Step], *, tenant: str) -> None:
        """Keep steps, in the order they were taken."""
        owner = checked(steps, tenant)
        with self._lock:
            mine, ids = self._kept.setdefault(owner, []), self._ids.setdefault(owner, set())
            for step in steps:
                if step.id not in ids:
                    ids.add(step.id)
                    insort(mine, (place_of(step), step), key=lambda kept: kept[0])
            self._prune(mine, ids)

    async def page(self, query: StepQuery, *, tenant: str) -> StepPage:
        """Return a page."""
        start = place_named(query.after)
        with self._lock:
            mine = tuple(self._kept.get(tenant_name(tenant), ()))
        fitting = [s for place, s in mine if (start is None or place > start) and _fits(s, query)]
        page = tuple(fitting[: query.size])
        return StepPage(steps=page, following=str(place_of(page[-1])) if len(fitting) > query.size else "")

    async def forget(self, *, tenant: str) -> int:
        """Remove all of a tenant's steps."""
        with self._lock:
            self._ids.pop(tenant_name(tenant), None)
            return len(self._kept.pop(tenant, ()))

    def told(self, tenant: str) -> tuple[Step, ...]:
        """Return all of a tenant's steps."""
        with self._lock:
            return tuple(step for _, step in self._kept.get(tenant_name(tenant), ()))

    def replace(self, steps: Sequence[Step], *, tenant: str) -> None:
        """Keep these steps, and no others of the tenant's."""
        with self._lock:
            self._kept[tenant_name(tenant)] = sorted(((place_of(s), s) for s in steps), key=lambda kept: kept[0])
            self._ids[tenant] = {step.id for step in steps}

    def _prune(self, mine: list[tuple[Place, Step]], ids: set[str]) -> None:
        oldest = (mine[-1][1].at - self._keep) if mine else datetime.min.replace(tzinfo=UTC)
        gone = max(len(mine) - self._most, 0)
        while gone < len(mine) and mine[gone][1].at < oldest:
            gone += 1
        ids.difference_update(step.id for _, step in mine[:gone])
        del mine[:gone]


def _fits(step: Step, query: StepQuery) -> bool:
    return (
        query.run in (None, step.run)
        and query.agent in (None, step.agent)
        and query.rung in (None, step.rung)
        and (query.since is None or step.at >= query.since)
        and (query.until is None or step.at < query.until)
    )
