"""What every store of a tenant's data must do when it is asked for a copy, or to forget.

class TestMyStore(TenantDataContract):
    def make(self, folder: Path) -> TenantData:
        return MyStore(folder)

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        store.save(..., text, tenant=tenant)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from nexusplanner.domain.person import Person
from nexusplanner.ports.personal_data import Scrubbed, TenantData
from nexusplanner.testing.traces import files_with

ANN, BOB = "ann.canary@example.org", "bob.canary@example.org"
NOTE = "Talked to {} about the spring offer"


class TenantDataContract(ABC):
    """What every store of a tenant's data must do; subclass it as ``Test...`` and say how yours is made and filled."""

    @abstractmethod
    def make(self, folder: Path) -> TenantData:
        """Return an empty store; ``folder`` is empty and may be written to."""

    @abstractmethod
    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        """Keep one thing more for a tenant, with this text in it."""

    def scrub(self, store: TenantData) -> None:
        """Make what was deleted unreadable; say how, where the store does not do so itself."""
        if isinstance(store, Scrubbed):
            store.scrub()

    def test_it_has_the_shape_of_the_port(self, tmp_path: Path) -> None:
        """It answers every call."""
        assert isinstance(self.make(tmp_path), TenantData)

    def test_an_empty_store_has_nothing(self, tmp_path: Path) -> None:
        """A tenant of whom nothing is kept is no error."""
        store = self.make(tmp_path)
        assert [amount for amount in store.amounts(tenant="acme") if amount.items or amount.bytes] == []
        assert list(store.export(tenant="acme")) == []
        assert store.erase(Person.of(ANN), tenant="acme") == 0
        assert store.forget(tenant="acme") == 0

    def test_what_is_kept_is_exported_for_its_tenant_alone(self, tmp_path: Path) -> None:
        """Not even one whose name differs in case, or by a letter of another script, gets it."""
        store, names = self.make(tmp_path), ("A", "a", "А", "acme")
        for name in names:
            self.put(store, f"the word of {name}-canary", tenant=name)
        for name in names:
            told = str([kept.content for kept in store.export(tenant=name)])
            assert f"of {name}-canary" in told
            assert not [other for other in names if other != name and f"of {other}-canary" in told]

    def test_amounts_tell_of_what_is_exported(self, tmp_path: Path) -> None:
        """Something is there, and it has a size."""
        store = self.make(tmp_path)
        self.put(store, NOTE.format(ANN), tenant="acme")
        assert sum(amount.items for amount in store.amounts(tenant="acme")) >= 1
        assert sum(amount.bytes for amount in store.amounts(tenant="acme")) > 0
        assert sum(amount.items for amount in store.amounts(tenant="Acme")) == 0

    def test_a_person_is_erased_and_nobody_else(self, tmp_path: Path) -> None:
        """What names others, and what other tenants keep of the same person, stays."""
        store = self.filled(tmp_path)
        assert store.erase(Person.of(ANN), tenant="acme") >= 1
        assert not _names(store, ANN, "acme")
        assert _names(store, BOB, "acme")
        assert _names(store, ANN, "Acme")
        assert store.erase(Person.of(ANN), tenant="acme") == 0

    def test_a_tenant_is_forgotten_and_nobody_else(self, tmp_path: Path) -> None:
        """Nothing is exported afterwards; the others keep theirs."""
        store = self.filled(tmp_path)
        assert store.forget(tenant="acme") >= 1
        assert list(store.export(tenant="acme")) == []
        assert _names(store, ANN, "Acme")
        assert store.forget(tenant="acme") == 0

    def test_what_was_erased_is_in_no_byte_of_its_files(self, tmp_path: Path) -> None:
        """Neither in free pages, nor in a log, nor in an index."""
        store = self.filled(tmp_path)
        store.erase(Person.of(ANN), tenant="acme")
        store.erase(Person.of(ANN), tenant="Acme")
        self.scrub(store)
        assert not files_with(tmp_path, ANN)

    def test_what_was_forgotten_is_in_no_byte_of_its_files(self, tmp_path: Path) -> None:
        """Neither in free pages, nor in a log, nor in an index."""
        store = self.filled(tmp_path)
        store.forget(tenant="acme")
        self.scrub(store)
        assert not files_with(tmp_path, BOB)

    def test_it_keeps_on_working_afterwards(self, tmp_path: Path) -> None:
        """Erased is not broken."""
        store = self.filled(tmp_path)
        store.erase(Person.of(ANN), tenant="acme")
        store.forget(tenant="Acme")
        self.scrub(store)
        for tenant in ("acme", "Acme"):
            self.put(store, NOTE.format("carla.canary@example.org"), tenant=tenant)
            assert _names(store, "carla.canary@example.org", tenant)

    def filled(self, folder: Path) -> TenantData:
        """Return a store that keeps something of two people for one tenant, and of one of them for another."""
        store = self.make(folder)
        for person, tenant in ((ANN, "acme"), (BOB, "acme"), (ANN, "Acme")):
            self.put(store, NOTE.format(person), tenant=tenant)
        return store


def _names(store: TenantData, person: str, tenant: str) -> bool:
    return any(Person.of(person).is_in(kept.content) for kept in store.export(tenant=tenant))
