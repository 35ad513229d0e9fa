"""The judge: settles a dispute from the votes on record and the turns taken."""

from __future__ import annotations

from dataclasses import replace

from nexusplanner.agents.filing import anonymous
from nexusplanner.agents.outside import judging_data, shipped
from nexusplanner.agents.tasks import DecideTask, Ruling
from nexusplanner.llm.request import Answer, Model, Request
from nexusplanner.llm.rules import RULES
from nexusplanner.prompts import find


class Judge:
    """Decides whether a disputed criterion passes."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def decide(self, task: DecideTask) -> Answer[Ruling]:
        """Settle one dispute."""
        desk, dispute = task.desk, task.dispute
        answer = await self._model.answer(
            Request(
                task="judge.decide",
                prompt=find("judge/decide"),
                variables={"about": dispute.about},
                inputs=task,
                data=lambda: judging_data(
                    desk,
                    proposal=anonymous(dispute.proposal),
                    votes=[v.model_dump(mode="json") for v in dispute.votes],
                    turns=[t.model_dump(mode="json", exclude={"voice"}) for t in task.turns],
                ),
                schema=Ruling,
                tenant=desk.tenant,
                purse=desk.purse,
                allowed_ids=desk.allowed_ids,
            )
        )
        if answer.rung == RULES:
            return answer
        reason, _ = shipped(desk, answer.value.reason)
        return replace(answer, value=answer.value.model_copy(update={"reason": reason}))
