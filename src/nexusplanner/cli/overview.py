"""The overview: who wrote which section of a plan, and what was calculated for it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nexusplanner.cli.screen import heading, print_table
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering.format import folded

if TYPE_CHECKING:
    from rich.console import Console


def overview(console: Console, plan: CampaignPlan) -> None:
    """Print authors, calculations, and how far the claims are supported."""
    console.print(f"{folded(plan.brief.name)} ({plan.id})", style="bold")
    heading(console, "Written by")
    rows = [(folded(p.section), p.rung, folded(p.model), p.prompt_id) for p in plan.provenance]
    print_table(console, ("Section", "Rung", "Model", "Prompt"), rows)
    heading(console, "Calculated")
    figures = Counter(bound.partition("#")[0] for bound in plan.figures.values())
    print_table(
        console,
        ("Calculation", "Version", "Figures", "What was done"),
        [(c.id, c.version, str(figures[c.id]), folded(c.explanation)) for c in plan.calculations],
        right=frozenset({2}),
    )
    heading(console, "Claims")
    supported = sum(claim.status == "supported" for claim in plan.claims)
    kinds = Counter(e.kind for e in plan.evidence)
    console.print(f"{supported} supported, {len(plan.claims) - supported} assumptions")
    console.print(f"{len(plan.evidence)} pieces of evidence: {', '.join(f'{n} {k}' for k, n in sorted(kinds.items()))}")
    heading(console, "Next")
    examples = [next(iter(plan.figures), ""), *(c.id for c in plan.claims[:1]), *(e.id for e in plan.evidence[:1])]
    console.print(f"Explain one of them, such as: {', '.join(place for place in examples if place)}")
