"""How far a source can be relied on: a table of kinds of source, and who else says the same.

Both the source's name and the item's address are the publisher's own words, so this ranks signals and
proves nothing; where both are known, the lower one counts, and a feed that names itself by an unknown
host gains nothing from linking to a known one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

KINDS: dict[str, tuple[float, str]] = {
    "official": (
        0.95,
        "europa.eu who.int oecd.org imf.org worldbank.org ons.gov.uk census.gov destatis.de ecb.europa.eu",
    ),
    "press": (
        0.9,
        """reuters.com apnews.com bbc.co.uk bbc.com ft.com wsj.com nytimes.com bloomberg.com economist.com
        theguardian.com lemonde.fr faz.net spiegel.de elpais.com cnbc.com npr.org washingtonpost.com""",
    ),
    "trade": (
        0.8,
        """adage.com adweek.com marketingweek.com campaignlive.co.uk digiday.com thedrum.com warc.com emarketer.com
        iab.com nielsen.com kantar.com searchengineland.com martech.org marketingdive.com retaildive.com
        billboard.com techcrunch.com""",
    ),
    "release": (
        0.6,
        "prnewswire.com businesswire.com globenewswire.com newswire.com accesswire.com prweb.com",
    ),
    "blog": (
        0.4,
        "medium.com substack.com wordpress.com blogspot.com tumblr.com ghost.io beehiiv.com",
    ),
    "social": (
        0.3,
        """x.com twitter.com facebook.com instagram.com tiktok.com reddit.com linkedin.com youtube.com threads.net
        bsky.app mastodon.social pinterest.com quora.com""",
    ),
}
"""Credibility and domains of each kind of source."""

UNKNOWN = 0.5
_OFFICIAL_DOMAIN = re.compile(r"(?:^|\.)(?:gov|edu|mil|int)(?:\.[a-z]{2})?$|\.(?:gov|ac|gouv)\.[a-z]{2}$|\.gouv\.fr$")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?!(?:xml|rss|atom|csv|jsonl?|txt)$)[a-z]{2,}")
_CORROBORATION = 0.2
"""Share of the doubt that each further independent source takes away."""

_BY_DOMAIN = {domain: weight for weight, domains in KINDS.values() for domain in domains.split()}
_NAMES = {
    "reuters": "reuters.com",
    "associated press": "apnews.com",
    "ap news": "apnews.com",
    "bbc": "bbc.com",
    "bbc news": "bbc.com",
    "financial times": "ft.com",
    "wall street journal": "wsj.com",
    "new york times": "nytimes.com",
    "bloomberg": "bloomberg.com",
    "the economist": "economist.com",
    "the guardian": "theguardian.com",
    "advertising age": "adage.com",
    "ad age": "adage.com",
    "adweek": "adweek.com",
    "marketing week": "marketingweek.com",
    "digiday": "digiday.com",
    "billboard": "billboard.com",
    "pr newswire": "prnewswire.com",
    "business wire": "businesswire.com",
    "reddit": "reddit.com",
    "twitter": "twitter.com",
    "x": "x.com",
    "facebook": "facebook.com",
    "linkedin": "linkedin.com",
    "youtube": "youtube.com",
    "tiktok": "tiktok.com",
    "medium": "medium.com",
    "substack": "substack.com",
}


def weigh_credibility(source: str, url: str, *, others: int = 0) -> float:
    """Look a source up in ``KINDS`` and add what other sources confirm.

    Args:
        source: Name or host of the source.
        url: Address of the item; may be empty.
        others: How many further, different sources say the same; each takes away a fifth of the doubt.

    Returns:
        0 to 1; 0.5 where neither name nor address is known.
    """
    name = _domain_of_name(source)
    by_name = _look_up(name)
    if by_name is None and _HOST.fullmatch(name):
        by_name = UNKNOWN
    known = [weight for weight in (by_name, _look_up(host_of(url))) if weight is not None]
    weight = min(known, default=UNKNOWN)
    return 1.0 - (1.0 - weight) * float((1.0 - _CORROBORATION) ** others)


def host_of(url: str) -> str:
    """Return the host of an address in lower case, without ``www.``; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _domain_of_name(source: str) -> str:
    name = source.strip().casefold().removeprefix("www.")
    return _NAMES.get(name, name)


def _look_up(domain: str) -> float | None:
    """Find a domain or the nearest one above it."""
    parts = domain.split(".")
    for start in range(len(parts) - 1):
        weight = _BY_DOMAIN.get(".".join(parts[start:]))
        if weight is not None:
            return weight
    return KINDS["official"][0] if _OFFICIAL_DOMAIN.search(domain) and len(parts) > 1 else None
