"""The strategist's expert: other words for another lens or seed, the same facts behind all of them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.agents.grounds import PROPS, Ground, cited, desk, told, untraced, words

from nexusplanner.agents.checks import check_proposal, prose_of
from nexusplanner.agents.desk import Desk
from nexusplanner.agents.difference import difference
from nexusplanner.agents.experts.revise import revise
from nexusplanner.agents.tasks import ProposeTask
from nexusplanner.calculators.verification import FigurePool
from nexusplanner.domain.critique import Criterion, Verdict
from nexusplanner.domain.proposal import LENSES, Lens, Proposal, ProposalWords

GROUNDS = {
    "everything": Ground(),
    "no customers": Ground(customers=False),
    "no history": Ground(history=False, channels=("search", "email")),
    "no outside": Ground(outside=False),
    "no value props": Ground(props=(), description="Coffee roasted by hand"),
    "no reasons at all": Ground(props=()),
    "nothing": Ground(customers=False, history=False, outside=False, props=(), audience=None),
    "revenue": Ground(metric="revenue", target=90_000),
    "pooled channel": Ground(channels=("search", "social", "tv", "podcast")),
}
lenses = pytest.mark.parametrize("lens", LENSES)
grounds = pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)


def told_by(said: ProposalWords) -> set[str]:
    """Collect what a lens says, facts aside."""
    return {said.positioning, said.big_idea, *(p.text for p in said.pillars)}


def all_words(said: ProposalWords) -> str:
    """Join all prose of a proposal."""
    return " ".join(text for _, text in prose_of(said)).casefold()


@grounds
@lenses
def test_every_number_is_traced_and_every_id_given(lens: Lens, ground: Ground) -> None:
    """Whatever is missing from the desk, nothing is made up in its place."""
    laid, option = told(lens, ground)
    said = words(lens, ground)
    assert untraced(laid, said) == []
    assert cited(said) <= laid.allowed_ids
    proposal = Proposal(
        id="p", lens=lens, words=said, segments=(), allocation=option.allocation.id, forecast=option.forecast.id
    )
    pool = FigurePool.of(laid.brief, laid.evidence, laid.calculations)
    assert check_proposal(laid, proposal, option, pool) == ()


@grounds
@lenses
def test_every_part_is_there(lens: Lens, ground: Ground) -> None:
    """One note a funded channel, one angle a segment, no empty sentence, claims numbered in order."""
    laid, option = told(lens, ground)
    said = words(lens, ground)
    assert [n.channel for n in said.channels] == [c.channel for c in option.channels]
    assert [a.segment for a in said.angles] == [s.id for s in option.segments]
    sentences = [text for where, text in prose_of(said) if ".role" not in where and ".formats" not in where]
    assert all(text.endswith((".", "…")) and text[:1] == text[:1].upper() for text in sentences)
    assert [c.id for c in said.claims] == [f"cl-{i:02d}" for i in range(1, len(said.claims) + 1)]
    assert {c.status for c in said.claims if not c.evidence} <= {"assumption"}
    assert laid.brief.offering.name in said.positioning


def test_lenses_differ_in_words() -> None:
    """Three lenses give three proposals: positioning, idea and pillars share no sentence."""
    for one, other in itertools.combinations(LENSES, 2):
        ours, theirs = words(one), words(other)
        assert not told_by(ours) & told_by(theirs)
        assert difference(ours, theirs, our_shares={}, their_shares={}).words > 0.3


@given(seed=st.integers(0, 2**32 - 2), lens=st.sampled_from(LENSES))
@settings(max_examples=12, derandomize=True, deadline=None)
def test_the_next_seed_never_says_the_same(seed: int, lens: Lens) -> None:
    """Asking again with another seed returns other words, of the same facts."""
    first, second = words(lens, seed=seed), words(lens, seed=seed + 1)
    assert first.positioning != second.positioning
    assert first.big_idea != second.big_idea
    assert all(a.message != b.message for a, b in zip(first.angles, second.angles, strict=True))
    assert all(a.why != b.why for a, b in zip(first.channels, second.channels, strict=True))
    assert words.__wrapped__(lens, seed=seed) == first


@lenses
def test_another_draw_tells_the_same_facts_anew(lens: Lens) -> None:
    first, second = words(lens), words(lens, draw=1)
    assert first.positioning != second.positioning
    assert {c.evidence for c in first.claims if c.calculations} == {c.evidence for c in second.claims if c.calculations}


@given(
    banned=st.lists(
        st.sampled_from(["pause", "monday", "farms", "rivals", "beans", "grow", "order", "money", "reason"]),
        min_size=1,
        max_size=3,
        unique=True,
    ).map(tuple),
    lens=st.sampled_from(LENSES),
)
@settings(max_examples=12, derandomize=True, deadline=None)
def test_what_the_brand_never_says_is_never_said(banned: tuple[str, ...], lens: Lens) -> None:
    """Not in the expert's own words, nor in reasons, signals and pages that it quotes."""
    said = all_words(words(lens, Ground(never=banned)))
    assert not [phrase for phrase in banned if phrase in said]


@lenses
def test_banned_reasons_are_left_out_of_everything(lens: Lens) -> None:
    """A value proposition that holds a banned phrase is not used; the others are."""
    said = all_words(words(lens, Ground(never=("at any time", "Rivals"))))
    assert "at any time" not in said
    assert "rivals" not in said
    assert any(prop.casefold() in said for prop in PROPS if prop != "Pause at any time")


@lenses
def test_what_must_be_said_is_said(lens: Lens) -> None:
    """Every phrase, once it is not in the reasons already."""
    must = ("Drink responsibly", "Pause at any time")
    said = all_words(words(lens, Ground(must=must)))
    assert all(said.count(phrase.casefold()) >= 1 for phrase in must)


def gap(criterion: Criterion, *evidence: str) -> Verdict:
    """State a gap."""
    return Verdict(criterion=criterion, passed=False, score=0, gap="Missing.", evidence=evidence)


def mended(laid: Desk, lens: Lens, said: ProposalWords, *gaps: Verdict) -> ProposalWords:
    """Have the expert mend words."""
    _, option = told(lens)
    return revise(ProposeTask(laid, option, previous=said, gaps=gaps))


@lenses
def test_a_revision_uses_what_was_left_unused_and_keeps_the_rest(lens: Lens) -> None:
    """Every claim and sentence that had no gap stays word for word."""
    laid, _ = told(lens)
    said = words(lens)
    bare = said.model_copy(update={"claims": tuple(c for c in said.claims if c.calculations)})
    unused = laid.of_kind("signal")[0].id
    after = mended(laid, lens, bare, gap("unused_evidence", unused, "ev-signal-00000000"))
    assert after.claims[:-1] == bare.claims
    assert after.claims[-1].evidence == (unused,)
    assert after.model_copy(update={"claims": ()}) == bare.model_copy(update={"claims": ()})
    assert untraced(laid, after) == []


def test_a_revision_weakens_what_rests_on_nothing() -> None:
    """A claim with an id that does not exist loses it, and becomes an assumption where none is left."""
    laid, _ = told("growth")
    said = words("growth")
    loose = said.claims[0].model_copy(update={"evidence": ("ev-crm-00000000",), "status": "supported"})
    after = mended(laid, "growth", said.model_copy(update={"claims": (loose, *said.claims[1:])}), gap("evidence"))
    assert (after.claims[0].status, after.claims[0].evidence) == ("assumption", ())
    assert after.claims[1:] == said.claims[1:]


def test_a_revision_tells_sameness_anew() -> None:
    laid, _ = told("growth")
    said = words("growth")
    after = mended(laid, "growth", said, gap("differentiation"))
    assert after.positioning != said.positioning
    assert after.claims == said.claims


def test_a_revision_says_what_must_be_said_once() -> None:
    ground = Ground(must=("Drink responsibly",))
    laid, option = told("growth", ground)
    said = words("growth", ground)
    bare = said.model_copy(update={"pillars": ()})
    task = ProposeTask(laid, option, previous=bare, gaps=(gap("brand_voice"), gap("compliance")))
    after = revise(task)
    assert all_words(after).count("drink responsibly") == 1
    assert cited(after) <= laid.allowed_ids


def test_a_revision_without_gaps_changes_nothing() -> None:
    laid, _ = told("efficiency")
    assert mended(laid, "efficiency", words("efficiency"), gap("money")) == words("efficiency")
    assert desk().segments
