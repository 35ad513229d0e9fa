"""Every calculation is run again, and every number of the plan has one behind it."""

from __future__ import annotations

import pytest
from tests.unit.calculators.verification.test_report import put

from nexusplanner.calculators.verification import check_figures
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan


def failures(tree: JsonObject) -> dict[str, str]:
    return {f.where: f.problem for f in check_figures(CampaignPlan.model_validate(tree), tree).failures}


def test_all_figures_of_a_sound_plan_are_recomputed(sealed_plan: CampaignPlan) -> None:
    check = check_figures(sealed_plan)
    assert check.failures == ()
    assert (check.calculations, check.figures) == (len(sealed_plan.calculations), len(sealed_plan.figures))


def test_a_float_within_a_millionth_of_the_recomputed_one_is_the_same(tree: JsonObject) -> None:
    """Other machines differ in the last digits."""
    value = _output(tree, 2)["mean"]
    assert isinstance(value, float)
    assert failures(put(tree, "/calculations/2/outputs/mean", value * (1 + 5e-7))) == {}
    assert "/calculations/2/outputs/mean" in failures(put(tree, "/calculations/2/outputs/mean", value * (1 + 5e-6)))


def test_money_may_differ_by_one_minor_unit_from_the_recomputed_not_from_the_stored(tree: JsonObject) -> None:
    where = "/calculations/1/outputs/contingency"
    assert "/budget/contingency" in failures(put(tree, where, "6000.01"))
    assert where not in failures(put(tree, where, "6000.01"))
    assert where in failures(put(tree, where, "6000.02"))


@pytest.mark.parametrize("value", [True, None, "many", [], {"a": 1}])
def test_a_value_of_another_kind_is_no_figure(tree: JsonObject, value: object) -> None:
    assert "/calculations/2/outputs/p50" in failures(put(tree, "/calculations/2/outputs/p50", value))


def test_a_row_too_few_or_a_key_too_many_is_a_difference(tree: JsonObject) -> None:
    assert "/calculations/3/outputs/flights" in failures(put(tree, "/calculations/3/outputs/flights", []))
    assert "/calculations/2/outputs" in failures(put(tree, "/calculations/2/outputs/extra", 1))


def test_a_number_bound_to_nothing_is_named(tree: JsonObject) -> None:
    figures = tree["figures"]
    assert isinstance(figures, dict)
    without = {k: v for k, v in figures.items() if k != "/forecast/p10"}
    assert "no calculation" in failures({**tree, "figures": without})["/forecast/p10"]


@pytest.mark.parametrize("source", ["calc-none#/p10", "#/p10", "nonsense", ""])
def test_a_figure_of_a_calculation_that_is_not_there_is_named(tree: JsonObject, source: str) -> None:
    assert "does not exist" in failures(put(tree, "/figures/~1forecast~1p10", source))["/forecast/p10"]


def test_a_figure_of_a_number_that_is_not_there_is_named(tree: JsonObject) -> None:
    figures = tree["figures"]
    assert isinstance(figures, dict)
    changed = {**tree, "figures": {**figures, "/budget/lines/9/amount": figures["/budget/total"]}}
    assert "not in the plan" in failures(changed)["/budget/lines/9/amount"]


def test_inputs_that_no_longer_give_the_id_are_named(tree: JsonObject) -> None:
    assert "id does not follow" in failures(put(tree, "/calculations/5/inputs/audience", 501))["/calculations/5/inputs"]


def _output(tree: JsonObject, index: int) -> JsonObject:
    calculations = tree["calculations"]
    assert isinstance(calculations, list)
    calculation = calculations[index]
    assert isinstance(calculation, dict)
    outputs = calculation["outputs"]
    assert isinstance(outputs, dict)
    return outputs
