"""The critic: pass or fail per criterion, with the gap and the id that shows it."""

from __future__ import annotations

import random

from nexusplanner.agents.filing import anonymous, traced
from nexusplanner.agents.tasks import CritiqueTask
from nexusplanner.domain.critique import CRITERIA, Critique, Verdict
from nexusplanner.domain.model import DomainModel
from nexusplanner.llm.request import Answer, Model, Request
from nexusplanner.llm.rules import RULES
from nexusplanner.prompts import find

CRITICS: dict[str, str] = {
    "finance": "a finance director: will the money bring the target, and could we tell",
    "audience": "a head of customer marketing: is it right for these people, and does it keep the brand's word",
    "operations": "a head of marketing operations: can it be run on these days, and is what is said of it so",
}


class Verdicts(DomainModel):
    """What a critic answers: a verdict on each criterion."""

    verdicts: tuple[Verdict, ...]


class Critic:
    """Judges proposals point by point."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def critique(self, task: CritiqueTask) -> Answer[Critique]:
        """Judge every criterion once; criteria the model skipped count as failed."""
        desk = task.desk
        order = list(CRITERIA)
        random.Random(f"{desk.seed}/{task.critic}/{task.proposal.id}").shuffle(order)
        answer = await self._model.answer(
            Request(
                task="critic.critique",
                prompt=find("critic/critique"),
                variables={"lens": CRITICS[task.critic.partition("-")[0]], "criteria": ", ".join(order)},
                inputs=task,
                data=lambda: desk.as_data(
                    proposal=anonymous(task.proposal),
                    faults=[f.model_dump(mode="json") for f in task.faults],
                ),
                schema=Verdicts,
                tenant=desk.tenant,
                purse=desk.purse,
                allowed_ids=desk.allowed_ids,
            )
        )
        given = answer.value.verdicts
        if answer.rung != RULES:
            given = tuple(v.model_copy(update={"gap": traced(v.gap, desk.pool)}) for v in given)
        critique = Critique(
            proposal=task.proposal.id,
            critic=task.critic,
            verdicts=_complete(given),
            rung=answer.rung,
        )
        return Answer(**{**vars(answer), "value": critique})


def _complete(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    given = {v.criterion: v for v in reversed(verdicts)}
    skipped = {c: Verdict(criterion=c, passed=False, score=0, gap="The critic did not judge this.") for c in CRITERIA}
    return tuple(given.get(c, skipped[c]) for c in CRITERIA)
