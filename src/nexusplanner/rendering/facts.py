"""Facts: the few figures and words at the head of a plan, the same on every kind of paper."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from nexusplanner.domain.approval import Approval, in_words
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering.format import chance, counted, folded, result, round_money, sentence_case, span


@dataclass(frozen=True)
class Fact:
    """A figure with its name, and a few words beneath it."""

    name: str
    figure: str
    note: str = ""


def head_facts(plan: CampaignPlan) -> tuple[Fact, ...]:
    """Return period, money, objective and expectation."""
    budget, objective, outlook = plan.budget, plan.objective, plan.forecast
    period = plan.brief.period
    weeks = f"{period.weeks} week{'' if period.weeks == 1 else 's'}"
    low, high = (result(value, outlook.metric, budget.currency) for value in (outlook.p10, outlook.p90))
    return (
        Fact("Money", round_money(budget.total, budget.currency), held_back(plan)),
        Fact("Period", span(period.start, period.end), weeks),
        Fact("Objective", counted(objective.target, objective.metric, budget.currency), reference(plan)),
        Fact("Expected", result(outlook.p50, outlook.metric, budget.currency), f"8 in 10 between {low} and {high}"),
    )


def held_back(plan: CampaignPlan) -> str:
    """Say how much of the money is contingency."""
    if not plan.budget.contingency:
        return "nothing held back"
    return f"{round_money(plan.budget.contingency, plan.budget.currency)} held back"


def reference(plan: CampaignPlan) -> str:
    """Say what the target is measured against."""
    objective, currency = plan.objective, plan.budget.currency
    if objective.baseline is None:
        return "no baseline known"
    return f"baseline {result(objective.baseline, objective.metric, currency)}"


def odds(plan: CampaignPlan) -> Fact:
    """Return the probability of the target, as a figure with its meaning."""
    objective, currency = plan.objective, plan.budget.currency
    note = f"chance of reaching {counted(objective.target, objective.metric, currency)}"
    if objective.stretch is not None:
        note += f"; one run in five would pass {result(objective.stretch, objective.metric, currency)}"
    return Fact("Target", chance(objective.probability_of_target), note)


def notice(plan: CampaignPlan) -> str:
    """Say what a reader must know before relying on the plan; empty for a complete one."""
    if plan.status == "needs_approval":
        who = ", ".join(plan.brief.approvers) or "an approver"
        return f"Not yet approved: waiting for {who}."
    said = [decided(plan.approval)] if plan.approval else []
    if plan.status == "refused":
        said.insert(0, "Refused: this plan was turned down and must not run.")
    if plan.status == "degraded":
        count = len(plan.degraded)
        parts = f"{count} part{'' if count == 1 else 's'}"
        said.append(f"Some of it fell short ({parts}): see “What fell short” at the end.")
    return " ".join(said)


def decided(approval: Approval) -> str:
    """Say who decided what about a plan, when and why."""
    by = f" by {folded(approval.by)}" if approval.by else ""
    why = f": {folded(approval.reason).rstrip('.')}" if approval.reason else ""
    edits = f", with edits: {folded(in_words(approval.edits)).rstrip('.')}" if approval.edits else ""
    return f"{sentence_case(approval.verdict)}{by} on {approval.at:%Y-%m-%d}{why}{edits}."


def audience_names(plan: CampaignPlan) -> dict[str, str]:
    """Return the name of each segment by id."""
    return {segment.id: segment.name for segment in plan.segments}


def total_expected(plan: CampaignPlan) -> float:
    """Add up what the budget lines are expected to bring."""
    return sum(line.expected for line in plan.budget.lines)


def step(plan: CampaignPlan) -> int:
    """Return the step of the plan's budget."""
    return step_of(plan.budget.total)


def step_of(total: Decimal) -> int:
    """Return the power of ten near a hundredth of a budget: the amount people move at once."""
    return int(10 ** max(0, len(str(int(total))) - 3))
