"""The ballot: settling a dispute by what is on record, where no judge is needed or none can be asked."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.agents.tasks import Dispute, Ruling
from nexusplanner.domain.critique import BLOCKING, Verdict
from nexusplanner.domain.debate import Turn


def by_record(dispute: Dispute, turns: Sequence[Turn]) -> Ruling:
    """Settle a dispute by the points made; where both sides made as many, by the first votes.

    Args:
        dispute: The claim, and the votes on it.
        turns: The turns on it, and on others.
    """
    shown_for, shown_against = (_shown(dispute, turns, stance) for stance in ("pass", "fail"))
    if len(shown_for) == len(shown_against):
        return by_votes(dispute.votes)
    passed = len(shown_for) > len(shown_against)
    return Ruling(
        passed=passed,
        reason=f"What was shown: {len(shown_for)} for it, {len(shown_against)} against.",
        evidence=tuple(i for t in (shown_for if passed else shown_against) for i in (*t.evidence, *t.calculations)),
    )


def is_shown(dispute: Dispute, turns: Sequence[Turn]) -> bool:
    """Tell whether one side made more points than the other.

    Turns are counted, not ids: who cites five things at once has made one point.
    """
    return len(_shown(dispute, turns, "pass")) != len(_shown(dispute, turns, "fail"))


def by_votes(votes: Sequence[Verdict]) -> Ruling:
    """Settle a criterion by votes; a tie by the mean score in tenths, then by caution."""
    balance = sum(1 if v.passed else -1 for v in votes)
    mean = round(sum(v.score for v in votes) / len(votes), 1)
    if balance:
        return Ruling(passed=balance > 0, reason="Both sides showed as much, so the first votes decide.")
    if mean != 0.5:
        return Ruling(passed=mean > 0.5, reason=f"Both sides showed as much; the mean score is {mean}.")
    return Ruling(
        passed=votes[0].criterion not in BLOCKING, reason="All is equal; a blocking criterion fails in doubt."
    )


def _shown(dispute: Dispute, turns: Sequence[Turn], stance: str) -> list[Turn]:
    mine = (t for t in turns if t.about == dispute.about and t.stance == stance)
    return [t for t in mine if t.evidence or t.calculations]
