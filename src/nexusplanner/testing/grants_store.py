"""What every store of grants must do.

class TestMyGrants(GrantsContract):
    def make(self, folder: Path) -> Grants:
        return MyGrants(folder)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from nexusplanner.domain.access import ROLES, Grant
from nexusplanner.errors import TenantError
from nexusplanner.ports.access import Grants

OWNER = Grant(user="olga", role="owner")
VIEWER = Grant(user="vera", role="viewer", plan="plan-0123456789abcdef")


class GrantsContract(ABC):
    """What every store of grants must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, folder: Path) -> Grants:
        """Return an empty store; ``folder`` is empty and may be written to."""

    def test_it_is_a_store_of_grants(self, tmp_path: Path) -> None:
        """It has the shape of the port, and begins with nothing."""
        grants = self.make(tmp_path)
        assert isinstance(grants, Grants)
        assert grants.of(tenant="acme") == ()

    def test_what_was_granted_comes_back_in_order_and_once(self, tmp_path: Path) -> None:
        """The same again changes nothing; roles of one user stand beside each other."""
        grants, more = self.make(tmp_path), Grant(user="olga", role="approver")
        for grant in (OWNER, VIEWER, more, VIEWER):
            grants.add(grant, tenant="acme")
        assert grants.of(tenant="acme") == (more, OWNER, VIEWER)

    def test_the_first_grant_makes_an_owner_of_everything(self, tmp_path: Path) -> None:
        """Else nobody could ever grant anything again."""
        grants = self.make(tmp_path)
        for first in (VIEWER, OWNER.model_copy(update={"plan": VIEWER.plan}), Grant(user="pia", role="planner")):
            assert _refused(lambda first=first: grants.add(first, tenant="acme"))
        assert grants.of(tenant="acme") == ()

    def test_the_last_owner_stays(self, tmp_path: Path) -> None:
        """Until there is another one."""
        grants, other = self.make(tmp_path), Grant(user="otto", role="owner")
        grants.add(OWNER, tenant="acme")
        assert _refused(lambda: grants.remove(OWNER, tenant="acme"))
        grants.add(other, tenant="acme")
        assert grants.remove(OWNER, tenant="acme")
        assert grants.of(tenant="acme") == (other,)

    def test_what_is_taken_away_is_gone_and_nothing_else(self, tmp_path: Path) -> None:
        """A grant for one plan is not the grant for everything."""
        grants, everywhere = self.make(tmp_path), VIEWER.model_copy(update={"plan": None})
        for grant in (OWNER, VIEWER, everywhere):
            grants.add(grant, tenant="acme")
        assert grants.remove(everywhere, tenant="acme")
        assert not grants.remove(everywhere, tenant="acme")
        assert grants.of(tenant="acme") == (OWNER, VIEWER)

    def test_every_role_can_be_granted_to_names_of_any_script(self, tmp_path: Path) -> None:
        """Quotes and wildcards in them are letters like any other."""
        grants, names = self.make(tmp_path), ("Ann", "ann", "аnn", "o'neil", "100%_", "名前", "x" * 254)
        given = {Grant(user=name, role=role) for name in names for role in ROLES}
        for grant in sorted(given, key=lambda grant: grant.role != "owner"):
            grants.add(grant, tenant="acme")
        assert set(grants.of(tenant="acme")) == given

    def test_a_tenant_sees_only_its_own(self, tmp_path: Path) -> None:
        """Neither does another's grant count, nor is it taken away."""
        grants = self.make(tmp_path)
        for tenant in ("A", "a", "А"):
            grants.add(Grant(user=f"owner of {tenant}", role="owner"), tenant=tenant)
        assert [grant.user for grant in grants.of(tenant="a")] == ["owner of a"]
        assert not grants.remove(Grant(user="owner of A", role="owner"), tenant="a")
        assert len(grants.of(tenant="A")) == 1

    def test_a_call_without_a_proper_tenant_is_refused(self, tmp_path: Path) -> None:
        """Every call is bound to a tenant."""
        grants = self.make(tmp_path)
        for tenant in ("", "../acme", "Ａ"):
            assert _refused(lambda tenant=tenant: grants.of(tenant=tenant))
            assert _refused(lambda tenant=tenant: grants.add(OWNER, tenant=tenant))
            assert _refused(lambda tenant=tenant: grants.remove(OWNER, tenant=tenant))


def _refused(act: object) -> bool:
    assert callable(act)
    try:
        act()
    except TenantError:
        return True
    return False
