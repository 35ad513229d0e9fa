"""A model whose critics, voices and judge do as a test says, and whose strategists and editor are the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

import pytest
from pydantic import BaseModel
from tests.flow.campaigns import brief, planner

from nexusplanner import CampaignPlan
from nexusplanner.agents.critic import Verdicts
from nexusplanner.agents.experts import experts
from nexusplanner.agents.protocols import DecisionProtocol
from nexusplanner.agents.tasks import ArgueTask, CompareTask, CritiqueTask, DecideTask, Preference, Ruling
from nexusplanner.domain.critique import CRITERIA, Criterion, Verdict
from nexusplanner.domain.debate import Turn
from nexusplanner.llm.request import Answer, Request, T, Usage
from nexusplanner.llm.rules import RulesModel

Voice = Callable[[ArgueTask], Turn]


def agreeing(task: CritiqueTask) -> Verdicts:
    """Pass everything."""
    del task
    return _verdicts()


def differing(*criteria: Criterion) -> Callable[[CritiqueTask], Verdicts]:
    """Let the audience critic fail some criteria that the finance critic passes."""
    return lambda task: _verdicts(*criteria if task.critic == "audience" else ())


def _verdicts(*failed: Criterion) -> Verdicts:
    return Verdicts(
        verdicts=tuple(
            Verdict(criterion=c, passed=c not in failed, score=0.4 if c in failed else 0.8, gap="Not shown.")
            for c in CRITERIA
        )
    )


def turn(task: ArgueTask, argument: str, *ids: str, stance: str = "") -> Turn:
    """Answer a task; round, voice and claim are set by code whatever is written here."""
    own = "fail" if task.voice == "A" else "pass"
    return Turn.model_validate(
        {"round": 9, "voice": "A", "about": "?", "stance": stance or own, "argument": argument, "evidence": ids}
    )


def fresh(task: ArgueTask) -> str:
    """Return an id that nobody has cited."""
    cited = {i for t in task.turns for i in (*t.evidence, *t.calculations)}
    return next(e.id for e in task.desk.evidence if e.id not in cited)


@dataclass
class Personas:
    """Plays critics, voices and judge."""

    critic: Callable[[CritiqueTask], Verdicts] = agreeing
    voice: Voice | None = None
    passes: bool = True
    """How the judge rules."""
    prefers: Callable[[CompareTask], str] = lambda _: "neither"
    usd: Decimal = Decimal(0)
    """What each answer costs."""
    name: str = "personas"
    asked: Counter[str] = field(default_factory=Counter)
    about: list[str] = field(default_factory=list)
    """The claims that were argued."""

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Answer as the persona of the task; pay for it."""
        self.asked[request.task] += 1
        hold = request.purse.reserve(self.usd, agent=request.task, model=self.name)
        request.purse.settle(hold, self.usd)
        said = self._said(request.task, request.inputs)
        if said is None:
            return await RulesModel(experts()).answer(request)
        usage = Usage(calls=1, usd=self.usd)
        return Answer(cast(T, said), self.name, request.prompt.id, request.prompt.sha256, usage)

    def _said(self, task: str, inputs: object) -> BaseModel | None:
        if isinstance(inputs, CritiqueTask):
            return self.critic(inputs)
        if isinstance(inputs, ArgueTask) and self.voice is not None:
            self.about.append(inputs.dispute.about)
            return self.voice(inputs)
        if isinstance(inputs, DecideTask):
            return Ruling(passed=self.passes, reason=f"So {task} says.")
        return Preference.model_validate({"prefers": self.prefers(inputs), "reason": "So."}) if isinstance(
            inputs, CompareTask) else None  # fmt: skip


def planned(personas: Personas, protocol: str | DecisionProtocol = "debate", **limits: object) -> CampaignPlan:
    """Plan the small brief with personas instead of a chain of models."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nexusplanner.planner.wiring.build_chain", lambda *_, **__: personas)
        with planner(protocol=protocol, **limits) as made:
            plan = made.plan(brief()).plan
    assert plan is not None
    return plan
