"""The same question from many callers at once."""

from __future__ import annotations

import asyncio

import pytest
from tests.unit.llm.asking import GOOD, Said, request
from tests.unit.llm.wires import chain

from nexusplanner.llm.cached import Cached
from nexusplanner.llm.request import Answer
from nexusplanner.ports.answers import AnswerStore
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.openai_server import OpenAIServer


def requests_of(store: AnswerStore, callers: int) -> int:
    """Let callers ask the same at once, twice over; count what reaches the provider."""
    with OpenAIServer([Completion(GOOD, delay_s=0.1)]) as server, pytest.MonkeyPatch.context() as patch:
        model = Cached(chain(server, patch=patch, limit_s=30), store)

        async def ask_all() -> list[Answer[Said]]:
            return await asyncio.gather(*(model.answer(request()) for _ in range(callers)))

        for _ in range(2):  # in a loop of its own each
            answers = asyncio.run(ask_all())
            assert {answer.value.text for answer in answers} == {"So it is."}
        return len(server.log)
