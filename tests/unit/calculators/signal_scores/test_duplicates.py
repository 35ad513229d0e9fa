"""Near-duplicates: the same news once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nexusplanner.calculators.signal_scores.duplicates import independent_sources, merge_duplicates
from nexusplanner.testing.signals import signal

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("first", "second", "days", "is_one"),
    [
        ("Spotify raises prices by 10%", "By 10% Spotify raises prices", 1, True),
        ("Spotify raises prices by 10%", "SPOTIFY raises prices by 10 %!", 1, True),
        ("Spotify raises prices by 10%", "Spotify raises prices by 15%", 1, False),
        ("Spotify raises prices by 10%", "Spotify raises prices by 10%", 30, False),
        ("Spotify raises prices", "Apple opens a shop in Lyon", 0, False),
        ("", "", 0, False),
    ],
)
def test_alike_in_words_equal_in_numbers_near_in_time(first: str, second: str, days: int, is_one: bool) -> None:
    """Words may stand in another order; another number or another month is other news."""
    merged = merge_duplicates([signal(first, DAY), signal(second, DAY + timedelta(days=days))])
    assert len(merged) == (1 if is_one else 2)


def test_one_address_is_one_story() -> None:
    """A headline that was rewritten is still the same article."""
    url = "https://example.org/a"
    assert len(merge_duplicates([signal("Before", DAY, url=url), signal("After the edit", DAY, url=url)])) == 1


def test_the_most_credible_telling_is_kept() -> None:
    """Of three tellings the agency's stands for all, and the others corroborate it."""
    told = [
        signal("Vinyl sales rise again", DAY, source="somebody", url="https://medium.com/x"),
        signal("Vinyl sales rise again", DAY, source="Reuters", url="https://reuters.com/x"),
        signal("Vinyl sales rise again", DAY, source="other desk"),
    ]
    ((kept, others),) = merge_duplicates(told)
    assert kept.source == "Reuters"
    assert len(others) == 2
    assert independent_sources(kept, others) == 2


def test_ten_thousand_headlines_take_seconds_not_minutes() -> None:
    """Comparison is bounded: a long feed does not grow quadratic."""
    items = [signal(f"Headline about topic {number * 7919 % 10_000:x}", DAY) for number in range(10_000)]
    assert len(merge_duplicates(items)) <= 10_000
