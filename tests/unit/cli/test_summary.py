"""The summary: what a reader must not miss is on it."""

from __future__ import annotations

import io

from rich.console import Console

from nexusplanner import CampaignPlan
from nexusplanner.cli.summary import authors, print_summary
from nexusplanner.domain.sections import Cost, Degraded, Provenance


def test_losses_dissent_and_cost_are_told(made: CampaignPlan) -> None:
    told = _printed(
        made.model_copy(
            update={
                "status": "degraded",
                "degraded": (Degraded(part="summary", reason="both models were down"),),
                "dissent": ("The finance critic on money (overruled): too dear.",),
                "cost": Cost.model_validate({"usd": "0.5", "calls": 3, "tokens_in": 1000, "tokens_out": 234}),
            }
        )
    )
    assert "- summary: both models were down" in told
    assert "- Dissent: The finance critic on money (overruled): too dear." in told
    assert "$0.5000 in 3 calls, 1,234 tokens" in told
    assert "fell short" in told


def test_what_the_rules_stood_in_for_is_named_where_models_were_lost(made: CampaignPlan) -> None:
    """A plan that was meant to be the rules' alone has nothing to own up to."""
    wrote = (
        Provenance(section="strategy", rung="model", model="openai:gpt-5-mini"),
        Provenance(section="critique finance", rung="rules"),
        Provenance(section="summary", rung="rules"),
    )
    lost = (Degraded(part="summary", reason="it was down"),)
    told = _printed(made.model_copy(update={"status": "degraded", "degraded": lost, "provenance": wrote}))
    assert "Written by the rules: critique finance, summary." in told
    assert "Written by the rules:" not in _printed(made)


def test_money_adds_up_on_the_screen(made: CampaignPlan) -> None:
    told = _printed(made)
    assert told.count("Held back") == 1
    for segment in made.segments:
        assert segment.name in told


def test_what_a_terminal_would_obey_is_left_out(made: CampaignPlan) -> None:
    strategy = made.strategy.model_copy(update={"positioning": "Say \x1b]0;title\x07it \u202eloud"})
    told = _printed(made.model_copy(update={"strategy": strategy}))
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_authors_are_counted_the_busiest_first() -> None:
    wrote = [
        Provenance(section="a", rung="rules"),
        Provenance(section="b", rung="openai", model="gpt-5-mini"),
        Provenance(section="c", rung="openai", model="gpt-5-mini"),
    ]
    assert authors(wrote) == "gpt-5-mini (2), rules (1)"


def _printed(plan: CampaignPlan) -> str:
    stream = io.StringIO()
    print_summary(Console(file=stream, markup=False, soft_wrap=True), plan)
    return stream.getvalue()
