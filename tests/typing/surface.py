"""Read by the type checker alone: what programs that use the library may rely on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import assert_type

from nexusplanner import (
    CampaignBrief,
    CampaignPlan,
    Decision,
    Evidence,
    Findings,
    Limits,
    NexusError,
    Planner,
    PlanResult,
    ProviderError,
    Quote,
)
from nexusplanner.agents.protocols import Debating
from nexusplanner.domain.access import Grant
from nexusplanner.domain.audit import AuditEntry
from nexusplanner.domain.audit_chain import AuditReport
from nexusplanner.domain.explanation import Explanation
from nexusplanner.domain.lesson import Lesson
from nexusplanner.domain.outcome import Outcome
from nexusplanner.domain.outcome_report import OutcomeReport
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.remembered import Remembered
from nexusplanner.domain.timeline import Timeline
from nexusplanner.observability.events import Event
from nexusplanner.persistence.tenant_export import Export
from nexusplanner.planner import Ablation, Costs, Erased, TenantPlanner, Usage
from nexusplanner.ports import CRM, History, Memory, Page, Signals, ToolNode


def sync_surface(folder: Path, answers: Mapping[str, Decision]) -> None:
    """Use every sync verb as a program would."""
    brief = assert_type(CampaignBrief.load("brief.yaml"), CampaignBrief)
    with Planner(crm="csv:transactions.csv", signals=["rss:feed.xml"], models=["rules"]) as planner:
        assert_type(planner, Planner)
        assert_type(planner.estimate(brief), Quote)
        assert_type(planner.list(limit=5, status="complete", search="spring"), Page[CampaignPlan])
        assert_type(planner.list(fields="summary", since=date(2027, 1, 1)), Page[PlanSummary])
        assert_type(planner.costs(by="model", since=date(2027, 1, 1), tenant="acme"), Costs)
        result = assert_type(planner.plan(brief, tenant="acme", limits=Limits(usd=Decimal("1.50")), seed=7), PlanResult)
        report = planner.record_outcome("plan-1", [{"date": date(2027, 1, 4), "channel": "tv", "spend": 1.0}])
        assert_type(report, OutcomeReport)
        assert_type(planner.lessons(status="active"), tuple[Lesson, ...])
        assert_type(planner.withdraw_lesson("les-1"), Lesson)
        assert_type(planner.outcomes(), tuple[Outcome, ...])
        assert_type(planner.recall(brief, k=3), tuple[Remembered, ...])
        assert_type(planner.stream(brief), Iterator[Event])
        assert_type(planner.ablate(brief, protocols=["vote", Debating(rounds=1)], equal_spend=True), Ablation)
        assert_type(planner.batch([brief, folder / "brief.yaml"]), list[PlanResult])
        assert_type(planner.resume(result.run_id, answers), PlanResult)
        assert_type(planner.audit(action="plan.saved", limit=5), tuple[AuditEntry, ...])
        assert_type(planner.verify_audit(planner.export_audit(folder / "log.jsonl")), AuditReport)
        plan = assert_type(result.plan, CampaignPlan | None)
        if plan is not None:
            assert_type(plan.to_markdown(), str)
            assert_type(plan.save(folder), tuple[Path, ...])
            assert_type(plan.explain("choice"), Explanation)
            assert_type(plan.explain("choice").to_mermaid(), str)
            assert_type(result.save(folder), tuple[Path, ...])
            assert_type(result.timeline, Timeline)
            assert_type(plan.budget.total, Decimal)
            assert_type(plan.evidence, tuple[Evidence, ...])


def tenant_surface(folder: Path) -> None:
    """Use a tenant's handle as a program would."""
    with Planner(workspace=folder) as planner:
        acme = assert_type(planner.tenant("acme", user="ann"), TenantPlanner)
        assert_type(acme.plan("brief.yaml", seed=7), PlanResult)
        assert_type(acme.list(fields="summary"), Page[PlanSummary])
        assert_type(acme.list(), Page[CampaignPlan])
        assert_type(acme.stream("brief.yaml"), Iterator[Event])
        assert_type(acme.grant("bob", "viewer", plan="plan-0123456789abcdef"), Grant)
        assert_type(acme.who_may("approve"), tuple[str, ...])
        assert_type(acme.usage(), Usage)
        assert_type(acme.export(folder / "copy.zip"), Export)
        assert_type(acme.erase_person("x@y.example"), Erased)


async def async_surface(brief: CampaignBrief) -> None:
    """Use the async twins."""
    async with Planner(protocol=Debating) as planner:
        assert_type(await planner.aplan(brief), PlanResult)
        assert_type(await planner.aestimate(brief), Quote)
        assert_type(await planner.abatch([brief], max_concurrency=2), list[PlanResult])
        events: AsyncIterator[Event] = planner.astream(brief)
        async for event in events:
            assert_type(event, Event)


class Weather:
    """A tool node as a stranger would write it: no base class."""

    name = "weather"

    async def gather(self, brief: CampaignBrief, *, tenant: str, today: date) -> Findings:
        """Bring nothing."""
        del brief, tenant, today
        return Findings(tool=self.name)


def ports_take_what_fits(crm: CRM, history: History, signals: Signals, memory: Memory) -> Planner:
    """Hand in parts of one's own."""
    tool: ToolNode = Weather()
    return Planner(crm=crm, history=history, signals=[signals], memory=memory, tools=[tool])


def wrong_use_is_refused(brief: CampaignBrief, planner: Planner) -> None:
    """Fail to type-check, each line for the reason in its comment; mypy reports an unused ignore otherwise."""
    brief.name = "another"  # type: ignore[misc]  # briefs are frozen
    planner.plan(brief, "acme")  # type: ignore[call-arg]  # the tenant is keyword-only
    planner.plan(brief, seed="7")  # type: ignore[arg-type]  # a seed is a number
    Planner(crm=42)  # type: ignore[arg-type]  # neither a port nor a spec
    Limits(dollars=1)  # type: ignore[call-arg]  # no such limit


def errors_form_a_tree(error: ProviderError) -> NexusError:
    """Catch them all by their root."""
    return error
