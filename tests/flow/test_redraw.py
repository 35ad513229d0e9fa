"""A draft that repeats another is caught and drawn again, twice at most, also when models write."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest
from langchain_core.messages import BaseMessage, SystemMessage
from tests.flow.campaigns import TODAY, brief
from tests.flow.obeying import Obeying

from nexusplanner import CampaignPlan, Planner, Settings
from nexusplanner.agents.difference import REDRAWS, SAME
from nexusplanner.settings import Limits
from nexusplanner.testing.scripted import ScriptedChatModel

NEW = (
    ("A table where nobody hurries", "Slow rims, steady thumbs, tea afterwards"),
    ("Gifts with fingerprints in the glaze", "Grandmother drinks from what was thrown on Saturday"),
)
Tell = Callable[[str, int], tuple[str, str]]


def planned(tell: Tell) -> tuple[CampaignPlan, list[str]]:
    """Plan with a strategist that tells the same story under each lens, and at a redraw what ``tell`` says."""
    asked: list[str] = []
    honest = Obeying("")

    def say(messages: Sequence[BaseMessage]) -> str:
        instruction = str(messages[0].content)
        is_strategist = "campaign strategist" in instruction
        same = SystemMessage("You are a strategist.") if is_strategist else messages[0]
        answer = json.loads(honest([same, *messages[1:]]))
        if is_strategist:
            asked.append(instruction)
        if "drawn again" in instruction:
            answer["positioning"], answer["big_idea"] = tell(instruction, len(asked))
            answer["angles"] = []
        return json.dumps(answer)

    planner = Planner(
        models=[ScriptedChatModel.playing(say)], settings=Settings(limits=Limits(usd=99)), clock=lambda: TODAY
    )
    plan = planner.plan(brief(), seed=1).plan
    assert plan is not None
    return plan, asked


def test_drafts_that_repeat_the_first_are_drawn_again_with_what_is_taken() -> None:
    plan, asked = planned(lambda instruction, _: NEW["bad quarter" in instruction])
    assert sum("drawn again" in instruction for instruction in asked) == 2
    assert all(pair.difference.words >= SAME for pair in plan.differences)
    assert not any("drawn again" in note for note in plan.notes)


def test_one_that_never_says_anything_else_is_left_after_two_redraws_and_that_is_said() -> None:
    same = ("Kiln & Clay: Hands in clay after office hours, one wheel each.", "The same.")
    plan, asked = planned(lambda *_: same)
    assert sum("drawn again" in instruction for instruction in asked) == 2 * REDRAWS
    assert any(pair.difference.words < SAME for pair in plan.differences)
    assert sum("though it was drawn again" in note for note in plan.notes) >= 1


@pytest.mark.parametrize("seed", range(3))
def test_the_experts_are_never_drawn_again(seed: int) -> None:
    plan = Planner(models=[], settings=Settings(), clock=lambda: TODAY).plan(brief(), seed=seed).plan
    assert plan is not None
    assert all(pair.difference.words > SAME for pair in plan.differences)
    assert plan.repairs == ()
