"""What every register of tenants must do.

class TestMyTenants(TenantsContract):
    def make(self, folder: Path) -> Tenants:
        return MyTenants(folder)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Protocol

from nexusplanner.errors import TenantError
from nexusplanner.ports.tenants import Tenants

LOOK_ALIKES = (("acme", "Acme"), ("acme", "аcme"), ("ACME", "аcmе"), ("straße", "STRASSE"), ("Οlga", "olga"))


class TenantsContract(ABC):
    """What every register of tenants must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, folder: Path) -> Tenants:
        """Return an empty register; ``folder`` is empty and may be written to."""

    def test_it_is_a_register(self, tmp_path: Path) -> None:
        """It has the shape of the port, and begins with nobody."""
        tenants = self.make(tmp_path)
        assert isinstance(tenants, Tenants)
        assert tenants.known() == ()

    def test_whoever_was_admitted_is_known_and_is_admitted_again(self, tmp_path: Path) -> None:
        """In the order of the names."""
        tenants = self.make(tmp_path)
        for name in ("zeta", "acme", "zeta"):
            tenants.admit(tenant=name)
        assert tenants.known() == ("acme", "zeta")

    def test_a_name_that_looks_like_another_is_turned_away(self, tmp_path: Path) -> None:
        """In whatever case and script; the first keeps the name, and the second is not told whose it is."""
        for number, (first, second) in enumerate(LOOK_ALIKES):
            (folder := tmp_path / str(number)).mkdir()
            tenants = self.make(folder)
            tenants.admit(tenant=first)
            assert (told := _refusal(tenants.admit, second)), second
            assert first not in told
            assert _refusal(tenants.check, second) == told
            assert tenants.known() == (first,)

    def test_names_that_differ_to_the_eye_are_all_admitted(self, tmp_path: Path) -> None:
        """Figures are what ids are made of: they pass for no letter."""
        tenants, names = self.make(tmp_path), ("acme", "acme1", "acmel", "acme 2", "acme-2", "0", "O", "café", "cafe")
        for name in names:
            tenants.admit(tenant=name)
        assert set(tenants.known()) == set(names)

    def test_a_look_registers_nobody(self, tmp_path: Path) -> None:
        """Asking is free."""
        tenants = self.make(tmp_path)
        tenants.check(tenant="acme")
        assert tenants.known() == ()
        tenants.admit(tenant="Acme")
        assert _refusal(tenants.check, "acme")

    def test_whoever_was_struck_off_makes_room_for_a_name_of_the_same_looks(self, tmp_path: Path) -> None:
        """Nobody else is struck off by it."""
        tenants = self.make(tmp_path)
        tenants.admit(tenant="acme")
        assert tenants.forget(tenant="Acme") == 0
        assert tenants.forget(tenant="acme") == 1
        assert tenants.forget(tenant="acme") == 0
        tenants.admit(tenant="Acme")
        assert tenants.known() == ("Acme",)

    def test_what_is_no_name_is_refused(self, tmp_path: Path) -> None:
        """Whatever is asked."""
        tenants = self.make(tmp_path)
        for name in ("", " ", "../acme", "Ａ", "a" * 64):
            assert _refusal(tenants.admit, name), name
            assert _refusal(tenants.check, name), name


class _Call(Protocol):
    def __call__(self, *, tenant: str) -> None: ...


def _refusal(call: _Call, name: str) -> str:
    try:
        call(tenant=name)
    except TenantError as error:
        return str(error)
    return ""
