"""People who are in two segments are counted once."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.agents.facts import SegmentFact, contactable_once
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject

PEOPLE = st.sets(st.integers(0, 30), max_size=25)


def fact(name: str, contactable: int) -> SegmentFact:
    return SegmentFact(
        id=name, name=name, lifecycle="active", rule="", size=40, contactable=contactable, share=0.1, value=1.0
    )


def sized(overlaps: list[JsonObject]) -> Calculation:
    return Calculation.record("customer_segments", "1", inputs={}, outputs={"overlaps": list(overlaps)})


@given(st.lists(PEOPLE, min_size=1, max_size=4))
def test_never_more_are_reached_than_there_are(groups: list[set[int]]) -> None:
    """And exactly as many where no three share anyone."""
    facts = [fact(str(i), len(group)) for i, group in enumerate(groups)]
    shared: list[JsonObject] = [
        {"a": str(i), "b": str(j), "size": len(a & b), "contactable": len(a & b)}
        for (i, a), (j, b) in combinations(enumerate(groups), 2)
        if a & b
    ]
    everyone = len(set().union(*groups))
    found = contactable_once(facts, sized(shared))
    assert max(len(group) for group in groups) <= found <= everyone
    if not any(a & b & c for a, b, c in combinations(groups, 3)):
        assert found == everyone


def test_overlaps_with_segments_that_are_not_addressed_take_nobody_off() -> None:
    overlap: JsonObject = {"a": "x", "b": "other", "size": 9, "contactable": 9}
    assert contactable_once([fact("x", 10)], sized([overlap])) == 10
    assert contactable_once([], sized([overlap])) == 0
    assert contactable_once([fact("x", 10), fact("y", 5)], None) == 15
