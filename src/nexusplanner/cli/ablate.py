"""``nexusplanner ablate``: whether a debate pays, on briefs of your own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nexusplanner.cli import options

if TYPE_CHECKING:
    from rich.console import Console

    from nexusplanner.planner.ablation import Ablation, Standing
    from nexusplanner.planner.trial import Trial
    from nexusplanner.settings import Settings

Briefs = Annotated[
    list[Path],
    typer.Argument(metavar="BRIEF...", help="Briefs; each with the data its nexusplanner.toml names."),
]
Protocols = Annotated[
    str, typer.Option(metavar="NAMES", help="What to compare, with commas: single, vote, debate or installed ones")
]
EqualSpend = Annotated[
    bool, typer.Option("--equal-spend", help="Give every protocol as many answers as the one that debates took")
]
Seeds = Annotated[int, typer.Option(min=1, max=100, metavar="K", help="Try each with the seeds 0 to K-1")]


def ablate(
    briefs: Briefs,
    *,
    protocols: Protocols = "single,vote,debate",
    equal_spend: EqualSpend = False,
    seeds: Seeds = 3,
    model: options.Model = None,
    limit_usd: options.LimitUsd = None,
    tenant: options.Tenant = None,
    json: options.Json = False,
) -> None:
    """Plan the same briefs by several protocols and compare score, cost and time."""
    from nexusplanner.cli.opening import load_settings
    from nexusplanner.cli.screen import print_json, screen
    from nexusplanner.planner.ablation import Ablation

    names = [name.strip() for name in protocols.split(",") if name.strip()]
    found: list[Trial] = []
    for brief in briefs:
        settings = load_settings(brief, tenant=tenant, limit_usd=limit_usd, models=model)
        found.extend(_tried(brief, settings, names, seeds=seeds, equal_spend=equal_spend))
    joined = Ablation.of(found, equal_spend=equal_spend)
    if json:
        print_json(joined.model_dump_json(indent=1) + "\n")
        return
    _print(screen(), joined, names)


def _tried(
    brief: Path, settings: Settings, protocols: Sequence[str], *, seeds: int, equal_spend: bool
) -> tuple[Trial, ...]:
    from nexusplanner.cli.opening import open_planner
    from nexusplanner.domain.brief import CampaignBrief

    read = CampaignBrief.load(brief)
    with open_planner(settings) as planner:
        return planner.ablate(read, protocols=protocols, seeds=range(seeds), equal_spend=equal_spend).trials


def _print(console: Console, found: Ablation, names: Sequence[str]) -> None:
    from nexusplanner.cli.screen import heading, print_table

    asked = sorted(found.standings, key=lambda s: names.index(s.protocol) if s.protocol in names else len(names))
    spend = "at equal spend" if found.equal_spend else "as they are"
    briefs = len({t.brief for t in found.trials})
    console.print(f"{len(found.trials)} runs of {briefs} brief{'s' if briefs != 1 else ''}, protocols {spend}.")
    header = ("Protocol", "Score", "Spread", "Right", "Flips +", "Flips -", "Answers", "Calls", "USD", "Seconds")
    print_table(console, header, [_row(s) for s in asked], right=frozenset(range(1, len(header))))
    heading(console, "Score by criterion")
    criteria = list(asked[0].scores)
    rows = [(c.replace("_", " "), *(f"{s.scores[c]:.3f}" for s in asked)) for c in criteria]
    print_table(console, ("Criterion", *(s.protocol for s in asked)), rows, right=frozenset(range(1, len(asked) + 1)))


def _row(s: Standing) -> tuple[str, ...]:
    right = "-" if s.accuracy is None else f"{s.accuracy:.1%}"
    flips, cost = (f"{s.better}", f"{s.worse}"), (f"{s.answers:.1f}", f"{s.calls:.1f}", f"{s.usd:.4f}")
    return (s.protocol, f"{s.score:.3f}", f"{s.spread:.3f}", right, *flips, *cost, f"{s.latency_s:.2f}")
