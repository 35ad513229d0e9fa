"""Relevance: shared words, rare ones first."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.calculators.signal_scores.relevance import NO_TERMS, weigh_relevance
from nexusplanner.calculators.signal_scores.stems import stems

TEXTS = [
    ("Vinyl prices climb", "Collectors pay more for records."),
    ("A quiet week", "The vinyl pressing plant was closed."),
    ("Football", "A match was played."),
    ("Vinyl, vinyl, vinyl", "Everything about vinyl and pricing for collectors."),
]


def test_more_and_rarer_matches_weigh_more() -> None:
    """The text that names both terms leads; the one that names none has nothing."""
    first, second, none, all_of_it = weigh_relevance(TEXTS, ["vinyl", "price", "collector"])
    assert all_of_it > second > none == 0.0
    assert first > second


def test_forms_of_a_word_are_one() -> None:
    """Prices, pricing and price meet in one stem; stop words are nothing."""
    assert stems("The prices of pricing") == ("price", "price")
    assert weigh_relevance([("Pricing", "")], ["prices"])[0] > 0


def test_without_terms_nothing_speaks_for_or_against() -> None:
    """An empty query leaves all in the middle."""
    assert weigh_relevance(TEXTS, []) == (NO_TERMS,) * 4
    assert weigh_relevance(TEXTS, ["the of"]) == (NO_TERMS,) * 4
    assert weigh_relevance([], ["vinyl"]) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=80)), max_size=6), st.lists(st.text(max_size=20)))
def test_any_text_has_a_share(texts: list[tuple[str, str]], terms: list[str]) -> None:
    """Whatever is written, relevance lies in 0-1."""
    found = weigh_relevance(texts, terms)
    assert len(found) == len(texts)
    assert all(0.0 <= share <= 1.0 for share in found)
