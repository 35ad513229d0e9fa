"""The purse cannot be overspent, however many ask at once; prices are known or assumed high."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.llm.asking import purse

from nexusplanner.errors import BudgetExceeded
from nexusplanner.llm.price import CEILING_IN, CEILING_OUT, price_usd, tokens_at_most
from nexusplanner.llm.purse import Purses

CENTS = st.integers(0, 60).map(lambda cents: Decimal(cents) / 100)


@given(limit=CENTS, calls=st.lists(st.tuples(CENTS, st.floats(0, 1)), max_size=24), most=st.integers(0, 30))
@settings(max_examples=40)
def test_threads_together_never_overspend(limit: Decimal, calls: list[tuple[Decimal, float]], most: int) -> None:
    """Whatever they cost within what they reserved: spent money and calls stay under the ceilings."""
    held = purse(str(limit), max_calls=most)
    refused: list[Decimal] = []

    def spend(cap: Decimal, share: float) -> None:
        try:
            hold = held.reserve(cap)
        except BudgetExceeded:
            refused.append(cap)
        else:
            assert held.spent_usd + held.held_usd <= limit
            held.settle(hold, cap * Decimal(str(round(share, 2))))

    threads = [threading.Thread(target=spend, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held.spent_usd <= limit
    assert held.calls <= most
    assert held.calls + len(refused) == len(calls)
    assert held.held_usd == 0


def test_a_refused_reservation_holds_nothing() -> None:
    held = purse("0.10")
    with pytest.raises(BudgetExceeded, match=r"limits\.usd"):
        held.reserve(Decimal("0.11"))
    assert (held.held_usd, held.calls) == (Decimal(0), 0)
    held.reserve(Decimal("0.10"))


def test_reserved_money_is_not_lent_twice() -> None:
    held = purse("0.10")
    hold = held.reserve(Decimal("0.06"))
    with pytest.raises(BudgetExceeded) as refused:
        held.reserve(Decimal("0.06"))
    assert refused.value.ceiling == "run"
    held.settle(hold, Decimal("0.01"))
    held.reserve(Decimal("0.06"))


def test_a_run_keeps_its_purse_and_the_oldest_are_forgotten() -> None:
    """One purse a run, and no growth without end."""
    purses = Purses(most=2)
    first = purses.of("a", usd=Decimal(1), max_calls=1)
    assert purses.of("a", usd=Decimal(9), max_calls=9) is first
    for run in ("b", "c"):
        purses.of(run, usd=Decimal(1), max_calls=1)
    assert purses.of("a", usd=Decimal(1), max_calls=1) is not first


def test_known_models_cost_their_list_price() -> None:
    """gpt-5-mini: 0.25 USD per million tokens in, 2.00 out, with or without its provider."""
    for name in ("openai:gpt-5-mini", "gpt-5-mini"):
        assert price_usd(name, tokens_in=1_000_000, tokens_out=0) == Decimal("0.25")
        assert price_usd(name, tokens_in=0, tokens_out=1_000_000) == Decimal(2)


def test_bedrock_models_are_priced_by_their_id() -> None:
    usd = price_usd("bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0", tokens_in=1_000_000, tokens_out=0)
    assert Decimal(1) < usd < CEILING_IN


def test_an_unknown_model_costs_the_ceiling() -> None:
    """Better too dear than free."""
    assert price_usd("nowhere:new", tokens_in=1_000_000, tokens_out=0) == CEILING_IN
    assert price_usd("scripted-chat", tokens_in=0, tokens_out=1_000_000) == CEILING_OUT


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_longer_text_is_never_bounded_lower(a: str, b: str) -> None:
    assert tokens_at_most(a + b) >= max(tokens_at_most(a), tokens_at_most(b))
    assert tokens_at_most(a) >= sum(1 for c in a if c >= "\x80")
