"""Plans in memory: bounded by tenant."""

from __future__ import annotations

from nexusplanner.persistence import InMemoryPlans
from nexusplanner.persistence.plan_memory import MOST
from nexusplanner.ports import PlanQuery
from nexusplanner.testing import sample_plan


async def test_the_oldest_plan_of_a_tenant_is_let_go() -> None:
    """One busy tenant neither fills the memory nor pushes out another's plans."""
    plans, plan = InMemoryPlans(), sample_plan()
    await plans.save(plan, tenant="quiet")
    for n in range(MOST + 1):
        await plans.save(plan.model_copy(update={"id": f"plan-{n:016x}"}), tenant="busy")
    kept = await plans.list(PlanQuery(limit=1000), tenant="busy")
    assert len(kept) == MOST
    assert kept[-1].id == f"plan-{1:016x}"
    assert await plans.get(plan.id, tenant="quiet") == plan
