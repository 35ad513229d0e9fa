"""The debater: one voice in a dispute, with its name hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from nexusplanner.agents.filing import anonymous, as_json, cited
from nexusplanner.agents.outside import Told, judging_data, shipped
from nexusplanner.agents.tasks import ArgueTask
from nexusplanner.agents.turns import counted
from nexusplanner.domain.debate import Turn
from nexusplanner.domain.model import JsonObject
from nexusplanner.llm.request import Answer, Model, Request
from nexusplanner.llm.rules import RULES
from nexusplanner.prompts import find


class Debater:
    """Brings what is new about a dispute, or concedes."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def argue(self, task: ArgueTask) -> Answer[Turn]:
        """Take one turn; one that cites nothing new on its claim is counted as a concession."""
        desk, dispute = task.desk, task.dispute
        stance = "fails" if task.voice == "A" else "passes"
        answer = await self._model.answer(
            Request(
                task="debater.argue",
                prompt=find("debater/argue"),
                variables={
                    "voice": task.voice,
                    "stance": stance,
                    "round": str(task.round),
                    "about": dispute.told,
                },
                inputs=task,
                data=lambda: judging_data(
                    desk,
                    proposal=Told.of(anonymous, dispute.proposal),
                    votes=Told.of(as_json, *dispute.votes),
                    turns=Told.of(_as_said, *task.turns_on_it),
                ),
                schema=Turn,
                tenant=desk.tenant,
                purse=desk.purse,
                allowed_ids=desk.allowed_ids,
            )
        )
        turn = answer.value if answer.rung == RULES else _in_turn(answer.value, task)
        return replace(answer, value=counted(turn, task.turns))


def _as_said(*turns: Turn) -> list[JsonObject]:
    return [turn.model_dump(mode="json", exclude={"about", "ruled"}) for turn in turns]


def _in_turn(turn: Turn, task: ArgueTask) -> Turn:
    """Hold a model to its place: who speaks, when and about what is not its to say."""
    voice: Literal["A", "B"] = "A" if task.voice == "A" else "B"
    known = (i for i in (*turn.evidence, *turn.calculations) if i in task.desk.allowed_ids)
    ids = cited(known, task.desk.calculations)
    return Turn(
        round=task.round,
        voice=voice,
        about=task.dispute.about,
        stance=turn.stance,
        argument=shipped(task.desk, turn.argument)[0],
        evidence=tuple(i for i in ids.evidence if i in turn.evidence),
        calculations=ids.calculations,
    )
