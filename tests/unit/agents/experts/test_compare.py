"""The judge's expert prefers the finalist that ranks higher, whichever is named first."""

from __future__ import annotations

import pytest
from tests.unit.agents.grounds import proposal, told

from nexusplanner.agents.experts.compare import compare
from nexusplanner.agents.experts.critique import BARS, critique
from nexusplanner.agents.tasks import CompareTask, CritiqueTask, Finalist
from nexusplanner.domain.critique import CRITERIA, Criterion, Verdict
from nexusplanner.domain.proposal import Lens


def finalist(lens: Lens, *failed: Criterion, score: float = 0.8) -> Finalist:
    """Judge a proposal."""
    verdicts = (Verdict(criterion=c, passed=c not in failed, score=score) for c in CRITERIA)
    return Finalist(proposal(lens), told(lens)[1], tuple(verdicts))


def chance(lens: Lens) -> float:
    """Return the chance of the target."""
    return told(lens)[1].figure("probability_of_target")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (finalist("growth", score=0.9), finalist("efficiency", score=0.8)),
        (finalist("growth", "calendar", score=0.4), finalist("efficiency", "money", score=0.9)),
    ],
)
def test_order_changes_nothing(better: Finalist, worse: Finalist) -> None:
    laid, _ = told("growth")
    assert compare(CompareTask(laid, better, worse)).prefers == "first"
    assert compare(CompareTask(laid, worse, better)).prefers == "second"


def test_between_equals_the_likelier_is_preferred_and_between_twins_neither() -> None:
    laid, _ = told("growth")
    one, other = finalist("growth"), finalist("brand_and_risk")
    expected = {True: "first", False: "second"}[chance("growth") > chance("brand_and_risk")]
    if chance("growth") != chance("brand_and_risk"):
        assert compare(CompareTask(laid, one, other)).prefers == expected
    assert compare(CompareTask(laid, one, one)).prefers == "neither"


@pytest.mark.parametrize(("critic", "bar"), [("finance-2", 0), ("audience-3", 1)])
def test_a_critic_asked_again_has_the_same_bar_and_another_stands_between(critic: str, bar: int) -> None:
    laid, option = told("growth")
    task = CritiqueTask(laid, critic, proposal("growth"), option, siblings=(), faults=())
    for verdict in critique(task).verdicts:
        assert verdict.passed == (verdict.score >= BARS[verdict.criterion][bar])
    between = critique(CritiqueTask(laid, "operations", proposal("growth"), option, siblings=(), faults=()))
    for verdict in between.verdicts:
        assert verdict.passed == (verdict.score >= sum(BARS[verdict.criterion]) / 2)
