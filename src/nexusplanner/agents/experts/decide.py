"""The judge's expert: what was shown decides; where both showed as much, the first votes do."""

from __future__ import annotations

from typing import cast

from nexusplanner.agents.tasks import DecideTask, Ruling
from nexusplanner.domain.critique import BLOCKING
from nexusplanner.domain.debate import Turn


def decide(inputs: object) -> Ruling:
    """Settle a dispute by the points made; then by votes, mean score in tenths, and caution."""
    task = cast(DecideTask, inputs)
    turns = [t for t in task.turns if t.about == task.dispute.about]
    shown_for, shown_against = (_shown(turns, stance) for stance in ("pass", "fail"))
    if len(shown_for) != len(shown_against):
        passed = len(shown_for) > len(shown_against)
        reason = f"What was shown: {len(shown_for)} for it, {len(shown_against)} against."
        return Ruling(
            passed=passed,
            reason=reason,
            evidence=tuple(shown_for if passed else shown_against),
        )
    votes = task.dispute.votes
    balance = sum(1 if v.passed else -1 for v in votes)
    mean = round(sum(v.score for v in votes) / len(votes), 1)
    criterion = votes[0].criterion
    if balance:
        return Ruling(
            passed=balance > 0,
            reason="Both sides showed as much, so the first votes decide.",
        )
    if mean != 0.5:
        return Ruling(
            passed=mean > 0.5,
            reason=f"Both sides showed as much; the mean score is {mean}.",
        )
    return Ruling(
        passed=criterion not in BLOCKING,
        reason="All is equal; a blocking criterion fails in doubt.",
    )


def _shown(turns: list[Turn], stance: str) -> list[str]:
    return [i for t in turns if t.stance == stance for i in (*t.evidence, *t.calculations)]
