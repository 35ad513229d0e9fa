"""The refiner: what a person asks of a plan, as names and quotes; code alone turns them into changes."""

from __future__ import annotations

from dataclasses import replace

from nexusplanner.agents.refinement.asked import Understood, grounded
from nexusplanner.agents.tasks import UnderstandTask
from nexusplanner.domain.calculation import canonical
from nexusplanner.llm.request import Answer, Model, Request
from nexusplanner.prompts import find


class Refiner:
    """Reads feedback; computes nothing and decides nothing."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def understand(self, task: UnderstandTask) -> Answer[Understood]:
        """Say what is asked for, each in words that stand in the feedback; what does not stand there is dropped."""
        desk = task.desk
        answer = await self._model.answer(
            Request(
                task="refiner.understand",
                prompt=find("refiner/understand"),
                variables={},
                inputs=task,
                data=lambda: _data(task),
                schema=Understood,
                tenant=desk.tenant,
                purse=desk.purse,
            )
        )
        return replace(answer, value=grounded(answer.value, task.feedback))


def _data(task: UnderstandTask) -> str:
    segments = [{"id": s.id, "name": s.name} for s in task.desk.segments]
    return canonical({"channels": list(task.channels), "segments": segments, "feedback": task.feedback})
