"""What a turn counts for: it brings what is new on its claim, or it is a concession."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nexusplanner.domain.debate import Ruled, Turn

LONGEST = 600
"""Characters of an argument that are kept; three sentences fit."""
MOST_IDS = 3
"""Ids of a turn that are kept: who cites the whole desk leaves the other side nothing new to bring."""
_OWN = {"A": "fail", "B": "pass"}


def counted(turn: Turn, earlier: Sequence[Turn]) -> Turn:
    """Count a turn that brings nothing as the concession that it is, and say why.

    Args:
        turn: The turn, its ids checked.
        earlier: All turns before it, on whatever claim.

    Returns:
        The turn as it stands; or as a concession that cites nothing, with ``ruled`` set.
    """
    argument = clipped(turn.argument)
    if turn.stance == "concede":
        return turn.model_copy(update={"argument": argument, "evidence": (), "calculations": (), "ruled": ""})
    earlier = [t for t in earlier if t.about == turn.about]
    why = _why_nothing(turn, earlier)
    if not why:
        return _few_ids(turn, ids_of(earlier)).model_copy(update={"argument": argument, "ruled": ""})
    conceded = {"argument": argument, "stance": "concede", "evidence": (), "calculations": (), "ruled": why}
    return turn.model_copy(update=conceded)


def clipped(argument: str) -> str:
    """Cut an argument that goes on and on at the end of a word."""
    text = argument.strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def same_words(argument: str) -> str:
    """Return an argument as it is compared: case and spaces say nothing new."""
    return " ".join(argument.casefold().split())


def ids_of(turns: Iterable[Turn]) -> set[str]:
    """Collect what turns have brought."""
    return {i for t in turns for i in (*t.evidence, *t.calculations)}


def _few_ids(turn: Turn, used: set[str]) -> Turn:
    """Keep a few ids, new ones before those that were brought already."""
    cited = tuple(dict.fromkeys((*turn.evidence, *turn.calculations)))
    kept = set(sorted(cited, key=lambda i: i in used)[:MOST_IDS])
    return turn.model_copy(
        update={
            "evidence": tuple(i for i in turn.evidence if i in kept),
            "calculations": tuple(i for i in turn.calculations if i in kept),
        }
    )


def _why_nothing(turn: Turn, earlier: Sequence[Turn]) -> Ruled:
    if turn.stance != _OWN[turn.voice]:
        return "other_side"
    if not turn.argument.strip():
        return "silent"
    if ids_of([turn]) - ids_of(earlier):
        return ""
    said = {same_words(clipped(t.argument)) for t in earlier}
    return "repeated" if same_words(clipped(turn.argument)) in said else "nothing_new"
