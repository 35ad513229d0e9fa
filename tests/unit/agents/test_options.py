"""The numbers of each lens: within the brief's bounds and its own, and really different."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.unit.agents.grounds import FULL, Ground, brief_of, desk, history, proposal, told

from nexusplanner.agents.difference import difference
from nexusplanner.agents.lenses import POLICIES, choose_segments
from nexusplanner.agents.options import lens_bounds, option_of
from nexusplanner.agents.sizing import MOST_CHANNELS, USUAL_CHANNELS, usable_channels
from nexusplanner.agents.terms import search_terms
from nexusplanner.domain.brief import CampaignBrief, ChannelRules
from nexusplanner.domain.proposal import LENSES, Lens
from nexusplanner.errors import InfeasibleBudget

lenses = pytest.mark.parametrize("lens", LENSES)


@lenses
def test_a_lens_spends_all_the_money_within_its_bounds(lens: Lens) -> None:
    laid, option = told(lens)
    policy, curves = POLICIES[lens], laid.calculation("response_curves")
    assert curves is not None
    low, high = lens_bounds(laid.brief, policy, curves)
    spent = sum((c.amount for c in option.channels), Decimal(0))
    assert spent + Decimal(str(option.allocation.outputs["contingency"])) == laid.brief.budget.amount
    for fact in option.channels:
        assert low.get(fact.channel, Decimal(0)) <= fact.amount <= high.get(fact.channel, spent)
    assert abs(sum(c.share for c in option.channels) - 1) < 1e-6


def test_lenses_place_the_money_differently() -> None:
    shares = {lens: {c.channel: c.share for c in told(lens)[1].channels} for lens in LENSES}
    said = proposal("growth").words
    for one, other in (("efficiency", "growth"), ("efficiency", "brand_and_risk"), ("growth", "brand_and_risk")):
        apart = difference(said, said, our_shares=shares[one], their_shares=shares[other])  # type: ignore[index]
        assert apart.money > 0.01


@lenses
def test_a_proposals_numbers_are_read_back_as_they_were(lens: Lens) -> None:
    laid, option = told(lens)
    assert option_of(laid, proposal(lens)) == option


def with_rules(**rules: object) -> CampaignBrief:
    """Change the brief's channel rules."""
    return brief_of(FULL).model_copy(update={"channels": ChannelRules.model_validate(rules)})


def test_the_briefs_bounds_win_over_a_lens() -> None:
    """A minimum above the lens's cap stands; bounds that could not be met leave the brief's own."""
    curves = desk().calculation("response_curves")
    assert curves is not None
    policy = POLICIES["brand_and_risk"]
    low, high = lens_bounds(with_rules(minimum={"tv": 15_000}), policy, curves)
    assert low["tv"] == Decimal(15_000) <= high["tv"]
    narrow = with_rules(maximum={"tv": 1_000, "search": 1_000, "social": 1_000})
    assert lens_bounds(narrow, policy, curves) == ({}, dict(narrow.channels.maximum))


@lenses
def test_a_lens_addresses_its_own_segments(lens: Lens) -> None:
    segments = desk().segments
    chosen = choose_segments(segments, POLICIES[lens])
    assert len(chosen) == min(POLICIES[lens].segments, len(segments))
    assert choose_segments(tuple(reversed(segments)), POLICIES[lens]) == chosen
    left = [s for s in segments if s not in chosen]
    worst = min(POLICIES[lens].ranking(s) for s in chosen)
    assert all(POLICIES[lens].ranking(s) <= worst for s in left)


def test_channels_come_from_brief_then_history_then_what_is_usual() -> None:
    assert usable_channels(with_rules(allowed=["radio"]), history()) == ("radio",)
    assert set(usable_channels(with_rules(), history())) == set(history().channels)
    assert usable_channels(with_rules(), None) == USUAL_CHANNELS
    assert "podcast" in usable_channels(with_rules(minimum={"podcast": 5}), history())
    assert "tv" not in usable_channels(with_rules(excluded=["tv"]), history())
    assert "tv" not in usable_channels(with_rules(maximum={"tv": 0}), history())
    assert len(usable_channels(with_rules(allowed=[f"c{i}" for i in range(40)]), None)) == MOST_CHANNELS


def test_a_brief_that_excludes_every_channel_is_refused() -> None:
    with pytest.raises(InfeasibleBudget, match="no channel is left"):
        usable_channels(with_rules(excluded=list(USUAL_CHANNELS)), None)


def test_search_terms_are_the_briefs_content_words() -> None:
    terms = search_terms(brief_of(Ground()), limit=8)
    assert terms[:2] == ("harbour", "lane")
    assert len(terms) == len(set(terms)) == 8
    assert "the" not in terms
    assert not any(t.isdigit() for t in terms)
