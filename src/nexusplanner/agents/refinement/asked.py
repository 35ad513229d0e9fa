"""Asked: what feedback asks for, in the feedback's own words. Code reads them; nobody else computes anything."""

from __future__ import annotations

from typing import Literal

from nexusplanner.domain.model import DomainModel

Verb = Literal[
    "move", "set", "raise", "cut", "cap", "floor", "keep", "drop", "add", "dates", "voice", "must_say", "never_say"
]


class Asked(DomainModel):
    """One thing that is asked for. Every text stands in the feedback, word for word; what is not said is empty."""

    verb: Verb
    quote: str
    """The words that ask for it."""
    what: str = ""
    """The channel, segment, ``budget`` or ``contingency`` it is about; the voice, or the phrase to say."""
    to: str = ""
    """Where money is moved to."""
    amount: str = ""
    """``4,000``, ``10 %``, ``10 % of the budget``, ``half``, ``double``."""
    start: str = ""
    """A first day (``2 March``) or how it moves (``a week later``)."""
    end: str = ""
    """The same of the last day."""
    shift: str = ""
    """How both move."""


class Understood(DomainModel):
    """What feedback asks for, and what of it could not be read."""

    asked: tuple[Asked, ...] = ()
    unread: tuple[str, ...] = ()
    """Words that ask for something else, or say too little; quoted."""


def grounded(understood: Understood, feedback: str) -> Understood:
    """Keep what the feedback really says; a text that does not stand in it was made up, and is not followed."""
    said = _folded(feedback)
    asked, unread = [], [text for text in understood.unread if text.strip()]
    for one in understood.asked:
        texts = one.model_dump(exclude={"verb"}).values()
        if one.quote.strip() and all(_folded(str(text)) in said for text in texts):
            asked.append(one)
        else:
            unread.append(one.quote)
    return Understood(asked=tuple(asked), unread=tuple(dict.fromkeys(unread)))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
