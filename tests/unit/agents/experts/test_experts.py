"""The experts: words that follow the figures, differ by lens and seed, and never say what is banned."""

from __future__ import annotations

import dataclasses
import re

import pytest
from tests.unit.agents.kiln import BRIEF, desk, found, optioned, proposed

from nexusplanner.agents.checks import prose_of
from nexusplanner.agents.experts import experts
from nexusplanner.agents.experts.amounts import money, percent, quantity, spoken
from nexusplanner.agents.experts.argue import argue
from nexusplanner.agents.experts.craft import craft_of
from nexusplanner.agents.experts.critique import critique
from nexusplanner.agents.experts.decide import decide
from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.experts.revise import revise
from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.experts.voice import Voice, clause, excerpt, listed, sentence
from nexusplanner.agents.tasks import ArgueTask, CritiqueTask, DecideTask, Dispute, ProposeTask, SummariseTask
from nexusplanner.calculators.verification import FigurePool, orphans
from nexusplanner.domain.critique import CRITERIA, Criterion, Fault, Verdict
from nexusplanner.domain.debate import Turn
from nexusplanner.domain.proposal import LENSES

AT = desk()


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("seed", [0, 7, 61])
def test_words_are_traced_allowed_and_never_banned(lens: str, seed: int) -> None:
    full, option = optioned(lens, desk(seed=seed))  # type: ignore[arg-type]
    words = propose(ProposeTask(full, option))
    pool = FigurePool.of(full.brief, full.evidence, full.calculations)
    prose = [text for _, text in prose_of(words)]
    assert all(prose)
    assert not [n for text in prose for n in orphans(text, pool)]
    assert "cheapest" not in " ".join(prose).casefold()
    assert "book by friday" in " ".join(prose).casefold()
    assert {i for c in words.claims for i in c.evidence} <= full.allowed_ids
    assert all(c.evidence or c.status == "assumption" for c in words.claims)


@pytest.mark.parametrize("lens", LENSES)
def test_another_seed_says_it_in_other_words(lens: str) -> None:
    told = []
    for seed in (7, 8):
        full, option = optioned(lens, desk(seed=seed))  # type: ignore[arg-type]
        told.append(propose(ProposeTask(full, option)))
    assert told[0].positioning != told[1].positioning
    assert told[0].big_idea != told[1].big_idea


@pytest.mark.parametrize(("customers", "has_history"), [(True, False), (False, True), (False, False)])
def test_missing_data_is_said_and_not_filled_in(customers: bool, has_history: bool) -> None:
    at = desk(has_history=has_history) if customers else desk(customers=None, has_history=has_history)
    full, option, p = proposed("efficiency", at)
    pool = FigurePool.of(full.brief, full.evidence, full.calculations)
    said = summarise(SummariseTask(full, p, option))
    prose = [text for _, text in prose_of(p.words)] + [said.summary, *(r.risk for r in said.risks)]
    assert not [n for text in prose for n in orphans(text, pool)]
    if not customers:
        assert any(c.status == "assumption" for c in p.words.claims)
    if not has_history:
        assert not any("past" in text and "share" in text for text in prose)


def test_a_brief_without_reasons_still_gets_a_plan_of_its_own() -> None:
    bare = BRIEF.model_copy(update={"offering": BRIEF.offering.model_copy(update={"value_props": ()})})
    _, _, p = proposed("growth", desk(brief=bare))
    assert "Kiln House" in p.words.positioning


def judged(criterion: Criterion, *, faults: tuple[Fault, ...] = ()) -> tuple[Verdict, Verdict]:
    full, option, p = proposed("efficiency", AT)
    both = [critique(CritiqueTask(full, critic, p, option, (), faults)) for critic in ("finance", "audience")]
    for verdicts in both:
        assert [v.criterion for v in verdicts.verdicts] == list(CRITERIA)
    first, second = (next(v for v in b.verdicts if v.criterion == criterion) for b in both)
    return first, second


def test_a_fault_that_code_found_fails_its_criterion_for_both_critics() -> None:
    fault = Fault(where="claims.0", problem="It cites nothing.", criterion="evidence", ids=("ev-x",))
    for verdict in judged("evidence", faults=(fault,)):
        assert not verdict.passed
        assert verdict.gap == "It cites nothing."


def test_a_failed_verdict_has_a_gap_and_a_passed_one_has_none() -> None:
    for criterion in CRITERIA:
        for verdict in judged(criterion):
            assert bool(verdict.gap) != verdict.passed


def dispute(criterion: Criterion, *passed: bool) -> tuple[ArgueTask, Dispute]:
    full, option, p = proposed("efficiency", AT)
    votes = tuple(Verdict(criterion=criterion, passed=x, score=0.5, gap="" if x else "no") for x in passed)
    disputed = Dispute(p, option, votes)
    return ArgueTask(full, disputed, "A", 1, ()), disputed


@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_voice_brings_something_new_each_turn_and_then_concedes(criterion: Criterion) -> None:
    task, _ = dispute(criterion, True, False)
    turns: list[Turn] = []
    for round_ in range(1, 12):
        turn = argue(ArgueTask(task.desk, task.dispute, "B", round_, tuple(turns)))
        cited = {i for t in turns for i in (*t.evidence, *t.calculations)}
        assert not cited & {*turn.evidence, *turn.calculations}
        turns.append(turn)
        if turn.stance == "concede":
            break
    assert turns[-1].stance == "concede"


@pytest.mark.parametrize(
    ("stances", "votes", "passed"),
    [
        (("pass", "pass", "fail"), (True, False), True),
        (("fail",), (True, True), False),
        ((), (True, True, False), True),
        ((), (True, False), False),
    ],
)
def test_what_was_shown_decides_then_the_votes_then_caution(
    stances: tuple[str, ...], votes: tuple[bool, ...], passed: bool
) -> None:
    task, disputed = dispute("money", *votes)
    turns = tuple(
        Turn.model_validate(
            {"round": 1, "voice": "A", "about": disputed.about, "stance": s, "argument": str(i), "evidence": (f"e{i}",)}
        )
        for i, s in enumerate(stances)
    )
    assert decide(DecideTask(task.desk, disputed, turns)).passed is passed


def test_a_gap_about_unused_evidence_is_closed_and_the_rest_stays() -> None:
    full, option, p = proposed("efficiency", AT)
    used = {i for c in p.words.claims for i in c.evidence}
    unused = found("memory", "Wheels turn slowly here.")
    full = dataclasses.replace(full, evidence=(*full.evidence, unused))
    assert unused.id not in used
    gap = Verdict(criterion="unused_evidence", passed=False, score=0, gap="unused", evidence=(unused.id,))
    mended = revise(ProposeTask(full, option, previous=p.words, gaps=(gap,)))
    assert unused.id in {i for c in mended.claims for i in c.evidence}
    assert mended.positioning == p.words.positioning
    assert mended.claims[: len(p.words.claims)] == p.words.claims


@pytest.mark.parametrize("criterion", ["evidence", "differentiation", "brand_voice", "compliance"])
def test_every_other_gap_that_words_can_mend_is_mended_with_words(criterion: Criterion) -> None:
    full, option, p = proposed("growth", AT)
    silent = p.words.model_copy(update={"pillars": p.words.pillars[:1]})
    gap = Verdict(criterion=criterion, passed=False, score=0, gap="mend it")
    mended = revise(ProposeTask(full, option, previous=silent, gaps=(gap,)))
    assert mended.channels == silent.channels
    if criterion == "differentiation":
        assert mended.positioning != silent.positioning


def test_risks_come_from_this_plans_own_numbers() -> None:
    full, option, p = proposed("efficiency", AT)
    risks = summarise(SummariseTask(full, p, option)).risks
    assert 2 <= len(risks) <= 6
    assert all(re.search(r"Kiln House|search|social|TV|Champions|\d", r.risk) for r in risks)
    assert any("rival" in r.risk for r in risks)


def test_every_task_has_its_expert() -> None:
    assert set(experts()) == {
        "critic.critique", "debater.argue", "editor.summarise", "judge.compare", "judge.decide",
        "strategist.propose", "strategist.revise",
    }  # fmt: skip


def test_a_voice_tells_otherwise_for_the_next_seed_and_skips_what_is_banned() -> None:
    assert Voice(1, "x").tell("a", "b", "c") != Voice(2, "x").tell("a", "b", "c")
    assert Voice(1, "x", never=("b",)).tell("b", "a b") == ""
    assert {Voice(s, "x", never=("c",)).tell("a", "b", "c") for s in range(9)} == {"a", "b"}


def test_small_words() -> None:
    assert sentence(" a  b. ") == "A b."
    assert clause("Every disc.") == "every disc"
    assert clause("CDs by post") == "CDs by post"
    assert excerpt("One two three. Four.", words=2) == "One two …"
    assert (listed(["a"]), listed(["a", "b", "c"]), listed([])) == ("a", "a, b and c", "")
    assert (quantity(84.0), quantity(1234.5), quantity(2_500_000), quantity(0.0312)) == (
        "84",
        "1,234",
        "2.50 million",
        "0.0312",
    )
    assert (percent(0.314), percent(0.05), money(3, "EUR")) == ("31%", "5.0%", "3 EUR")
    assert (spoken("tv"), spoken("paid_search")) == ("TV", "paid search")
    assert craft_of("email").is_direct
    assert craft_of("sandwich_boards").formats == ("sandwich boards placement",)
