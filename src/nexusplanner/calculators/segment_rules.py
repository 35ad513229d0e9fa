"""Rules of segments: blocks of recency and frequency that part a base, and labels, as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lifecycle = Literal["new", "active", "at_risk", "lapsed"]


@dataclass(frozen=True)
class SegmentRule:
    """A named block of the recency and frequency quintiles, both ends included."""

    id: str
    name: str
    lifecycle: Lifecycle
    r: tuple[int, int]
    f: tuple[int, int]

    @property
    def sql(self) -> str:
        """Write the rule as SQL over ``customer_summary``."""
        where = " AND ".join((_between("r", *self.r), _between("f", *self.f)))
        return f"SELECT customer_id FROM customer_summary WHERE {where}"  # noqa: S608 - whole numbers of ours

    def holds(self, r: int, f: int) -> bool:
        """Say whether customers of these quintiles are in the segment."""
        return self.r[0] <= r <= self.r[1] and self.f[0] <= f <= self.f[1]


SEGMENTS: tuple[SegmentRule, ...] = (
    SegmentRule("seg-champions", "Champions", "active", (4, 5), (4, 5)),
    SegmentRule("seg-promising", "Promising repeat buyers", "active", (4, 5), (2, 3)),
    SegmentRule("seg-newcomers", "Newcomers", "new", (4, 5), (1, 1)),
    SegmentRule("seg-steady", "Steady buyers", "active", (3, 3), (3, 5)),
    SegmentRule("seg-drifting", "Drifting occasional buyers", "at_risk", (3, 3), (1, 2)),
    SegmentRule("seg-slipping", "Loyal buyers slipping away", "at_risk", (1, 2), (4, 5)),
    SegmentRule("seg-lapsed", "Lapsed buyers", "lapsed", (1, 2), (1, 3)),
)
"""Every pair of quintiles is in exactly one of these blocks."""


def label_rule(label: str) -> str:
    """Write the rule of one of the source's own segment labels."""
    quoted = label.replace("'", "''")
    return f"SELECT customer_id FROM customer_summary WHERE segment = '{quoted}'"  # noqa: S608 - quoted


def _between(column: str, low: int, high: int) -> str:
    if low == high:
        return f"{column} = {low}"
    if high == 5:
        return f"{column} >= {low}"
    return f"{column} <= {high}" if low == 1 else f"{column} BETWEEN {low} AND {high}"
