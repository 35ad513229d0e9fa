"""Metering: what requests would cost, read off a run that costs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from nexusplanner.llm.messages import request_text
from nexusplanner.llm.price import tokens_at_most
from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.llm.tokens import count_tokens


@dataclass(frozen=True)
class Metered:
    """One request as it would be sent."""

    task: str
    tokens_in: int
    tokens_out: int
    counted_by: Literal["tiktoken", "estimate"] = "estimate"


@dataclass
class Metering:
    """Counts the tokens of each request and answer that passes."""

    model: Model
    priced_as: str = ""
    """The model that would be asked, by whose vocabulary requests are counted where it is at hand."""
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
        counted = count_tokens(request_text(request), self.priced_as)
        self.seen.append(Metered(request.task, counted.tokens, tokens_out, counted.counted_by))
        return answer
