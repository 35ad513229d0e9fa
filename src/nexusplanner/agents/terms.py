"""Search terms: the words of a brief that make an outside text bear on it."""

from __future__ import annotations

from nexusplanner.calculators.signal_scores.stems import STOP_WORDS, words
from nexusplanner.domain.brief import CampaignBrief

SHORTEST = 3


def search_terms(brief: CampaignBrief, *, limit: int = 24) -> tuple[str, ...]:
    """Return the brief's content words, the offering's first, without repeats."""
    offering = brief.offering
    texts = (
        offering.name,
        offering.category or "",
        *offering.value_props,
        offering.description or "",
        brief.audience.description or "",
        brief.name,
    )
    found = (word for text in texts for word in words(text))
    telling = (w for w in found if len(w) >= SHORTEST and not w.isdigit() and w not in STOP_WORDS)
    return tuple(dict.fromkeys(telling))[:limit]
