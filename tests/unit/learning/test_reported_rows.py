"""Reported rows become whole weeks of the plan's period, and no week counts twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.unit.learning.reporting import learnt, reported

from nexusplanner.domain.brief import Period
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.learned import Learned, PastRows
from nexusplanner.errors import InputError
from nexusplanner.learning.reported_rows import last_day, past_rows, weeks_of, within

DAY = date(2027, 3, 1)


def daily(days: int, **channels: float) -> ChannelHistory:
    series = {
        name: ChannelSeries(spend=(money,) * days, conversions=(money / 10,) * days) for name, money in channels.items()
    }
    return ChannelHistory(
        source="o.csv",
        layout="long",
        cadence="daily",
        dates=tuple(DAY + timedelta(days=i) for i in range(days)),
        channels=series,
    )


def test_days_outside_of_the_period_are_left_out() -> None:
    kept = within(daily(30, tv=5.0, silent=0.0), Period(start=DAY + timedelta(days=3), end=DAY + timedelta(days=12)))
    assert (kept.dates[0], kept.dates[-1], len(kept.channels["tv"].spend)) == (
        DAY + timedelta(days=3),
        DAY + timedelta(days=12),
        10,
    )
    assert "silent" not in kept.channels
    assert kept.channels["tv"].revenue is None


def test_a_week_may_begin_before_the_period() -> None:
    rows = daily(3, tv=5.0).model_copy(
        update={"cadence": "weekly", "dates": tuple(DAY + timedelta(weeks=i) for i in range(3))}
    )
    assert len(within(rows, Period(start=DAY + timedelta(days=4), end=DAY + timedelta(days=60))).dates) == 3
    assert len(within(rows, Period(start=DAY + timedelta(days=8), end=DAY + timedelta(days=60))).dates) == 2
    with pytest.raises(InputError):
        within(rows, Period(start=DAY + timedelta(days=90), end=DAY + timedelta(days=120)))


def test_days_are_folded_into_whole_weeks() -> None:
    outcome = learnt(reported())[0].outcome.model_copy(update={"rows": daily(17, tv=10.0), "before": {"tv": 44.0}})
    (row,) = past_rows(outcome, "conversions")
    assert row.spend == (70.0, 70.0)
    assert row.results == (7.0, 7.0)
    assert (row.before, row.start) == (44.0, DAY)
    assert (weeks_of(outcome.rows), last_day(outcome.rows)) == (2, DAY + timedelta(days=16))
    assert past_rows(outcome, "leads") == ()
    assert past_rows(outcome, "revenue") == ()


def rows(start: date = DAY, weeks: int = 6) -> PastRows:
    return PastRows(
        outcome="o",
        channel="tv",
        start=start,
        spend=tuple(float(i) for i in range(1, weeks + 1)),
        results=(1.0,) * weeks,
    )


@pytest.mark.parametrize(("days", "left"), [(-1, 6), (0, 5), (6, 5), (7, 4), (34, 1), (35, 0), (99, 0)])
def test_weeks_that_another_source_holds_are_left_out(days: int, left: int) -> None:
    kept = rows().later_than(DAY + timedelta(days=days))
    assert (0 if kept is None else len(kept.spend)) == left
    if kept is not None and left < 6:
        assert kept.before == pytest.approx(sum(range(1, 7 - left)) / (6 - left), rel=0.9)
        assert kept.start == DAY + timedelta(weeks=6 - left)


def history(weeks: int, money: float = 8.0) -> ChannelHistory:
    return ChannelHistory(
        source="h.csv",
        layout="long",
        cadence="weekly",
        dates=tuple(DAY - timedelta(weeks=10) + timedelta(weeks=i) for i in range(weeks)),
        channels={"tv": ChannelSeries(spend=(money,) * weeks), "idle": ChannelSeries(spend=(0.0,) * weeks)},
    )


def test_a_history_that_has_the_campaign_wins_over_its_report() -> None:
    learned = Learned(rows=(rows(), rows().model_copy(update={"channel": "radio"})))
    beside = learned.beside(history(13), start=DAY + timedelta(weeks=7))
    assert {r.channel: len(r.spend) for r in beside.rows} == {"tv": 3, "radio": 6}


def test_what_runs_at_the_start_is_the_latest_that_is_known() -> None:
    learned = Learned(rows=(rows(),))
    assert learned.beside(None, start=DAY + timedelta(weeks=7)).carried == {"tv": 4.5}
    assert learned.beside(history(10), start=DAY + timedelta(weeks=7)).carried == {"tv": 4.5}
    assert Learned().beside(history(10), start=DAY + timedelta(days=3)).carried == {"tv": 8.0}
    assert learned.beside(history(10), start=DAY + timedelta(weeks=30)).carried == {}
    assert Learned().beside(history(10), start=DAY - timedelta(days=30)).carried == {}
