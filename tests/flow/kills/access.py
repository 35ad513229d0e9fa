"""Writers of who there is and who may do what, to be killed."""

from __future__ import annotations

from nexusplanner.domain.access import Grant
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.grants_sql import SqlGrants
from nexusplanner.persistence.tenants_sql import SqlTenants


class WrittenGrants:
    """Grants, one given for one taken; an item is one that was given and stays.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._grants, self.close = SqlGrants(database), database.close

    def write(self, number: int) -> None:
        """Give two roles, and take one of them back."""
        self._grants.add(Grant(user="ines", role="owner"), tenant="acme")
        passing, staying = _grant(number, "viewer"), _grant(number, "planner")
        self._grants.add(passing, tenant="acme")
        self._grants.add(staying, tenant="acme")
        assert self._grants.remove(passing, tenant="acme")

    def whole(self) -> set[int]:
        """Read all; somebody owns what others have roles in."""
        given = self._grants.of(tenant="acme")
        assert not given or Grant(user="ines", role="owner") in given
        staying = {_number(grant) for grant in given if grant.role == "planner"}
        passing = {_number(grant) for grant in given if grant.role == "viewer"}
        return staying - passing


class WrittenTenants:
    """Tenants that are admitted.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._tenants, self.close = SqlTenants(database), database.close

    def write(self, number: int) -> None:
        """Admit one."""
        self._tenants.admit(tenant=f"tenant-{number}")

    def whole(self) -> set[int]:
        """Read all; whoever is there is known again."""
        known = self._tenants.known()
        for tenant in known:
            self._tenants.check(tenant=tenant)
        return {int(tenant.removeprefix("tenant-")) for tenant in known}


def _grant(number: int, role: str) -> Grant:
    return Grant.model_validate({"user": f"user-{number}", "role": role, "plan": f"plan-{number}"})


def _number(grant: Grant) -> int:
    assert grant.plan == grant.user.replace("user", "plan")
    return int(grant.user.removeprefix("user-"))
