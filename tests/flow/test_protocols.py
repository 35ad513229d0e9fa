"""Protocols from a brief to a plan: who is asked, what is argued, why it stopped, and what the plan says of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from tests.flow.campaigns import brief, planner
from tests.flow.personas import Personas, Voice, agreeing, differing, fresh, planned, turn

from nexusplanner import ConfigurationError
from nexusplanner.agents.protocols import Debating, DecisionProtocol, Draft
from nexusplanner.agents.tasks import ArgueTask
from nexusplanner.agents.turns import LONGEST
from nexusplanner.agents.verdicts import Tally
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.critique import Criterion
from nexusplanner.domain.debate import Turn
from nexusplanner.settings import Deliberation, Settings


def looping(task: ArgueTask) -> Turn:
    """Say the same thing for ever."""
    own = task.desk.evidence["AB".index(task.voice)].id
    return turn(
        task, f"As {task.voice} said,  it is SO." if task.round > 1 else f"as {task.voice} said, it is so.", own
    )


def stalling(task: ArgueTask) -> Turn:
    """Always find something, never give in."""
    return turn(task, f"And in round {task.round} {task.voice} found this.", fresh(task))


def verbose(task: ArgueTask) -> Turn:
    """Write a book, and cite the whole desk."""
    return turn(task, "word " * 20_000, *(e.id for e in task.desk.evidence))


def silent(task: ArgueTask) -> Turn:
    """Say nothing."""
    return turn(task, " ")


def contradicting(task: ArgueTask) -> Turn:
    """Speak for the other side."""
    return turn(task, "The other voice is right.", fresh(task), stance="pass" if task.voice == "A" else "fail")


def giving_in(task: ArgueTask) -> Turn:
    """Bring one thing against; concede everything for."""
    return turn(task, "Look at this.", fresh(task)) if task.voice == "A" else turn(task, "Yes.", stance="concede")


def test_critics_that_agree_are_not_debated_and_the_plan_says_why() -> None:
    """All proposals are level, too: an agreement is settled by the ranking, at no call."""
    personas = Personas(critic=agreeing, voice=stalling)
    debate = planned(personas).debate
    assert {task: n for task, n in personas.asked.items() if task.startswith(("debater", "judge"))} == {}
    assert (debate.triggered, debate.stop_reason, debate.turns) == (False, "not_needed", ())
    assert "the critics agree on every criterion" in debate.reason


def test_only_what_critics_dispute_is_argued_and_dissent_is_kept() -> None:
    personas = Personas(critic=differing("calendar"), voice=giving_in)
    plan = planned(personas)
    assert {about.split("/")[1] for about in personas.about} == {"calendar"}
    assert personas.asked["judge.decide"] == 0
    for about, votes in plan.debate.initial_votes.items():
        assert sorted(votes) == [False, True]
        assert plan.debate.final_votes[about] == (False,)
    verdict = next(v for v in plan.critique if v.criterion == "calendar")
    assert not verdict.passed
    assert any("audience critic on calendar" in text for text in plan.dissent)
    assert "calendar" in plan.debate.reason


@pytest.mark.parametrize(
    ("voice", "protocol", "usd", "reason"),
    [
        (giving_in, Debating(), Decimal(0), "no_open_claim"),
        (stalling, Debating(), Decimal(0), "stable"),
        (stalling, Debating(rounds=1), Decimal(0), "round_cap"),
        (looping, Debating(), Decimal(0), "repeated"),
        (silent, Debating(), Decimal(0), "no_new_evidence"),
        (contradicting, Debating(), Decimal(0), "no_new_evidence"),
        (verbose, Debating(), Decimal(0), "repeated"),
        (stalling, Debating(), Decimal("0.05"), "budget"),
    ],
)
def test_whatever_the_voices_do_calls_are_bounded_and_the_plan_names_why_it_stopped(
    voice: Voice, protocol: Debating, usd: Decimal, reason: str
) -> None:
    personas = Personas(critic=differing("money"), voice=voice, usd=usd)
    plan = planned(personas, protocol)
    debate = plan.debate
    claims = len(debate.initial_votes)
    assert debate.stop_reason == reason
    assert personas.asked["debater.argue"] <= 2 * protocol.rounds * claims
    assert personas.asked["judge.decide"] <= claims
    assert personas.asked["judge.compare"] <= 2
    assert debate.rounds <= protocol.rounds
    assert all(len(t.argument) <= LONGEST + 2 for t in debate.turns)
    assert plan.status == "complete"
    assert not verify_plan(plan).failures
    assert str(debate.cost_usd) in plan.to_json()


def test_a_turn_that_brings_nothing_counts_as_a_concession_and_says_so() -> None:
    ruled = {t.ruled for t in planned(Personas(critic=differing("money"), voice=contradicting)).debate.turns}
    assert ruled == {"other_side"}


def test_the_judge_rules_on_what_was_left_level() -> None:
    for passes in (True, False):
        personas = Personas(critic=differing("money"), voice=stalling, passes=passes)
        debate = planned(personas).debate
        assert personas.asked["judge.decide"] == len(debate.final_votes)
        assert set(debate.final_votes.values()) == {(passes,)}
        assert bool(debate.flips) is passes  # before, what one critic failed had failed


@pytest.mark.parametrize(("choice", "moves"), [("second", False), ("first", False), ("runner-up", True)])
def test_close_finalists_are_compared_in_both_orders_and_only_the_same_answer_twice_counts(
    choice: str, moves: bool
) -> None:
    """A judge that always prefers whoever is named first, or second, contradicts itself."""
    plain = Personas(critic=differing("money"), voice=stalling)
    usual, runner_up = planned(plain).debate.initial_votes
    assert plain.asked["judge.compare"] == 2
    second = runner_up.split("/")[0]
    personas = Personas(
        critic=differing("money"),
        voice=stalling,
        prefers=lambda t: choice if moves is False else ("first" if t.first.proposal.id == second else "second"),
    )
    plan = planned(personas)
    leader = second if moves else usual.split("/")[0]
    assert all(a.proposal.split(":")[0].replace(" ", "-") not in leader for a in plan.alternatives)
    assert plan.debate.pairwise.count(second) == (2 if moves else 1)


def test_one_draft_one_look_no_vote() -> None:
    personas = Personas(critic=differing("money"), voice=stalling)
    plan = planned(personas, "single")
    assert personas.asked == {"strategist.propose": 1, "critic.critique": 1, "editor.summarise": 1}
    assert (plan.debate.protocol, plan.debate.triggered) == ("single", False)
    assert "one critic looked" in plan.debate.reason
    assert plan.alternatives == ()


def test_a_vote_takes_the_majority_on_each_criterion_without_a_word_of_debate() -> None:
    personas = Personas(critic=differing("calendar"), voice=stalling)
    plan = planned(personas, "vote")
    assert personas.asked["critic.critique"] == 9
    assert "debater.argue" not in personas.asked
    assert next(v for v in plan.critique if v.criterion == "calendar").passed
    assert any("overruled" in text for text in plan.dissent)
    assert "3 critics voted" in plan.debate.reason


class MoneyAlone(DecisionProtocol):
    """Argues about money alone; what else critics dispute fails, as one of them says."""

    name = "money_alone"
    drafts = (Draft("growth"), Draft("growth", 1))

    def disputed(self, ranked: Sequence[Tally]) -> tuple[tuple[str, Criterion], ...]:
        """Pick the leader's money."""
        return ((ranked[0].proposal, "money"),) if "money" in ranked[0].disputed else ()


class NeverStops(Debating):
    """Knows no reason to end."""

    def stop(self, *_: object, **__: object) -> None:
        """Go on."""


def test_a_protocol_that_never_stops_is_stopped_by_its_rounds() -> None:
    debate = planned(Personas(critic=differing("money"), voice=stalling), NeverStops(rounds=3)).debate
    assert (debate.rounds, debate.stop_reason) == (3, "round_cap")


@pytest.mark.parametrize("given", [MoneyAlone, MoneyAlone()])
def test_a_protocol_of_ones_own_decides_who_drafts_and_what_is_argued(given: DecisionProtocol) -> None:
    personas = Personas(critic=differing("money", "calendar"), voice=stalling)
    plan = planned(personas, given)
    assert {about.split("/")[1] for about in personas.about} == {"money"}
    assert personas.asked["strategist.propose"] == 2
    assert plan.debate.protocol == "money_alone"
    assert len(plan.alternatives) == 1
    assert [v.passed for v in plan.critique if v.criterion in ("money", "calendar")] == [True, False]


def test_the_settings_name_the_protocol_and_the_argument_wins() -> None:
    settings = Settings(deliberation=Deliberation(protocol="single"))
    with planner(settings=settings) as made:
        assert made.plan(brief()).debate.protocol == "single"  # type: ignore[union-attr]
    with planner(settings=settings, protocol="vote") as made:
        assert made.plan(brief()).debate.protocol == "vote"  # type: ignore[union-attr]


def test_an_unknown_protocol_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError, match="senate"):
        planner(protocol="senate")
