"""The editor's expert: a summary of this plan's own figures, and risks that have their cause in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest
from tests.unit.agents.grounds import Ground, pool_of, proposal, told

from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.tasks import SummariseTask, SummaryWords
from nexusplanner.calculators.verification import orphans
from nexusplanner.domain.proposal import LENSES, Lens

CAUSES = {
    "rows that end on": (Ground(start=date(2027, 3, 1)), Ground(start=date(2025, 4, 7))),
    "has rows of its own": (Ground(history=False, channels=("search", "tv")), Ground()),
    "borrowed curve": (Ground(channels=("search", "podcast")), Ground(channels=("search", "social"))),
    "cannot be written to": (Ground(consent=False), Ground()),
    "goes against": (Ground(never=("praise", "roasted")), Ground(outside=False)),
    "carries": (Ground(channels=("search",)), None),
    "the most it ever had": (Ground(channels=("search",)), Ground(channels=("tv", "social", "search"))),
}


@lru_cache(maxsize=64)
def said(ground: Ground, lens: Lens = "efficiency", seed: int = 0) -> SummaryWords:
    """Have the expert write summary and risks."""
    laid, option = told(lens, ground, seed)
    return summarise(SummariseTask(laid, proposal(lens, ground), option))


def texts(words: SummaryWords) -> str:
    """Join all risks."""
    return " ".join(f"{r.risk} {r.sign} {r.answer}" for r in words.risks)


@pytest.mark.parametrize("cause", CAUSES)
def test_a_risk_is_there_with_its_cause_and_not_without(cause: str) -> None:
    there, absent = CAUSES[cause]
    assert cause in texts(said(there))
    if absent is not None:
        assert cause not in texts(said(absent))


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize(
    "ground", [Ground(), Ground(customers=False, history=False, outside=False, props=()), Ground(consent=False)]
)
def test_every_number_is_traced(lens: Lens, ground: Ground) -> None:
    """At most six risks, each with a sign and an answer, the gravest first."""
    laid, _ = told(lens, ground)
    words, pool = said(ground, lens), pool_of(laid)
    assert orphans(words.summary, pool) == ()
    assert orphans(texts(words), pool) == ()
    assert 1 <= len(words.risks) <= 6
    rank = {"high": 0, "medium": 1, "low": 2}
    weights = [rank[r.likelihood] + rank[r.impact] for r in words.risks]
    assert weights == sorted(weights)
    assert laid.brief.offering.name in words.summary


def test_another_seed_sums_up_in_other_words() -> None:
    assert said(Ground(), seed=0).summary != said(Ground(), seed=1).summary


def test_a_test_is_summed_up_only_where_one_was_sized() -> None:
    from nexusplanner.calculators import size_experiment

    laid, option = told("efficiency")
    sized = size_experiment(baseline=0.2, mde=None, audience=4000, max_days=56, evidence=())
    task = SummariseTask(replace(laid, calculations=(*laid.calculations, sized)), proposal("efficiency"), option)
    assert f"{sized.outputs['n_per_arm']:,}" in summarise(task).summary
    assert "test" not in said(Ground()).summary
