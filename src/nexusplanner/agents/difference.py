"""How different two proposals are: in money, in people, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.proposal import ProposalWords

_WORD = re.compile(r"\w{4,}")


class Difference(DomainModel):
    """Distances between two proposals, each 0 (the same) to 1 (nothing shared)."""

    money: float
    """Half the sum of absolute differences of the channels' shares: the share of money placed otherwise."""
    segments: float
    """Jaccard distance of the segments addressed."""
    words: float
    """Jaccard distance of the words of positioning, idea and angles."""

    @property
    def overall(self) -> float:
        """Mean of the three."""
        return (self.money + self.segments + self.words) / 3


def difference(
    ours: ProposalWords,
    theirs: ProposalWords,
    *,
    our_shares: Mapping[str, float],
    their_shares: Mapping[str, float],
) -> Difference:
    """Measure how far two proposals lie apart."""
    channels = set(our_shares) | set(their_shares)
    money = sum(abs(our_shares.get(c, 0.0) - their_shares.get(c, 0.0)) for c in channels) / 2
    return Difference(
        money=round(min(money, 1.0), 6),
        segments=_jaccard({a.segment for a in ours.angles}, {a.segment for a in theirs.angles}),
        words=_jaccard(_words(ours), _words(theirs)),
    )


def _words(words: ProposalWords) -> set[str]:
    text = " ".join((words.positioning, words.big_idea, *(a.message for a in words.angles)))
    return set(_WORD.findall(text.casefold()))


def _jaccard(a: set[str], b: set[str]) -> float:
    return round(1 - len(a & b) / len(a | b), 6) if a | b else 0.0
