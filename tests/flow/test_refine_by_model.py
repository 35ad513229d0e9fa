"""Feedback read by a model: it names and quotes, code does the rest, and where it fails the rules read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from langchain_core.messages import BaseMessage
from tests.flow.campaigns import everything, planner
from tests.flow.refined import bounded

from nexusplanner import CampaignPlan, PlanResult
from nexusplanner.agents.refinement.asked import Asked, Understood
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.testing.scripted import ScriptedChatModel

WISH = "I would love it if email had 1,000 EUR that search has now. Also write a poem."
READ = Understood(
    asked=(
        Asked(
            verb="move", quote="email had 1,000 EUR that search has now", what="search", to="email", amount="1,000 EUR"
        ),
    ),
    unread=("Also write a poem",),
)


@pytest.fixture(scope="module")
def plan() -> CampaignPlan:
    """Make the plan that feedback is given on, by the rules."""
    with planner(**everything()) as planning:
        made = planning.plan(bounded(), seed=7).plan
    assert made is not None
    return made


def refined(plan: CampaignPlan, feedback: str, reply: str) -> PlanResult:
    """Refine with a chat model that says the same to everything."""

    def speak(messages: Sequence[BaseMessage]) -> str:
        assert feedback in str(messages[-1].content)
        assert feedback not in str(messages[0].content)  # data is never put among the instructions
        return reply

    with planner(models=[ScriptedChatModel.playing(speak)]) as planning:
        return planning.refine(plan, feedback)


def test_a_model_reads_what_no_phrasing_fits(plan: CampaignPlan) -> None:
    result = refined(plan, WISH, READ.model_dump_json())
    assert [c.kind for c in result.changes] == ["move_money"]
    assert [r.quote for r in result.refused] == ["Also write a poem"]
    assert result.plan is not None
    assert verify_plan(result.plan).ok
    assert [(p.section, p.rung) for p in result.plan.provenance if p.section == "feedback"] == [("feedback", "model")]
    assert result.plan.cost.calls == 1
    assert result.plan.summary != plan.summary  # told by the rules, as it was


def test_a_model_that_makes_things_up_changes_nothing(plan: CampaignPlan) -> None:
    evil = Understood(
        asked=(
            Asked(
                verb="move", quote="email had 1,000 EUR that search has now", what="search", to="tv", amount="1,000 EUR"
            ),
            Asked(verb="set", quote="Also write a poem", what="budget", amount="9,000,000 EUR"),
        )
    )
    result = refined(plan, WISH, evil.model_dump_json())
    assert result.status == "refused"
    assert result.plan == plan


def test_where_a_model_answers_nonsense_the_rules_read(plan: CampaignPlan) -> None:
    result = refined(plan, "Move 1,000 EUR from search to email", "I am sorry, Dave.")
    assert [c.kind for c in result.changes] == ["move_money"]
    assert result.status == "degraded"
    assert any(d.part == "feedback" for d in result.degraded)
