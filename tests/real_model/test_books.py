"""What the server counted is what is accounted, everywhere; and no more than was reckoned before the call."""

from __future__ import annotations

import asyncio

import pytest
from tests.real_model.asking import TASK, books_and_purse, chain, chat, request
from tests.real_model.served import MARKS, MODEL, Books, Served

from nexusplanner.llm.messages import request_text
from nexusplanner.llm.price import Prices
from nexusplanner.llm.tokens import count_tokens

pytestmark = MARKS


def test_purse_answer_and_ledger_hold_the_tokens_that_the_server_counted(served: Served) -> None:
    ledger, held = books_and_purse()
    asked, before = request(held), served.books()
    answer = asyncio.run(chain(served).answer(asked))
    took = served.books() - before
    usd = Prices().usd(MODEL, tokens_in=took.tokens_in, tokens_out=took.tokens_out)
    (line,) = ledger.spend()
    assert (line.model, line.agent, line.calls) == (MODEL, TASK, held.calls)
    assert Books(line.tokens_in, line.tokens_out) == took
    assert held.spent_usd == usd
    assert held.held_usd == 0
    assert Books(answer.usage.tokens_in, answer.usage.tokens_out) == took
    assert answer.usage.usd == usd
    assert count_tokens(request_text(asked), MODEL).tokens >= took.tokens_in


@pytest.mark.parametrize("words", ["Hello.", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. " * 5])
def test_a_chat_reply_tells_the_tokens_that_the_server_counted(served: Served, words: str) -> None:
    model, before = chat(served), served.books()
    counted = model.invoke(words).usage_metadata
    took = served.books() - before
    assert counted is not None
    assert (counted["input_tokens"], counted["output_tokens"]) == (took.tokens_in, took.tokens_out)
    assert model.purse.spent_usd == Prices().usd(MODEL, tokens_in=took.tokens_in, tokens_out=took.tokens_out)
