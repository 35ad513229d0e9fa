"""Keepers: all that keeps anything for a tenant, asked one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from nexusplanner.domain.person import Person
from nexusplanner.ports.personal_data import Amount, Kept, Scrubbed, TenantData


@dataclass(frozen=True)
class Erased:
    """What an erasure changed or deleted."""

    things: int
    """How many, in all stores together."""


@dataclass(frozen=True)
class Keepers:
    """The stores, and the files that deleted rows leave traces in."""

    stores: tuple[TenantData, ...]
    files: tuple[Scrubbed, ...]

    @classmethod
    def among(cls, parts: Iterable[object]) -> Keepers:
        """Pick those that keep a tenant's data, and those that can be scrubbed; each once."""
        known = list({id(part): part for part in parts}.values())
        return cls(
            tuple(part for part in known if isinstance(part, TenantData)),
            tuple(part for part in known if isinstance(part, Scrubbed)),
        )

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how much is kept, by kind."""
        found: dict[str, Amount] = {}
        for amount in chain.from_iterable(store.amounts(tenant=tenant) for store in self.stores):
            before = found.get(amount.kind, Amount(amount.kind, 0, 0))
            found[amount.kind] = Amount(amount.kind, before.items + amount.items, before.bytes + amount.bytes)
        return tuple(found[kind] for kind in sorted(found))

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield everything that is kept."""
        return chain.from_iterable(store.export(tenant=tenant) for store in self.stores)

    def told_of(self, person: Person, *, tenant: str) -> Iterator[Kept]:
        """Yield what names a person: of each thing the texts that do, by where they stand, and nothing else of it."""
        for kept in self.export(tenant=tenant):
            if places := person.places(kept.content):
                yield Kept(kept.kind, person.taken_out(kept.key), {**places})

    def erase(self, person: Person, *, tenant: str) -> Erased:
        """Take a person out of everything, and leave no trace of it."""
        changed = sum(store.erase(person, tenant=tenant) for store in self.stores)
        self._scrub()
        return Erased(changed)

    def forget(self, *, tenant: str) -> Erased:
        """Delete everything, and leave no trace of it."""
        changed = sum(store.forget(tenant=tenant) for store in self.stores)
        self._scrub()
        return Erased(changed)

    def _scrub(self) -> None:
        for file in self.files:
            file.scrub()
