"""What every store of plans must do.

class TestMyPlans(PlansContract):
    def make(self, folder: Path) -> Plans:
        return MyPlans(folder)
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from nexusplanner.domain.change import Refinement
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.errors import InputError, NexusError, TenantError
from nexusplanner.ports import PlanQuery, Plans
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
        page = _run(self.make(tmp_path).list(tenant="acme"))
        assert (page, page.after) == ((), None)

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
        assert _ids(plans) == [plan.id]
        assert _run(plans.get(plan.id, tenant="acme")) == plan

    def test_a_plan_that_was_decided_upon_replaces_the_one_that_waited(self, tmp_path: Path) -> None:
        """The same id with another status is the same plan, later."""
        plans, (plan, _) = self.make(tmp_path), two_plans()
        decided = plan.model_copy(update={"status": "refused", "summary": "Nobody wanted it."})
        _run(plans.save(plan, tenant="acme"))
        _run(plans.save(decided, tenant="acme"))
        assert [p.status for p in _run(plans.list(tenant="acme"))] == ["refused"]
        assert _run(plans.get(plan.id, tenant="acme")) == decided
        assert _ids(plans, search="nobody wanted") == [plan.id]
        assert _ids(plans, search="letters newcomers") == []

    def test_a_tenant_sees_only_its_own(self, tmp_path: Path) -> None:
        """Not even one whose name differs in case alone."""
        plans, (plan, other) = self.make(tmp_path), two_plans()
        _run(plans.save(plan, tenant="acme"))
        _run(plans.save(other, tenant="Acme"))
        assert _ids(plans) == [plan.id]
        assert [p.id for p in _run(plans.list(tenant="Acme"))] == [other.id]
        assert [p.id for p in _run(plans.list(PlanQuery(search=plan.brief.name), tenant="Acme"))] == [other.id]
        assert isinstance(_refusal(plans.get(plan.id, tenant="Acme")), InputError)
        assert isinstance(_refusal(plans.load((other.id, plan.id), tenant="Acme")), InputError)

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
            assert isinstance(_refusal(plans.load((), tenant=tenant)), TenantError), tenant
            assert isinstance(_refusal(plans.list(tenant=tenant)), TenantError), tenant

    def test_a_list_shows_of_a_plan_what_its_summary_says(self, tmp_path: Path) -> None:
        """Every field of the summary, money to the cent."""
        plans, (plan, _) = self.make(tmp_path), two_plans()
        second = refined_of(plan, 2)
        for each in (plan, second):
            _run(plans.save(each, tenant=plan.tenant))
        shown = _run(plans.list(tenant=plan.tenant))
        assert shown == (PlanSummary.of(second), PlanSummary.of(plan))
        assert [s.model_dump_json() for s in shown] == [PlanSummary.of(p).model_dump_json() for p in (second, plan)]

    def test_several_are_loaded_in_the_order_of_their_ids(self, tmp_path: Path) -> None:
        """Also one that is named twice."""
        plans, (plan, other) = self.make(tmp_path), two_plans()
        for each in (plan, other):
            _run(plans.save(each, tenant="acme"))
        asked = (other, plan, other)
        assert _run(plans.load([p.id for p in asked], tenant="acme")) == asked
        for name in UNKNOWN:
            assert isinstance(_refusal(plans.load((plan.id, name), tenant="acme")), InputError), name

    def test_pages_hold_every_plan_once_whatever_is_kept_meanwhile(self, tmp_path: Path) -> None:
        """A page begins where the one before ended, not so many plans from the top."""
        plans, kept = self.make(tmp_path), dated_plans(7)
        for plan in kept:
            _run(plans.save(plan, tenant="acme"))
        seen: list[str] = []
        after: str | None = None
        for number in range(4):
            page = _run(plans.list(PlanQuery(limit=2, after=after), tenant="acme"))
            seen += [p.id for p in page]
            after = page.after
            newer = kept[-1].model_copy(
                update={"id": f"plan-{number:016x}", "created_at": datetime(2028, 1, 1, tzinfo=UTC)}
            )
            _run(plans.save(newer, tenant="acme"))
        assert after is None
        assert seen == [p.id for p in reversed(kept)]

    def test_a_page_that_is_just_full_is_the_last(self, tmp_path: Path) -> None:
        """Nobody is sent to an empty page."""
        plans, kept = self.make(tmp_path), dated_plans(2)
        for plan in kept:
            _run(plans.save(plan, tenant="acme"))
        assert _run(plans.list(PlanQuery(limit=2), tenant="acme")).after is None

    def test_a_list_is_of_the_days_that_are_asked_for(self, tmp_path: Path) -> None:
        """Both ends count; the planning day is meant, not the hour."""
        plans, kept = self.make(tmp_path), dated_plans(5)
        for plan in reversed(kept):
            _run(plans.save(plan, tenant="acme"))
        ids, days = [p.id for p in reversed(kept)], [p.created_at.date() for p in kept]
        assert _ids(plans, since=days[1], until=days[3]) == ids[1:4]
        assert _ids(plans, since=days[3]) == ids[:2]
        assert _ids(plans, until=days[0]) == ids[4:]
        assert _ids(plans, since=date(2030, 1, 1)) == []

    def test_a_list_is_of_the_status_that_is_asked_for(self, tmp_path: Path) -> None:
        """With dates and words, all must hold."""
        plans, kept = self.make(tmp_path), dated_plans(4)
        for number, plan in enumerate(kept):
            status = "refused" if number % 2 else "complete"
            _run(plans.save(plan.model_copy(update={"status": status}), tenant="acme"))
        ids = [p.id for p in kept]
        assert _ids(plans, status="refused") == [ids[3], ids[1]]
        assert _ids(plans, status="refused", since=kept[2].created_at.date()) == [ids[3]]
        assert _ids(plans, status="complete", search="campaign") == [ids[2], ids[0]]
        assert _ids(plans, status="needs_approval") == []

    def test_a_search_finds_plans_that_have_all_its_words(self, tmp_path: Path) -> None:
        """Whatever their case, order and accents; a part of a word is another word; newest first."""
        plans, (one, two, three) = self.make(tmp_path), dated_plans(3)
        names = ("Café Zürich, spring", "Spring cleaning", "O'Neill's 100% \"half_price\" week")
        for plan, name in zip((one, two, three), names, strict=True):
            brief = plan.brief.model_copy(update={"name": name})
            _run(plans.save(plan.model_copy(update={"brief": brief, "summary": ""}), tenant="acme"))
        assert _ids(plans, search="SPRING") == [two.id, one.id]
        assert _ids(plans, search="spring cafe") == [one.id]
        assert _ids(plans, search="zurich Café") == [one.id]
        assert _ids(plans, search="spring winter") == []
        assert _ids(plans, search="clean") == []
        assert _ids(plans, search="half price 100") == [three.id]
        assert _ids(plans, search="spring", limit=1) == [two.id]
        for odd in ("100%", "o'neill's", '"half_price"', "week; DROP TABLE plans", "spring OR week"):
            assert _ids(plans, search=odd) in ([three.id], []), odd

    def test_a_page_after_a_place_that_no_page_gave_is_an_input_error(self, tmp_path: Path) -> None:
        """Never a page of something else."""
        plans, (plan, _) = self.make(tmp_path), two_plans()
        _run(plans.save(plan, tenant="acme"))
        for after in ("", "2", "2027-01-09.1.plan-x", "2027-01-09.1 ", "2027-02-30.1", "٢٠٢٧-01-09.1"):
            asked = PlanQuery(after=after)
            assert isinstance(_refusal(plans.list(asked, tenant="acme")), InputError), after

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
            return await plans.load([p.id for p in await plans.list(tenant="acme")], tenant="acme")

        assert {p.to_json() for p in asyncio.run(many())} == {plan.to_json(), other.to_json()}


def two_plans() -> tuple[CampaignPlan, CampaignPlan]:
    """Return two plans with ids of their own."""
    plan = sample_plan()
    return plan, plan.model_copy(update={"id": "plan-" + "ab" * 8, "seed": plan.seed + 1})


def dated_plans(count: int) -> tuple[CampaignPlan, ...]:
    """Return plans of one day each, the oldest first."""
    first = sample_plan()
    return tuple(
        first.model_copy(
            update={
                "id": f"plan-{'f' * 8}{number:08x}",
                "brief": first.brief.model_copy(update={"name": f"Campaign {number}"}),
                "created_at": datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=number),
            }
        )
        for number in range(count)
    )


def refined_of(first: CampaignPlan, version: int) -> CampaignPlan:
    """Return a later version of a plan."""
    origin = Refinement(parent=first.id, root=first.id, feedback="10 % from search to e-mail")
    return first.model_copy(update={"id": f"plan-{version:016x}", "version": version, "refinement": origin})


def _ids(
    plans: Plans,
    *,
    limit: int = 50,
    since: date | None = None,
    until: date | None = None,
    status: PlanStatus | None = None,
    search: str | None = None,
) -> list[str]:
    asked = PlanQuery(limit=limit, since=since, until=until, status=status, search=search)
    return [p.id for p in _run(plans.list(asked, tenant="acme"))]


def _run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


def _refusal(work: Coroutine[object, object, object]) -> NexusError:
    try:
        asyncio.run(work)
    except NexusError as error:
        return error
    raise AssertionError("it was taken")
