"""Links: every id of a plan that a reader may follow, and the words that name it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering.format import clean, folded

_PLAIN_ANCHOR = re.compile(r"[a-z][a-z0-9_-]{0,80}")
_HINT = 140


def anchor(identifier: str) -> str:
    """Return the place of an id on the page; an id that is no plain word is fingerprinted."""
    return identifier if _PLAIN_ANCHOR.fullmatch(identifier) else f"id-{sha256_of(identifier)[:12]}"


@dataclass(frozen=True)
class Links:
    """The ids of one plan, each with a hint of what it is."""

    hints: dict[str, str]

    @classmethod
    def of(cls, plan: CampaignPlan) -> Links:
        """Collect the ids of segments, claims, evidence and calculations."""
        hints = {claim.id: claim.text for claim in plan.claims}
        hints |= {segment.id: segment.name for segment in plan.segments}
        hints |= {c.id: c.explanation or c.name for c in plan.calculations}
        hints |= {item.id: item.quote for item in plan.evidence}
        return cls({key: folded(hint)[:_HINT] for key, hint in hints.items() if key})

    @cached_property
    def _in_text(self) -> re.Pattern[str] | None:
        """Match ids within prose, with the brackets they may stand in; bare words are no ids."""
        known = sorted((key for key in self.hints if "-" in key and len(key) > 4), key=lambda key: (-len(key), key))
        if not known:
            return None
        either = "|".join(re.escape(key) for key in known)
        return re.compile(rf"\[({either})\]|(?<![\w-])({either})(?![\w-])")

    def html(self, identifier: str, label: str = "") -> Markup:
        """Link to an id of the page; one that leads nowhere stays plain and is marked."""
        words = escape(folded(label or identifier))
        if identifier not in self.hints:
            return Markup('<span class="id lost" title="not in this plan">{}</span>').format(words)
        css = "" if label else ' class="id"'
        return Markup('<a{} href="#{}" title="{}">{}</a>').format(
            Markup(css),  # noqa: S704 - one of two constants
            anchor(identifier),
            self.hints[identifier],
            words,
        )

    def prose(self, text: str) -> Markup:
        """Escape a text and link the ids that stand in it; blank lines part paragraphs."""
        paragraphs = [folded(part) for part in re.split(r"\n\s*\n", clean(text))]
        linked = [self._linked(part, plain=escape, link=self.html) for part in paragraphs if part]
        return Markup("<br><br>").join(Markup("").join(part) for part in linked)

    def pieces(self, text: str, *, plain: Callable[[str], str], link: Callable[[str], str]) -> str:
        """Rewrite a one-line text: ``plain`` for what stands between ids, ``link`` for ids."""
        return "".join(self._linked(folded(text), plain=plain, link=link))

    def _linked(self, text: str, *, plain: Callable[[str], str], link: Callable[[str], str]) -> Iterable[str]:
        end = 0
        for found in self._in_text.finditer(text) if self._in_text else ():
            yield plain(text[end : found.start()])
            yield link(found.group(1) or found.group(2))
            end = found.end()
        yield plain(text[end:])
