"""The policy that comes with the library: roles that were granted."""

from __future__ import annotations

import asyncio
from functools import partial

from nexusplanner.domain.access import Access, Action, Grant, Role
from nexusplanner.ports.access import Grants
from nexusplanner.tenancy.roles import MAY, roles_for


class RolePolicy:
    """Permits what a role allows that was granted; all else is denied.

    As long as nothing was granted for a tenant it is its owner who acts: whoever holds the planner and says of nobody
    that they act. From the first grant on each call must say who does.

    Args:
        grants: What was granted to whom.
    """

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    async def permits(self, access: Access) -> bool:
        """Tell whether a granted role allows this; one for a single plan allows nothing beyond it."""
        look = partial(self._grants.of, tenant=access.tenant)
        granted = await asyncio.to_thread(look) if self._grants.waits else look()
        if access.user is None:
            return not granted
        return any(_allows(grant, access) for grant in granted)

    def needed(self, action: Action) -> tuple[Role, ...]:
        """Name the roles that may do something."""
        return roles_for(action)


def _allows(grant: Grant, access: Access) -> bool:
    is_in_reach = grant.plan is None or grant.plan == access.plan
    return grant.user == access.user and is_in_reach and access.action in MAY[grant.role]
