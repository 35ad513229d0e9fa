"""The shipped briefs on the rules rung, three seeds each: lenses differ, and no sentence fits another brief."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from tests.flow.attacked import own_words

from nexusplanner import CampaignBrief, CampaignPlan, Planner, Settings
from nexusplanner.agents.difference import SAME

EXAMPLES = Path(__file__).parents[2] / "examples"
BRIEFS = tuple(sorted(path.parent.name for path in EXAMPLES.glob("*/brief.yaml")))
SEEDS = (1, 2, 3)


@cache
def plans(folder: str) -> tuple[CampaignPlan, ...]:
    """Plan a shipped brief with the data beside it, once a seed."""
    place = EXAMPLES / folder
    settings = Settings.load(folder=place)
    given = settings.plan
    planner = Planner(
        crm=given.crm, history=given.history, signals=tuple(given.signals), models=[], settings=Settings()
    )
    made = [planner.plan(CampaignBrief.load(place / "brief.yaml"), seed=seed).plan for seed in SEEDS]
    return tuple(plan for plan in made if plan is not None)


@pytest.mark.parametrize("folder", BRIEFS)
def test_the_lenses_differ_by_the_measure_and_the_plan_keeps_it(folder: str) -> None:
    assert len(plans(folder)) == len(SEEDS)
    for plan in plans(folder):
        assert len(plan.differences) == 3
        for pair in plan.differences:
            assert pair.difference.words > SAME, pair
            assert pair.difference.money > 0.01, pair
            assert pair.difference.overall > 0.15, pair
        assert not any("drawn again" in note for note in plan.notes)


@pytest.mark.parametrize("folder", BRIEFS)
def test_another_seed_tells_it_in_other_words(folder: str) -> None:
    for one, two in combinations(plans(folder), 2):
        assert one.summary != two.summary
        assert one.strategy.positioning != two.strategy.positioning
        assert one.strategy.big_idea != two.strategy.big_idea


def test_no_sentence_stands_in_plans_of_two_briefs() -> None:
    """Headings, laws and words quoted from elsewhere aside."""
    told = {folder: {s for plan in plans(folder) for s in _sentences(plan)} for folder in BRIEFS}
    assert len(told) > 1
    for one, two in combinations(told, 2):
        assert not told[one] & told[two]


def _sentences(plan: CampaignPlan) -> Iterator[str]:
    laws = {check.detail for check in plan.compliance}
    for text in own_words(plan.model_copy(update={"compliance": ()})).split("\n"):
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            if len(sentence.split()) > 3 and sentence not in laws:
                yield sentence.strip().casefold()
