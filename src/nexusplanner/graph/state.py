"""State of a run: plain JSON at rest, typed at the edges.

Branches that run side by side write to keys of their own or to keys whose reducer joins them;
joins never depend on which branch was faster.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, TypedDict, TypeVar

from pydantic import BaseModel

from nexusplanner.agents.memo import Memo
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject

M = TypeVar("M", bound=BaseModel)
Course = Literal["debate", "revise", "assemble"]


def joined(left: dict[str, JsonObject], right: dict[str, JsonObject]) -> dict[str, JsonObject]:
    """Join two maps; the right one wins where both have a key."""
    return {**left, **right}


class PlanState(TypedDict, total=False):
    """What flows through the plan graph."""

    brief: JsonObject
    """As handed in; after ``intake`` the checked form."""
    tenant: str
    seed: int
    today: str
    questions: list[str]
    """What the brief does not say; the run is refused while there are any."""
    findings: Annotated[list[JsonObject], operator.add]
    evidence: list[JsonObject]
    notes: list[str]
    calculations: Annotated[dict[str, JsonObject], joined]
    """By id."""
    options: dict[str, list[JsonObject]]
    """Each lens's own calculations, computed before its strategist is asked; no lens is shown another's."""
    proposals: Annotated[dict[str, JsonObject], joined]
    """By id; a revision replaces the one it mends."""
    faults: dict[str, list[JsonObject]]
    again: list[str]
    """Ids of drafts that repeat another lens's and are drawn again."""
    critiques: Annotated[dict[str, JsonObject], joined]
    """By ``<proposal id>/<revision>/<critic>``."""
    leader: str
    ranked: list[str]
    """Proposal ids, the leader first."""
    decisions: dict[str, bool]
    """``<proposal id>/<criterion>`` -> passed, as the debate settled it."""
    debate: JsonObject
    preferred: str
    """Which of two close finalists the judge preferred in both orders; empty where it did not say the same twice."""
    revisions: int
    kept: JsonObject
    """The leader before its last revision, to fall back to."""
    course: Course
    """What comes after ``weigh``."""
    plan: JsonObject
    status: str
    question: JsonObject
    """What an approver is asked; the last one."""
    decision: JsonObject
    """The answer to it; with edits, until the version they ask for is made."""
    edits: list[JsonObject]
    """Typed changes that an approver asks of ``plan``; then no feedback is read."""
    feedback: str
    """What a person asks of ``plan``: then the run refines it instead of planning."""
    origin: JsonObject
    """The brief of version 1, whose bounds feedback does not move."""
    number: int
    """The next version's."""
    asked: JsonObject
    """What the feedback was understood to ask for."""
    changes: list[JsonObject]
    refused: list[JsonObject]
    usage: Annotated[list[JsonObject], operator.add]
    """One entry an answer: part, rung, prompt, tokens, cost, and what was lost above it."""


class ResearchInput(TypedDict):
    """What one tool node is handed."""

    brief: JsonObject
    tenant: str
    today: str


class LensInput(PlanState, total=False):
    """What one branch of ``propose`` is handed."""

    lens: str
    draw: int
    """Which telling of the same facts."""


class CritiqueInput(PlanState, total=False):
    """What one branch of ``critique`` is handed."""

    critic: str
    proposal: str


def dump(value: BaseModel) -> JsonObject:
    """Write a model as it rests in state."""
    result: JsonObject = value.written() if isinstance(value, Calculation) else value.model_dump(mode="json")
    return result


def rest(value: BaseModel, *, memo: Memo) -> JsonObject:
    """Write a model as it rests in state, and remember for the rest of the run what was written."""
    raw = dump(value)
    memo.keep(type(value).model_validate, raw, value)
    return raw


def load(model: type[M], raw: Mapping[str, object], *, memo: Memo) -> M:
    """Read a model out of state, once a run."""
    return memo.of(model.model_validate, raw)


def load_all(model: type[M], raws: Iterable[Mapping[str, object]], *, memo: Memo) -> tuple[M, ...]:
    """Read many models out of state, each once a run."""
    return tuple(memo.of(model.model_validate, raw) for raw in raws)
