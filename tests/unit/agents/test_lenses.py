"""Lenses keep to the segments a brief names."""

from __future__ import annotations

import pytest
from tests.unit.agents.grounds import desk

from nexusplanner.agents.lenses import POLICIES, choose_segments
from nexusplanner.domain.proposal import LENSES, Lens

lenses = pytest.mark.parametrize("lens", LENSES)


@lenses
def test_named_segments_are_addressed_all_of_them_and_no_other(lens: Lens) -> None:
    first, second, *rest = desk().segments
    named = [s.model_copy(update={"named": True}) for s in (*rest[:3], second)]
    chosen = choose_segments((first, *named), POLICIES[lens])
    assert {s.id for s in chosen} == {s.id for s in named}
    ranks = [POLICIES[lens].ranking(s) for s in chosen]
    assert ranks == sorted(ranks, reverse=True)


@lenses
def test_measured_segments_that_nobody_named_are_not_addressed(lens: Lens) -> None:
    first, *rest = desk().segments
    others = tuple(s.model_copy(update={"source": "rule"}) for s in rest)
    assert choose_segments((first, *others), POLICIES[lens]) == (first,)
