"""A tenant's handle: every verb, bound to one tenant and to whoever acts."""

from nexusplanner.planner.tenants.handle import TenantPlanner
from nexusplanner.planner.tenants.keepers import Erased
from nexusplanner.planner.tenants.usage import Usage

__all__ = ["Erased", "TenantPlanner", "Usage"]
