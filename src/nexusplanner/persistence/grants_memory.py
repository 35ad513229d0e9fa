"""Grants in memory: gone with the process."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from nexusplanner.domain.access import Grant
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import TenantError
from nexusplanner.ports.personal_data import Amount, Kept


class InMemoryGrants:
    """Keeps the grants of one process."""

    waits = False

    def __init__(self) -> None:
        self._kept: dict[str, frozenset[Grant]] = {}
        self._lock = threading.Lock()

    def of(self, *, tenant: str) -> tuple[Grant, ...]:
        """Return all grants of a tenant, in order."""
        return in_order(self._kept.get(tenant_name(tenant), ()))

    def add(self, grant: Grant, *, tenant: str) -> None:
        """Keep a grant."""
        with self._lock:
            before = self._kept.get(tenant_name(tenant), frozenset())
            self._kept[tenant] = before | checked({*before, grant})

    def remove(self, grant: Grant, *, tenant: str) -> bool:
        """Take a grant away."""
        with self._lock:
            before = self._kept.get(tenant_name(tenant), frozenset())
            if grant in before:
                self._kept[tenant] = checked(before - {grant})
            return grant in before

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many grants there are."""
        return amount_of(self.export(tenant=tenant))

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the grants."""
        return exported(self.of(tenant=tenant))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take back what was granted to a person."""
        with self._lock:
            before = self._kept.get(tenant_name(tenant), frozenset())
            rest = frozenset(grant for grant in before if not person.is_in(grant.user))
            if rest != before:
                self._kept[tenant] = checked(rest) if rest else rest
            return len(before) - len(rest)

    def forget(self, *, tenant: str) -> int:
        """Take back everything."""
        with self._lock:
            return len(self._kept.pop(tenant_name(tenant), ()))


def in_order(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Sort grants by user, role and plan."""
    return tuple(sorted(grants, key=lambda grant: (grant.user, grant.role, grant.plan or "")))


def checked(grants: Iterable[Grant]) -> frozenset[Grant]:
    """See to it that somebody owns everything, once anything is granted.

    Raises:
        TenantError: Nobody does.
    """
    kept = frozenset(grants)
    if not any(grant.role == "owner" and grant.plan is None for grant in kept):
        raise TenantError("Somebody must own what is the tenant's.", fix="Grant 'owner' to somebody else first.")
    return kept


def exported(grants: Iterable[Grant]) -> Iterator[Kept]:
    """Write grants as they are exported."""
    for grant in grants:
        content: JsonObject = {"user": grant.user, "role": grant.role, "plan": grant.plan}
        yield Kept("grants", f"{grant.user} {grant.role} {grant.plan or ''}".strip(), content)


def amount_of(kept: Iterable[Kept]) -> tuple[Amount, ...]:
    """Count what is exported, for stores that are small."""
    sizes = [len(str(item.content)) for item in kept]
    return (Amount("grants", len(sizes), sum(sizes)),) if sizes else ()
