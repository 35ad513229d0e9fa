"""What was reported of a small plan, for tests of what is learnt from it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from tests.flow.campaigns import brief, history, planner

from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.learned import Learned
from nexusplanner.domain.outcome_report import OutcomeReport
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.learning import learn
from nexusplanner.ports.outcomes import Record

TODAY = date(2027, 3, 8)


@cache
def plan() -> CampaignPlan:
    """Return a plan that was really made, once."""
    with planner(history=history()) as planning:
        made = planning.plan(brief()).plan
    assert made is not None
    return made


def reported(*, lifted: dict[str, float] | None = None, weeks: int = 0, spent: float = 1.0) -> ChannelHistory:
    """Return weekly rows of the plan that brought what it expected.

    Args:
        lifted: Channel -> factor on what it brought.
        weeks: How many weeks; by default all of the period's.
        spent: Factor on the money that was planned.
    """
    made = plan()
    count, whole = weeks or made.brief.period.weeks, made.brief.period.weeks
    brought = {line.channel: made.forecast.by_channel[line.channel].p50 for line in made.budget.lines}
    return ChannelHistory(
        source="outcome.csv",
        layout="long",
        cadence="weekly",
        dates=tuple(made.brief.period.start + timedelta(weeks=i) for i in range(count)),
        channels={
            line.channel: ChannelSeries(
                spend=(float(line.amount) * spent / whole,) * count,
                conversions=((lifted or {}).get(line.channel, 1.0) * brought[line.channel] / whole,) * count,
            )
            for line in made.budget.lines
        },
    )


def learnt(rows: ChannelHistory, *, known: Learned | None = None) -> tuple[Record, OutcomeReport]:
    """Learn from rows of the plan."""
    return learn(plan(), rows, known=known or Learned(), today=TODAY)
