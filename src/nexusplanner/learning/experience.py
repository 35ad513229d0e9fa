"""Experience: what a tenant's reported campaigns say that bears on a brief."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from nexusplanner.domain.brief import CampaignBrief, Metric
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.learned import ChannelPrior, Learned
from nexusplanner.domain.lesson import Lesson
from nexusplanner.domain.outcome import ForecastCheck, Outcome
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.recall import Recall
from nexusplanner.domain.remembered import Remembered
from nexusplanner.learning.lesson_writing import locator_of
from nexusplanner.learning.remembering import remembered
from nexusplanner.learning.reported_rows import past_rows
from nexusplanner.ports.outcomes import Lessons, Outcomes, Priors
from nexusplanner.ports.personal_data import TenantData
from nexusplanner.ports.relevance import Relevance

MOST_OUTCOMES = 24
"""So many of the latest outcomes move the curves; what older ones left is in the priors."""


@dataclass(frozen=True)
class Recalled:
    """What was recalled for a brief."""

    learned: Learned | None = None
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Experience:
    """Recalls outcomes and lessons of a tenant, the ones that matter most first."""

    outcomes: Outcomes
    lessons: Lessons
    priors: Priors
    relevance: Relevance = field(repr=False)
    ranking: Recall = field(default_factory=Recall)
    """How what is known is ranked, and how much of it is told."""
    data: TenantData | None = field(default=None, repr=False)
    """All that is kept, as a tenant's data that can be exported, and forgotten."""

    async def recall(self, brief: CampaignBrief, *, tenant: str, today: date) -> Recalled | None:
        """Return what bears on a brief; None where nothing was ever reported.

        Args:
            brief: What is to be planned.
            tenant: Whose experience.
            today: The planning day; what is older counts less.
        """
        found = await self.outcomes.list(tenant=tenant, limit=MOST_OUTCOMES)
        if not found:
            return None
        metric = brief.objective.metric
        lessons = [n for n in await self.lessons.list(tenant=tenant, status="active") if n.metric == metric]
        learned = learned_from(found, metric, await self.priors.current(metric, tenant=tenant))
        bearing = await asyncio.to_thread(self._bearing, brief, found, lessons, tenant)
        ranked = self._ranked(bearing, found, today)
        told = [o for o, _ in ranked if o.id in learned.outcomes]
        best = sorted(
            ((lesson, self.ranking.of_lesson(lesson, relevance=bearing.get(lesson.id, 0.0), today=today))
             for lesson in lessons if _is_usable(lesson, brief)),
            key=lambda pair: (-pair[1], pair[0].id),
        )[: self.ranking.most_lessons]  # fmt: skip
        scores = {outcome.id: score for outcome, score in ranked}
        evidence = (
            *(_of_campaign(outcome, scores[outcome.id]) for outcome in told),
            *(
                _of_channel(o, c, scores[o.id])
                for o in told[: self.ranking.most_campaigns]
                for c in o.channels
                if c.spend > 0
            ),
            *(_of_lesson(lesson, score) for lesson, score in best),
        )
        note = f"Outcomes that were taken into account: {len(told)}; lessons of earlier ones: {len(best)}."
        return Recalled(learned, evidence, (note,))

    async def learned(self, metric: Metric, *, tenant: str, but: str = "") -> Learned:
        """Return what all outcomes teach of a metric.

        Args:
            metric: What a plan counts.
            tenant: Whose outcomes.
            but: A plan whose own outcome is left out.
        """
        found = await self.outcomes.list(tenant=tenant, limit=MOST_OUTCOMES)
        return learned_from(found, metric, await self.priors.current(metric, tenant=tenant), but=but)

    async def remember(
        self, query: str, *, plans: Sequence[PlanSummary], tenant: str, today: date, k: int
    ) -> tuple[Remembered, ...]:
        """Return the ``k`` plans, outcomes and lessons that matter most to a query, best first.

        Args:
            query: Words.
            plans: Finished plans to choose from.
            tenant: Whose experience.
            today: What is older counts less.
            k: How many.
        """
        ranked = partial(
            remembered,
            query,
            plans=plans,
            outcomes=await self.outcomes.list(tenant=tenant),
            lessons=await self.lessons.list(tenant=tenant, status="active"),
            relevance=self.relevance,
            ranking=self.ranking,
            tenant=tenant,
            today=today,
        )
        return (await asyncio.to_thread(ranked))[:k]

    def _bearing(
        self, brief: CampaignBrief, outcomes: Sequence[Outcome], lessons: Sequence[Lesson], tenant: str
    ) -> dict[str, float]:
        about = {outcome.id: outcome.about for outcome in outcomes}
        texts = {**about, **{n.id: f"{n.condition}\n{n.text}\n{about.get(n.outcome, '')}" for n in lessons}}
        return self.relevance.scores(words_of(brief), texts, tenant=tenant)

    def _ranked(
        self, bearing: dict[str, float], outcomes: Iterable[Outcome], today: date
    ) -> list[tuple[Outcome, float]]:
        scored = [(o, self.ranking.of_outcome(o, relevance=bearing.get(o.id, 0.0), today=today)) for o in outcomes]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0].id))


def learned_from(
    outcomes: Sequence[Outcome], metric: Metric, priors: Mapping[str, ChannelPrior], *, but: str = ""
) -> Learned:
    """Join what outcomes teach of a metric.

    Args:
        outcomes: The latest first.
        metric: What a plan counts.
        priors: What is believed by channel.
        but: A plan whose own outcome is left out, with the priors that it is in.
    """
    counted = [outcome for outcome in reversed(outcomes) if outcome.plan != but]
    gone = {outcome.id for outcome in outcomes if outcome.plan == but}
    return Learned(
        rows=tuple(row for outcome in counted for row in past_rows(outcome, metric)),
        priors={name: prior for name, prior in priors.items() if not gone & set(prior.outcomes)},
        misses=tuple(
            check.missed(outcome.id)
            for outcome in counted
            if outcome.metric == metric
            for check in outcome.checks
            if check.spend > 0 and check.expected.p50 > 0
        ),
    )


def words_of(brief: CampaignBrief) -> str:
    """Return the words of a brief that a campaign can be found by."""
    offering, audience = brief.offering, brief.audience
    parts = (
        brief.name,
        offering.name,
        offering.category,
        offering.description,
        *offering.value_props,
        audience.description,
        *audience.regions,
        *(channel.replace("_", " ") for channel in brief.channels.allowed),
        brief.objective.metric,
    )
    return "\n".join(part for part in parts if part)


def _is_usable(lesson: Lesson, brief: CampaignBrief) -> bool:
    """Tell whether a lesson is about a channel that the brief may spend on, or about none."""
    rules = brief.channels
    is_allowed = not rules.allowed or lesson.channel in rules.allowed
    return not lesson.channel or (is_allowed and lesson.channel not in rules.excluded)


def _of_campaign(outcome: Outcome, score: float) -> Evidence:
    return _evidence(outcome, outcome.total, f"All channels of {outcome.name}", score)


def _of_channel(outcome: Outcome, check: ForecastCheck, score: float) -> Evidence:
    return _evidence(outcome, check, check.channel, score)


def _evidence(outcome: Outcome, check: ForecastCheck, name: str, score: float) -> Evidence:
    return Evidence.found(
        kind="outcome",
        source=outcome.id,
        locator=locator_of(check.channel),
        quote=f"{name}: {_told(outcome, check)}",
        as_of=outcome.end,
        trusted=check.is_planned,
        origin="outcomes",
        relevance=score,
    )


def _of_lesson(lesson: Lesson, score: float) -> Evidence:
    return Evidence.found(
        kind="lesson",
        source=lesson.id,
        locator=locator_of(lesson.channel),
        quote=lesson.text,
        as_of=lesson.learnt_on,
        trusted=lesson.trusted,
        origin="lessons",
        relevance=score,
    )


def _told(outcome: Outcome, check: ForecastCheck) -> str:
    expected = check.expected
    return (
        f"{check.spend:,.0f} {outcome.currency} spent from {outcome.start} to {outcome.end} brought "
        f"{check.actual:,.0f} {outcome.metric}; {expected.p50:,.0f} were to be expected, "
        f"{expected.p10:,.0f} to {expected.p90:,.0f} in eight cases of ten."
    )
