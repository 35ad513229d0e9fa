"""The hold-out of the chosen option: who is left alone, when one looks, and what lead ends the test."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.facts import contactable_once
from nexusplanner.domain.calculation import Calculation

_FEWEST = 200
"""Fewer addressable customers show nothing, however they are parted."""
_WORTH_FINDING = 0.1
"""The lift to find, as a share of the baseline; most campaigns to known customers bring more, or nothing."""
_NEWS = 0.05
"""A look that knows less than this more than the one before is left out."""


def holdout_calculations(desk: Desk, option: Option, calendar: Calculation) -> Iterator[Calculation]:
    """Design a hold-out among the addressed customers, where enough of them can be reached.

    All of them are there from the first day; what grows until the end is the share that has ordered.
    """
    from nexusplanner.calculators import schedule_looks, sequential_design, size_experiment, size_holdout

    audience = contactable_once(option.segments, desk.calculation("customer_segments"))
    start, days = _span(desk, calendar)
    baseline = _baseline(option, days)
    if audience < _FEWEST or not 0 < baseline < 1:
        return
    evidence = desk.about("consent") or desk.about("customers")
    looks, information = _looks(days, baseline)
    design = sequential_design(looks=len(looks), information=information, evidence=evidence)
    inflation = float(str(design.outputs["inflation"]))
    lift = round(min(_WORTH_FINDING * baseline, (1 - baseline) / 2), 6)
    held = size_holdout(baseline=baseline, lift=lift, audience=audience, inflation=inflation, evidence=evidence)
    size = size_experiment(
        baseline=baseline,
        mde=None,
        audience=audience,
        max_days=days,
        holdout_share=float(str(held.outputs["holdout_share"])),
        inflation=inflation,
        accrual="at_once",
        evidence=evidence,
    )
    yield from (design, held, size)
    yield schedule_looks(design, size, start=start, days=looks, accrual="at_once", evidence=evidence)


def _span(desk: Desk, calendar: Calculation) -> tuple[dt.date, int]:
    """Return the day the hold-out is drawn, and the days from there, in whole weeks where there are any."""
    period, rows = desk.brief.period, calendar.outputs["activities"]
    drawn = [
        dt.date.fromisoformat(str(row["date"]))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and row["kind"] == "experiment_start"
    ]
    start = min(drawn, default=period.start)
    days = (period.end - start).days + 1
    return start, days // 7 * 7 or days


def _baseline(option: Option, days: int) -> float:
    """Return the share of the addressed who order within so many days anyway.

    Orders as a Poisson process at each segment's pace of last year: the chance of at least one.
    """
    known = [(s.size, s.orders_last_year / s.size) for s in option.segments if s.size]
    ordering = sum(size * -math.expm1(-yearly * days / 365) for size, yearly in known)
    return round(ordering / sum(size for size, _ in known), 4) if known else 0.0


def _looks(days: int, baseline: float) -> tuple[Sequence[int], Sequence[float]]:
    """Return the looks that each bring news, and what share of it all is known at each."""
    from nexusplanner.calculators import information_at, look_days

    planned = look_days(days)
    kept: list[tuple[int, float]] = []
    for day, share in zip(planned, information_at(planned, baseline=baseline, accrual="at_once"), strict=True):
        is_news = share - (kept[-1][1] if kept else 0.0) >= _NEWS and 1 - share >= _NEWS
        if is_news or day == planned[-1]:
            kept.append((day, share))
    return [day for day, _ in kept], [share for _, share in kept]
