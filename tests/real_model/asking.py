"""Questions that a very small model can answer in the right shape."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from tests.real_model.served import MODEL, Served

from nexusplanner.domain.model import DomainModel
from nexusplanner.llm.chain import build_chain
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.llm.nexus_chat import NexusChatModel
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Model, Request
from nexusplanner.llm.rules import RulesModel
from nexusplanner.llm.treasury import Treasury
from nexusplanner.prompts import parse

PATIENCE_S = 100.0
TASK = "test.choose"
_PROMPT = parse("test/choose", "purpose: Choose.\nvariables: what\n\nChoose colours for the flag of $what.\n")
_Colour = Literal["red", "green", "blue"]


class Flag(DomainModel):
    """Three colours and where they go, in a form that cannot go on for ever."""

    left: _Colour
    middle: _Colour
    right: _Colour
    is_upright: bool


BY_RULES = Flag(left="green", middle="green", right="green", is_upright=True)


def chain(served: Served, *, limit_s: float = PATIENCE_S, max_tokens: int = 96) -> Model:
    """Build the model with the rules behind it."""
    rules = RulesModel({TASK: lambda _: BY_RULES})
    return build_chain([MODEL], rules, api_key=None, base_url=served.base_url, timeout_s=limit_s, max_tokens=max_tokens)


def books_and_purse() -> tuple[InMemoryLedger, Purse]:
    """Open a purse whose ledger can be read."""
    ledger = InMemoryLedger()
    return ledger, Purse(usd=Decimal(1), max_calls=20, run="run", treasury=Treasury(ledger))


def request(held: Purse, *, data: str = "{}") -> Request[Flag]:
    """Ask for a flag."""
    return Request(
        task=TASK,
        prompt=_PROMPT,
        variables={"what": "a harbour"},
        inputs=None,
        data=lambda: data,
        schema=Flag,
        tenant="default",
        purse=held,
    )


def chat(served: Served, *, max_tokens: int = 24) -> NexusChatModel:
    """Hold the model as a chat model."""
    return NexusChatModel(
        models=[MODEL], base_url=served.base_url, timeout=PATIENCE_S, max_tokens=max_tokens, max_retries=0
    )
