"""Steps: where the decisions of agents are kept. Each call is bound to a tenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from nexusplanner.domain.step import Step, StepPage, StepQuery


@runtime_checkable
class Steps(Protocol):
    """Keeps steps, within bounds of age and number: the oldest go first."""

    async def add(self, steps: Sequence[Step], *, tenant: str) -> None:
        """Keep steps, all or none; one that is known already stays as it is.

        Raises:
            TenantError: The tenant is none, or a step is another's.
            StorageError: They could not be written.
        """
        ...

    async def page(self, query: StepQuery, *, tenant: str) -> StepPage:
        """Return a page of the tenant's steps, in the order they were taken.

        Raises:
            InputError: ``after`` is of no page.
            StorageError: They could not be read.
        """
        ...

    async def forget(self, *, tenant: str) -> int:
        """Remove all of a tenant's steps; return how many there were."""
        ...
