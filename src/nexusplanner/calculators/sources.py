"""Sources: how an explanation names what a calculation was made from."""

from __future__ import annotations

from collections.abc import Sequence

_NAMED = 2


def read_from(given: str, evidence: Sequence[str]) -> str:
    """Say what figures were read from: the evidence, the first two of many; else what was ``given``."""
    if not evidence:
        return f"from {given}"
    more = [f"{len(evidence) - _NAMED} more"] if len(evidence) > _NAMED else []
    return f"from {' and '.join([*evidence[:_NAMED], *more])}"
