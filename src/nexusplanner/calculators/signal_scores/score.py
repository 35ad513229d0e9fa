"""Signals scored, merged and put in order. Pure: the same input gives the same output, in any order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from nexusplanner.calculators.signal_scores.categories import categorise
from nexusplanner.calculators.signal_scores.credibility import weigh_credibility
from nexusplanner.calculators.signal_scores.duplicates import (
    independent_sources,
    merge_duplicates,
    signal_order,
)
from nexusplanner.calculators.signal_scores.recency import weigh_recency
from nexusplanner.calculators.signal_scores.relevance import weigh_relevance
from nexusplanner.calculators.signal_scores.sentiment import weigh_sentiment
from nexusplanner.domain.signal import ScoredSignal, Signal, SignalQuery

_DIGITS = 6


def score_signals(signals: Iterable[Signal], query: SignalQuery, *, today: date) -> tuple[ScoredSignal, ...]:
    """Filter signals by date, merge near-duplicates, score what is left and put the best first.

    ``score = relevance * (0.5 + 0.25 * recency + 0.25 * credibility)``: a signal that does not bear on the
    query is worth nothing, however fresh; age and doubt take away half at most. Sentiment is told, not ranked.

    Args:
        signals: Items of any sources; their order does not matter. Dates without a zone are UTC.
        query: Terms, first and last day (both included, in UTC), and how many to return.
        today: The day that age is counted from.

    Returns:
        At most ``query.limit`` signals by falling score, then newest first. Scores have six digits.
    """
    within = [signal for signal in map(_in_utc, signals) if query.since <= signal.published_at.date() <= query.until]
    stories = merge_duplicates(within)
    relevance = weigh_relevance([(kept.title, kept.text) for kept, _ in stories], query.terms)
    scored = [
        _scored(kept, others, weight, today=today) for (kept, others), weight in zip(stories, relevance, strict=True)
    ]
    scored.sort(key=lambda item: signal_order(item.signal), reverse=True)
    scored.sort(key=lambda item: item.score, reverse=True)
    return tuple(scored[: max(query.limit, 0)])


def _scored(kept: Signal, others: tuple[Signal, ...], relevance: float, *, today: date) -> ScoredSignal:
    recency = weigh_recency(kept.published_at.date(), today=today)
    credibility = weigh_credibility(kept.source, kept.url, others=independent_sources(kept, others))
    return ScoredSignal(
        signal=kept,
        category=categorise(kept.title, kept.text),
        relevance=round(relevance, _DIGITS),
        recency=round(recency, _DIGITS),
        credibility=round(credibility, _DIGITS),
        sentiment=round(
            weigh_sentiment(f"{kept.title}. {kept.text}" if kept.title else kept.text),
            _DIGITS,
        ),
        score=round(relevance * (0.5 + 0.25 * recency + 0.25 * credibility), _DIGITS),
        duplicates=len(others),
    )


def _in_utc(signal: Signal) -> Signal:
    return signal.model_copy(update={"published_at": _utc(signal.published_at)})


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # the first and last day a date can hold
        return moment.replace(tzinfo=UTC)
