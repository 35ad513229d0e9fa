"""The measure of difference, and what counts as a repetition."""

from __future__ import annotations

import pytest
from tests.unit.agents.grounds import proposal, told

from nexusplanner.agents.difference import (
    REDRAWS,
    all_apart,
    difference,
    repeating,
    shares_of,
    still_repeating,
    words_apart,
)
from nexusplanner.domain.proposal import LENSES, Proposal

THREE = tuple(proposal(lens) for lens in LENSES)


def echo(of: Proposal, lens: int, **changes: object) -> Proposal:
    """Return a lens's proposal in another's words."""
    return THREE[lens].model_copy(update={"words": of.words, **changes})


def test_what_the_experts_write_does_not_repeat() -> None:
    assert repeating(THREE) == ()
    assert list(still_repeating(THREE)) == []


def test_the_later_lens_of_a_pair_is_drawn_again() -> None:
    first, second, third = THREE
    assert repeating((third, echo(first, 1), first)) == ("prop-growth",)
    assert repeating((first, echo(first, 1), echo(first, 2))) == ("prop-growth", "prop-brand_and_risk")
    assert list(still_repeating((first, second, echo(second, 2)))) == [("growth", "brand_and_risk")]


def test_nobody_is_drawn_again_for_ever_nor_after_a_revision() -> None:
    first, _, third = THREE
    assert repeating((first, echo(first, 1, redraws=REDRAWS), third)) == ()
    assert repeating((first, echo(first, 1, revision=1), third)) == ()


@pytest.mark.parametrize("line", ["positioning", "big_idea"])
def test_one_line_that_is_the_same_leaves_nothing_between(line: str) -> None:
    ours, theirs = THREE[0].words, THREE[1].words
    assert words_apart(ours, theirs) > 0.3
    assert words_apart(ours, theirs.model_copy(update={line: getattr(ours, line)})) == 0


def test_channels_without_money_do_not_count() -> None:
    words = THREE[0].words
    apart = difference(words, words, our_shares={"tv": 1.0, "ooh": 0.0}, their_shares={"tv": 0.5, "search": 0.5})
    assert (apart.channels, apart.money, apart.words) == (0.5, 0.5, 0)


def test_each_pair_is_measured_once_in_the_order_of_the_lenses() -> None:
    allocations = {}
    for lens in LENSES:
        _, option = told(lens)
        allocations[option.allocation.id] = option.allocation
    pairs = all_apart(THREE[::-1], allocations)
    assert [(p.one, p.other) for p in pairs] == [
        (THREE[0].id, THREE[1].id),
        (THREE[0].id, THREE[2].id),
        (THREE[1].id, THREE[2].id),
    ]
    assert all(abs(sum(shares_of(a).values()) - 1) < 1e-6 for a in allocations.values())
