"""Limits hold against a server that is slow, or refuses: the rules answer, and the server stops."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest
from tests.real_model.asking import BY_RULES, books_and_purse, chain, request
from tests.real_model.served import CONTEXT_TOKENS, MARKS, Served

from nexusplanner.llm.timed import GRACE_S

pytestmark = MARKS

SHORT_S = 1.0
FREE = 1
"""Tokens it takes to see that the server is free."""
NUMBERS = "1 " * (CONTEXT_TOKENS // 4)
"""Two thousand tokens: the model reads for many times ``SHORT_S`` before it can say anything."""


def test_a_call_that_takes_too_long_ends_in_time_and_the_rules_answer(served: Served) -> None:
    """The server is told, and never gets to its answer; what nobody knows the price of counts in full."""
    asyncio.run(chain(served).answer(request(books_and_purse()[1])))  # loads what is loaded at the first call
    _, held = books_and_purse()
    before, began = served.books(), monotonic()
    answer = asyncio.run(chain(served, limit_s=SHORT_S).answer(request(held, data=NUMBERS)))
    assert monotonic() - began < SHORT_S + GRACE_S + 1
    assert (answer.rung, answer.value) == ("rules", BY_RULES)
    assert "did not answer within" in answer.lost[0]
    assert held.spent_usd > 0
    assert held.held_usd == 0
    served.wait_until_free()
    assert (served.books() - before).tokens_out <= FREE


async def test_a_call_that_nobody_waits_for_any_more_ends_at_the_server_too(served: Served) -> None:
    _, held = books_and_purse()
    before = served.books()
    asked = asyncio.create_task(chain(served).answer(request(held, data=NUMBERS)))
    while not asked.done() and not await asyncio.to_thread(served.is_busy):
        pass
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert held.held_usd == 0
    await asyncio.to_thread(served.wait_until_free)
    assert (served.books() - before).tokens_out <= FREE


def test_a_prompt_that_is_too_long_is_refused_at_no_cost_and_the_rules_answer(served: Served) -> None:
    """Once: asking again would bring the same. The next question is asked as if nothing had been."""
    _, held = books_and_purse()
    model, before = chain(served), served.books()
    answer = asyncio.run(model.answer(request(held, data="1 " * CONTEXT_TOKENS)))
    assert (answer.rung, answer.value) == ("rules", BY_RULES)
    assert "context" in answer.lost[0]
    assert held.calls == 1
    assert held.spent_usd == held.held_usd == 0
    assert (served.books() - before).tokens_in == 0
    asyncio.run(model.answer(request(held)))
    assert (served.books() - before).tokens_out > 0
