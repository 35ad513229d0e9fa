"""Streams of the real model: words as they come, the bill at the end, and nothing goes on when nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from decimal import Decimal

import pytest
from langchain_core.messages import AIMessageChunk
from tests.real_model.asking import chat
from tests.real_model.served import MARKS, MODEL, Books, Served

from nexusplanner.llm.nexus_chat import NexusChatModel
from nexusplanner.llm.price import Prices

pytestmark = MARKS

ENDLESS = {"ignore_eos": True}
"""Makes the model go on until it may not say more."""
FIRST = 4
LONG = 2_000


async def test_a_stream_comes_in_many_pieces_and_the_last_one_brings_the_bill(served: Served) -> None:
    model, before = chat(served), served.books()
    chunks = [chunk async for chunk in model.astream("Tell me of the sea.", extra_body=ENDLESS)]
    assert len([chunk for chunk in chunks if chunk.text]) > 10
    whole, last = sum(chunks[1:], chunks[0]), chunks[-1]
    assert isinstance(whole, AIMessageChunk)
    counted = whole.usage_metadata
    assert counted is not None
    took = served.books() - before
    assert (counted["input_tokens"], counted["output_tokens"]) == (took.tokens_in, took.tokens_out)
    assert took.tokens_out == model.max_tokens
    assert last.chunk_position == "last"
    assert last.response_metadata["rung"] == MODEL
    assert model.purse.spent_usd == _price(took)
    assert last.response_metadata["cost_usd"] == pytest.approx(float(_price(took)))


async def test_leaving_a_stream_ends_the_work_behind_it(served: Served) -> None:
    model, before = chat(served, max_tokens=LONG), served.books()
    stream = model.astream("Tell me of the sea.", extra_body=ENDLESS)
    for _ in range(FIRST):
        await anext(stream)
    assert served.is_busy()
    assert isinstance(stream, AsyncGenerator)
    await stream.aclose()
    await asyncio.to_thread(_check_it_ended, served, model, before)


def test_leaving_a_blocking_stream_ends_the_work_behind_it(served: Served) -> None:
    model, before = chat(served, max_tokens=LONG), served.books()
    stream = model.stream("Tell me of the sea.", extra_body=ENDLESS)
    for _ in range(FIRST):
        next(stream)
    assert served.is_busy()
    assert isinstance(stream, Generator)
    stream.close()
    _check_it_ended(served, model, before)


def _check_it_ended(served: Served, model: NexusChatModel, before: Books) -> None:
    """Find the server free after a part of the reply, and the hold counted in full: nobody knows what was charged."""
    served.wait_until_free()
    said = (served.books() - before).tokens_out
    assert 0 < said < LONG // 2
    assert model.purse.held_usd == 0
    assert model.purse.spent_usd > _price(Books(0, LONG))


def _price(took: Books) -> Decimal:
    return Prices().usd(MODEL, tokens_in=took.tokens_in, tokens_out=took.tokens_out)
