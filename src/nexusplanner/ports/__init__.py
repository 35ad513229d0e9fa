"""What we ask of the world: small protocols, each call bound to a tenant."""

from nexusplanner.ports.access import Policy
from nexusplanner.ports.crm import CRM
from nexusplanner.ports.history import History
from nexusplanner.ports.memory import Memory
from nexusplanner.ports.page import Page
from nexusplanner.ports.plans import PlanQuery, Plans
from nexusplanner.ports.signals import Signals
from nexusplanner.ports.sources import Sources
from nexusplanner.ports.tool import Findings, ToolNode

__all__ = [
    "CRM",
    "Findings",
    "History",
    "Memory",
    "Page",
    "PlanQuery",
    "Plans",
    "Policy",
    "Signals",
    "Sources",
    "ToolNode",
]
