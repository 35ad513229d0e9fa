"""The register of tenants: no two look alike."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Tenants(Protocol):
    """Knows which tenants there are. Calls may block where ``waits``."""

    @property
    def waits(self) -> bool:
        """Whether a call waits for a disk or a network."""
        ...

    def check(self, *, tenant: str) -> None:
        """Look whether a tenant would be admitted, and register nothing.

        Raises:
            TenantError: The name is not valid, or looks like that of another tenant.
        """
        ...

    def admit(self, *, tenant: str) -> None:
        """Register a tenant; one that is known already is admitted again.

        Raises:
            TenantError: The name is not valid, or looks like that of another tenant.
        """
        ...

    def known(self) -> tuple[str, ...]:
        """Return the tenants' names, sorted; for whoever runs the app, and nobody else."""
        ...

    def forget(self, *, tenant: str) -> int:
        """Strike a tenant off; returns how many were."""
        ...
