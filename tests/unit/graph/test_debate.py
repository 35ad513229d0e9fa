"""The debate: disputes are argued side by side, and within each the second voice answers the first."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import cast

from tests.unit.agents.kiln import desk, proposed

from nexusplanner.agents.experts import experts
from nexusplanner.agents.tasks import ArgueTask, DecideTask
from nexusplanner.domain.critique import CRITERIA, Criterion, Critique, Verdict
from nexusplanner.graph.context import Parts, Stage
from nexusplanner.graph.debate import DebateState, argue, decide
from nexusplanner.graph.state import dump
from nexusplanner.llm import RulesModel
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


async def test_all_rulings_are_asked_at_once() -> None:
    model = TogetherModel({"debater.argue": len(DISPUTED), "judge.decide": len(DISPUTED)})
    stage = stage_with(model)
    begun = state()
    begun |= await argue(begun, stage)
    settled = await decide(begun, stage)
    rulings = [cast(DecideTask, inputs).dispute.about for inputs in model.asked[2 * len(DISPUTED) :]]
    assert sorted(rulings) == sorted(settled["decisions"]) == sorted(f"{PROPOSAL.id}/{c}" for c in DISPUTED)
