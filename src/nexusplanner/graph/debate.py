"""The debate, a graph of its own: turns over what is disputed, a ruling on each dispute, finalists compared."""

from __future__ import annotations

import asyncio
import operator
from dataclasses import replace
from functools import partial
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from nexusplanner.agents.assembly import compute_ahead
from nexusplanner.agents.ballot import by_record
from nexusplanner.agents.desk import Desk
from nexusplanner.agents.options import option_of
from nexusplanner.agents.stopping import BUDGET_SHARE, still_open
from nexusplanner.agents.tasks import ArgueTask, DecideTask, Dispute, Ruling
from nexusplanner.domain.critique import Critique, Verdict
from nexusplanner.domain.debate import StopReason, Turn
from nexusplanner.domain.model import JsonObject
from nexusplanner.graph.binding import bound
from nexusplanner.graph.context import Parts, RunContext, Stage
from nexusplanner.graph.debate_record import debate_record, ruled_cost
from nexusplanner.graph.desks import desk_of, dump_all, proposals_of, used
from nexusplanner.graph.finalists import compare
from nexusplanner.graph.meanwhile import meanwhile
from nexusplanner.graph.nodes.weigh import current_critiques, open_disputes
from nexusplanner.graph.state import PlanState, dump, load_all
from nexusplanner.llm.request import Answer
from nexusplanner.observability.events import TurnEvent


class DebateState(PlanState, total=False):
    """A debate in progress."""

    turns: Annotated[list[JsonObject], operator.add]
    round: int
    stop: StopReason
    spent: Annotated[list[JsonObject], operator.add]
    """Usage within the debate."""


class DebateInput(TypedDict):
    """What a debate is about."""

    brief: JsonObject
    tenant: str
    seed: int
    today: str
    evidence: list[JsonObject]
    calculations: dict[str, JsonObject]
    proposals: dict[str, JsonObject]
    critiques: dict[str, JsonObject]
    ranked: list[str]


class DebateOutput(TypedDict, total=False):
    """What a debate settles."""

    decisions: dict[str, bool]
    debate: JsonObject
    usage: list[JsonObject]
    preferred: str


async def argue(state: DebateState, stage: Stage) -> DebateState:
    """Hear both voices once on every dispute that is still open; disputes are argued side by side."""
    desk, round_ = desk_of(state, stage), state.get("round", 0) + 1
    disputes, turns = disputes_of(state, desk, stage), load_all(Turn, state.get("turns", []), memo=stage.memo)
    if stage.used_up >= BUDGET_SHARE:
        return {"turns": [], "round": round_ - 1, "spent": [], "stop": "budget"}
    open_now = still_open([d.about for d in disputes], turns)
    tasks = (ArgueTask(desk, d, "A", round_, turns) for d in disputes if d.about in open_now)
    leader = option_of(desk, proposals_of(state, stage.memo)[state["ranked"][0]])
    async with meanwhile(partial(compute_ahead, desk, leader)):
        pairs = await asyncio.gather(*(_exchange(task, stage) for task in tasks))
    heard = [answer for pair in pairs for answer in pair]
    new, spent = [answer.value for answer in heard], [used("debate", answer, stage) for answer in heard]
    abouts = [d.about for d in disputes]
    stop = stage.protocol.stop(abouts, (*turns, *new), round_=round_, budget_used=stage.used_up)
    stop = stop or ("round_cap" if round_ >= stage.protocol.rounds else None)
    result: DebateState = {"turns": dump_all(new), "round": round_, "spent": spent}
    return {**result, "stop": stop} if stop else result


async def _exchange(task: ArgueTask, stage: Stage) -> list[Answer[Turn]]:
    """Hear one voice, then the other's answer to it."""
    opening = await stage.debater(f"A on {task.dispute.about}").argue(task)
    stage.tell(_heard(opening.value))
    reply = await stage.debater(f"B on {task.dispute.about}").argue(
        replace(task, voice="B", turns=(*task.turns, opening.value))
    )
    stage.tell(_heard(reply.value))
    return [opening, reply]


def _heard(turn: Turn) -> TurnEvent:
    told = turn.model_dump(include={"round", "voice", "about", "stance", "argument"})
    return TurnEvent.model_validate(told)


async def decide(state: DebateState, stage: Stage) -> DebateState:
    """Rule on all disputes at once: by what was shown, else by the judge; and write the record."""
    desk, turns = desk_of(state, stage), load_all(Turn, state["turns"], memo=stage.memo)
    disputes = disputes_of(state, desk, stage)
    may_ask = state.get("stop") != "budget"
    settled = await asyncio.gather(*(_rule(DecideTask(desk, d, turns), stage, may_ask=may_ask) for d in disputes))
    rulings = {d.about: ruling for d, (ruling, _) in zip(disputes, settled, strict=True)}
    spent = [used("judge", answer, stage) for _, answer in settled if answer]
    record = debate_record(
        stage.protocol.name, desk, disputes, rulings, turns, rounds=state["round"], stop=state.get("stop", "round_cap")
    )
    return {
        "decisions": {about: ruling.passed for about, ruling in rulings.items()},
        "debate": dump(record.model_copy(update={"cost_usd": ruled_cost([*state["spent"], *spent])})),
        "usage": [*state["spent"], *spent],
    }


async def _rule(task: DecideTask, stage: Stage, *, may_ask: bool) -> tuple[Ruling, Answer[Ruling] | None]:
    """Settle one dispute; the judge is asked only about what was not shown, and while there is money."""
    shown = stage.protocol.ruling(task.dispute, task.turns)
    if shown is not None or not may_ask:
        return shown or by_record(task.dispute, task.turns), None
    answer = await stage.judge(task.dispute.about).decide(task)
    return answer.value, answer


def disputes_of(state: DebateState, desk: Desk, stage: Stage) -> tuple[Dispute, ...]:
    """Gather what the critics differ about."""
    proposals, critiques = proposals_of(state, desk.memo), current_critiques(state, desk.memo)
    return tuple(
        Dispute(
            proposals[key],
            option_of(desk, proposals[key]),
            _votes(critiques, key, criterion),
        )
        for key, criterion in open_disputes(state, stage)
    )


def _votes(critiques: tuple[Critique, ...], proposal: str, criterion: str) -> tuple[Verdict, ...]:
    return tuple(v for c in critiques if c.proposal == proposal for v in c.verdicts if v.criterion == criterion)


def debate_graph(
    parts: Parts,
) -> CompiledStateGraph[DebateState, RunContext, DebateInput, DebateOutput]:
    """Build the debate: argue until it stops, decide, then compare finalists that are still close."""
    graph = StateGraph(DebateState, RunContext, input_schema=DebateInput, output_schema=DebateOutput)
    graph.add_node("argue", bound("argue", argue, parts))
    graph.add_node("decide", bound("decide", decide, parts))
    graph.add_node("compare", bound("compare", compare, parts))
    graph.add_edge(START, "argue")
    graph.add_conditional_edges("argue", _goes_on, ["argue", "decide"])
    graph.add_edge("decide", "compare")
    graph.add_edge("compare", END)
    return graph.compile()


async def _goes_on(state: DebateState) -> str:
    return "decide" if state.get("stop") else "argue"
