"""The overview: who wrote what, what was calculated, how far the claims are supported."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.calling import Cli

from nexusplanner import CampaignPlan


def test_without_a_place_an_overview(cli: Cli, plan_json: Path, made: CampaignPlan) -> None:
    done = cli("explain", plan_json)
    for calculation in made.calculations:
        assert f"{calculation.id}\t" in done.out
    for part in made.provenance:
        assert part.section in done.out
    supported = sum(claim.status == "supported" for claim in made.claims)
    assert f"{supported} supported, {len(made.claims) - supported} assumptions" in done.out
