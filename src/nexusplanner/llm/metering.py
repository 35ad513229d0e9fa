"""Metering: what requests would cost, read off a run that costs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel

from nexusplanner.llm.messages import request_text
from nexusplanner.llm.price import tokens_at_most
from nexusplanner.llm.request import Answer, Model, Request, T


@dataclass(frozen=True)
class Metered:
    """One request as it would be sent."""

    task: str
    tokens_in: int
    tokens_out: int


@dataclass
class Metering:
    """Counts the tokens of each request and answer that passes."""

    model: Model
    seen: list[Metered] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The held model's name."""
        return self.model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Let a request pass and note its size."""
        answer = await self.model.answer(request)
        value: BaseModel = answer.value
        tokens_out = tokens_at_most(value.model_dump_json())
        self.seen.append(Metered(request.task, tokens_at_most(request_text(request)), tokens_out))
        return answer
