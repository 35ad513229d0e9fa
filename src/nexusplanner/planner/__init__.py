"""The façade: hand it a brief and your data, get a plan; and the only place where parts are wired together."""

from nexusplanner.planner.ablation import Ablation, Standing
from nexusplanner.planner.costs import CostLine, Costs
from nexusplanner.planner.facade import Planner
from nexusplanner.planner.quote import Quote, Span
from nexusplanner.planner.result import PlanResult
from nexusplanner.planner.tenants import Erased, TenantPlanner, Usage
from nexusplanner.planner.trial import Trial

__all__ = [
    "Ablation",
    "CostLine",
    "Costs",
    "Erased",
    "PlanResult",
    "Planner",
    "Quote",
    "Span",
    "Standing",
    "TenantPlanner",
    "Trial",
    "Usage",
]
