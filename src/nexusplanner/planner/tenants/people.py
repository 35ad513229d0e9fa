"""The verbs about people: who has which role for a tenant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from nexusplanner.domain.access import Action, Grant, Role
from nexusplanner.planner.background import run_in_background
from nexusplanner.planner.entering import root_of
from nexusplanner.planner.tenants.bound import BoundPlanner
from nexusplanner.tenancy import MAY, acting_as
from nexusplanner.tenancy.door import PlanOf

R = TypeVar("R")


class TenantPeople(BoundPlanner):
    """Grants roles and takes them away; all of it is for owners.

    The grants are those that the library's own policy goes by; a policy of the app's own may go by others.
    """

    async def agrant(self, user: str, role: Role, *, plan: str | None = None) -> Grant:
        """Grant a role. The first grant of a tenant makes an owner of everything.

        Args:
            user: To whom.
            role: ``owner``, ``planner``, ``approver`` or ``viewer``.
            plan: For this plan alone, in all its versions; by default for everything.

        Raises:
            PermissionDenied: Whoever acts is no owner.
            TenantError: The name is not valid, or it would be the first grant and makes no owner of everything.
            InputError: There is no such plan.
        """
        await self._enter("manage")
        grant = Grant(user=user, role=role, plan=await self._root(plan))
        await self._in_store(partial(self._planner._access.grants.add, grant, tenant=self._name))
        return grant

    async def arevoke(self, user: str, role: Role, *, plan: str | None = None) -> bool:
        """Take a role away; tells whether it was there.

        Raises:
            PermissionDenied: Whoever acts is no owner.
            TenantError: It is the last grant that makes an owner of everything.
            InputError: There is no such plan.
        """
        await self._enter("manage")
        grant = Grant(user=user, role=role, plan=await self._root(plan))
        return await self._in_store(partial(self._planner._access.grants.remove, grant, tenant=self._name))

    async def agrants(self) -> tuple[Grant, ...]:
        """Return all grants, in the order of users, roles and plans.

        Raises:
            PermissionDenied: Whoever acts is no owner.
        """
        await self._enter("manage")
        return await self._in_store(partial(self._planner._access.grants.of, tenant=self._name))

    async def awho_may(self, action: Action, *, plan: str | None = None) -> tuple[str, ...]:
        """Name the users who may do something by what was granted, in order.

        Args:
            action: What.
            plan: For this plan; by default for everything.

        Raises:
            PermissionDenied: Whoever acts is no owner.
            InputError: There is no such plan.
        """
        granted, root = await self.agrants(), await self._root(plan)
        able = {g.user for g in granted if action in MAY[g.role] and g.plan in (None, root)}
        return tuple(sorted(able))

    async def amay(self, action: Action, *, plan: str | None = None) -> bool:
        """Tell whether whoever acts may do something; what an app shows or hides goes by it.

        Args:
            action: What.
            plan: For this plan; by default for everything.
        """
        with acting_as(self._user):
            return await self._planner._access.door.permits(self._name, action, plan_of=self._found(plan))

    def grant(self, user: str, role: Role, *, plan: str | None = None) -> Grant:
        """Grant a role; the sync twin of :meth:`agrant`."""
        return run_in_background(self.agrant(user, role, plan=plan))

    def revoke(self, user: str, role: Role, *, plan: str | None = None) -> bool:
        """Take a role away; the sync twin of :meth:`arevoke`."""
        return run_in_background(self.arevoke(user, role, plan=plan))

    def grants(self) -> tuple[Grant, ...]:
        """Return all grants; the sync twin of :meth:`agrants`."""
        return run_in_background(self.agrants())

    def who_may(self, action: Action, *, plan: str | None = None) -> tuple[str, ...]:
        """Name the users who may do something; the sync twin of :meth:`awho_may`."""
        return run_in_background(self.awho_may(action, plan=plan))

    def may(self, action: Action, *, plan: str | None = None) -> bool:
        """Tell whether whoever acts may do something; the sync twin of :meth:`amay`."""
        return run_in_background(self.amay(action, plan=plan))

    async def _enter(self, action: Action) -> None:
        with acting_as(self._user):
            await self._planner._access.door.enter(self._name, action)

    def _found(self, plan: str | None) -> PlanOf | None:
        return None if plan is None else partial(root_of, self._planner, plan, self._name)

    async def _root(self, plan: str | None) -> str | None:
        return None if plan is None else await root_of(self._planner, plan, self._name)

    async def _in_store(self, call: Callable[[], R]) -> R:
        return await asyncio.to_thread(call) if self._planner._access.grants.waits else call()
