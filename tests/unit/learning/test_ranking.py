"""What is remembered is ranked by relevance, freshness and how it turned out."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.learning.reporting import TODAY, learnt, plan, reported

from nexusplanner.adapters.memory.word_relevance import WordRelevance
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.recall import Recall
from nexusplanner.learning import Experience
from nexusplanner.learning.experience import words_of
from nexusplanner.persistence.learning_memory import InMemoryExperience
from nexusplanner.ports.relevance import Relevance
from nexusplanner.testing.learning_store import sample_record

UNIT = st.floats(0, 1)


@given(relevance=UNIT, outcome=UNIT, age=st.integers(-10, 9000))
def test_a_score_is_a_share(relevance: float, outcome: float, age: int) -> None:
    assert 0 <= Recall().score(relevance=relevance, age_days=age, outcome=outcome) <= 1


def test_each_part_counts() -> None:
    weights = Recall()
    middle = weights.score(relevance=0.5, age_days=365, outcome=0.5)
    assert weights.score(relevance=0.9, age_days=365, outcome=0.5) > middle
    assert weights.score(relevance=0.5, age_days=10, outcome=0.5) > middle
    assert weights.score(relevance=0.5, age_days=365, outcome=0.9) > middle
    assert middle == pytest.approx(0.5)


def test_weights_of_nothing_rank_nothing() -> None:
    assert Recall(relevance=0, recency=0, outcome=0).score(relevance=1, age_days=0, outcome=1) == 0


def test_words_rank_as_the_memory_does() -> None:
    found = WordRelevance().scores(
        "winter boots", {"a": "boots for winter hikes", "b": "a winter sale", "c": "garden chairs"}, tenant="acme"
    )
    assert isinstance(WordRelevance(), Relevance)
    assert found["a"] == 1.0
    assert found["b"] == pytest.approx(0.8)
    assert "c" not in found
    assert WordRelevance().scores("", {"a": "boots"}, tenant="acme") == {}


def experience(ranking: Recall | None = None) -> tuple[Experience, InMemoryExperience]:
    kept = InMemoryExperience()
    return Experience(kept.outcomes, kept.lessons, kept.priors, WordRelevance(), ranking or Recall()), kept


def test_nothing_reported_recalls_nothing() -> None:
    asked, _ = experience()
    assert asyncio.run(asked.recall(plan().brief, tenant="acme", today=TODAY)) is None


def test_what_was_reported_is_recalled_as_evidence_that_can_be_cited() -> None:
    asked, kept = experience()
    record, _ = learnt(reported(lifted={plan().budget.lines[0].channel: 1.8}))
    asyncio.run(kept.outcomes.record(record, tenant="acme"))
    recalled = asyncio.run(asked.recall(plan().brief, tenant="acme", today=TODAY + timedelta(days=30)))
    assert recalled is not None
    assert recalled.learned is not None
    assert recalled.learned.outcomes == (record.outcome.id,)
    assert {e.kind for e in recalled.evidence} == {"outcome", "lesson"}
    assert all(e.trusted and e.is_intact and 0 < e.relevance <= 1 for e in recalled.evidence)
    channels = {f"channel {line.channel}" for line in plan().budget.lines}
    assert channels <= {e.locator for e in recalled.evidence}
    assert asyncio.run(asked.recall(plan().brief, tenant="other", today=TODAY)) is None


def test_a_withdrawn_lesson_is_not_recalled_and_an_excluded_channels_neither() -> None:
    asked, kept = experience()
    record = sample_record("plan-1")
    asyncio.run(kept.outcomes.record(record, tenant="acme"))
    asyncio.run(kept.lessons.withdraw(record.lessons[0].id, tenant="acme"))
    lessons = recalled_lessons(asked, plan().brief)
    assert lessons == {record.lessons[1].id}
    rules = plan().brief.channels.model_copy(update={"allowed": (), "excluded": (record.lessons[1].channel,)})
    assert recalled_lessons(asked, plan().brief.model_copy(update={"channels": rules})) == set()


def test_no_more_is_told_than_was_asked_for() -> None:
    asked, kept = experience(Recall(most_campaigns=1, most_lessons=1))
    for number in range(3):
        asyncio.run(kept.outcomes.record(sample_record(f"plan-{number}"), tenant="acme"))
    rules = plan().brief.channels.model_copy(update={"allowed": ()})
    recalled = asyncio.run(
        asked.recall(plan().brief.model_copy(update={"channels": rules}), tenant="acme", today=TODAY)
    )
    assert recalled is not None
    assert len([e for e in recalled.evidence if e.kind == "lesson"]) == 1
    assert len({e.source for e in recalled.evidence if e.locator.startswith("channel") and e.kind == "outcome"}) == 1
    assert len({e.source for e in recalled.evidence if e.locator == "campaign"}) == 3


def test_another_metric_learns_from_its_own_column_alone() -> None:
    """Conversions say nothing of leads, though both stand in one column."""
    asked, kept = experience()
    asyncio.run(kept.outcomes.record(sample_record("plan-1"), tenant="acme"))
    assert asyncio.run(asked.learned("leads", tenant="acme")).rows == ()
    assert len(asyncio.run(asked.learned("conversions", tenant="acme")).rows) == 2
    assert asyncio.run(asked.learned("conversions", tenant="acme", but="plan-1")).outcomes == ()


def recalled_lessons(asked: Experience, brief: CampaignBrief) -> set[str]:
    rules = brief.channels if brief.channels.excluded else brief.channels.model_copy(update={"allowed": ()})
    told = brief.model_copy(update={"channels": rules})
    recalled = asyncio.run(asked.recall(told, tenant="acme", today=TODAY))
    assert recalled is not None
    assert words_of(told)
    return {e.source for e in recalled.evidence if e.kind == "lesson"}
