"""The judge: settles what turns left open, and compares finalists; names are hidden from it."""

from __future__ import annotations

from dataclasses import replace

from nexusplanner.agents.filing import anonymous, as_json
from nexusplanner.agents.outside import Told, judging_data, shipped
from nexusplanner.agents.tasks import CompareTask, DecideTask, Finalist, Preference, Ruling
from nexusplanner.domain.critique import Verdict
from nexusplanner.domain.debate import Turn
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.proposal import Proposal
from nexusplanner.llm.request import Answer, Model, Request
from nexusplanner.llm.rules import RULES
from nexusplanner.prompts import find


class Judge:
    """Decides whether a disputed criterion passes, and which of two finalists is better."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def decide(self, task: DecideTask) -> Answer[Ruling]:
        """Settle one dispute."""
        desk, dispute = task.desk, task.dispute
        answer = await self._model.answer(
            Request(
                task="judge.decide",
                prompt=find("judge/decide"),
                variables={"about": dispute.told},
                inputs=task,
                data=lambda: judging_data(
                    desk,
                    proposal=Told.of(anonymous, dispute.proposal),
                    votes=Told.of(as_json, *dispute.votes),
                    turns=Told.of(_nameless, *task.turns_on_it),
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

    async def compare(self, task: CompareTask) -> Answer[Preference]:
        """Say which of two finalists serves the brief better; ask in both orders to see whether it holds."""
        desk = task.desk
        return await self._model.answer(
            Request(
                task="judge.compare",
                prompt=find("judge/compare"),
                variables={},
                inputs=task,
                data=lambda: judging_data(desk, first=_told(task.first), second=_told(task.second)),
                schema=Preference,
                tenant=desk.tenant,
                purse=desk.purse,
                allowed_ids=desk.allowed_ids,
            )
        )


def _nameless(*turns: Turn) -> list[JsonObject]:
    return [turn.model_dump(mode="json", exclude={"voice", "about", "ruled"}) for turn in turns]


def _told(finalist: Finalist) -> Told:
    return Told.of(_as_data, finalist.proposal, *finalist.verdicts)


def _as_data(proposal: Proposal, *verdicts: Verdict) -> dict[str, object]:
    return anonymous(proposal) | {"verdicts": as_json(*verdicts)}
