"""The strategist: words for a lens, around numbers that code computed."""

from __future__ import annotations

from dataclasses import replace

from nexusplanner.agents.desk import brief_outputs
from nexusplanner.agents.filing import filed
from nexusplanner.agents.lenses import POLICIES
from nexusplanner.agents.tasks import ProposeTask
from nexusplanner.domain.proposal import LENSES, ProposalWords
from nexusplanner.llm.request import Answer, Model, Request
from nexusplanner.prompts import Prompt, find


class Strategist:
    """Writes proposals; revises them when told what is missing."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def propose(self, task: ProposeTask) -> Answer[ProposalWords]:
        """Write the words of one proposal; the figures in them come from the task's option."""
        desk, option = task.desk, task.option
        request = Request(
            task="strategist.revise" if task.previous else "strategist.propose",
            prompt=_prompt(task),
            variables={"aim": POLICIES[option.lens].aim},
            inputs=task,
            data=lambda: _data(task),
            schema=ProposalWords,
            tenant=desk.tenant,
            purse=desk.purse,
            allowed_ids=desk.allowed_ids | frozenset(option.calculation_ids),
            turn=LENSES.index(option.lens),
        )
        answer = await self._model.answer(request)
        return replace(answer, value=filed(answer.value, desk.calculations))


def _prompt(task: ProposeTask) -> Prompt:
    if task.previous is not None:
        return find("strategist/revise")
    return find("strategist/redraw") if task.taken else find("strategist/propose")


def _data(task: ProposeTask) -> str:
    more: dict[str, object] = {
        "allocation": brief_outputs(task.option.allocation),
        "forecast": brief_outputs(task.option.forecast),
        "segments": [s.model_dump(mode="json") for s in task.option.segments],
    }
    if task.draw:
        more["draft"] = task.draw + 1
    if task.previous is not None:
        more["previous"] = task.previous.model_dump(mode="json")
        more["gaps"] = [g.model_dump(mode="json") for g in task.gaps]
    if task.taken:
        more["taken"] = [t.model_dump(mode="json", include={"positioning", "big_idea", "angles"}) for t in task.taken]
        more["draw"] = task.draw
    return task.desk.as_data(**more)
