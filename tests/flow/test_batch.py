"""Many plans at once: none fails, none is mixed up with another, no tenant sees another's."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.flow.campaigns import BRIEF, brief, planner

from nexusplanner import InputError, TenantError


async def test_twenty_plans_at_once_come_back_in_order() -> None:
    """Each result is that of its brief, as if it had been planned alone."""
    asked = [
        brief(name=f"Campaign {n}", budget={"amount": str(20_000 + 500 * n), "currency": "EUR"}) for n in range(20)
    ]
    planning = planner()
    results = await planning.abatch(asked, seed=5)
    assert [r.status for r in results] == ["complete"] * 20
    plans = [r.plan for r in results if r.plan]
    assert [p.brief.name for p in plans] == [b.name for b in asked]
    assert [p.budget.total for p in plans] == [b.budget.amount for b in asked]
    assert len({r.run_id for r in results}) == len({p.id for p in plans}) == 20
    alone = (await planner().aplan(asked[13], seed=5)).plan
    assert alone is not None
    assert plans[13].to_json() == alone.to_json()
    assert {p.id for p in await planning.alist()} == {p.id for p in plans}


async def test_the_same_brief_many_times_is_the_same_plan() -> None:
    """Runs side by side share nothing that could show in a plan."""
    results = await planner().abatch([brief()] * 6, seed=1, max_concurrency=6)
    assert len({r.plan.to_json() for r in results if r.plan}) == 1


async def test_one_bad_brief_of_a_batch_is_an_error_that_names_it() -> None:
    """A batch is no way around the brief's checks."""
    with pytest.raises(InputError, match="budget"):
        await planner().abatch([brief(), {**BRIEF, "budget": {"amount": "0", "currency": "EUR"}}])


@pytest.mark.parametrize("kept", ["memory", "files"])
async def test_two_tenants_plan_at_once_and_do_not_see_each_other(tmp_path: Path, kept: str) -> None:
    """Plans, and what can be shown, are each tenant's own."""
    async with planner(workspace=tmp_path if kept == "files" else None) as planning:
        names = ("a", "b")
        results = await asyncio.gather(*(planning.aplan(brief(name=f"Of {n}"), tenant=n) for n in names))
        for name, result in zip(names, results, strict=True):
            assert result.plan is not None
            assert result.plan.tenant == name
            assert await planning.alist(tenant=name) == (result.plan,)
            assert await planning.ashow(result.plan.id, tenant=name) == result.plan
        for name, other in zip(names, reversed(results), strict=True):
            assert other.plan is not None
            with pytest.raises(InputError):
                await planning.ashow(other.plan.id, tenant=name)
        assert await planning.alist() == ()


@pytest.mark.parametrize("tenant", ["Ａ", "a\u200b", "../a", " a", "a/b", "x" * 64, "ﬁ"])
async def test_a_name_that_only_looks_like_anothers_is_refused(tenant: str) -> None:
    """So that nobody is served as somebody else, by the planner or by its graph."""
    with pytest.raises(TenantError):
        await planner().aplan(brief(), tenant=tenant)
    with pytest.raises(TenantError):
        await planner().alist(tenant=tenant)
