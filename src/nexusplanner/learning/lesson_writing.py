"""Writing lessons: small sentences by code, each from one figure of one outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nexusplanner.domain.lesson import Lesson, LessonKind, LessonUse, lesson_id
from nexusplanner.domain.outcome import ForecastCheck, Outcome
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.spoken import spoken

_HAIR = 1.05
_WORTH_A_LESSON = 0.1
"""Share of the money from which a forecast that held is worth a lesson."""


def lessons_of(outcome: Outcome, *, weeks: int, most_seen: Mapping[str, float], factor: float) -> tuple[Lesson, ...]:
    """Write what an outcome teaches.

    Args:
        outcome: What was reported.
        weeks: How many weeks it tells of.
        most_seen: Channel -> the most money that a week had had before.
        factor: What widths are multiplied by from now on.
    """
    return tuple(_all(outcome, weeks, most_seen, factor))


def uses_of(plan: CampaignPlan, outcome: Outcome) -> tuple[LessonUse, ...]:
    """Say which lessons a plan had used, and whether what they are about did as well as forecast."""
    cited = {i for claim in plan.claims for i in claim.evidence}
    cited |= {i for channel in plan.channels for i in channel.evidence}
    cited |= {i for pillar in plan.strategy.pillars for i in pillar.proof}
    used = [e for e in plan.evidence if e.kind == "lesson" and e.id in cited]
    checks = ((e.source, outcome.check(e.locator.removeprefix("channel ")) or outcome.total) for e in used)
    return tuple(LessonUse(lesson=name, outcome=outcome.id, has_helped=check.is_better) for name, check in checks)


def locator_of(channel: str) -> str:
    """Return where evidence of a channel stands; that of a whole campaign stands apart."""
    return f"channel {channel}" if channel else "campaign"


def _all(outcome: Outcome, weeks: int, most_seen: Mapping[str, float], factor: float) -> Iterator[Lesson]:
    for check in outcome.channels:
        if check.spend <= 0 or check.expected.p50 <= 0:
            continue
        weekly, name = check.spend / weeks, spoken(check.channel)
        around = f"{name} at about {weekly:,.0f} {outcome.currency} a week"
        if check.verdict != "within":
            yield _lesson(outcome, "surprise", check.channel, around, _surprise(outcome, check, weeks))
        elif check.spend >= _WORTH_A_LESSON * outcome.total.spend:
            yield _lesson(outcome, "confirmed", check.channel, around, _confirmed(outcome, check, weeks))
        most = most_seen.get(check.channel, 0.0)
        if 0 < most * _HAIR < weekly:
            condition = f"{name} above {most:,.0f} {outcome.currency} a week, the most it had had in one"
            yield _lesson(outcome, "beyond_observed", check.channel, condition, _beyond(outcome, check, weekly, most))
    if outcome.total.verdict != "within":
        condition = f"forecasts of {outcome.metric}"
        yield _lesson(outcome, "width", "", condition, _width(outcome, factor))


def _lesson(outcome: Outcome, kind: LessonKind, channel: str, condition: str, text: str) -> Lesson:
    check = outcome.check(channel)
    return Lesson(
        id=lesson_id(outcome.id, kind, channel),
        kind=kind,
        outcome=outcome.id,
        plan=outcome.plan,
        channel=channel,
        metric=outcome.metric,
        condition=condition,
        text=text,
        learnt_on=outcome.recorded_on,
        trusted=check is not None and check.is_planned,
    )


def _brought(outcome: Outcome, check: ForecastCheck, weeks: int) -> str:
    return (
        f"{spoken(check.channel)} brought {_figure(check.actual)} {outcome.metric} for {check.spend:,.0f} "
        f"{outcome.currency} over {weeks} weeks to {outcome.end}"
    )


def _surprise(outcome: Outcome, check: ForecastCheck, weeks: int) -> str:
    told = "more" if check.difference > 0 else "fewer" if outcome.metric != "revenue" else "less"
    return (
        f"{_brought(outcome, check, weeks)}, {abs(check.difference):.0%} {told} than the "
        f"{_figure(check.expected.p50)} to be expected ({_between(check)})"
    )


def _confirmed(outcome: Outcome, check: ForecastCheck, weeks: int) -> str:
    return f"{_brought(outcome, check, weeks)}, within the {_between(check)} that were to be expected"


def _beyond(outcome: Outcome, check: ForecastCheck, weekly: float, most: float) -> str:
    kept = check.actual / check.expected.p50
    return (
        f"{spoken(check.channel)} had {weekly:,.0f} {outcome.currency} a week to {outcome.end}, more than the "
        f"{most:,.0f} of its largest week before, and brought {kept:.0%} of what its curve promised there"
    )


def _width(outcome: Outcome, factor: float) -> str:
    check = outcome.total
    return (
        f"all channels together brought {_figure(check.actual)} {outcome.metric} to {outcome.end}, outside of the "
        f"{_between(check)} to be expected; widths of forecasts are multiplied by {factor:.2f} since"
    )


def _between(check: ForecastCheck) -> str:
    return f"{_figure(check.expected.p10)} to {_figure(check.expected.p90)}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
