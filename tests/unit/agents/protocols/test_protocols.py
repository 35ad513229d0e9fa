"""Protocols: what each of the three is made of, what votes settle, and how each spends calls to spare."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest
from tests.unit.agents.test_weighing import critique

from nexusplanner.agents.protocols import Debating, DecisionProtocol, Draft, Single, Vote, catalogue, protocol_named
from nexusplanner.agents.verdicts import tally
from nexusplanner.domain.proposal import LENSES
from nexusplanner.errors import ConfigurationError


@pytest.mark.parametrize(
    ("name", "drafts", "critics", "rounds", "revisions"),
    [("single", 1, 1, 0, 0), ("vote", 3, 3, 0, 2), ("debate", 3, 2, 2, 2)],
)
def test_each_has_its_drafts_critics_and_rounds(
    name: str, drafts: int, critics: int, rounds: int, revisions: int
) -> None:
    protocol = protocol_named(name)
    found = (len(protocol.drafts), len(protocol.critics), protocol.rounds, protocol.revisions)
    assert found == (drafts, critics, rounds, revisions)
    assert protocol.name == name
    assert name in repr(protocol)
    assert "of ours" in protocol.why_no_debate("growth", "of ours")


def test_a_majority_settles_what_critics_differ_about_and_nothing_else() -> None:
    given = [critique("p", "x", "money", "calendar"), critique("p", "y", "money"), critique("p", "z")]
    assert Vote().by_votes(given) == {"p/money": False, "p/calendar": True}
    assert Vote().disputed(tally(given, {})) == ()
    assert Debating().by_votes(given) == {}


def test_a_tie_is_settled_by_the_mean_score_then_by_caution() -> None:
    """Scores 0.9 and 0 round to no opinion: a blocking criterion fails, another passes."""
    tied = [critique("p", "x", "money", "calendar", score=0.9), critique("p", "y", score=1.0)]
    assert Vote(critics=2).by_votes(tied) == {"p/money": False, "p/calendar": True}


@pytest.mark.parametrize(("calls", "critics"), [(3, 1), (12, 1), (17, 3), (40, 7), (400, 97)])
def test_a_vote_spends_calls_on_an_odd_number_of_critics_and_never_more_than_there_are(
    calls: int, critics: int
) -> None:
    scaled = Vote().for_calls(calls)
    assert len(scaled.critics) == critics
    assert len(set(scaled.critics)) == critics
    protocol_named(scaled)


@pytest.mark.parametrize(("calls", "drafts"), [(0, 1), (3, 1), (17, 8), (18, 8)])
def test_a_single_look_spends_calls_on_drafts(calls: int, drafts: int) -> None:
    scaled = Single().for_calls(calls)
    assert len(set(scaled.drafts)) == drafts
    assert {d.lens for d in scaled.drafts[:3]} == set(LENSES[:drafts])


def test_a_debate_spends_what_it_needs() -> None:
    protocol = Debating(rounds=3)
    assert protocol.for_calls(99) is protocol
    assert protocol.rounds == 3


def test_the_plain_class_decides_as_critics_agree() -> None:
    plain = DecisionProtocol()
    ranked = tally([critique("p", "x", "money"), critique("p", "y")], {})
    assert plain.disputed(ranked) == ()
    assert plain.by_votes([]) == {}
    assert "own" in plain.why_no_debate("growth", "tea")


class Nobody(DecisionProtocol):
    """Has no critics."""

    critics = ()


class Stranger(DecisionProtocol):
    """Asks a critic there is not."""

    critics = ("finance", "astrology")


class Endless(DecisionProtocol):
    """Would talk all night."""

    rounds = 1_000


class Twice(DecisionProtocol):
    """Writes the same draft twice."""

    drafts = (Draft("growth"), Draft("growth"))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("senate", "senate"),
        (Nobody, "no critics"),
        (Stranger, "astrology"),
        (Twice, "twice"),
        (Endless, "1000 rounds"),
        (42, "42"),
    ],
)
def test_what_cannot_work_is_told(given: object, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        protocol_named(given)  # type: ignore[arg-type]


def test_a_package_can_bring_a_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its class, or by a protocol that is made already."""
    for target in ("Vote", "PROTOCOL"):
        entry = EntryPoint("mine", f"{__name__}:{target}", catalogue.ENTRY_POINTS)
        monkeypatch.setattr(catalogue, "entry_points", lambda *, group, name, e=entry: [e] if name == "mine" else group)
        assert protocol_named("mine").name == "vote"


PROTOCOL = Vote(critics=5)
