"""Assembly: every number is bound to the output it came from; what cannot be traced is not shipped."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from tests.unit.agents.kiln import CUSTOMERS, desk, proposed
from tests.unit.calculators.markets import long_history

from nexusplanner.agents.assembly import Materials, assemble, closing_calculations, finished
from nexusplanner.agents.assembly.clean import clean_summary, clean_words
from nexusplanner.agents.experts.critique import critique
from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.tasks import CritiqueTask, SummariseTask, SummaryWords
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.critique import Critique
from nexusplanner.domain.debate import Debate
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.sections import Cost
from nexusplanner.llm.request import Answer


def assembled(*, with_data: bool = True) -> CampaignPlan:
    at = desk() if with_data else desk(customers=None, has_history=False)
    full, option, p = proposed("efficiency", at)
    customers, history = (CUSTOMERS, long_history()) if with_data else (None, None)
    closing = closing_calculations(full, option, customers=customers, history=history)
    full = dataclasses.replace(full, calculations=(*full.calculations, *closing))
    judged = tuple(
        Critique(proposal=p.id, critic=c, verdicts=critique(CritiqueTask(full, c, p, option, (), ())).verdicts)
        for c in ("audience", "finance")
    )
    words = summarise(SummariseTask(full, p, option))
    materials = Materials(full, p, option, (p,), judged, {}, Debate(triggered=False), words, (), Cost(), (), ())
    return finished(assemble(materials), "complete")


def test_an_assembled_plan_verifies() -> None:
    for with_data in (True, False):
        report = verify_plan(assembled(with_data=with_data))
        assert report.ok, report.failures
        assert report.figures_recomputed > 20


def test_a_plans_id_follows_its_content_and_outlives_its_status() -> None:
    plan = assembled()
    assert finished(plan, "refused").id == plan.id
    assert finished(plan.model_copy(update={"summary": "Other."}), "complete").id != plan.id


def test_lines_are_those_of_the_allocation() -> None:
    plan = assembled()
    whole = sum((line.amount for line in plan.budget.lines), plan.budget.contingency)
    assert whole == plan.budget.total == Decimal(40_000)


def test_words_of_a_model_with_a_fault_left_are_replaced_and_that_is_said() -> None:
    full, option, p = proposed("growth", desk())
    loose = p.model_copy(
        update={"words": p.words.model_copy(update={"big_idea": "Win 98,765.43 hearts."}), "rung": "m"}
    )
    words, lost = clean_words(full, loose, option)
    assert words.big_idea == p.words.big_idea
    assert "98,765.43" in lost[0].reason
    assert clean_words(full, p.model_copy(update={"rung": "m"}), option) == (p.words, ())


def test_a_summary_with_a_number_of_its_own_is_replaced() -> None:
    full, option, p = proposed("growth", desk())
    good = summarise(SummariseTask(full, p, option))
    bad = SummaryWords(summary="It brings 98,765.43 EUR.", risks=())
    assert clean_summary(full, p, option, Answer(bad, "m", "", ""))[0] == good
    assert clean_summary(full, p, option, Answer(good, "m", "", "")) == (good, ())
