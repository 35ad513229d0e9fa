"""The summary: a plan on one screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nexusplanner.cli.screen import heading, print_table
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.sections import Activity, Provenance
from nexusplanner.rendering.facts import audience_names, head_facts, notice, odds
from nexusplanner.rendering.format import channel_name, folded, number, percent, result, round_money, span

if TYPE_CHECKING:
    from rich.console import Console

_STEPS = 4
_RISKS = 3


def print_summary(console: Console, plan: CampaignPlan) -> None:
    """Print the plan's head, story, money, people, first steps, risks and what fell short."""
    print_head(console, plan)
    console.print()
    console.print(folded(plan.summary))
    heading(console, "Positioning")
    console.print(folded(plan.strategy.positioning))
    console.print(folded(plan.strategy.big_idea))
    _money(console, plan)
    _people(console, plan)
    _steps(console, plan)
    _risks(console, plan)
    _debate(console, plan)
    _shortfalls(console, plan)
    console.print()
    console.print(f"Written by {authors(plan.provenance)}; {_cost(plan)}.", style="dim")


def print_head(console: Console, plan: CampaignPlan) -> None:
    """Print the plan's name, its status and the figures a reader asks for first."""
    console.print(f"{folded(plan.brief.name)}", style="bold")
    console.print(f"{plan.id}, version {plan.version}, {plan.status.replace('_', ' ')}", style="dim")
    if said := notice(plan):
        console.print(folded(said), style="yellow")
    if plan.degraded and (sections := written_by_rules(plan.provenance)):
        console.print(folded(f"Written by the rules: {', '.join(sections)}."), style="yellow")
    for fact in (*head_facts(plan), odds(plan)):
        console.print(f"{fact.name:<10} {fact.figure} ({fact.note})")


def authors(provenance: Sequence[Provenance]) -> str:
    """Say which rung wrote how many of the sections."""
    counts = Counter(p.model or p.rung for p in provenance)
    return ", ".join(f"{name} ({count})" for name, count in sorted(counts.items(), key=lambda c: (-c[1], c[0])))


def written_by_rules(provenance: Sequence[Provenance]) -> tuple[str, ...]:
    """Name the sections that the rules wrote, each once."""
    return tuple(dict.fromkeys(p.section for p in provenance if p.rung == "rules"))


def _money(console: Console, plan: CampaignPlan) -> None:
    budget, metric = plan.budget, plan.forecast.metric
    heading(console, "Money")
    rows = [
        (
            channel_name(line.channel),
            round_money(line.amount, budget.currency),
            percent(line.share),
            result(line.expected, metric, budget.currency),
        )
        for line in budget.lines
    ]
    rows.append(("Held back", round_money(budget.contingency, budget.currency), "", ""))
    print_table(console, ("Channel", "Amount", "Share", f"Expected {metric}"), rows, right=frozenset({1, 2, 3}))


def _people(console: Console, plan: CampaignPlan) -> None:
    heading(console, "People")
    rows = [
        (folded(s.name), number(s.size) if s.rule else "not counted", number(s.contactable) if s.rule else "")
        for s in plan.segments
    ]
    print_table(console, ("Segment", "Customers", "Contactable"), rows, right=frozenset({1, 2}))


def _steps(console: Console, plan: CampaignPlan) -> None:
    heading(console, "First steps")
    names = audience_names(plan)
    for activity in plan.calendar[:_STEPS]:
        console.print(_step(activity, names.get(activity.segment, "")))
    if len(plan.calendar) > _STEPS:
        console.print(f"and {len(plan.calendar) - _STEPS} more", style="dim")


def _step(activity: Activity, segment: str) -> str:
    whom = f" to {folded(segment)}" if segment else ""
    where = f"{channel_name(activity.channel)}: " if activity.channel else ""
    return f"{span(activity.date, activity.end)}  {where}{folded(activity.activity)}{whom} ({folded(activity.owner)})"


def _risks(console: Console, plan: CampaignPlan) -> None:
    heading(console, "Risks")
    for risk in plan.risks[:_RISKS]:
        console.print(f"- {folded(risk.risk)} Answer: {folded(risk.answer)}")


def _debate(console: Console, plan: CampaignPlan) -> None:
    if not plan.debate.triggered and not plan.dissent:
        return
    heading(console, "Debate")
    if plan.debate.triggered:
        console.print(folded(plan.debate.verdict or plan.debate.reason))
    for voice in plan.dissent:
        console.print(f"- Dissent: {folded(voice)}")


def _shortfalls(console: Console, plan: CampaignPlan) -> None:
    if not plan.degraded:
        return
    heading(console, "What fell short")
    for loss in plan.degraded:
        console.print(f"- {folded(loss.part)}: {folded(loss.reason)}")


def _cost(plan: CampaignPlan) -> str:
    cost = plan.cost
    if not cost.calls:
        return "no paid call"
    return f"${cost.usd:.4f} in {cost.calls} calls, {cost.tokens_in + cost.tokens_out:,} tokens"
