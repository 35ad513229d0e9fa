"""What every store of plans must do.

class TestMyPlans(PlansContract):
    def make(self, folder: Path) -> Plans:
        return MyPlans(folder)
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from pathlib import Path
from typing import TypeVar

from nexusplanner.domain.change import Refinement
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import InputError, NexusError, TenantError
from nexusplanner.ports import Plans
from nexusplanner.testing.plans import sample_plan

T = TypeVar("T")

UNKNOWN = ("plan-0123456789abcdef", "", "../plans", "plan-", "/etc/hostname", "plan-00000000/../x", "plan-é")
"""Ids that no store has: some are none at all, some try to leave the store."""


class PlansContract(ABC):
    """What every store of plans must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, folder: Path) -> Plans:
        """Return an empty store; ``folder`` is empty and may be written to."""

    def test_it_is_a_store_of_plans(self, tmp_path: Path) -> None:
        """It has the shape of the port."""
        assert isinstance(self.make(tmp_path), Plans)

    def test_what_was_kept_comes_back_whole(self, tmp_path: Path) -> None:
        """Every field of the plan is the one that was handed in."""
        plans, (plan, _) = self.make(tmp_path), two_plans()
        _run(plans.save(plan, tenant="acme"))
        again = _run(plans.get(plan.id, tenant="acme"))
        assert again == plan
        assert again.to_json() == plan.to_json()

    def test_an_empty_store_lists_nothing(self, tmp_path: Path) -> None:
        """A tenant without plans is no error."""
        assert _run(self.make(tmp_path).list(tenant="acme")) == ()

    def test_plans_are_listed_newest_first(self, tmp_path: Path) -> None:
        """The plan kept last stands first."""
        plans, kept = self.make(tmp_path), two_plans()
        for plan in kept:
            _run(plans.save(plan, tenant="acme"))
        assert [p.id for p in _run(plans.list(tenant="acme"))] == [p.id for p in reversed(kept)]

    def test_keeping_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        """There is one plan of an id."""
        plans, (plan, _) = self.make(tmp_path), two_plans()
        for _ in range(2):
            _run(plans.save(plan, tenant="acme"))
        assert _run(plans.list(tenant="acme")) == (plan,)

    def test_a_plan_that_was_decided_upon_replaces_the_one_that_waited(self, tmp_path: Path) -> None:
        """The same id with another status is the same plan, later."""
        plans, (plan, _) = self.make(tmp_path), two_plans()
        decided = plan.model_copy(update={"status": "refused"})
        _run(plans.save(plan, tenant="acme"))
        _run(plans.save(decided, tenant="acme"))
        assert [p.status for p in _run(plans.list(tenant="acme"))] == ["refused"]

    def test_a_tenant_sees_only_its_own(self, tmp_path: Path) -> None:
        """Not even one whose name differs in case alone."""
        plans, (plan, other) = self.make(tmp_path), two_plans()
        _run(plans.save(plan, tenant="acme"))
        _run(plans.save(other, tenant="Acme"))
        assert _run(plans.list(tenant="acme")) == (plan,)
        assert _run(plans.list(tenant="Acme")) == (other,)
        assert isinstance(_refusal(plans.get(plan.id, tenant="Acme")), InputError)

    def test_an_unknown_id_is_an_input_error_that_names_it(self, tmp_path: Path) -> None:
        """Whatever its form, and never by leaving the store."""
        plans, (plan, _) = self.make(tmp_path), two_plans()
        _run(plans.save(plan, tenant="acme"))
        for name in UNKNOWN:
            assert isinstance(_refusal(plans.get(name, tenant="acme")), InputError), name

    def test_a_call_without_a_proper_tenant_is_refused(self, tmp_path: Path) -> None:
        """Every call is bound to a tenant."""
        plans, (plan, _) = self.make(tmp_path), two_plans()
        for tenant in ("", "../acme", "Ａ"):
            assert isinstance(_refusal(plans.save(plan, tenant=tenant)), TenantError), tenant
            assert isinstance(_refusal(plans.get(plan.id, tenant=tenant)), TenantError), tenant
            assert isinstance(_refusal(plans.list(tenant=tenant)), TenantError), tenant

    def test_versions_of_a_plan_are_found_by_any_of_them(self, tmp_path: Path) -> None:
        """The first one first, whichever is named; a plan that was never refined has one version, itself."""
        plans, (first, other) = self.make(tmp_path), two_plans()
        second, third = refined_of(first, 2), refined_of(first, 3)
        for plan in (first, other, third, second):
            _run(plans.save(plan, tenant="acme"))
        for named in (first, second, third):
            assert _run(plans.versions(named.id, tenant="acme")) == (first, second, third)
        assert _run(plans.versions(other.id, tenant="acme")) == (other,)

    def test_versions_of_a_plan_whose_first_is_gone_are_those_that_are_left(self, tmp_path: Path) -> None:
        """A version stands by itself."""
        plans, (first, _) = self.make(tmp_path), two_plans()
        second = refined_of(first, 2)
        _run(plans.save(second, tenant="acme"))
        assert _run(plans.versions(second.id, tenant="acme")) == (second,)

    def test_versions_are_the_tenants_own(self, tmp_path: Path) -> None:
        """Another tenant finds none of them, and its own are not mixed in."""
        plans, (first, _) = self.make(tmp_path), two_plans()
        second = refined_of(first, 2)
        _run(plans.save(first, tenant="acme"))
        _run(plans.save(second, tenant="other"))
        assert _run(plans.versions(first.id, tenant="acme")) == (first,)
        assert _run(plans.versions(second.id, tenant="other")) == (second,)
        for name in (*UNKNOWN, second.id):
            assert isinstance(_refusal(plans.versions(name, tenant="acme")), InputError), name
        assert isinstance(_refusal(plans.versions(first.id, tenant="")), TenantError)

    def test_many_at_once_are_all_kept_whole(self, tmp_path: Path) -> None:
        """Writers of one id and of many do not disturb each other."""
        plans, (plan, other) = self.make(tmp_path), two_plans()

        async def many() -> tuple[CampaignPlan, ...]:
            await asyncio.gather(*(plans.save(p, tenant="acme") for p in (plan, other) * 10))
            return await plans.list(tenant="acme")

        assert {p.to_json() for p in asyncio.run(many())} == {plan.to_json(), other.to_json()}


def two_plans() -> tuple[CampaignPlan, CampaignPlan]:
    """Return two plans with ids of their own."""
    plan = sample_plan()
    return plan, plan.model_copy(update={"id": "plan-" + "ab" * 8, "seed": plan.seed + 1})


def refined_of(first: CampaignPlan, version: int) -> CampaignPlan:
    """Return a later version of a plan."""
    origin = Refinement(parent=first.id, root=first.id, feedback="10 % from search to e-mail")
    return first.model_copy(update={"id": f"plan-{version:016x}", "version": version, "refinement": origin})


def _run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


def _refusal(work: Coroutine[object, object, object]) -> NexusError:
    try:
        asyncio.run(work)
    except NexusError as error:
        return error
    raise AssertionError("it was taken")
