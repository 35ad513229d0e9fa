"""Channel craft: what each kind of channel is made of, known before any data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Craft:
    """What a kind of channel needs."""

    medium: str
    """``utm_medium`` of its links."""
    formats: tuple[str, ...]
    owner: str
    is_direct: bool = False
    """Whether it reaches known people, and so needs their consent."""


_CRAFTS: tuple[tuple[tuple[str, ...], Craft], ...] = (
    (("email", "newsletter", "e_mail"), Craft("email", ("one-offer e-mail", "reminder to non-openers"), "CRM", is_direct=True)),
    (("sms", "text_message", "whatsapp", "push"), Craft("sms", ("text message with one link",), "CRM", is_direct=True)),
    (("direct_mail", "catalog", "catalogue", "letter"), Craft("mail", ("addressed letter", "postcard"), "CRM", is_direct=True)),
    (("tv", "ctv", "television"), Craft("tv", ("spot", "short reminder spot"), "Media")),
    (("radio", "audio", "podcast"), Craft("audio", ("recorded spot", "host-read mention"), "Media")),
    (("ooh", "outdoor", "billboard", "poster"), Craft("ooh", ("large-format poster", "transit poster"), "Media")),
    (("print", "press", "magazine", "newspaper"), Craft("print", ("half-page advertisement", "insert"), "Media")),
    (("search", "sem", "ppc", "google_ads", "bing"), Craft("cpc", ("text advertisement", "product listing"), "Performance")),
    (("facebook", "instagram", "meta", "social", "tiktok", "linkedin", "reddit", "pinterest", "snap", "x_ads", "twitter"),
     Craft("paid_social", ("short video", "carousel"), "Social")),
    (("video", "youtube"), Craft("video", ("short film", "bumper before videos"), "Media")),
    (("display", "banner", "programmatic", "retarget"), Craft("display", ("responsive banner",), "Performance")),
    (("affiliate", "partner", "referral"), Craft("affiliate", ("partner placement",), "Partnerships")),
    (("influencer", "creator"), Craft("influencer", ("creator video",), "Social")),
    (("event", "webinar", "conference"), Craft("event", ("hosted session",), "Field")),
    (("content", "blog", "seo"), Craft("organic", ("article",), "Content")),
)  # fmt: skip


def craft_of(channel: str) -> Craft:
    """Return what a channel is made of, by its name; an unknown one is a placement of its own."""
    for names, craft in _CRAFTS:
        if any(channel == name or f"_{name}_" in f"_{channel}_" for name in names):
            return craft
    return Craft("paid", (f"{channel.replace('_', ' ')} placement",), "Media")
