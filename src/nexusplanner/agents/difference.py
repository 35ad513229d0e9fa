"""How different two proposals are: in channels, in money, in people, in words; and which repeat each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.difference import Apart, Difference
from nexusplanner.domain.proposal import LENSES, Lens, Proposal, ProposalWords

_WORD = re.compile(r"\w{4,}")
SAME = 0.3
"""Distance of words below which a draft repeats another; the experts' drafts lie above 0.4."""
REDRAWS = 2
"""How often a draft that repeats another is drawn again."""


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
        channels=_jaccard(_funded(our_shares), _funded(their_shares)),
        money=round(min(money, 1.0), 6),
        segments=_jaccard({a.segment for a in ours.angles}, {a.segment for a in theirs.angles}),
        words=words_apart(ours, theirs),
    )


def words_apart(ours: ProposalWords, theirs: ProposalWords) -> float:
    """Measure how far the words of two proposals lie apart, 0-1; one line that is the same leaves nothing between."""
    same = (a.strip() and a == b for a, b in ((ours.positioning, theirs.positioning), (ours.big_idea, theirs.big_idea)))
    return 0.0 if any(same) else _jaccard(_words(ours), _words(theirs))


def all_apart(proposals: Sequence[Proposal], allocations: Mapping[str, Calculation]) -> tuple[Apart, ...]:
    """Measure each pair of proposals.

    Args:
        proposals: The proposals.
        allocations: Their splits of the money, by id.
    """
    shares = {p.id: shares_of(allocations[p.allocation]) for p in proposals}
    return tuple(
        Apart(
            one=a.id,
            other=b.id,
            difference=difference(a.words, b.words, our_shares=shares[a.id], their_shares=shares[b.id]),
        )
        for a, b in combinations(sorted(proposals, key=_by_lens), 2)
    )


def repeating(proposals: Sequence[Proposal]) -> tuple[str, ...]:
    """Return the ids of drafts that repeat one of another lens before it, and are to be drawn again.

    The lenses have a fixed order, so which one of a pair is drawn again is nobody's luck. None is drawn again more
    often than ``REDRAWS``; what repeats even then is said in the plan.
    """
    drafts = sorted(proposals, key=_by_lens)
    return tuple(
        draft.id
        for i, draft in enumerate(drafts)
        if draft.redraws < REDRAWS and not draft.revision and any(_repeats(draft, before) for before in drafts[:i])
    )


def still_repeating(proposals: Sequence[Proposal]) -> Iterator[tuple[Lens, Lens]]:
    """Yield the pairs of lenses that say the same after all."""
    for a, b in combinations(sorted(proposals, key=_by_lens), 2):
        if _repeats(a, b):
            yield a.lens, b.lens


def shares_of(allocation: Calculation) -> dict[str, float]:
    """Read each channel's share of the money from an allocation."""
    lines = allocation.outputs.get("lines")
    rows = [row for row in lines if isinstance(row, dict)] if isinstance(lines, list) else []
    return {str(row["channel"]): float(str(row["share"])) for row in rows}


def _repeats(one: Proposal, other: Proposal) -> bool:
    """Tell whether two lenses say the same; drafts of one lens may."""
    return one.lens != other.lens and words_apart(one.words, other.words) < SAME


def _by_lens(proposal: Proposal) -> int:
    return LENSES.index(proposal.lens)


def _funded(shares: Mapping[str, float]) -> set[str]:
    return {channel for channel, share in shares.items() if share > 0}


def _words(words: ProposalWords) -> set[str]:
    text = " ".join((words.positioning, words.big_idea, *(a.message for a in words.angles)))
    return set(_WORD.findall(text.casefold()))


def _jaccard(a: set[str], b: set[str]) -> float:
    return round(1 - len(a & b) / len(a | b), 6) if a | b else 0.0
