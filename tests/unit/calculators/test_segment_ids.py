"""Ids of the brief's segments: readable, and no two the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.calculators.segment_ids import own_ids
from nexusplanner.calculators.segment_rules import SEGMENTS


def test_an_id_is_read_off_the_name() -> None:
    assert own_ids(["Café regulars!", "VIP", "客户"]) == ("seg-own-cafe-regulars", "seg-own-vip", "seg-own-3")


@given(st.lists(st.text("ab -3!é", max_size=6), max_size=8))
def test_no_two_are_the_same_and_none_is_built_in(names: list[str]) -> None:
    ids = own_ids(names)
    assert len(set(ids)) == len(names)
    assert not set(ids) & {rule.id for rule in SEGMENTS}
    assert all(own_ids(names[:i]) == ids[:i] for i in range(len(names)))
