"""Fused rankings: a share for each key, in a fixed order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.adapters.memory.fusion import fuse

RANKING = st.lists(st.sampled_from("abcdefgh"), unique=True)


def test_what_both_rankings_name_leads() -> None:
    """Second in both beats first in one; the leader of all has 1."""
    assert next(iter(fuse([["a", "b"], ["c", "b"]]))) == "b"
    assert fuse([["a", "b"], ["a"]])["a"] == pytest.approx(1.0)
    assert fuse([["a"], []]) == {"a": pytest.approx(1.0)}
    assert fuse([[], []]) == {}


@given(RANKING, RANKING)
def test_every_key_has_a_share_and_order_is_fixed(left: list[str], right: list[str]) -> None:
    """All keys, falling scores in 0-1, the same whichever ranking comes first."""
    scores = fuse([left, right])
    assert set(scores) == {*left, *right}
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert all(0.0 < score <= 1.0 + 1e-12 for score in scores.values())
    assert scores == pytest.approx(fuse([right, left]))
