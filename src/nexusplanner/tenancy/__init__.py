"""Who may do what for a tenant: pure policy, no database."""

from nexusplanner.tenancy.acting import acting, acting_as
from nexusplanner.tenancy.door import Door
from nexusplanner.tenancy.role_policy import RolePolicy
from nexusplanner.tenancy.roles import MAY, roles_for

__all__ = ["MAY", "Door", "RolePolicy", "acting", "acting_as", "roles_for"]
