"""Typed answers come from the model itself."""

from __future__ import annotations

import asyncio

from tests.real_model.asking import BY_RULES, Flag, books_and_purse, chain, chat, request
from tests.real_model.served import MARKS, MODEL, Books, Served

pytestmark = MARKS

WORDS = "Choose colours for the flag of a harbour."


def test_an_agents_question_is_answered_by_the_model_itself(served: Served) -> None:
    """The server holds the reply to the schema: it needs neither luck nor the rules."""
    _, held = books_and_purse()
    answer = asyncio.run(chain(served).answer(request(held)))
    assert (answer.rung, answer.lost) == (MODEL, ())
    assert isinstance(answer.value, Flag)
    assert held.calls == 1, "nothing had to be mended"


def test_a_chat_application_gets_its_form_filled(served: Served) -> None:
    model = chat(served, max_tokens=96)
    filled = model.with_structured_output(Flag).invoke(WORDS)
    assert isinstance(filled, Flag)
    assert model.purse.spent_usd > 0


async def test_a_form_is_filled_without_blocking_too(served: Served) -> None:
    """With the raw reply beside it, which says who filled it."""
    model = chat(served, max_tokens=96)
    told = await model.with_structured_output(Flag, include_raw=True).ainvoke(WORDS)
    assert isinstance(told["parsed"], Flag)
    assert told["raw"].response_metadata["rung"] == MODEL


def test_a_form_that_does_not_fit_into_one_reply_comes_in_sections(served: Served) -> None:
    """Its four names alone are more than twenty tokens with their values; two of them are not."""
    ledger, held = books_and_purse()
    before = served.books()
    answer = asyncio.run(chain(served, max_tokens=20).answer(request(held)))
    assert (answer.rung, answer.lost) == (MODEL, ())
    assert isinstance(answer.value, Flag)
    assert held.calls > 1
    (line,) = ledger.spend()
    assert Books(line.tokens_in, line.tokens_out) == served.books() - before
    assert (answer.usage.calls, answer.usage.usd) == (held.calls, held.spent_usd)


def test_a_form_that_was_cut_is_no_form(served: Served) -> None:
    """Half an answer of a real server is refused, and paid for."""
    _, held = books_and_purse()
    answer = asyncio.run(chain(served, max_tokens=2).answer(request(held)))
    assert (answer.rung, answer.value) == ("rules", BY_RULES)
    assert MODEL in answer.lost[0]
    assert held.spent_usd > 0
