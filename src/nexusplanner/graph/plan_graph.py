"""The plan graph: from a brief to a plan in twelve verbs, and from a plan and feedback to its next version in two.

    intake -> research -> (one node a tool) -> size -> propose x lens -> check -> [propose what repeats another]
           -> critique x proposal x critic -> weigh -> [debate -> weigh] -> [revise -> check]
           -> assemble -> [submit -> approve] -> save
    understand -> refine -> [submit -> approve] -> save

Nothing flows backwards but drafts that repeat another, twice at most, the bounded revision, and what an approver edits.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer, Send

from nexusplanner.agents.protocols import DecisionProtocol
from nexusplanner.errors import ConfigurationError
from nexusplanner.graph.binding import bound
from nexusplanner.graph.context import Parts, RunContext, Stage
from nexusplanner.graph.debate import debate_graph
from nexusplanner.graph.nodes.approve import approve
from nexusplanner.graph.nodes.assemble import assemble
from nexusplanner.graph.nodes.check import check
from nexusplanner.graph.nodes.critique import critique, critique_key
from nexusplanner.graph.nodes.intake import intake
from nexusplanner.graph.nodes.propose import draft_id, propose
from nexusplanner.graph.nodes.refine import refine
from nexusplanner.graph.nodes.research import gather, research
from nexusplanner.graph.nodes.revise import revise
from nexusplanner.graph.nodes.save import save
from nexusplanner.graph.nodes.size import size
from nexusplanner.graph.nodes.submit import submit
from nexusplanner.graph.nodes.understand import understand
from nexusplanner.graph.nodes.weigh import weigh
from nexusplanner.graph.state import PlanState, ResearchInput
from nexusplanner.graph.unkept import unkept

PlanGraph = CompiledStateGraph[PlanState, RunContext, PlanState, PlanState]

_NAME = re.compile(r"[^\W\d_]\w*")

_JOINS = frozenset({"size", "check", "weigh"})
"""Nodes that wait for every branch before them."""

_VERBS: dict[str, Callable[[Any, Stage], Awaitable[PlanState]]] = {
    "intake": intake,
    "research": research,
    "size": size,
    "propose": propose,
    "check": check,
    "critique": critique,
    "weigh": weigh,
    "revise": revise,
    "assemble": assemble,
    "understand": understand,
    "refine": refine,
    "submit": submit,
    "approve": approve,
    "save": save,
}


def plan_graph(parts: Parts, *, checkpointer: Checkpointer = None) -> PlanGraph:
    """Build and compile the graph around a planner's parts.

    Args:
        parts: Model chain, tools and store; runs may bring their own in the context.
        checkpointer: Where runs rest between steps; a server brings its own.

    Raises:
        ConfigurationError: A tool has the name of a node.
    """
    graph = StateGraph(PlanState, RunContext)
    for name, verb in _VERBS.items():
        graph.add_node(name, bound(name, verb, parts), defer=name in _JOINS)
    graph.add_node("debate", unkept(debate_graph(parts)))
    tools = _add_tools(graph, parts)
    _add_edges(graph, tools, parts.protocol)
    return graph.compile(checkpointer=checkpointer, name="plan")


def _add_tools(graph: StateGraph[PlanState, RunContext, PlanState, PlanState], parts: Parts) -> tuple[str, ...]:
    for name, tool in parts.tools.items():
        if not _NAME.fullmatch(name):
            raise ConfigurationError(f"A tool cannot be called {name[:64]!r}.",
                                     fix="Use letters, digits and '_', a letter first.")  # fmt: skip
        if name in _VERBS or name == "debate":
            raise ConfigurationError(f"A tool cannot be called {name!r}: the graph has a node of that name.",
                                     fix="Give the tool another name.")  # fmt: skip
        graph.add_node(name, bound(name, partial(gather, tool), parts), input_schema=ResearchInput)
        graph.add_edge(name, "size")
    return tuple(parts.tools)


def _add_edges(
    graph: StateGraph[PlanState, RunContext, PlanState, PlanState], tools: Sequence[str], protocol: DecisionProtocol
) -> None:
    graph.add_conditional_edges(START, _first, ["intake", "understand"])
    graph.add_conditional_edges("intake", _after_intake, ["research", END])
    graph.add_conditional_edges("research", partial(_ask_tools, tools), [*tools, "size"])
    graph.add_conditional_edges("size", partial(_send_drafts, protocol), ["propose"])
    graph.add_edge("propose", "check")
    graph.add_conditional_edges("check", partial(_after_check, protocol), ["propose", "critique"])
    graph.add_edge("critique", "weigh")
    graph.add_conditional_edges("weigh", _after_weigh, ["debate", "revise", "assemble"])
    graph.add_edge("debate", "weigh")
    graph.add_edge("revise", "check")
    graph.add_conditional_edges("assemble", _after_assemble, ["submit", "save"])
    graph.add_conditional_edges("understand", _after_understand, ["refine", "submit", END])
    graph.add_conditional_edges("refine", _after_assemble, ["submit", "save"])
    graph.add_edge("submit", "approve")
    graph.add_conditional_edges("approve", _after_approve, ["understand", "save"])
    graph.add_edge("save", END)


# Routes are coroutines, though they wait for nothing: LangGraph sends any other function to a thread.


async def _first(state: PlanState) -> str:
    return "understand" if "feedback" in state else "intake"


async def _after_understand(state: PlanState) -> Hashable:
    if state["changes"]:
        return "refine"
    return "submit" if state.get("decision") else END


async def _after_intake(state: PlanState) -> Hashable:
    return END if state["questions"] else "research"


async def _ask_tools(tools: Sequence[str], state: PlanState) -> list[Send] | str:
    asked = ResearchInput(brief=state["brief"], tenant=state["tenant"], today=state["today"])
    return [Send(name, asked) for name in tools] or "size"


async def _send_drafts(protocol: DecisionProtocol, state: PlanState) -> list[Send]:
    return [Send("propose", {**state, "lens": draft.lens, "draw": draft.draw}) for draft in protocol.drafts]


async def _after_check(protocol: DecisionProtocol, state: PlanState) -> list[Send]:
    again = [draft for draft in protocol.drafts if draft_id(draft.lens, draft.draw) in state.get("again", [])]
    drawn = [Send("propose", {**state, "lens": draft.lens, "draw": draft.draw}) for draft in again]
    return drawn or _send_critics(protocol, state)


def _send_critics(protocol: DecisionProtocol, state: PlanState) -> list[Send]:
    judged = state.get("critiques", {})
    return [
        Send("critique", {**state, "proposal": proposal, "critic": critic})
        for proposal, raw in sorted(state["proposals"].items())
        for critic in protocol.critics
        if critique_key(proposal, int(str(raw["revision"])), critic) not in judged
    ]


async def _after_weigh(state: PlanState) -> str:
    return state["course"]


async def _after_assemble(state: PlanState) -> str:
    return "submit" if state["status"] == "needs_approval" else "save"


async def _after_approve(state: PlanState) -> str:
    return "understand" if state["status"] == "needs_approval" else "save"
