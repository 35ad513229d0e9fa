"""Plan marketing campaigns with agents: numbers from code, words from models, every claim with its evidence.

    from nexusplanner import Planner

    with Planner(crm="csv:transactions.csv", history="csv:history.csv") as planner:
        result = planner.plan("brief.yaml", seed=7)
        result.plan.save("out/")

Importing this loads nothing else; each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexusplanner.domain.brief import CampaignBrief
    from nexusplanner.domain.decision import Decision, Pending
    from nexusplanner.domain.evidence import Evidence
    from nexusplanner.domain.money import Money
    from nexusplanner.domain.plan import CampaignPlan
    from nexusplanner.errors import (
        ApprovalError,
        BriefIncomplete,
        BudgetExceeded,
        ConfigurationError,
        InfeasibleBudget,
        InputError,
        NexusError,
        PermissionDenied,
        ProviderError,
        StorageError,
        TenantError,
    )
    from nexusplanner.planner import Planner, PlanResult, Quote, TenantPlanner
    from nexusplanner.ports import Findings
    from nexusplanner.settings import Limits, Settings

__version__ = "0.1.0"

_HOMES = {
    "ApprovalError": "errors",
    "BriefIncomplete": "errors",
    "BudgetExceeded": "errors",
    "CampaignBrief": "domain.brief",
    "CampaignPlan": "domain.plan",
    "ConfigurationError": "errors",
    "Decision": "domain.decision",
    "Evidence": "domain.evidence",
    "Findings": "ports",
    "InfeasibleBudget": "errors",
    "InputError": "errors",
    "Limits": "settings",
    "Money": "domain.money",
    "NexusError": "errors",
    "Pending": "domain.decision",
    "PermissionDenied": "errors",
    "PlanResult": "planner",
    "Planner": "planner",
    "ProviderError": "errors",
    "Quote": "planner",
    "Settings": "settings",
    "StorageError": "errors",
    "TenantError": "errors",
    "TenantPlanner": "planner",
}

__all__ = [
    "ApprovalError",
    "BriefIncomplete",
    "BudgetExceeded",
    "CampaignBrief",
    "CampaignPlan",
    "ConfigurationError",
    "Decision",
    "Evidence",
    "Findings",
    "InfeasibleBudget",
    "InputError",
    "Limits",
    "Money",
    "NexusError",
    "Pending",
    "PermissionDenied",
    "PlanResult",
    "Planner",
    "ProviderError",
    "Quote",
    "Settings",
    "StorageError",
    "TenantError",
    "TenantPlanner",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'nexusplanner' has no attribute {name!r}")
    return getattr(import_module(f"nexusplanner.{home}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
