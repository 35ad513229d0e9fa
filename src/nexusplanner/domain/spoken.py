"""Names of channels as people say them."""

from __future__ import annotations

_SPOKEN = {
    "tv": "TV",
    "ooh": "outdoor",
    "sms": "SMS",
    "seo": "SEO",
    "ctv": "connected TV",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "pinterest": "Pinterest",
    "reddit": "Reddit",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "google ads": "Google Ads",
    "email": "e-mail",
}


def spoken(channel: str) -> str:
    """Write a channel's name as it is said: ``paid_search`` -> ``paid search``, ``tv`` -> ``TV``."""
    words = channel.replace("_", " ")
    return _SPOKEN.get(words, words)
