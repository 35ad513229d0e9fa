"""A step: what one agent was asked, who answered, from what, with what, how well and at what cost."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.sections import Exact
from nexusplanner.domain.tenant import TenantId

LONGEST_OUTPUT = 20_000
"""Characters of an answer that are kept; its fingerprint is of the whole."""


class Step(DomainModel):
    """One decision of an agent, as the decision log keeps it."""

    id: str
    """Follows from what was decided: a run that is taken up again keeps each step once."""
    tenant: TenantId
    run: str
    at: datetime
    """When it was asked, in UTC."""
    took_s: float
    agent: str
    """The role: ``strategist``."""
    branch: str = ""
    """Which of those that work side by side: ``growth``."""
    task: str
    """What it was asked: ``strategist.propose``."""
    rung: str = ""
    """``rules``, or the provider and model that answered; empty where none did."""
    model: str = ""
    """The model that answered, by its provider's own name."""
    prompt_id: str
    prompt_sha256: str
    inputs: tuple[str, ...] = ()
    """Ids of the evidence and calculations it was shown; nothing else may be cited."""
    output: str = ""
    """The answer as JSON, cut where it is very long."""
    output_sha256: str = ""
    score: float | None = None
    """How good the answer is, 0-1; None where nobody looked."""
    usd: Exact = Decimal(0)
    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0
    cached_calls: int = 0
    attempts: int = 0
    """Requests it took of the model that answered; 0 where none was asked."""
    lost: tuple[str, ...] = ()
    """Why the models before did not answer."""
    fault: str = ""
    """The code of the error where nobody answered."""


class StepQuery(DomainModel):
    """Which steps are wanted: all that fit every condition that is set."""

    run: str | None = None
    agent: str | None = None
    rung: str | None = None
    """Who answered: ``rules``, ``openai:gpt-5-mini``."""
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""
    after: str = ""
    """Where the page before ended: its ``following``."""
    size: Annotated[int, Field(ge=1, le=1000)] = 100
    """Steps of a page."""


class StepPage(DomainModel):
    """Steps in the order they were taken, and where the next page begins."""

    steps: tuple[Step, ...] = ()
    following: str = ""
    """What to ask the next page ``after``; empty where there is none."""


def step_id(*parts: str) -> str:
    """Name a step by what was decided."""
    return f"step-{hashlib.sha256(chr(0).join(parts).encode('utf-8', 'replace')).hexdigest()[:24]}"
