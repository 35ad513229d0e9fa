"""The debate: disputes are argued side by side, and within each the second voice answers the first."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import cast

from tests.unit.agents.kiln import desk, proposed

from nexusplanner.agents.experts import experts
from nexusplanner.agents.tasks import ArgueTask, DecideTask
from nexusplanner.domain.critique import CRITERIA, Criterion, Critique, Verdict
from nexusplanner.domain.debate import Turn
from nexusplanner.graph.context import Parts, Stage
from nexusplanner.graph.debate import DebateState, argue, decide
from nexusplanner.graph.state import dump
from nexusplanner.llm import Purse, RulesModel
from nexusplanner.llm.request import Answer, Request, T
from nexusplanner.ports import Plans

DESK, OPTION, PROPOSAL = proposed("efficiency", desk())
DISPUTED: tuple[Criterion, ...] = ("money", "objective_fit", "calendar")


class TogetherModel:
    """Answers by the rules, but only once as many are waiting as are expected side by side."""

    name = "together"

    def __init__(self, together: Mapping[str, int]) -> None:
        self.asked: list[object] = []
        self._rules = RulesModel(experts())
        self._barriers = {task: asyncio.Barrier(count) for task, count in together.items()}

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Wait for the others, then answer."""
        self.asked.append(request.inputs)
        async with asyncio.timeout(20):
            await self._barriers[request.task].wait()
        return await self._rules.answer(request)


def stage_with(model: TogetherModel) -> Stage:
    parts = Parts(model, {}, cast(Plans, None), lambda: DESK.today)
    return Stage(parts, DESK.purse, "acme", lambda _: None)


def state() -> DebateState:
    def judged(critic: str, *failed: Criterion) -> Critique:
        verdicts = (Verdict(criterion=c, passed=c not in failed, score=0.6, gap="") for c in CRITERIA)
        return Critique(proposal=PROPOSAL.id, critic=critic, verdicts=tuple(verdicts))

    critiques = {"finance": judged("finance", *DISPUTED), "audience": judged("audience")}
    return {
        "brief": dump(DESK.brief),
        "tenant": "acme",
        "seed": DESK.seed,
        "today": DESK.today.isoformat(),
        "evidence": [dump(e) for e in DESK.evidence],
        "calculations": {c.id: dump(c) for c in DESK.calculations},
        "proposals": {PROPOSAL.id: dump(PROPOSAL)},
        "critiques": {f"{PROPOSAL.id}/0/{critic}": dump(c) for critic, c in critiques.items()},
        "decisions": {},
        "ranked": [PROPOSAL.id],
    }


async def test_every_dispute_is_argued_at_once_and_each_reply_knows_its_opening_alone() -> None:
    model = TogetherModel({"debater.argue": len(DISPUTED)})
    heard = await argue(state(), stage_with(model))
    asked = [cast(ArgueTask, inputs) for inputs in model.asked]
    assert [task.voice for task in asked] == ["A"] * 3 + ["B"] * 3
    assert all(task.turns == () for task in asked[:3])
    assert [[t.about for t in task.turns] for task in asked[3:]] == [[task.dispute.about] for task in asked[3:]]
    told = [(turn["about"], turn["voice"]) for turn in heard["turns"]]
    assert told == [(task.dispute.about, voice) for task in asked[:3] for voice in ("A", "B")]


def level(criterion: Criterion) -> list[Turn]:
    """Let both sides show one thing each."""
    about = f"{PROPOSAL.id}/{criterion}"
    first = Turn(round=1, voice="A", about=about, stance="fail", argument="No.", evidence=(DESK.evidence[0].id,))
    return [first, first.model_copy(update={"voice": "B", "stance": "pass", "evidence": (DESK.evidence[1].id,)})]


async def test_the_judge_is_asked_about_what_is_level_all_at_once_and_about_nothing_else() -> None:
    """One claim was conceded: what was shown settles it."""
    shown, *even = DISPUTED
    model = TogetherModel({"judge.decide": len(even)})
    turns = [level(shown)[0], level(shown)[1].model_copy(update={"stance": "concede", "evidence": ()})]
    turns += [turn for criterion in even for turn in level(criterion)]
    begun: DebateState = {**state(), "turns": [dump(t) for t in turns], "round": 1, "spent": [], "stop": "stable"}
    settled = await decide(begun, stage_with(model))
    asked = [cast(DecideTask, inputs).dispute.votes[0].criterion for inputs in model.asked]
    assert sorted(asked) == sorted(even)
    assert sorted(settled["decisions"]) == sorted(f"{PROPOSAL.id}/{c}" for c in DISPUTED)
    assert settled["decisions"][f"{PROPOSAL.id}/{shown}"] is False


async def test_a_run_whose_money_is_half_gone_settles_by_votes_and_asks_nobody() -> None:
    model = TogetherModel({})
    purse = Purse(usd=Decimal(1), max_calls=10)
    purse.settle(purse.reserve(Decimal("0.5")), Decimal("0.5"))
    stage = replace(stage_with(model), purse=purse)
    begun = state()
    begun |= await argue(begun, stage)
    settled = await decide(begun, stage)
    assert model.asked == []
    assert (settled["debate"]["stop_reason"], settled["debate"]["rounds"]) == ("budget", 0)
    assert len(settled["decisions"]) == len(DISPUTED)
