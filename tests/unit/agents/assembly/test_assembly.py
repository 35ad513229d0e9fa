"""Assembly: every number is bound to the output it came from; what cannot be traced is not shipped."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from tests.unit.agents.kiln import CUSTOMERS, desk, proposed
from tests.unit.calculators.markets import long_history

from nexusplanner.agents.assembly import Materials, assemble, closing_calculations, finished
from nexusplanner.agents.assembly.clean import clean_summary, clean_words
from nexusplanner.agents.desk import Desk
from nexusplanner.agents.experts.critique import critique
from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.tasks import CritiqueTask, SummariseTask, SummaryWords
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.critique import Critique
from nexusplanner.domain.debate import Debate
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.sections import Cost
from nexusplanner.llm.request import Answer
from nexusplanner.rendering import to_html, to_markdown


def assembled(*, with_data: bool = True) -> CampaignPlan:
    at = desk() if with_data else desk(customers=None, has_history=False)
    full, option, p = proposed("efficiency", at)
    customers, history = (CUSTOMERS, long_history()) if with_data else (None, None)
    closing = closing_calculations(
        full, option, has_consent=customers.has_consent if customers else False, history=history
    )
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
    assert "A number in big_idea is in no source." in lost[0].reason
    assert "98,765" not in lost[0].reason, "what was made up is not shipped by telling of it"
    assert clean_words(full, p.model_copy(update={"rung": "m"}), option) == (p.words, ())


def test_a_summary_with_a_number_of_its_own_is_replaced() -> None:
    full, option, p = proposed("growth", desk())
    good = summarise(SummariseTask(full, p, option))
    bad = SummaryWords(summary="It brings 98,765.43 EUR.", risks=())
    assert clean_summary(full, p, option, Answer(bad, "m", "", ""))[0] == good
    assert clean_summary(full, p, option, Answer(good, "m", "", "")) == (good, (), ())


def test_each_option_knows_its_weeks_and_the_plan_spends_by_those() -> None:
    plan = assembled()
    outlook = next(c for c in plan.calculations if c.name == "forecast")
    flights = next(c for c in plan.calculations if c.name == "flights")
    assert outlook.inputs["weekly"]
    assert flights.id in outlook.explanation
    assert plan.figures["/budget/flights/0/amount"].startswith(f"{flights.id}#")


def test_what_is_noted_of_a_date_is_shown() -> None:
    plan = assembled()
    noted = plan.model_copy(update={"calendar": (plan.calendar[0].model_copy(update={"note": "Moved from a fair."}),)})
    assert "Moved from a fair." in to_markdown(noted)
    assert "Moved from a fair." in to_html(noted)


def test_the_kpi_tree_takes_the_margin_a_customer_of_the_base_should_bring_where_it_is_known() -> None:
    def tree(at: Desk) -> Calculation:
        full, option, _ = proposed("efficiency", at)
        closing = closing_calculations(full, option, has_consent=CUSTOMERS.has_consent, history=long_history())
        return next(c for c in closing if c.name == "kpi_tree")

    at = desk()
    assert tree(at).outputs["allowable_cpa_lifetime"] is None
    sized = at.calculation("customer_segments")
    assert sized is not None
    rows = sized.outputs["segments"]
    assert isinstance(rows, list)
    worth = [{**row, "expected_value": 12.0 * int(str(row["size"]))} for row in rows if isinstance(row, dict)]
    for currency, margin, expected in (("EUR", "0.5", 6.0), ("USD", "0.5", None), ("EUR", None, None)):
        valued = sized.model_copy(update={"outputs": {**sized.outputs, "segments": [*worth], "currency": currency}})
        offering = at.brief.offering.model_copy(update={"margin": None if margin is None else Decimal(margin)})
        others = tuple(c for c in at.calculations if c is not sized)
        told = dataclasses.replace(
            at, brief=at.brief.model_copy(update={"offering": offering}), calculations=(valued, *others)
        )
        assert tree(told).outputs["allowable_cpa_lifetime"] == expected
