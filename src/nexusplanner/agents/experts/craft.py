"""Channel craft: what each kind of channel is made of, known before any data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Craft:
    """What a kind of channel needs."""

    medium: str
    """``utm_medium`` of its links."""
    formats: tuple[str, ...]
    owner: str
    is_direct: bool = False
    """Whether it reaches known people, and so needs their consent."""
    lead_days: int = 5
    """Days from briefing to the first day it runs, with material that is adapted and not made from nothing.

    Assumed, not measured: a working week for what is set up in an account, two weeks for what others
    record, print, stuff or put on air. A brief says better (``schedule.lead_days``)."""
    has_hour: bool = True
    """Whether what is sent arrives at an hour of one's choosing; post does not."""


_CRAFTS: tuple[tuple[tuple[str, ...], Craft], ...] = (
    (("email", "newsletter", "e_mail"), Craft("email", ("one-offer e-mail", "reminder to non-openers"), "CRM", is_direct=True)),
    (("sms", "text_message", "whatsapp", "push"), Craft("sms", ("text message with one link",), "CRM", is_direct=True)),
    (("direct_mail", "catalog", "catalogue", "letter"), Craft("mail", ("addressed letter", "postcard"), "CRM", is_direct=True, lead_days=14, has_hour=False)),
    (("tv", "ctv", "television"), Craft("tv", ("spot", "short reminder spot"), "Media", lead_days=14)),
    (("radio", "audio", "podcast"), Craft("audio", ("recorded spot", "host-read mention"), "Media", lead_days=10)),
    (("ooh", "outdoor", "billboard", "poster"), Craft("ooh", ("large-format poster", "transit poster"), "Media", lead_days=14)),
    (("print", "press", "magazine", "newspaper"), Craft("print", ("half-page advertisement", "insert"), "Media", lead_days=14)),
    (("search", "sem", "ppc", "google_ads", "bing"), Craft("cpc", ("text advertisement", "product listing"), "Performance")),
    (("facebook", "instagram", "meta", "social", "tiktok", "linkedin", "reddit", "pinterest", "snap", "x_ads", "twitter"),
     Craft("paid_social", ("short video", "carousel"), "Social")),
    (("video", "youtube"), Craft("video", ("short film", "bumper before videos"), "Media", lead_days=10)),
    (("display", "banner", "programmatic", "retarget"), Craft("display", ("responsive banner",), "Performance")),
    (("affiliate", "partner", "referral"), Craft("affiliate", ("partner placement",), "Partnerships")),
    (("influencer", "creator"), Craft("influencer", ("creator video",), "Social", lead_days=10)),
    (("event", "webinar", "conference"), Craft("event", ("hosted session",), "Field", lead_days=14)),
    (("content", "blog", "seo"), Craft("organic", ("article",), "Content")),
)  # fmt: skip


@lru_cache(maxsize=512)
def craft_of(channel: str) -> Craft:
    """Return what a channel is made of, by its name; an unknown one is a placement of its own."""
    for names, craft in _CRAFTS:
        if any(channel == name or f"_{name}_" in f"_{channel}_" for name in names):
            return craft
    return Craft("paid", (f"{channel.replace('_', ' ')} placement",), "Media")
