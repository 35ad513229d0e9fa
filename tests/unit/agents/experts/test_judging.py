"""The critic's, debater's and judge's experts: measured, cited, and settled by what was shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.agents.grounds import TODAY, Ground, critique_task, proposal, told

from nexusplanner.agents.experts.argue import argue
from nexusplanner.agents.experts.critique import BARS, critique
from nexusplanner.agents.experts.decide import decide
from nexusplanner.agents.experts.measures import MEASURES
from nexusplanner.agents.experts.points import points
from nexusplanner.agents.tasks import ArgueTask, CritiqueTask, DecideTask, Dispute
from nexusplanner.calculators.verification import FigurePool, orphans
from nexusplanner.domain.critique import CRITERIA, Criterion, Fault, Verdict
from nexusplanner.domain.debate import Turn
from nexusplanner.domain.proposal import LENSES, Claim, Lens

criteria = pytest.mark.parametrize("criterion", CRITERIA)


def verdict_on(task: CritiqueTask, criterion: Criterion) -> Verdict:
    """Have the expert judge, and return one verdict."""
    return next(v for v in critique(task).verdicts if v.criterion == criterion)


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("ground", [Ground(), Ground(customers=False, history=False, channels=("search", "email"))])
def test_every_criterion_is_measured_between_zero_and_one(lens: Lens, ground: Ground) -> None:
    """Each verdict passes by its critic's bar; what fails names a gap, traced figures and given ids."""
    for critic, column in (("finance", 0), ("audience", 1)):
        task = critique_task(lens, ground, critic)
        pool = FigurePool.of(task.desk.brief, task.desk.evidence, task.desk.calculations)
        verdicts = critique(task).verdicts
        assert tuple(v.criterion for v in verdicts) == CRITERIA
        for verdict in verdicts:
            measured = MEASURES[verdict.criterion](task)
            assert 0 <= measured.score <= 1
            assert verdict.passed == (measured.score >= BARS[verdict.criterion][column])
            assert bool(verdict.gap) != verdict.passed
            assert set(verdict.evidence) <= task.desk.allowed_ids
            if verdict.criterion == "objective_fit":
                assert orphans(verdict.gap, pool) == ()


@criteria
def test_a_fault_that_code_found_fails_its_criterion(criterion: Criterion) -> None:
    fault = Fault(where="claims.0", problem="It is wrong.", criterion=criterion, ids=("calc-x-1",))
    task = replace(critique_task("growth"), faults=(fault,))
    verdict = verdict_on(task, criterion)
    assert (verdict.passed, verdict.score, verdict.gap) == (False, 0, "It is wrong.")
    assert verdict.evidence == ("calc-x-1",)


def test_claims_that_rest_on_nothing_lower_the_evidence() -> None:
    loose = tuple(Claim(id=f"cl-{i}", text=f"So it is {i}.", status="assumption") for i in range(3))
    verdict = verdict_on(critique_task("growth", claims=loose), "evidence")
    assert verdict.score == 0
    assert "3 of 3 claims rest on nothing" in verdict.gap
    assert "So it is 0." in verdict.gap
    assert verdict_on(critique_task("growth", claims=()), "evidence").gap == "No claims."


def test_a_campaign_that_starts_tomorrow_is_rushed() -> None:
    rushed = verdict_on(critique_task("growth", Ground(start=TODAY + timedelta(days=1))), "calendar")
    assert not rushed.passed
    assert "1 days after planning" in rushed.gap
    assert verdict_on(critique_task("growth"), "calendar").passed


def test_a_copy_of_another_proposal_is_not_different() -> None:
    task = critique_task("growth")
    twin = replace(task, siblings=(task.proposal.model_copy(update={"id": "prop-twin"}),))
    verdict = verdict_on(twin, "differentiation")
    assert verdict.score == 0
    assert "prop-twin" in verdict.gap
    other = replace(task, siblings=(proposal("efficiency"),), desk=told("efficiency")[0])
    assert verdict_on(other, "differentiation").score > 0


def test_messages_to_people_who_never_consented_fail_compliance() -> None:
    """E-mail has money, and nobody addressed may be written to."""
    assert not verdict_on(critique_task("growth", Ground(consent=False)), "compliance").passed
    assert verdict_on(critique_task("growth", Ground(consent=False, channels=("search", "tv"))), "compliance").passed
    assert verdict_on(critique_task("growth"), "compliance").passed


def test_the_brands_word_is_measured() -> None:
    silent = verdict_on(critique_task("growth", Ground(must=("Drink responsibly",)), pillars=()), "brand_voice")
    assert "does not say 'Drink responsibly'" in silent.gap
    loud = verdict_on(critique_task("growth", Ground(never=("bargain",)), big_idea="A bargain."), "brand_voice")
    assert "says 'bargain'" in loud.gap


def test_channels_without_rows_lower_measurability() -> None:
    """Their share of the money is what cannot be read."""
    seen = MEASURES["measurability"](critique_task("growth", Ground(channels=("search", "social", "tv"))))
    half = MEASURES["measurability"](critique_task("growth", Ground(channels=("search", "social", "tv", "podcast"))))
    assert seen.score == 1
    assert half.score < 1
    assert "podcast" in half.gap


def test_finds_that_bear_on_it_and_were_not_used_are_named() -> None:
    unused = verdict_on(critique_task("growth", claims=(), pillars=()), "unused_evidence")
    assert not unused.passed
    assert unused.evidence
    assert verdict_on(critique_task("growth"), "unused_evidence").score > unused.score


def dispute(criterion: Criterion, *passed: bool, score: float = 0.5, ground: Ground = Ground()) -> Dispute:  # noqa: B008 - frozen
    """Let critics differ about a criterion."""
    _, option = told("growth", ground)
    return Dispute(
        proposal("growth", ground), option, tuple(Verdict(criterion=criterion, passed=p, score=score) for p in passed)
    )


@criteria
@pytest.mark.parametrize("ground", [Ground(), Ground(customers=False, history=False, outside=False)])
def test_points_cite_what_is_there_in_traced_numbers(criterion: Criterion, ground: Ground) -> None:
    laid, _ = told("growth", ground)
    pool = FigurePool.of(laid.brief, laid.evidence, laid.calculations)
    for point in points(laid, dispute(criterion, True, False, ground=ground)):
        assert point.id in laid.allowed_ids
        assert orphans(point.text, pool) == ()


@criteria
def test_each_turn_brings_what_no_turn_cited_until_one_concedes(criterion: Criterion) -> None:
    """A voice that has nothing new concedes, and every debate comes to that."""
    laid, _ = told("growth")
    about = dispute(criterion, True, False)
    turns: list[Turn] = []
    for round_ in range(1, 40):
        turn = argue(ArgueTask(laid, about, "AB"[round_ % 2], round_, tuple(turns)))
        new = {*turn.evidence, *turn.calculations}
        assert not new & {i for t in turns for i in (*t.evidence, *t.calculations)}
        assert bool(new) == (turn.stance != "concede")
        assert turn.about == about.about
        turns.append(turn)
        if [t.stance for t in turns[-2:]] == ["concede", "concede"]:
            return
    raise AssertionError("nobody ever conceded")


def turn(voice: str, stance: str, *ids: str, about: str = "") -> Turn:
    """Take a turn."""
    return Turn.model_validate(
        {"round": 1, "voice": voice, "about": about, "stance": stance, "argument": "So.", "evidence": ids}
    )


@pytest.mark.parametrize(
    ("votes", "score", "shown", "criterion", "passes", "reason"),
    [
        ((True, False), 0.5, ((2, "pass"), (1, "fail")), "money", True, "What was shown: 2 for it, 1 against"),
        ((True, True, False), 0.9, ((1, "pass"), (2, "fail")), "money", False, "What was shown: 1 for it, 2 against"),
        ((True, True, False), 0.1, ((1, "pass"), (1, "fail")), "money", True, "first votes decide"),
        ((True, False, False), 0.9, (), "money", False, "first votes decide"),
        ((True, False), 0.7, (), "money", True, "mean score is 0.7"),
        ((True, False), 0.3, (), "audience", False, "mean score is 0.3"),
        ((True, False), 0.52, (), "money", False, "a blocking criterion fails in doubt"),
        ((True, False), 0.5, (), "audience", True, "All is equal"),
    ],
)
def test_a_dispute_is_settled_by_what_was_shown_then_votes_then_scores_then_caution(
    votes: tuple[bool, ...],
    score: float,
    shown: tuple[tuple[int, str], ...],
    criterion: Criterion,
    passes: bool,
    reason: str,
) -> None:
    about = dispute(criterion, *votes, score=score)
    turns = tuple(
        turn("B" if stance == "pass" else "A", stance, f"{stance}-{i}", about=about.about)
        for count, stance in shown
        for i in range(count)
    )
    elsewhere = turn("A", "fail", "x", "y", "z", about="prop-other/money")
    ruling = decide(DecideTask(told("growth")[0], about, (*turns, elsewhere)))
    assert ruling.passed is passes
    assert reason in ruling.reason
    assert set(ruling.evidence) <= {i for t in turns for i in t.evidence}
