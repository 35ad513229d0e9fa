"""The agents' yardsticks: the rules' own words do well by them, careless words do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.agents.kiln import desk, optioned, proposed

from nexusplanner import Planner
from nexusplanner.agents.experts import experts
from nexusplanner.agents.tasks import ProposeTask
from nexusplanner.agents.yardsticks import yardsticks
from nexusplanner.domain.proposal import ProposalWords
from nexusplanner.llm.graders import ByCode
from nexusplanner.llm.request import Answer, Request, T
from nexusplanner.llm.rules import RulesModel
from nexusplanner.llm.scored import FLOOR, Scored
from nexusplanner.llm.scorers import score_of
from nexusplanner.prompts import find


class Noting:
    """Scores the rules' answers, and keeps the scores by task."""

    name = "rules"

    def __init__(self) -> None:
        self.scores: list[tuple[str, float]] = []
        self._rules = Scored(RulesModel(experts()), ByCode(yardsticks()), floor=0)

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Answer, and note the score."""
        answer = await self._rules.answer(request)
        self.scores.append((request.task, answer.score or 0.0))
        return answer


def pitch(words: ProposalWords) -> tuple[float, tuple[str, ...]]:
    """Score a proposal for the pottery school."""
    at, option = optioned("efficiency", desk())
    task = ProposeTask(at, option)
    request = Request(
        task="strategist.propose",
        prompt=find("strategist/propose"),
        variables={},
        inputs=task,
        data=str,
        schema=ProposalWords,
        tenant=at.tenant,
        purse=at.purse,
        allowed_ids=at.allowed_ids | frozenset(option.calculation_ids),
    )
    score = score_of(request, words, yardsticks())
    return score.total, score.reasons


def test_the_rules_words_are_above_the_floor_in_every_task_of_a_run(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The floor for models is one that the rules clear themselves."""
    noting = Noting()
    monkeypatch.setattr("nexusplanner.planner.wiring.wire_model", lambda *given, **how: noting)
    with Planner() as planner:
        planner.plan(example / "brief.yaml", seed=7)
    assert {task for task, _ in noting.scores} >= {"strategist.propose", "critic.critique", "editor.summarise"}
    assert min(noting.scores, key=lambda noted: noted[1])[1] >= FLOOR, noting.scores


def test_the_rules_proposal_does_well() -> None:
    _, _, proposal = proposed("efficiency", desk())
    total, reasons = pitch(proposal.words)
    assert total > 0.9, reasons


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The cheapest clay in town. Book by Friday.", "'cheapest', which must never be said"),
        ("It brings 98,765,431 bookings. Book by Friday.", "98,765,431"),
        ("See ev-brief-deadbeef. Book by Friday.", "'ev-brief-deadbeef'"),
    ],
)
def test_careless_words_are_below_the_floor_and_told_why(text: str, reason: str) -> None:
    _, _, proposal = proposed("efficiency", desk())
    careless = ProposalWords(positioning=text, big_idea="So.", pillars=(), angles=(), channels=(), claims=())
    total, reasons = pitch(careless)
    assert total < FLOOR
    assert any(reason in told for told in reasons)
    assert pitch(proposal.words)[0] > total
