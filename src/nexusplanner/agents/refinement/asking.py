"""Asking: everything that was understood, applied one after the other; what cannot be done is refused by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nexusplanner.agents.refinement.applying import apply_change
from nexusplanner.agents.refinement.asked import Understood
from nexusplanner.agents.refinement.draft import Draft
from nexusplanner.agents.refinement.reading import read_change
from nexusplanner.domain.change import Change, Refusal
from nexusplanner.errors import InputError

_DOUBT = re.compile(r"\?$|\b(?:if|unless|maybe|perhaps|might|in case)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|don't|doesn't|never|cannot|can't|without)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """The draft after all that could be done, and what was done and refused."""

    draft: Draft
    changes: tuple[Change, ...]
    refused: tuple[Refusal, ...]


def apply_all(understood: Understood, draft: Draft) -> Outcome:
    """Apply what is asked for, in its order; each sees the money as those before it left it."""
    changes: list[Change] = []
    refused = [Refusal(quote=text, reason=_why_unread(text)) for text in understood.unread]
    for asked in understood.asked:
        try:
            change = read_change(asked, draft)
            draft = apply_change(draft, change)
        except InputError as error:
            refused.append(Refusal(quote=asked.quote, reason=str(error)))
        else:
            changes.append(change)
    return Outcome(draft, tuple(changes), tuple(refused))


def _why_unread(text: str) -> str:
    if _DOUBT.search(text):
        return "It asks or weighs, and does not say what should be done. Say it as a wish, without a condition."
    if _NOT.search(text):
        return "It says what should not be done, which changes nothing by itself. Say what should be done instead."
    return (
        "It was not understood as a change of money, channels, dates, segments, tone or phrases. "
        "Say what, and how much or which day."
    )
