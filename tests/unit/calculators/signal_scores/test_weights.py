"""Category, recency, credibility and tone of one signal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.calculators.signal_scores.categories import WORDS, categorise
from nexusplanner.calculators.signal_scores.credibility import UNKNOWN, weigh_credibility
from nexusplanner.calculators.signal_scores.recency import weigh_recency
from nexusplanner.calculators.signal_scores.sentiment import weigh_sentiment
from nexusplanner.domain.signal import SignalCategory

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Regulator fines ad network over GDPR consent", "regulation"),
        ("Rival launches its flagship store", "competitor"),
        ("TikTok changes its feed algorithm for advertisers", "platform"),
        ("Inflation slows as wages rise", "economy"),
        ("Survey: shoppers lose loyalty", "consumer"),
        ("Generative AI model automates software", "technology"),
        ("Christmas gift season starts early", "season"),
        ("Nothing in particular", "other"),
    ],
)
def test_a_headline_falls_into_its_category(title: str, category: SignalCategory) -> None:
    """The words of the lists decide; no word, no category."""
    assert categorise(title, "") == category


def test_no_word_of_the_lists_is_a_stop_word_or_stands_twice_in_one() -> None:
    """A word that can never match would be a silent hole."""
    for words in WORDS.values():
        listed = words.split()
        assert len(listed) == len(set(listed))
        assert all(categorise(word, "") != "other" for word in listed)


def test_recency_halves_each_month() -> None:
    """Today is 1, thirty days ago is a half, dates ahead are not more than today."""
    assert weigh_recency(TODAY, today=TODAY) == 1.0
    assert weigh_recency(TODAY - timedelta(days=30), today=TODAY) == pytest.approx(0.5)
    assert weigh_recency(TODAY + timedelta(days=9), today=TODAY) == 1.0


@pytest.mark.parametrize(
    ("source", "url", "weight"),
    [
        ("Reuters", "", 0.9),
        ("desk", "https://www.bbc.co.uk/news/1", 0.9),
        ("desk", "https://statistics.gov/1", 0.95),
        ("desk", "https://www.ons.gov.uk/x", 0.95),
        ("desk", "https://blog.medium.com/x", 0.4),
        ("desk", "", UNKNOWN),
        ("market.xml", "https://reuters.com/1", 0.9),
        ("evil.example", "https://reuters.com/1", UNKNOWN),
        ("Reuters", "https://x.com/1", 0.3),
        ("", "https://notreuters.com/1", UNKNOWN),
        ("", "https://[bad", UNKNOWN),
    ],
)
def test_credibility_follows_the_table_and_the_lower_of_two(source: str, url: str, weight: float) -> None:
    """A host that nobody knows gains nothing from linking to one that all know."""
    assert weigh_credibility(source, url) == pytest.approx(weight)


@given(st.integers(0, 50))
def test_every_further_source_takes_away_some_doubt(others: int) -> None:
    """Corroboration raises credibility and never reaches certainty by itself."""
    less = weigh_credibility("desk", "", others=others)
    assert less < weigh_credibility("desk", "", others=others + 1) <= 1.0


def test_tone_has_the_right_sign_and_long_texts_are_cut() -> None:
    """Praise is above zero, complaint below, and a megabyte of text is read in part."""
    assert weigh_sentiment("A great, wonderful success!") > 0.5
    assert weigh_sentiment("A terrible, awful failure.") < -0.5
    assert weigh_sentiment("") == 0.0
    assert weigh_sentiment("good " * 200_000) > 0.9
