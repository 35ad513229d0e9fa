"""The verbs about data: what a tenant uses, a copy of all of it, and that it be forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from nexusplanner.domain.person import Person
from nexusplanner.persistence.checkpoint_data import CheckpointData
from nexusplanner.persistence.steps_memory import InMemorySteps
from nexusplanner.persistence.steps_memory_data import InMemoryStepData
from nexusplanner.persistence.tenant_export import Export, write_export
from nexusplanner.planner.background import run_in_background
from nexusplanner.planner.tenants.keepers import Erased, Keepers
from nexusplanner.planner.tenants.people import TenantPeople
from nexusplanner.planner.tenants.usage import Usage


class TenantRecords(TenantPeople):
    """Tells, copies and erases what is kept for a tenant.

    It is all that the planner keeps: plans, runs and what they are resumed from, evidence, answers, memory, costs,
    grants. What the app hands in stays the app's own: its customers, its files, its logs.
    """

    async def ausage(self, *, since: date | None = None) -> Usage:
        """Tell what was spent by day, model and agent, and how much is kept.

        Args:
            since: Count what was spent from this day on, in UTC.

        Raises:
            PermissionDenied: Whoever acts may not see it.
        """
        await self._enter("usage")
        treasury = self._planner._parts.purses.treasury
        await treasury.awritten()
        spends = await asyncio.to_thread(treasury.ledger.spend, tenant=self._name, since=since)
        amounts = await asyncio.to_thread(self._keepers.amounts, tenant=self._name)
        return Usage.of(self._name, spends, amounts, since=since)

    async def aexport(self, to: str | Path) -> Export:
        """Write a copy of everything: JSON lines by kind, ``costs.csv``, and a manifest with the hash of each file.

        Args:
            to: A new folder, or a new file whose name ends in ``.zip``.

        Raises:
            PermissionDenied: Whoever acts is no owner.
            InputError: There is something at the place.
            StorageError: It cannot be written, or a store cannot be read.
        """
        await self._enter("export")
        treasury, keepers = self._planner._parts.purses.treasury, self._keepers
        await treasury.awritten()

        def written() -> Export:
            bill = treasury.ledger.spend(tenant=self._name)
            kept = keepers.export(tenant=self._name)
            return write_export(kept, Path(to), tenant=self._name, made_at=self._planner._given.now(), bill=bill)

        return await asyncio.to_thread(written)

    async def aexport_person(self, *names: str, to: str | Path) -> Export:
        """Write a copy of what is kept of a person: of each thing the texts that name them, and nothing else of it.

        Args:
            *names: All that the person is named by: e-mail addresses, a full name, a customer id.
            to: A new folder, or a new file whose name ends in ``.zip``.

        Raises:
            PermissionDenied: Whoever acts is no owner.
            InputError: A name is too short to tell a person by, or there is something at the place.
            StorageError: It cannot be written, or a store cannot be read.
        """
        person = Person.of(*names)
        await self._enter("export")
        told = partial(self._keepers.told_of, person, tenant=self._name)
        write = partial(write_export, tenant=self._name, made_at=self._planner._given.now())
        return await asyncio.to_thread(lambda: write(told(), Path(to)))

    async def aerase_person(self, *names: str) -> Erased:
        """Take a person out of everything that is kept, down to the bytes of the files.

        Plans keep ``[erased]`` in the person's place; they are sealed again, keep their ids, say so in their notes,
        and verify as before. Call it again where it fails half-way: it goes on where it stood.

        Args:
            *names: All that the person is named by: e-mail addresses, a full name, a customer id.

        Raises:
            PermissionDenied: Whoever acts is no owner.
            InputError: A name is too short to tell a person by.
            TenantError: The person is the last who owns what others have roles in.
            StorageError: A store cannot be written.
        """
        person = Person.of(*names)
        await self._enter("erase")
        return await self._forgetting(partial(self._keepers.erase, person, tenant=self._name))

    async def aerase(self) -> Erased:
        """Forget the tenant: delete everything that is kept for it, down to the bytes of the files.

        What it cost stays in the operator's books, under no name. Cancel its runs first: one that still walks writes
        what it finds.

        Raises:
            PermissionDenied: Whoever acts is no owner.
            StorageError: A store cannot be written; call it again.
        """
        await self._enter("erase")
        erased = await self._forgetting(partial(self._forgotten, self._keepers))
        self._planner._access.door.let_out(self._name)
        return erased

    def usage(self, *, since: date | None = None) -> Usage:
        """Tell what was spent and is kept; the sync twin of :meth:`ausage`."""
        return run_in_background(self.ausage(since=since))

    def export(self, to: str | Path) -> Export:
        """Write a copy of everything; the sync twin of :meth:`aexport`."""
        return run_in_background(self.aexport(to))

    def export_person(self, *names: str, to: str | Path) -> Export:
        """Write a copy of what is kept of a person; the sync twin of :meth:`aexport_person`."""
        return run_in_background(self.aexport_person(*names, to=to))

    def erase_person(self, *names: str) -> Erased:
        """Take a person out of everything that is kept; the sync twin of :meth:`aerase_person`."""
        return run_in_background(self.aerase_person(*names))

    def erase(self) -> Erased:
        """Forget the tenant; the sync twin of :meth:`aerase`."""
        return run_in_background(self.aerase())

    @property
    def _keepers(self) -> Keepers:
        parts, access = self._planner._parts, self._planner._access
        tools = (*parts.tools.values(), *(getattr(tool, "memory", None) for tool in parts.tools.values()))
        books, steps = parts.purses.treasury.ledger, parts.steps and parts.steps.store
        resting = (CheckpointData(self._planner._saver),) if self._has_resting_runs else ()
        return Keepers.among(
            (
                parts.plans,
                *access.stores,
                books,
                parts.approvals,
                parts.audit,
                parts.experience and parts.experience.data,
                InMemoryStepData(steps) if isinstance(steps, InMemorySteps) else None,
                *resting,
                *parts.held_open,
                *tools,
                access.grants,
            )
        )

    @property
    def _has_resting_runs(self) -> bool:
        """Tell whether there is anything to look at: asking what is kept makes no file."""
        workspace, is_server = self._planner._given.workspace, self._planner.settings.storage.url is not None
        return is_server or workspace is None or (workspace / "runs.sqlite").exists()

    def _forgotten(self, keepers: Keepers) -> Erased:
        self._planner._access.tenants.forget(tenant=self._name)
        return keepers.forget(tenant=self._name)

    async def _forgetting(self, erase: Callable[[], Erased]) -> Erased:
        await self._planner._parts.purses.treasury.awritten()
        if (desk := self._planner._parts.steps) is not None:
            await desk.awritten()
        erased = await asyncio.to_thread(erase)
        for key in [key for key in self._planner._results if key[0] == self._name]:
            del self._planner._results[key]
        return erased
