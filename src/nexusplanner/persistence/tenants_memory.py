"""The register of tenants in memory: gone with the process."""

from __future__ import annotations

import threading

from nexusplanner.domain.tenant import likeness, tenant_name
from nexusplanner.errors import TenantError


class InMemoryTenants:
    """Knows the tenants of one process."""

    waits = False

    def __init__(self) -> None:
        self._by_likeness: dict[str, str] = {}
        self._lock = threading.Lock()

    def check(self, *, tenant: str) -> None:
        """Raise a TenantError where a tenant looks like another."""
        if self._by_likeness.get(likeness(tenant), tenant) != tenant:
            raise looks_like_another(tenant)

    def admit(self, *, tenant: str) -> None:
        """Register a tenant, or raise a TenantError where it looks like another."""
        with self._lock:
            if self._by_likeness.setdefault(likeness(tenant), tenant) != tenant:
                raise looks_like_another(tenant)

    def known(self) -> tuple[str, ...]:
        """Return the tenants' names, sorted."""
        return tuple(sorted(self._by_likeness.values()))

    def forget(self, *, tenant: str) -> int:
        """Strike a tenant off."""
        with self._lock:
            is_known = self._by_likeness.get(likeness(tenant)) == tenant_name(tenant)
            return int(is_known and self._by_likeness.pop(likeness(tenant)) == tenant)


def looks_like_another(tenant: str) -> TenantError:
    """Say that a name is taken by its looks; whose it is, is told to nobody."""
    return TenantError(
        f"{tenant!r} looks like the name of another tenant.",
        fix="Use the name as it was first written, or another one.",
    )
