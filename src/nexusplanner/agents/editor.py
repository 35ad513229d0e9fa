"""The editor: what the reader meets first, and what may go wrong."""

from __future__ import annotations

from nexusplanner.agents.desk import brief_outputs
from nexusplanner.agents.tasks import SummariseTask, SummaryWords
from nexusplanner.llm.request import Answer, Model, Request
from nexusplanner.prompts import find


class Editor:
    """Writes the summary and the risks of the plan that was chosen."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def summarise(self, task: SummariseTask) -> Answer[SummaryWords]:
        """Write summary and risks from the chosen proposal and its figures."""
        desk, option = task.desk, task.option
        return await self._model.answer(
            Request(
                task="editor.summarise",
                prompt=find("editor/summarise"),
                variables={},
                inputs=task,
                data=lambda: desk.as_data(
                    proposal=task.proposal.model_dump(mode="json"),
                    allocation=brief_outputs(option.allocation),
                    forecast=brief_outputs(option.forecast),
                ),
                schema=SummaryWords,
                tenant=desk.tenant,
                purse=desk.purse,
                allowed_ids=desk.allowed_ids | frozenset(option.calculation_ids),
            )
        )
