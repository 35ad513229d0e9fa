"""A small request to ask models with."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

from nexusplanner.domain.model import DomainModel
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Answer, Model, Request
from nexusplanner.prompts import parse

GIVEN = "ev-brief-0a1b2c3d"
MADE_UP = "ev-brief-deadbeef"
PROMPT = parse("test/ask", "purpose: Ask.\nvariables: what\n\nSay $what.\n")


class Said(DomainModel):
    """What the models of these tests answer."""

    text: str
    share: float = 0.5
    evidence: tuple[str, ...] = ()


GOOD = json.dumps({"text": "So it is.", "share": 0.25, "evidence": [GIVEN]})


def purse(usd: str = "1.00", *, max_calls: int = 50) -> Purse:
    """Open a purse."""
    return Purse(usd=Decimal(usd), max_calls=max_calls)


def request(*, held: Purse | None = None, data: str = '{"brief":1}') -> Request[Said]:
    """Ask for one ``Said`` that may cite ``GIVEN``."""
    return Request(
        task="test.ask",
        prompt=PROMPT,
        variables={"what": "it"},
        inputs=None,
        data=lambda: data,
        schema=Said,
        tenant="default",
        purse=held or purse(),
        allowed_ids=frozenset({GIVEN}),
    )


def ask(model: Model, asked: Request[Said] | None = None) -> Answer[Said]:
    """Ask a model and wait for its answer."""
    return asyncio.run(model.answer(asked or request()))
