"""Ablations: the same yardstick for every protocol, the same spend where asked, and no plan kept."""

from __future__ import annotations

import pytest
from tests.flow.campaigns import BRIEF, brief, planner, to_approve
from tests.flow.personas import Personas, differing, fresh, turn

from nexusplanner.agents.protocols import DecisionProtocol, Single, Vote
from nexusplanner.agents.tasks import ArgueTask
from nexusplanner.domain.critique import CRITERIA
from nexusplanner.domain.debate import Turn
from nexusplanner.errors import BriefIncomplete, ConfigurationError
from nexusplanner.planner.ablation import Ablation, dearest_first


def against(task: ArgueTask) -> Turn:
    """Concede all that speaks for passing."""
    return turn(task, "See.", fresh(task)) if task.voice == "A" else turn(task, "Yes.", stance="concede")


def test_on_the_rules_every_claim_that_code_can_judge_is_right_and_nothing_flips() -> None:
    with planner() as made:
        found = made.ablate(brief(), seeds=(0, 1))
        assert made.list() == ()
    assert [s.protocol for s in found.standings] == ["debate", "vote", "single"]
    for standing in found.standings:
        assert set(standing.scores) == set(CRITERIA)
        assert (standing.trials, standing.accuracy, standing.worse, standing.better) == (2, 1.0, 0, 0)
        assert standing.usd == 0
        assert standing.latency_s > 0


def test_at_equal_spend_nobody_is_asked_more_often_than_the_one_that_debates() -> None:
    with planner() as made:
        trials = {t.protocol: t for t in made.ablate(brief(), seeds=(3,), equal_spend=True).trials}
    spent = trials["debate"].answers
    assert trials["single"].drafts > 1
    assert all(t.answers <= spent for t in trials.values())


def test_flips_are_counted_from_the_first_look_against_what_code_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The finance critic passes what is right; the audience critic and the voices then talk it down."""
    personas = Personas(critic=differing("compliance"), voice=against)
    monkeypatch.setattr("nexusplanner.planner.wiring.build_chain", lambda *_, **__: personas)
    with planner() as made:
        trials = {t.protocol: t for t in made.ablate(brief(), seeds=(0,)).trials}
    assert (trials["debate"].worse, trials["vote"].worse, trials["single"].worse) == (1, 0, 0)
    assert trials["debate"].right == trials["vote"].right - 1


def test_a_brief_that_asks_for_approval_waits_for_nobody() -> None:
    with planner() as made:
        assert len(made.ablate(to_approve(), protocols=["single"], seeds=(0,)).trials) == 1


def test_an_incomplete_brief_is_refused() -> None:
    with planner() as made, pytest.raises(BriefIncomplete):
        made.ablate({"name": BRIEF["name"]})


def test_nothing_to_compare_is_refused() -> None:
    with planner() as made, pytest.raises(ConfigurationError, match="protocol"):
        made.ablate(brief(), protocols=[])


def test_what_debates_comes_first() -> None:
    debating: DecisionProtocol = DecisionProtocol()
    assert dearest_first([Single(), Vote(), debating])[0] is debating


def test_the_spread_is_that_of_seeds_within_a_brief() -> None:
    with planner() as made:
        one = made.ablate(brief(), protocols=["single"], seeds=(0,)).trials[0]
    other = one.model_copy(update={"brief": "Another", "scores": dict.fromkeys(one.scores, 0.0)})
    assert Ablation.of([one, one, other, other], equal_spend=False).standings[0].spread == 0
    assert (
        Ablation.of([one, one.model_copy(update={"scores": other.scores})], equal_spend=False).standings[0].spread > 0
    )
