"""Repairs: what models wrote that was not shipped, counted by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from nexusplanner.domain.model import DomainModel

RepairKind = Literal[
    "untraced_number",
    "outside_words",
    "foreign_contact",
    "banned_phrase",
    "unknown_channel",
    "unknown_segment",
    "unfounded_claim",
    "refused_reply",
]
"""``outside_words`` are those of an untrusted source that stood there as the plan's own; ``foreign_contact`` is an
address, link or number to call that the brief does not have; a ``refused_reply`` invented ids, repeated its
instructions, or did not fit otherwise."""


class Repair(DomainModel):
    """How often one thing was mended or left out in one part of the plan."""

    part: str
    kind: RepairKind
    count: int = Field(ge=1)


def counted(part: str, kinds: Iterable[RepairKind]) -> tuple[Repair, ...]:
    """Count the repairs of a part, by kind."""
    found = Counter(kinds)
    return tuple(Repair(part=part, kind=kind, count=found[kind]) for kind in sorted(found))


def added_up(repairs: Iterable[Repair]) -> tuple[Repair, ...]:
    """Join repairs of the same part and kind, in a fixed order."""
    sums: Counter[tuple[str, RepairKind]] = Counter()
    for repair in repairs:
        sums[repair.part, repair.kind] += repair.count
    return tuple(Repair(part=part, kind=kind, count=sums[part, kind]) for part, kind in sorted(sums))
