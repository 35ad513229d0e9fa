"""Who may do what: the policy that is asked, and where grants are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from nexusplanner.domain.access import Access, Action, Grant


@runtime_checkable
class Policy(Protocol):
    """Says whether an access is permitted. Whatever is not permitted outright is denied, what it raises, too."""

    async def permits(self, access: Access) -> bool:
        """Tell whether this may be done; only ``True`` permits it."""
        ...

    def needed(self, action: Action) -> Sequence[str]:
        """Name the roles that may do it, for whoever was denied."""
        ...


@runtime_checkable
class Grants(Protocol):
    """A store of grants, each tenant's apart. Calls may block where ``waits``."""

    @property
    def waits(self) -> bool:
        """Whether a call waits for a disk or a network."""
        ...

    def of(self, *, tenant: str) -> tuple[Grant, ...]:
        """Return all grants of a tenant, in the order of users, roles and plans."""
        ...

    def add(self, grant: Grant, *, tenant: str) -> None:
        """Keep a grant; the same again changes nothing.

        Raises:
            TenantError: It would be a tenant's first and does not make an owner of everything.
        """
        ...

    def remove(self, grant: Grant, *, tenant: str) -> bool:
        """Take a grant away; tells whether it was there.

        Raises:
            TenantError: It is the last that makes an owner of everything.
        """
        ...
