"""When a debate stops."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.agents.turns import ids_of, same_words
from nexusplanner.domain.debate import StopReason, Turn

ROUND_CAP = 2
BUDGET_SHARE = 0.5
"""Share of the run's money or calls that a debate may have brought it to."""


def still_open(abouts: Sequence[str], turns: Sequence[Turn]) -> tuple[str, ...]:
    """Return the disputes on which no side has conceded."""
    conceded = {t.about for t in turns if t.stance == "concede"}
    return tuple(a for a in abouts if a not in conceded)


def stop_reason(
    abouts: Sequence[str], turns: Sequence[Turn], *, round_: int, budget_used: float, cap: int = ROUND_CAP
) -> StopReason | None:
    """Return why the debate ends after this round, or None to go on.

    Args:
        abouts: Everything disputed.
        turns: All turns so far, as they were counted.
        round_: The round just finished, from 1.
        budget_used: Share of the run's money or calls that is used, 0-1.
        cap: The most rounds.
    """
    now = [t for t in turns if t.round == round_]
    is_open = still_open(abouts, turns)
    if not is_open:
        return _why_closed(now)
    if budget_used >= BUDGET_SHARE:
        return "budget"
    said = [(t.about, same_words(t.argument)) for t in turns if t.about in is_open]
    if len(set(said)) < len(said):
        return "repeated"
    if not ids_of(now) - ids_of(t for t in turns if t.round < round_):
        return "no_new_evidence"
    if round_ > 1 and _stances(turns, round_) == _stances(turns, round_ - 1):
        return "stable"
    return "round_cap" if round_ >= cap else None


def _why_closed(last: Sequence[Turn]) -> StopReason:
    """Say what closed the last claims: a voice that gave in, or one that had no more to say than it thought."""
    conceded = [t for t in last if t.stance == "concede"]
    if any(not t.ruled for t in conceded) or not conceded:
        return "no_open_claim"
    return "repeated" if any(t.ruled == "repeated" for t in conceded) else "no_new_evidence"


def _stances(turns: Sequence[Turn], round_: int) -> set[tuple[str, str, str]]:
    return {(t.about, t.voice, t.stance) for t in turns if t.round == round_}
