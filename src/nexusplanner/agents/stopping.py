"""When a debate stops."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.domain.debate import StopReason, Turn

ROUND_CAP = 2
BUDGET_SHARE = 0.5
"""Share of the run's money that a debate may have brought it to."""


def still_open(abouts: Sequence[str], turns: Sequence[Turn]) -> tuple[str, ...]:
    """Return the disputes on which no side has conceded."""
    conceded = {t.about for t in turns if t.stance == "concede"}
    return tuple(a for a in abouts if a not in conceded)


def stop_reason(abouts: Sequence[str], turns: Sequence[Turn], *, round_: int, budget_used: float) -> StopReason | None:
    """Return why the debate ends after this round, or None to go on.

    Args:
        abouts: Everything disputed.
        turns: All turns so far.
        round_: The round just finished, from 1.
        budget_used: Share of the run's money that is spent, 0-1.
    """
    if not still_open(abouts, turns):
        return "no_open_claim"
    if budget_used >= BUDGET_SHARE:
        return "budget"
    said = [(t.about, t.argument) for t in turns]
    if len(set(said)) < len(said):
        return "repeated"
    before = {i for t in turns if t.round < round_ for i in (*t.evidence, *t.calculations)}
    now = {i for t in turns if t.round == round_ for i in (*t.evidence, *t.calculations)}
    if not now - before:
        return "no_new_evidence"
    if round_ > 1 and _stances(turns, round_) == _stances(turns, round_ - 1):
        return "stable"
    return "round_cap" if round_ >= ROUND_CAP else None


def _stances(turns: Sequence[Turn], round_: int) -> set[tuple[str, str, str]]:
    return {(t.about, t.voice, t.stance) for t in turns if t.round == round_}
