"""What every reader of plans' sources must do.

class TestMySources(SourcesContract):
    def make(self, folder: Path) -> tuple[Plans, Sources]:
        plans = MyPlans(folder)
        return plans, MySources(plans)
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from pathlib import Path
from typing import TypeVar

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import InputError, NexusError, TenantError
from nexusplanner.ports import Plans, Sources
from nexusplanner.testing.plans_store import UNKNOWN, two_plans

T = TypeVar("T")


class SourcesContract(ABC):
    """What every reader of sources must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, folder: Path) -> tuple[Plans, Sources]:
        """Return an empty store of plans and the reader of its sources; ``folder`` is empty."""

    def test_it_reads_sources(self, tmp_path: Path) -> None:
        """It has the shape of the port."""
        assert isinstance(self.make(tmp_path)[1], Sources)

    def test_brief_and_evidence_are_those_of_the_plan(self, tmp_path: Path) -> None:
        """Every field of them."""
        plans, sources = self.make(tmp_path)
        plan, other = two_plans()
        bare = other.model_copy(update={"evidence": ()})
        for each in (plan, bare):
            _run(plans.save(each, tenant="acme"))
        assert _run(sources.brief(plan.id, tenant="acme")) == plan.brief
        assert _run(sources.evidence(plan.id, tenant="acme")) == tuple(sorted(plan.evidence, key=lambda e: e.id))
        assert _run(sources.evidence(bare.id, tenant="acme")) == ()

    def test_a_source_names_the_plans_that_rest_on_it(self, tmp_path: Path) -> None:
        """Of the tenant alone, and no longer once a plan does without it."""
        plans, sources = self.make(tmp_path)
        plan, other = two_plans()
        source = plan.evidence[0].source
        for each in (plan, other):
            _run(plans.save(each, tenant="acme"))
        _run(plans.save(plan, tenant="Acme"))
        assert _run(sources.plans_on(source, tenant="acme")) == tuple(sorted((plan.id, other.id)))
        assert _run(sources.plans_on(source, tenant="Acme")) == (plan.id,)
        _run(plans.save(_without(plan, source), tenant="acme"))
        assert _run(sources.plans_on(source, tenant="acme")) == (other.id,)
        assert _run(sources.plans_on("nowhere\0", tenant="acme")) == ()

    def test_all_who_keep_plans_are_named(self, tmp_path: Path) -> None:
        """With how many they keep; nobody keeps any at first."""
        plans, sources = self.make(tmp_path)
        assert _run(sources.tenants()) == ()
        for plan, tenant in zip((*two_plans(), two_plans()[0]), ("acme", "acme", "beta"), strict=True):
            _run(plans.save(plan, tenant=tenant))
        assert [(t.name, t.plans) for t in _run(sources.tenants())] == [("acme", 2), ("beta", 1)]

    def test_an_unknown_id_or_another_tenants_is_an_input_error(self, tmp_path: Path) -> None:
        """As with the plan itself."""
        plans, sources = self.make(tmp_path)
        plan, _ = two_plans()
        _run(plans.save(plan, tenant="acme"))
        for tenant, names in (("acme", UNKNOWN), ("Acme", (plan.id,))):
            for name in names:
                assert isinstance(_refusal(sources.brief(name, tenant=tenant)), InputError), name
                assert isinstance(_refusal(sources.evidence(name, tenant=tenant)), InputError), name
        for asked in (sources.brief, sources.evidence, sources.plans_on):
            assert isinstance(_refusal(asked(plan.id, tenant="../acme")), TenantError)


def _without(plan: CampaignPlan, source: str) -> CampaignPlan:
    return plan.model_copy(update={"evidence": tuple(item for item in plan.evidence if item.source != source)})


def _run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


def _refusal(work: Coroutine[object, object, object]) -> NexusError:
    try:
        asyncio.run(work)
    except NexusError as error:
        return error
    raise AssertionError("it was taken")
