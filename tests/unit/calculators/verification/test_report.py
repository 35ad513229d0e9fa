"""A plan that adds up verifies; a plan that was touched does not, and the report names the place."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.calculators.verification import VerificationReport, plan_id, seal, verify_plan
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.pointer import leaves


def put(tree: JsonObject, pointer: str, value: object) -> JsonObject:
    """Return a copy in which one value is another."""
    changed = copy.deepcopy(tree)
    here: object = changed
    *steps, last = [s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]]
    for step in steps:
        here = here[step] if isinstance(here, dict) else here[int(step)]  # type: ignore[index]
    here[last if isinstance(here, dict) else int(last)] = value  # type: ignore[index]
    return changed


def resealed(tree: JsonObject) -> JsonObject:
    """Seal an edited plan again, as someone who knows how would."""
    return {**tree, "id": plan_id(tree), "seal": dict(seal(tree))}


def numbers(tree: JsonObject) -> list[tuple[str, float]]:
    content = {k: v for k, v in tree.items() if k != "seal"}
    return [(p, v) for p, v in leaves(content) if isinstance(v, int | float) and not isinstance(v, bool)]


def test_a_plan_of_real_calculations_verifies(sealed_plan: CampaignPlan) -> None:
    report = verify_plan(sealed_plan)
    assert report.ok, repr(report)
    assert report.calculations_recomputed == 6
    assert report.figures_recomputed == len(sealed_plan.figures)
    assert report.citations_resolved >= 8
    assert report.numbers_traced >= 5
    assert "0 failed" in repr(report)


def test_what_is_written_to_a_file_verifies_too(sealed_plan: CampaignPlan) -> None:
    assert verify_plan(json.loads(sealed_plan.to_json())).ok


def test_a_reformatted_plan_still_verifies(tree: JsonObject) -> None:
    """Other tools drop white space and write 1.0 as 1."""
    rewritten = json.dumps(tree, separators=(",", ":")).replace(".0,", ",").replace(".0}", "}")
    assert verify_plan(json.loads(rewritten)).ok


@settings(max_examples=12)
@given(data=st.data())
def test_any_one_changed_number_fails_and_is_named(data: st.DataObject, sealed_plan: CampaignPlan) -> None:
    tree = sealed_plan.model_dump(mode="json")
    pointer, value = data.draw(st.sampled_from(numbers(tree)))
    step = data.draw(st.sampled_from([1, -1, 1000, 0.5]))
    report = verify_plan(put(tree, pointer, value + step))
    assert not report.ok
    assert pointer in {failure.where for failure in report.failures}


@pytest.mark.parametrize(
    ("pointer", "value", "named"),
    [
        ("/budget/lines/0/amount", "1.00", "/budget/lines/0/amount"),
        ("/forecast/p90", 1e9, "/forecast/p90"),
        ("/segments/0/size", 999, "/segments/0/size"),
        ("/objective/target", "9", "/objective/target"),
        ("/calculations/2/outputs/p50", 7.0, "/calculations/2/outputs/p50"),
        ("/calculations/2/inputs/seed", 8, "/calculations/2/inputs"),
        ("/summary", "It should bring 123,456 conversions.", "/summary"),
        ("/evidence/0/quote", "Searches rose 80 %", "/evidence/0/quote"),
        ("/claims/0/evidence", [], "/claims/0"),
        ("/claims/0/calculations/0", "calc-none", "/claims/0/calculations/0"),
        ("/experiments/0/mde", 0.5, "/experiments/0/mde"),
        ("/figures", {}, "/forecast/p50"),
    ],
)
def test_sealing_an_edited_plan_again_does_not_hide_the_edit(
    tree: JsonObject, pointer: str, value: object, named: str
) -> None:
    report = verify_plan(resealed(put(tree, pointer, value)))
    assert named in {failure.where for failure in report.failures}


def test_a_file_that_is_no_plan_is_a_report_not_an_error(tree: JsonObject) -> None:
    report = verify_plan(put(tree, "/budget/total", "many"))
    assert "/budget/total" in {failure.where for failure in report.failures}
    assert report.figures_recomputed == 0


def test_an_unknown_calculator_is_named(tree: JsonObject) -> None:
    report = verify_plan(put(tree, "/calculations/0/name", "astrology"))
    assert any(f.where == "/calculations/0" and "astrology" in f.problem for f in report.failures)


def test_broken_inputs_are_named_not_raised(tree: JsonObject) -> None:
    report = verify_plan(put(tree, "/calculations/2/inputs", {}))
    assert any(f.where == "/calculations/2" and len(f.problem) < 400 for f in report.failures)


def test_the_report_is_one_line_and_short(tree: JsonObject) -> None:
    report = verify_plan({**tree, "figures": {}})
    assert isinstance(report, VerificationReport)
    assert len(report.failures) > 5
    assert "more" in str(report)
    assert "\n" not in repr(report)
