"""The critic: pass or fail per criterion, with the gap and the id that shows it; it may look things up first."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

from nexusplanner.agents.filing import anonymous, as_json
from nexusplanner.agents.look_ups import MOST_AT_ONCE, LookedUp, LookUp, look_up
from nexusplanner.agents.outside import Told, judging_data, shipped
from nexusplanner.agents.tasks import CritiqueTask
from nexusplanner.domain.critique import CRITERIA, Critique, Verdict
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.repair import RepairKind, counted
from nexusplanner.llm.request import Answer, Model, Request
from nexusplanner.llm.rules import RULES
from nexusplanner.prompts import find

CRITICS: dict[str, str] = {
    "finance": "a finance director: will the money bring the target, and could we tell",
    "audience": "a head of customer marketing: is it right for these people, and does it keep the brand's word",
    "operations": "a head of marketing operations: can it be run on these days, and is what is said of it so",
}
ROUNDS = 2
"""How often a critic may look things up before it must judge."""


class Verdicts(DomainModel):
    """What a critic answers: a verdict on each criterion, and what it wants to look up before it stands by them."""

    verdicts: tuple[Verdict, ...]
    look_ups: tuple[LookUp, ...] = ()


class Critic:
    """Judges proposals point by point, with the calculators and the ledger of evidence at hand."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def critique(self, task: CritiqueTask) -> Answer[Critique]:
        """Judge every criterion once; criteria the model skipped count as failed.

        Where its answer asks to look things up, code does and it is asked again, ``ROUNDS`` times at most: then what
        it says is what it said. What it asked for already ends the looking.
        """
        known: list[LookedUp] = []
        answer = await self._asked(task, known, ROUNDS)
        for left in range(ROUNDS - 1, -1, -1):
            fresh = _fresh(answer, known)
            if not fresh:
                break
            known += await asyncio.to_thread(_all_of, task, fresh)
            answer = _added(await self._asked(task, known, left), answer)
        return _critique(task, answer, known)

    async def _asked(self, task: CritiqueTask, known: list[LookedUp], left: int) -> Answer[Verdicts]:
        desk, order = task.desk, list(CRITERIA)
        random.Random(f"{desk.seed}/{task.critic}/{task.proposal.id}").shuffle(order)
        looked_up = {"looked_up": Told.of(_found, *known)} if known else {}
        return await self._model.answer(
            Request(
                task="critic.critique",
                prompt=find("critic/critique"),
                variables={
                    "lens": CRITICS[task.critic.partition("-")[0]],
                    "criteria": ", ".join(order),
                    "rounds": str(left),
                },
                inputs=task,
                data=lambda: judging_data(
                    desk,
                    proposal=Told.of(anonymous, task.proposal),
                    faults=Told.of(as_json, *task.faults),
                    **looked_up,
                ),
                schema=Verdicts,
                tenant=desk.tenant,
                purse=desk.purse,
                allowed_ids=desk.allowed_ids,
            )
        )


def _fresh(answer: Answer[Verdicts], known: list[LookedUp]) -> tuple[LookUp, ...]:
    if answer.rung == RULES:
        return ()
    asked = tuple(dict.fromkeys(answer.value.look_ups))[:MOST_AT_ONCE]
    return tuple(a for a in asked if a not in [found.asked for found in known])


def _found(*known: LookedUp) -> list[dict[str, object]]:
    return [found.as_data() for found in known]


def _all_of(task: CritiqueTask, asked: tuple[LookUp, ...]) -> list[LookedUp]:
    return [look_up(task, one) for one in asked]


def _added(answer: Answer[Verdicts], before: Answer[Verdicts]) -> Answer[Verdicts]:
    """Count what the rounds before took."""
    return replace(
        answer,
        usage=before.usage + answer.usage,
        attempts=before.attempts + answer.attempts,
        refused=before.refused + answer.refused,
        lost=(*before.lost, *answer.lost),
        latency_s=before.latency_s + answer.latency_s,
    )


def _critique(task: CritiqueTask, answer: Answer[Verdicts], known: list[LookedUp]) -> Answer[Critique]:
    given, wrong = answer.value.verdicts, list[RepairKind]()
    if answer.rung != RULES:
        mended = [shipped(task.desk, v.gap) for v in given]
        wrong = [kind for _, kinds in mended for kind in kinds]
        given = tuple(v.model_copy(update={"gap": gap}) for v, (gap, _) in zip(given, mended, strict=True))
    critique = Critique(
        proposal=task.proposal.id,
        critic=task.critic,
        verdicts=_complete(given),
        rung=answer.rung,
        repairs=counted(f"critique {task.critic}", wrong),
        looked_up=tuple(f"{k.asked.tool} {k.asked.about[:80]}".strip() for k in known),
    )
    return Answer(**{**vars(answer), "value": critique})


def _complete(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    given = {v.criterion: v for v in reversed(verdicts)}
    skipped = {c: Verdict(criterion=c, passed=False, score=0, gap="The critic did not judge this.") for c in CRITERIA}
    return tuple(given.get(c, skipped[c]) for c in CRITERIA)
