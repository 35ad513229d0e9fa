"""A model on the wire that writes what the rules would: its plan must be theirs, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import pytest
from tests.flow.campaigns import brief, planner

from nexusplanner import CampaignBrief, CampaignPlan, Planner
from nexusplanner.domain.model import JsonObject
from nexusplanner.llm.request import Answer, Request, T
from nexusplanner.llm.rules import RulesModel
from nexusplanner.testing.completion import Completion

Speak = Callable[[JsonObject], str]
Said = tuple[str, str, str]
"""Instruction, data and the reply to them."""
_RECORD = frozenset(
    {"id", "status", "provenance", "cost", "degraded", "seal", "debate", "dissent", "critique", "repairs"}
)
"""What tells how a plan was made, and the talk on the way, from which a model's uncounted numbers are cut."""


@cache
def by_rules() -> tuple[CampaignPlan, tuple[Said, ...]]:
    """Plan the small brief on the rules, keeping each answer with what asked for it."""
    with planner() as made:
        return noted(made, brief())


def noted(made: Planner, asked: CampaignBrief) -> tuple[CampaignPlan, tuple[Said, ...]]:
    """Plan a brief with a planner on the rules, keeping each answer with what asked for it."""
    said: list[Said] = []
    original = RulesModel.answer

    async def kept(self: RulesModel, request: Request[T]) -> Answer[T]:
        answer = await original(self, request)
        said.append((request.prompt.fill(request.variables), request.data(), answer.value.model_dump_json()))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RulesModel, "answer", kept)
        plan = made.plan(asked).plan
    assert plan is not None
    return plan, tuple(said)


def speaker(said: Sequence[Said]) -> Speak:
    """Return what finds the reply to a request of either wire, by the instruction and best the data in it, too."""

    def speak(body: JsonObject) -> str:
        text = "\n".join(_texts(body))
        known = [(data, reply) for asked, data, reply in said if asked in text]
        exact = (reply for data, reply in known if data in text)
        return next(exact, known[0][1] if known else "")

    return speak


def times_asked(body: JsonObject, said: Sequence[Said]) -> int:
    """Count how often a plan asks exactly this where nothing fails: a revision that was taken back is asked again."""
    text = "\n".join(_texts(body))
    return sum(asked in text and data in text for asked, data, _ in said)


def completion(text: str) -> Completion:
    """Reply with what the rules would say, or refuse what they were never asked."""
    return Completion(text) if text else Completion("the rules were never asked this", status=400)


def essence(plan: CampaignPlan) -> str:
    """Return all that a plan asserts."""
    return plan.model_dump_json(exclude=set(_RECORD))


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _texts(child)
