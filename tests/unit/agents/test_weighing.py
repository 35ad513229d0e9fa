"""Verdicts are tallied, disputes found, debates stopped, and distances are distances."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.agents.difference import difference
from nexusplanner.agents.stopping import still_open, stop_reason
from nexusplanner.agents.verdicts import disputes, settled, tally
from nexusplanner.domain.critique import CRITERIA, Criterion, Critique, Verdict
from nexusplanner.domain.debate import StopReason, Turn
from nexusplanner.domain.proposal import Angle, ProposalWords


def critique(proposal: str, critic: str, *failed: Criterion, score: float = 0.8) -> Critique:
    """Judge every criterion."""
    return Critique(
        proposal=proposal,
        critic=critic,
        verdicts=tuple(
            Verdict(
                criterion=c,
                passed=c not in failed,
                score=0.0 if c in failed else score,
                gap=f"{critic} misses it." if c in failed else "",
                evidence=(f"ev-{critic}",) if c in failed else (),
            )
            for c in CRITERIA
        ),
    )


def test_the_higher_mean_score_leads() -> None:
    ranked = tally([critique("a", "x"), critique("b", "x", score=0.9)], {})
    assert [t.proposal for t in ranked] == ["b", "a"]


def test_a_blocking_failure_loses_to_any_score() -> None:
    """Compliance that all failed weighs more than brilliance elsewhere."""
    ranked = tally([critique("a", "x", "compliance", score=1.0), critique("b", "x", "calendar", score=0.4)], {})
    assert [t.proposal for t in ranked] == ["b", "a"]
    assert [t.blocked for t in ranked] == [0, 1]


def test_one_critic_alone_blocks_nothing() -> None:
    """What critics differ about is disputed, not failed."""
    (only,) = tally([critique("a", "x", "compliance"), critique("a", "y")], {})
    assert (only.blocked, only.failed, only.disputed) == (0, (), ("compliance",))


def test_between_equals_the_likelier_leads_then_the_name() -> None:
    equal = [critique(p, "x") for p in "cab"]
    assert [t.proposal for t in tally(equal, {"b": 0.7, "c": 0.2})] == ["b", "c", "a"]
    assert [t.proposal for t in tally(equal, {})] == ["a", "b", "c"]


@given(st.permutations([critique(p, k) for p in "ab" for k in "xy"]))
def test_the_order_of_arrival_does_not_matter(arrived: list[Critique]) -> None:
    assert tally(arrived, {}) == tally(sorted(arrived, key=lambda c: (c.proposal, c.critic)), {})


def test_a_clear_leaders_disputes_are_debated_and_a_close_runner_ups_too() -> None:
    leader = [critique("a", "x", "money"), critique("a", "y")]
    close = [critique("b", "x", "audience"), critique("b", "y")]
    far = [critique("b", "x", "audience", score=0.3), critique("b", "y", score=0.3)]
    assert disputes(tally([*leader, *close], {})) == (("a", "money"), ("b", "audience"))
    assert disputes(tally([*leader, *far], {})) == (("a", "money"),)
    assert disputes(tally([critique("a", "x"), critique("a", "y")], {})) == ()


def test_a_criterion_passes_when_all_passed_it_or_the_debate_said_so() -> None:
    critiques = (critique("a", "x", "money", "calendar"), critique("a", "y", "calendar"))
    plain = {v.criterion: v for v in settled(critiques, {})}
    assert not plain["money"].passed
    assert plain["money"].gap == "x misses it."
    assert plain["calendar"].evidence == ("ev-x", "ev-y")
    assert plain["money"].score == 0.4
    debated = {v.criterion: v for v in settled(critiques, {"money": True, "evidence": False, "calendar": True})}
    assert debated["money"].passed
    assert debated["money"].gap == ""
    assert debated["evidence"].passed, "what all critics say stands"
    assert not debated["calendar"].passed
    assert tuple(plain) == CRITERIA


def turn(voice: str, *ids: str, round_: int = 1, stance: str = "", said: str = "", about: str = "p/money") -> Turn:
    """Take a turn."""
    return Turn.model_validate(
        {
            "round": round_,
            "voice": voice,
            "about": about,
            "stance": stance or ("fail" if voice == "A" else "pass"),
            "argument": said or f"{voice}{round_} on {ids}",
            "evidence": ids,
        }
    )


FIRST = [turn("A", "e1"), turn("B", "e2")]


@pytest.mark.parametrize(
    ("turns", "round_", "used", "reason"),
    [
        (FIRST, 1, 0.0, None),
        ([turn("A", stance="concede"), turn("B", "e2")], 1, 0.0, "no_open_claim"),
        (FIRST, 1, 0.5, "budget"),
        ([*FIRST, turn("A", "e3", round_=2, said="A1 on ('e1',)")], 2, 0.0, "repeated"),
        ([*FIRST, turn("A", "e1", round_=2), turn("B", "e2", round_=2)], 2, 0.0, "no_new_evidence"),
        ([*FIRST, turn("A", "e3", round_=2), turn("B", "e4", round_=2)], 2, 0.0, "stable"),
        ([*FIRST, turn("A", "e3", round_=2, stance="pass"), turn("B", "e4", round_=2)], 2, 0.0, "round_cap"),
        ([turn("A"), turn("B")], 1, 0.0, "no_new_evidence"),
    ],
)
def test_each_rule_stops_a_debate(turns: list[Turn], round_: int, used: float, reason: StopReason | None) -> None:
    assert stop_reason(["p/money"], turns, round_=round_, budget_used=used) == reason


def test_a_dispute_is_open_until_a_side_concedes_it() -> None:
    turns = [turn("A", stance="concede", about="p/money"), turn("B", "e1", about="p/evidence")]
    assert still_open(["p/money", "p/evidence"], turns) == ("p/evidence",)


SHARES = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 9), max_size=5).map(
    lambda parts: {k: v / sum(parts.values()) for k, v in parts.items()}
)
TEXT = st.lists(st.sampled_from(["coffee", "farms", "monday", "pause", "named", "a"]), max_size=5).map(" ".join)
WORDS = st.builds(
    lambda text, idea, segments: ProposalWords(
        positioning=text,
        big_idea=idea,
        pillars=(),
        angles=tuple(Angle(segment=s, message=text) for s in segments),
        channels=(),
        claims=(),
    ),
    TEXT,
    TEXT,
    st.lists(st.sampled_from(["s1", "s2", "s3"]), unique=True),
)


@given(ours=WORDS, theirs=WORDS, our_shares=SHARES, their_shares=SHARES)
def test_difference_is_a_distance(
    ours: ProposalWords, theirs: ProposalWords, our_shares: dict[str, float], their_shares: dict[str, float]
) -> None:
    """Symmetric, zero from itself, and never outside zero to one, part by part."""
    there = difference(ours, theirs, our_shares=our_shares, their_shares=their_shares)
    back = difference(theirs, ours, our_shares=their_shares, their_shares=our_shares)
    assert there == back
    for part in (there.money, there.segments, there.words, there.overall):
        assert 0 <= part <= 1
    assert difference(ours, ours, our_shares=our_shares, their_shares=our_shares).overall == 0


def test_money_placed_elsewhere_is_wholly_different() -> None:
    said = ProposalWords(positioning="", big_idea="", pillars=(), angles=(), channels=(), claims=())
    assert difference(said, said, our_shares={"a": 1.0}, their_shares={"b": 1.0}).money == 1
    assert difference(said, said, our_shares={"a": 1.0}, their_shares={"a": 0.5, "b": 0.5}).money == 0.5
