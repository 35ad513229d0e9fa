"""The one door: whoever calls for a tenant is let in here, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from nexusplanner.domain.access import Access, Action
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import InputError, PermissionDenied
from nexusplanner.ports.access import Policy
from nexusplanner.ports.tenants import Tenants
from nexusplanner.tenancy.acting import acting

PlanOf = Callable[[], Awaitable[str]]
"""Returns the id of the first version of the plan that a call is about, or raises an InputError."""

_KEEPS: frozenset[Action] = frozenset({"plan", "refine", "record_outcome", "manage"})
"""What makes somebody a tenant: that something is kept for them."""


class Door:
    """Checks tenant and permission of every call, before anything is read.

    Args:
        tenants: The register; a name that looks like another tenant's is not let in.
        policy: Who may do what.
    """

    def __init__(self, tenants: Tenants, policy: Policy) -> None:
        self._tenants, self._policy = tenants, policy
        self._admitted: set[str] = set()

    async def enter(self, tenant: str, action: Action, *, plan_of: PlanOf | None = None) -> str:
        """Let a call in.

        Args:
            tenant: For whom it is.
            action: What it does.
            plan_of: Finds the plan that it is about; asked where a role for everything does not do.

        Returns:
            The tenant's name, checked.

        Raises:
            TenantError: The name is not valid, or looks like that of another tenant.
            PermissionDenied: Whoever acts may not do this.
        """
        name = tenant_name(tenant)
        if not await self.permits(name, action, plan_of=plan_of):
            raise _denied(Access(tenant=name, action=action, user=acting()), self._policy)
        if action in _KEEPS and name not in self._admitted:
            if self._tenants.waits:
                await asyncio.to_thread(self._admit, name)
            else:
                self._admit(name)
        return name

    async def permits(self, tenant: str, action: Action, *, plan_of: PlanOf | None = None) -> bool:
        """Tell whether whoever acts would be let in, and register nobody."""
        asked = Access(tenant=tenant_name(tenant), action=action, user=acting())
        return await self._policy.permits(asked) is True or await self._permits_for_plan(asked, plan_of)

    def check(self, tenant: str) -> str:
        """Look whether a name would be let in at all.

        Raises:
            TenantError: The name is not valid, or looks like that of another tenant.
        """
        self._tenants.check(tenant=tenant)
        return tenant

    def let_out(self, tenant: str) -> None:
        """Forget that a tenant was admitted, where it was erased."""
        self._admitted.discard(tenant)

    def _admit(self, tenant: str) -> None:
        self._tenants.admit(tenant=tenant)
        self._admitted.add(tenant)

    async def _permits_for_plan(self, asked: Access, plan_of: PlanOf | None) -> bool:
        """Ask again for one plan; one that is not there is denied like any other, so that nobody can try out ids."""
        if plan_of is None or asked.user is None:
            return False
        try:
            plan = await plan_of()
        except InputError:
            return False
        return await self._policy.permits(asked.model_copy(update={"plan": plan})) is True


def _denied(asked: Access, policy: Policy) -> PermissionDenied:
    needed = tuple(policy.needed(asked.action))
    roles = " or ".join(needed) or "a role that allows it"
    if asked.user is None:
        who, fix = "whoever does not say who they are", "Use planner.tenant(..., user=...)"
    else:
        who, fix = repr(asked.user), "Ask an owner for it"
    return PermissionDenied(
        f"{asked.action.replace('_', ' ').capitalize()} is not permitted to {who} for {asked.tenant!r}.",
        fix=f"{fix}; it takes {roles}.",
        action=asked.action,
        needed=needed,
    )
