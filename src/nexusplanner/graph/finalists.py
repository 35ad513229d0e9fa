"""Finalists: where two proposals are still close after a debate, the judge compares them in both orders."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal

from nexusplanner.agents.assembly.verdict import final_verdicts
from nexusplanner.agents.desk import Desk
from nexusplanner.agents.options import option_of
from nexusplanner.agents.stopping import BUDGET_SHARE
from nexusplanner.agents.tasks import CompareTask, Finalist, Preference
from nexusplanner.agents.verdicts import finalists
from nexusplanner.domain.debate import Debate
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.proposal import Lens
from nexusplanner.graph.context import Stage
from nexusplanner.graph.debate_record import ruled_cost
from nexusplanner.graph.desks import desk_of, proposals_of, used
from nexusplanner.graph.nodes.weigh import current_critiques, ranking
from nexusplanner.graph.state import PlanState, dump, load
from nexusplanner.llm.request import Answer


async def compare(state: PlanState, stage: Stage) -> PlanState:
    """Ask which of two close finalists is better, once in each order; only the same answer twice counts."""
    close = [t.proposal for t in finalists(ranking(state, stage.memo))]
    debate = load(Debate, state["debate"], memo=stage.memo)
    if len(close) < 2 or debate.stop_reason == "budget" or stage.used_up >= BUDGET_SHARE:
        return {"usage": []}
    desk = desk_of(state, stage)
    one, other = (_finalist(state, desk, proposal) for proposal in close)
    answers = await asyncio.gather(
        *(stage.judge(f"finalists, order {i}").compare(CompareTask(desk, a, b))
          for i, (a, b) in enumerate(((one, other), (other, one)), 1))
    )  # fmt: skip
    preferred = (_preferred(answers[0], close), _preferred(answers[1], close[::-1]))
    usage = [used("judge", answer, stage) for answer in answers]
    lenses = {f.proposal.id: f.proposal.lens for f in (one, other)}
    noted = _noted(debate, preferred, usage, lenses)
    return {"debate": noted, "usage": usage, "preferred": preferred[0] if preferred[0] == preferred[1] else ""}


def _finalist(state: PlanState, desk: Desk, proposal: str) -> Finalist:
    found = proposals_of(state, desk.memo)[proposal]
    verdicts = final_verdicts(current_critiques(state, desk.memo), proposal, state.get("decisions", {}))
    return Finalist(found, option_of(desk, found), verdicts)


def _preferred(answer: Answer[Preference], shown: list[str]) -> str:
    return {"first": shown[0], "second": shown[1], "neither": ""}[answer.value.prefers]


def _noted(
    debate: Debate, preferred: tuple[str, str], usage: list[JsonObject], lenses: Mapping[str, Lens]
) -> JsonObject:
    cost: Decimal = debate.cost_usd + ruled_cost(usage)
    verdict = f"{debate.verdict} {_told(preferred, lenses)}"
    return dump(debate.model_copy(update={"pairwise": preferred, "cost_usd": cost, "verdict": verdict}))


def _told(preferred: tuple[str, str], lenses: Mapping[str, Lens]) -> str:
    asked = "Two proposals were still close, and the judge compared them in both orders:"
    if preferred[0] == preferred[1] and preferred[0]:
        return f"{asked} it preferred the {lenses[preferred[0]].replace('_', ' ')} proposal both times."
    return f"{asked} it did not prefer the same one twice, so the ranking stands."
