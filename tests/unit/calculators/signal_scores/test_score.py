"""Signals scored: bounded, ordered, the same for the same input in any order."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.calculators.signal_scores import score_signals
from nexusplanner.domain.signal import Signal, SignalQuery
from nexusplanner.testing.signals import signal

TODAY = date(2026, 3, 10)
QUERY = SignalQuery(terms=("music streaming", "vinyl", "price"), since=date(2026, 1, 1), until=TODAY)
WORDS = st.sampled_from(["vinyl", "price", "streaming", "music", "great", "awful", "recession", "Spotify", "5", "9"])
SIGNALS = st.lists(
    st.builds(
        lambda words, day, source, url: signal(" ".join(words), TODAY - timedelta(days=day), source=source, url=url),
        st.lists(WORDS, max_size=6),
        st.integers(0, 120),
        st.sampled_from(["Reuters", "blog", "x.com", "desk"]),
        st.sampled_from(["", "https://reuters.com/1", "https://reddit.com/r/1", "not an address", "https://[bad"]),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(items=SIGNALS, data=st.data())
def test_the_order_of_the_input_does_not_matter(items: list[Signal], data: st.DataObject) -> None:
    """The same signals in another order give the same answer, byte for byte."""
    shuffled = data.draw(st.permutations(items))
    assert score_signals(items, QUERY, today=TODAY) == score_signals(shuffled, QUERY, today=TODAY)


@settings(max_examples=60, deadline=None)
@given(items=SIGNALS)
def test_scores_are_bounded_ordered_and_account_for_every_signal(items: list[Signal]) -> None:
    """Shares lie in 0-1, tone in -1 to 1; what is merged is counted; nothing outside the days is kept."""
    scored = score_signals(items, QUERY, today=TODAY)
    within = [item for item in items if QUERY.since <= item.published_at.date() <= QUERY.until]
    assert sum(1 + item.duplicates for item in scored) == len(within)
    assert [item.score for item in scored] == sorted((item.score for item in scored), reverse=True)
    for item in scored:
        assert all(0.0 <= share <= 1.0 for share in (item.relevance, item.recency, item.credibility, item.score))
        assert -1.0 <= item.sentiment <= 1.0


def test_what_bears_on_the_query_comes_before_what_is_fresh() -> None:
    """A fresh item about something else is worth nothing."""
    items = [
        signal("Vinyl prices and music streaming", date(2026, 2, 1)),
        signal("Football results", TODAY),
    ]
    scored = score_signals(items, QUERY, today=TODAY)
    assert [item.signal.title for item in scored] == ["Vinyl prices and music streaming", "Football results"]
    assert scored[0].relevance > 0.4
    assert scored[1].score == 0.0


def test_the_limit_keeps_the_best() -> None:
    """The query says how many."""
    items = [signal(f"{word} vinyl", TODAY) for word in ("red", "blue", "green")] + [signal("noise", TODAY)]
    few = QUERY.model_copy(update={"limit": 3})
    assert "noise" not in {item.signal.title for item in score_signals(items, few, today=TODAY)}
    assert score_signals(items, QUERY.model_copy(update={"limit": 0}), today=TODAY) == ()


def test_days_are_those_of_utc() -> None:
    """A moment of another zone counts by its day in UTC; one without a zone is UTC."""
    query = SignalQuery(terms=(), since=TODAY, until=TODAY)
    east = datetime(2026, 3, 11, 1, tzinfo=timezone(timedelta(hours=5)))
    naive = datetime(2026, 3, 10, 23)  # noqa: DTZ001 - a source without a zone
    last = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5)))
    items = [Signal(title=f"item {moment}", published_at=moment, source="s") for moment in (east, naive, last)]
    scored = score_signals(items, query, today=TODAY)
    assert len(scored) == 2
    assert {item.signal.published_at.tzinfo for item in scored} == {UTC}


def test_no_signals_give_no_scores() -> None:
    """Nothing in, nothing out."""
    assert score_signals([], QUERY, today=TODAY) == ()


def test_importing_the_scores_loads_no_heavy_package() -> None:
    """VADER, rapidfuzz, numpy and the stemmer are loaded when they are first used."""
    code = "import sys, nexusplanner.calculators.signal_scores; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"vaderSentiment", "rapidfuzz", "numpy", "snowballstemmer"} & set(loaded)
