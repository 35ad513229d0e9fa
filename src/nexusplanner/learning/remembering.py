"""Remembering: finished plans, outcomes and lessons, the ones that matter most to what is asked first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from nexusplanner.domain.lesson import Lesson
from nexusplanner.domain.outcome import Outcome
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.recall import Recall
from nexusplanner.domain.remembered import Remembered
from nexusplanner.ports.relevance import Relevance

_UNKNOWN = 0.5
"""How a plan turned out of which nothing was reported."""


def remembered(
    query: str,
    *,
    plans: Sequence[PlanSummary],
    outcomes: Sequence[Outcome],
    lessons: Sequence[Lesson],
    relevance: Relevance,
    ranking: Recall,
    tenant: str,
    today: date,
) -> tuple[Remembered, ...]:
    """Rank what bears on a query at all, the best first.

    Args:
        query: Words.
        plans: Finished plans.
        outcomes: What was reported.
        lessons: What that taught.
        relevance: Says how much each bears on the query.
        ranking: The weights.
        tenant: Whose all this is.
        today: What is older counts less.
    """
    found = tuple(_told(plans, outcomes, lessons))
    about = {outcome.id: outcome.about for outcome in outcomes}
    texts = {item.id: f"{item.text}\n{about.get(item.id, '')}" for item, _ in found}
    bearing = relevance.scores(query, texts, tenant=tenant)
    scored = (
        item.model_copy(
            update={
                "score": ranking.score(
                    relevance=bearing[item.id], age_days=(today - item.as_of).days, outcome=turned_out
                )
            }
        )
        for item, turned_out in found
        if item.id in bearing
    )
    return tuple(sorted(scored, key=lambda item: (-item.score, item.kind, item.id)))


def _told(
    plans: Sequence[PlanSummary], outcomes: Sequence[Outcome], lessons: Sequence[Lesson]
) -> Iterator[tuple[Remembered, float]]:
    known = {outcome.plan: outcome.total.success for outcome in outcomes}
    for plan in plans:
        item = Remembered(
            kind="plan",
            id=plan.id,
            text=f"{plan.name}: {plan.summary}",
            as_of=plan.created_at.date(),
            trusted=False,
            score=0.0,
        )
        yield item, known.get(plan.id, _UNKNOWN)
    for outcome in outcomes:
        text = f"{outcome.name} brought {outcome.total.actual:,.0f} {outcome.metric} by {outcome.end}."
        yield (
            Remembered(kind="outcome", id=outcome.id, text=text, as_of=outcome.end, trusted=True, score=0.0),
            outcome.total.success,
        )
    for lesson in lessons:
        item = Remembered(
            kind="lesson", id=lesson.id, text=lesson.text, as_of=lesson.learnt_on, trusted=lesson.trusted, score=0.0
        )
        yield item, lesson.usefulness
