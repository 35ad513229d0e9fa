"""The roles: what each asks of its model, and what it makes of the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.agents.grounds import critique_task, proposal, told, words

from nexusplanner.agents import Critic, Debater, Editor, Judge, Strategist
from nexusplanner.agents.critic import CRITICS, Verdicts
from nexusplanner.agents.tasks import (
    ArgueTask,
    DecideTask,
    Dispute,
    ProposeTask,
    Ruling,
    SummariseTask,
    SummaryWords,
)
from nexusplanner.domain.critique import CRITERIA, Verdict
from nexusplanner.domain.debate import Turn
from nexusplanner.domain.model import DomainModel
from nexusplanner.llm.request import Answer, Request, T
from nexusplanner.testing.scripted import ScriptedModel

VOTES = (Verdict(criterion="money", passed=True, score=0.9), Verdict(criterion="money", passed=False, score=0.1))


@pytest.fixture(autouse=True)
def _laid() -> None:
    """Lay the desk before a loop runs: laying it runs one of its own."""
    critique_task("growth")


class Kept:
    """Keeps the requests that pass to a scripted model."""

    name = "kept"

    def __init__(self, task: str, *steps: DomainModel) -> None:
        self._inner = ScriptedModel({task: steps})
        self.instructions: list[str] = []
        self.data: list[str] = []
        self.allowed: list[frozenset[str]] = []

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Keep what would be sent."""
        self.instructions.append(request.prompt.fill(request.variables))
        self.data.append(request.data())
        self.allowed.append(request.allowed_ids)
        return await self._inner.answer(request)


async def test_a_critic_that_skips_criteria_fails_them() -> None:
    """Every criterion is judged once, in the fixed order; of two verdicts on one the first counts."""
    given = (
        Verdict(criterion="money", passed=True, score=1),
        Verdict(criterion="evidence", passed=True, score=0.9),
        Verdict(criterion="money", passed=False, score=0),
    )
    critique = (await Critic(Kept("critic.critique", Verdicts(verdicts=given))).critique(critique_task("growth"))).value
    assert tuple(v.criterion for v in critique.verdicts) == CRITERIA
    passed = {v.criterion for v in critique.verdicts if v.passed}
    assert passed == {"money", "evidence"}
    skipped = next(v for v in critique.verdicts if v.criterion == "calendar")
    assert (skipped.score, skipped.gap) == (0, "The critic did not judge this.")
    assert (critique.proposal, critique.critic, critique.rung) == ("prop-growth", "finance", "scripted")


async def test_a_critic_does_not_see_whose_proposal_it_is() -> None:
    """Neither lens nor rung travel; the order of criteria is the seed's, the same for the same seed."""
    kept = Kept("critic.critique", *[Verdicts(verdicts=())] * 3)
    task = critique_task("growth")
    for asked in (task, task, replace(task, desk=replace(task.desk, seed=1))):
        await Critic(kept).critique(asked)
    assert '"lens"' not in kept.data[0]
    assert '"rung"' not in kept.data[0]
    first, again, other = kept.instructions
    assert first == again != other
    assert CRITICS["finance"] in first


async def test_a_strategist_may_cite_its_own_numbers_and_mends_by_another_prompt() -> None:
    laid, option = told("growth")
    bare = replace(laid, calculations=laid.calculations[:-2])
    kept = Kept("strategist.propose", words("growth"))
    answer = await Strategist(kept).propose(ProposeTask(bare, option))
    assert answer.prompt_id == "strategist/propose"
    assert set(option.calculation_ids) <= kept.allowed[0]
    gap = Verdict(criterion="evidence", passed=False, score=0, gap="Nothing is cited.")
    mending = Kept("strategist.revise", words("growth"))
    task = ProposeTask(bare, option, previous=words("growth"), gaps=(gap,))
    assert (await Strategist(mending).propose(task)).prompt_id == "strategist/revise"
    assert "Nothing is cited." in mending.data[0]


async def test_debater_judge_and_editor_ask_about_their_task() -> None:
    laid, option = told("growth")
    dispute = Dispute(proposal("growth"), option, VOTES)
    turn = Turn(round=1, voice="A", about=dispute.about, stance="concede", argument="Nothing.")
    arguing = Kept("debater.argue", turn)
    assert (await Debater(arguing).argue(ArgueTask(laid, dispute, "A", 1, ()))).value == turn
    assert "the money of the proposal" in arguing.instructions[0]
    assert not any("growth" in said for said in (*arguing.instructions, *arguing.data))
    assert "fails" in arguing.instructions[0]
    ruling = Ruling(passed=False, reason="So.")
    deciding = Kept("judge.decide", ruling)
    assert (await Judge(deciding).decide(DecideTask(laid, dispute, (turn,)))).value == ruling
    assert '"voice":"A"' not in deciding.data[0]
    assert not any("growth" in said for said in (*deciding.instructions, *deciding.data))
    summary = SummaryWords(summary="All in all.", risks=())
    editing = Kept("editor.summarise", summary)
    assert (await Editor(editing).summarise(SummariseTask(laid, proposal("growth"), option))).value == summary
    assert '"points"' not in editing.data[0]


async def test_a_voice_that_cites_what_is_not_there_has_brought_nothing() -> None:
    """Nor may it say who speaks, in which round and about what."""
    laid, option = told("growth")
    dispute = Dispute(proposal("growth"), option, VOTES)
    invented = Turn(
        round=7, voice="B", about="prop-x/audience", stance="fail", argument="It is known.", evidence=("ev-made-up",)
    )
    turn = (await Debater(Kept("debater.argue", invented)).argue(ArgueTask(laid, dispute, "A", 1, ()))).value
    assert (turn.round, turn.voice, turn.about) == (1, "A", dispute.about)
    assert (turn.stance, turn.ruled, turn.evidence) == ("concede", "nothing_new", ())
