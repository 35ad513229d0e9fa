"""A quote says what a run would cost, and spends nothing."""

from __future__ import annotations

from decimal import Decimal

from tests.flow.campaigns import brief, everything, planner

from nexusplanner.llm.metering import Metered
from nexusplanner.planner.quote import quote

MODEL = "openai:gpt-5-mini"


def test_the_rules_cost_nothing() -> None:
    """No call, no token, no cent."""
    found = planner().estimate(brief())
    assert found.model == "rules"
    assert {found.usd.high, found.calls.high, found.tokens.high} == {Decimal(0)}


def test_a_model_is_priced_from_low_to_high_without_asking_it() -> None:
    """No network, no key: the spans are those of the requests that would be sent, and nothing is kept."""
    with planner(models=[MODEL], **everything()) as planning:
        found = planning.estimate(brief())
        assert planning.list() == ()
    assert found.model == MODEL
    for span in (found.usd, found.calls, found.tokens):
        assert 0 < span.low <= span.likely <= span.high
    assert found.usd.high < 5
    assert found.calls.low == found.calls.low.to_integral_value()


def test_a_run_without_debate_and_revision_is_the_low_end() -> None:
    """Likely is what was walked; high is every call repaired once."""
    seen = [Metered(task=t, tokens_in=1000, tokens_out=100) for t in ("strategist.propose", "judge.decide")]
    found = quote(MODEL, seen)
    assert [int(n) for n in (found.calls.low, found.calls.likely, found.calls.high)] == [1, 2, 4]
    assert [int(n) for n in (found.tokens.low, found.tokens.likely, found.tokens.high)] == [1100, 2200, 4400]
