"""The debate, a graph of its own: turns over what is disputed, then a ruling on each dispute."""

from __future__ import annotations

import asyncio
import operator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from nexusplanner.agents.assembly import compute_ahead
from nexusplanner.agents.desk import Desk
from nexusplanner.agents.options import option_of
from nexusplanner.agents.stopping import still_open, stop_reason
from nexusplanner.agents.tasks import ArgueTask, DecideTask, Dispute, Ruling
from nexusplanner.domain.critique import Critique, Verdict
from nexusplanner.domain.debate import Debate, StopReason, Turn
from nexusplanner.domain.model import JsonObject
from nexusplanner.graph.binding import bound
from nexusplanner.graph.context import Parts, RunContext, Stage
from nexusplanner.graph.desks import desk_of, dump_all, proposals_of, used
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


async def argue(state: DebateState, stage: Stage) -> DebateState:
    """Hear both voices once on every dispute that is still open; disputes are argued side by side."""
    desk, round_ = desk_of(state, stage), state.get("round", 0) + 1
    disputes, turns = disputes_of(state, desk), load_all(Turn, state.get("turns", []), memo=stage.memo)
    open_now = still_open([d.about for d in disputes], turns)
    tasks = (ArgueTask(desk, d, "A", round_, turns) for d in disputes if d.about in open_now)
    leader = option_of(desk, proposals_of(state, stage.memo)[state["ranked"][0]])
    async with meanwhile(partial(compute_ahead, desk, leader)):
        pairs = await asyncio.gather(*(_exchange(task, stage) for task in tasks))
    heard = [answer for pair in pairs for answer in pair]
    new, spent = [answer.value for answer in heard], [used("debate", answer, stage) for answer in heard]
    used_up = float(stage.purse.spent_usd / stage.purse.limit_usd) if stage.purse.limit_usd else 0.0
    stop = stop_reason([d.about for d in disputes], (*turns, *new), round_=round_, budget_used=used_up)
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
    """Rule on all disputes at once and write the record."""
    desk, turns = desk_of(state, stage), load_all(Turn, state["turns"], memo=stage.memo)
    disputes = disputes_of(state, desk)
    answers = await asyncio.gather(*(stage.judge(d.about).decide(DecideTask(desk, d, turns)) for d in disputes))
    spent = [*state["spent"], *(used("judge", a, stage) for a in answers)]
    cost = sum((Decimal(str(entry["usd"])) for entry in spent), Decimal(0))
    record = _record(state, desk, disputes, answers, turns).model_copy(update={"cost_usd": cost})
    return {
        "decisions": {d.about: a.value.passed for d, a in zip(disputes, answers, strict=True)},
        "debate": dump(record),
        "usage": spent,
    }


def disputes_of(state: DebateState, desk: Desk) -> tuple[Dispute, ...]:
    """Gather what the critics differ about."""
    proposals, critiques = proposals_of(state, desk.memo), current_critiques(state, desk.memo)
    return tuple(
        Dispute(
            proposals[key],
            option_of(desk, proposals[key]),
            _votes(critiques, key, criterion),
        )
        for key, criterion in open_disputes(state, desk.memo)
    )


def _votes(critiques: tuple[Critique, ...], proposal: str, criterion: str) -> tuple[Verdict, ...]:
    return tuple(v for c in critiques if c.proposal == proposal for v in c.verdicts if v.criterion == criterion)


def _record(
    state: DebateState,
    desk: Desk,
    disputes: tuple[Dispute, ...],
    answers: list[Answer[Ruling]],
    turns: tuple[Turn, ...],
) -> Debate:
    initial = {d.about: tuple(v.passed for v in d.votes) for d in disputes}
    name = desk.brief.offering.name
    rulings = {d.about: a.value for d, a in zip(disputes, answers, strict=True)}
    said = [
        f"{_told(d)} for {name} {'passes' if rulings[d.about].passed else 'fails'}: {rulings[d.about].reason}"
        for d in disputes
    ]
    return Debate(
        triggered=True,
        reason=f"The critics differ on {', '.join(_told(d) for d in disputes)} for {name}.",
        rounds=state["round"],
        turns=turns,
        verdict=" ".join(text[:1].upper() + text[1:] for text in said),
        flips=tuple(about for about, r in rulings.items() if r.passed != all(initial[about])),
        initial_votes=initial,
        final_votes={about: (r.passed,) for about, r in rulings.items()},
        stop_reason=state.get("stop", "round_cap"),
    )


def _told(dispute: Dispute) -> str:
    criterion = dispute.votes[0].criterion.replace("_", " ")
    return f"the {criterion} of the {dispute.proposal.lens.replace('_', ' ')} proposal"


def debate_graph(
    parts: Parts,
) -> CompiledStateGraph[DebateState, RunContext, DebateInput, DebateOutput]:
    """Build the debate: argue until it stops, then decide."""
    graph = StateGraph(DebateState, RunContext, input_schema=DebateInput, output_schema=DebateOutput)
    graph.add_node("argue", bound("argue", argue, parts))
    graph.add_node("decide", bound("decide", decide, parts))
    graph.add_edge(START, "argue")
    graph.add_conditional_edges("argue", _goes_on, ["argue", "decide"])
    graph.add_edge("decide", END)
    return graph.compile()


def _goes_on(state: DebateState) -> str:
    return "decide" if state.get("stop") else "argue"
