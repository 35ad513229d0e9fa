"""Search terms: the words of a brief that make an outside text bear on it."""

from __future__ import annotations

import re

from nexusplanner.domain.brief import CampaignBrief

_WORD = re.compile(r"[^\W\d_][\w'-]{2,}")
_STOP = frozenset(
    "a about all also an and any are as at be because been but by can could do does every for from had has have her "
    "his how if in into is it its just like may more most much must new no not now of off on one only or other our "
    "out over own same she should so some such than that the their them then there these they this those through to "
    "too under until up very was we were what when where which while who whom why will with would you your".split()
)


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
    words = (w.lower() for text in texts for w in _WORD.findall(text))
    return tuple(dict.fromkeys(w for w in words if w not in _STOP))[:limit]
