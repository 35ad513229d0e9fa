"""Disputes of known truth: the debate is as right as a majority, for less, and rarely makes a right vote wrong."""

from __future__ import annotations

import pytest
from tests.bench.disputes import CORRELATIONS, ERRORS, decided, expected, measured, sampled, stubborn

every_cell = pytest.mark.parametrize(
    ("error", "correlation"), [(error, correlation) for error in ERRORS for correlation in CORRELATIONS]
)


@every_cell
def test_a_debate_is_as_right_as_a_majority_at_half_the_calls_of_one_that_is_always_held(
    error: float, correlation: float
) -> None:
    found = measured(expected(error, correlation))
    debate, vote, always = found["debate"], found["vote"], found["always"]
    assert debate.accuracy >= vote.accuracy
    assert debate.calls <= 0.5 * always.calls
    assert debate.worse < always.worse


@pytest.mark.parametrize(("error", "correlation"), [(0.1, 0.0), (0.4, 0.0), (0.3, 0.6)])
def test_sampled_claims_come_out_as_expected(error: float, correlation: float) -> None:
    drawn, known = measured(sampled(error, correlation, 10_000)), measured(expected(error, correlation))
    for way, result in drawn.items():
        assert result.accuracy == pytest.approx(known[way].accuracy, abs=0.02)
        assert result.calls == pytest.approx(known[way].calls, abs=0.05)


def test_agreement_costs_two_calls_and_is_never_overturned() -> None:
    for third in (True, False):
        for others in (True, False):
            outcome = decided((True, True, third, *(others,) * 4))["debate"]
            assert (outcome.passed, outcome.calls) == (True, 2)


def test_voices_that_never_concede_cost_more_and_add_nothing() -> None:
    """Then the judge alone decides: that is one more vote, at five calls."""
    found = measured(stubborn(expected(0.2, 0.0)))
    assert found["debate"].accuracy == pytest.approx(measured(expected(0.2, 0.0))["vote"].accuracy)
    assert found["debate"].calls > 3
