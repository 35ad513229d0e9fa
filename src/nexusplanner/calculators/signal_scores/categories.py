"""What kind of news a signal is: counted from a word list."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from nexusplanner.calculators.signal_scores.stems import stems
from nexusplanner.domain.signal import SignalCategory

WORDS: dict[SignalCategory, str] = {
    "regulation": """regulation regulator law legal lawsuit court ban banned fine fined privacy gdpr ccpa consent
        cookie compliance antitrust directive legislation commission enforcement ruling penalty ftc cma dma""",
    "competitor": """competitor rival launch launches unveil unveils acquire acquisition merger takeover rebrand
        expands expansion undercut partnership flagship relaunch retailer brand startup outsells""",
    "platform": """google meta facebook instagram tiktok youtube amazon linkedin pinterest snapchat reddit
        algorithm advertiser targeting cpm auction attribution feed impressions adtech seo inbox""",
    "economy": """inflation recession interest rate unemployment gdp economy economic tariff wages earnings market
        currency central bank spending downturn growth costs prices fuel energy""",
    "consumer": """consumer shopper buyers customers survey preference loyalty demand trend habits behaviour behavior
        sentiment generation millennials households audience fans listeners satisfaction boycott""",
    "technology": """technology software artificial intelligence ai model automation cloud app data device chip
        generative robot streaming personalisation personalization cybersecurity outage""",
    "season": """christmas holiday season seasonal easter black friday cyber monday valentine summer winter autumn
        spring halloween thanksgiving ramadan diwali festive gift back-to-school weather""",
}
"""Words that speak for a category. The order decides between equals: what binds by law comes first."""

_TITLE_WEIGHT = 2


def categorise(title: str, text: str) -> SignalCategory:
    """Name the category whose words stand most often in a signal; the title counts twice.

    ``other`` where no word of any list stands in it; between equals the order of ``WORDS`` decides.
    """
    counts = Counter(stems(title) * _TITLE_WEIGHT + stems(text))
    hits = {category: sum(counts[stem] for stem in known) for category, known in _stemmed().items()}
    best = max(hits, key=lambda category: hits[category])
    return best if hits[best] else "other"


@lru_cache(maxsize=1)
def _stemmed() -> dict[SignalCategory, frozenset[str]]:
    return {category: frozenset(stems(words)) for category, words in WORDS.items()}
