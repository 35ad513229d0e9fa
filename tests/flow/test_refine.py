"""Feedback in, next version out: what was asked is there, nothing else moved, sums hold, every difference is listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, JsonValue
from tests.flow.campaigns import everything, planner
from tests.flow.refined import bounded

from nexusplanner import CampaignPlan, Planner, PlanResult
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.comparison import changed, comparable, rows_of

_PROSE = {"summary", "claims", "risks", "strategy", "calendar"}
_FIGURES = _PROSE | {"budget", "channels", "forecast", "objective", "measurement"}
FOLLOWS: dict[str, set[str]] = {
    "move_money": _FIGURES,
    "set_money": _FIGURES,
    "cap_money": _FIGURES | {"brief.channels"},
    "floor_money": _FIGURES | {"brief.channels"},
    "drop_channel": _FIGURES | {"brief.channels", "compliance"},
    "add_channel": _FIGURES | {"brief.channels", "compliance"},
    "set_budget": _FIGURES | {"brief.budget", "evidence"},
    "set_period": _FIGURES - {"measurement"} | {"brief.period", "evidence", "experiments"},
    "address_segment": _PROSE | {"segments", "channels", "compliance", "experiments"},
    "leave_segment": _PROSE | {"segments", "channels", "compliance", "experiments"},
    "set_voice": _PROSE | {"brief.brand", "channels"},
    "must_say": _PROSE | {"brief.brand"},
    "never_say": _PROSE | {"brief.brand", "channels"},
}
"""Kind of change -> parts of plan.json that may follow from it."""
MONEY = {"move_money", "set_money", "cap_money", "floor_money", "drop_channel", "add_channel", "set_budget"}


class Case(BaseModel):
    """One written feedback and what must come of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    feedback: str
    kinds: tuple[str, ...]
    holds: dict[str, JsonValue] = {}
    refused: tuple[str, ...] = ()


def cases() -> tuple[Case, ...]:
    """Read the feedbacks that people wrote."""
    rows = yaml.safe_load((Path(__file__).parent / "feedbacks.yaml").read_text(encoding="utf-8"))
    return tuple(Case.model_validate(row) for row in rows)


CASES = cases()
DONE = [case for case in CASES if case.kinds]


@dataclass(frozen=True)
class Refined:
    """A planner that keeps the first version, and what feedback makes of it."""

    planner: Planner
    before: CampaignPlan
    made: dict[str, PlanResult] = field(default_factory=dict)

    def after(self, case: Case) -> PlanResult:
        """Refine the first version once."""
        if case.feedback not in self.made:
            self.made[case.feedback] = self.planner.refine(self.before.id, case.feedback)
        return self.made[case.feedback]


@pytest.fixture(scope="module")
def refined() -> Iterator[Refined]:
    """Make the plan that all feedback is about."""
    with planner(**everything()) as planning:
        plan = planning.plan(bounded(), seed=7).plan
        assert plan is not None
        yield Refined(planning, plan)


def new_of(result: PlanResult) -> CampaignPlan:
    """Return the version a refinement made."""
    assert result.plan is not None
    assert result.status == "complete"
    return result.plan


def value_at(tree: JsonValue, place: str) -> JsonValue:
    """Read a place; a row of a list by what it is about."""
    for step in place.split("."):
        rows = rows_of(tree) if isinstance(tree, list) else tree
        tree = rows.get(step) if isinstance(rows, dict) else None
    return tree


def test_there_are_feedbacks_enough_of_each_kind() -> None:
    assert len(DONE) >= 30
    assert {kind for case in DONE for kind in case.kinds} == set(FOLLOWS)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.feedback)
def test_what_was_asked_is_there_and_what_could_not_be_is_refused_with_a_reason(refined: Refined, case: Case) -> None:
    result = refined.after(case)
    assert [change.kind for change in result.changes] == [*case.kinds]
    assert len(result.refused) == len(case.refused)
    for refusal, reason in zip(result.refused, case.refused, strict=True):
        assert reason in refusal.reason
        assert refusal.quote in case.feedback
    tree = comparable(result.plan) if result.plan else {}
    for place, value in case.holds.items():
        assert value_at(tree, place) == value, place


@pytest.mark.parametrize("case", DONE, ids=lambda c: c.feedback)
def test_nothing_moves_but_what_follows(refined: Refined, case: Case) -> None:
    result = refined.after(case)
    plan, allowed = new_of(result), set().union(*(FOLLOWS[kind] for kind in case.kinds))
    assert result.difference is not None
    moved = {".".join(d.where[:2]) if d.where[0] == "brief" else d.where[0] for d in result.difference.differences}
    assert moved <= allowed
    if not MONEY & set(case.kinds):
        assert _amounts(plan) == _amounts(refined.before)
    for change in result.changes:
        if change.kind == "move_money" and len(case.kinds) == 1:
            others = {change.source, change.target}
            assert _but(plan, others) == _but(refined.before, others)


@pytest.mark.parametrize("case", DONE, ids=lambda c: c.feedback)
def test_the_arithmetic_of_each_version_holds(refined: Refined, case: Case) -> None:
    plan = new_of(refined.after(case))
    report = verify_plan(plan)
    assert report.ok, report
    assert sum((line.amount for line in plan.budget.lines), plan.budget.contingency) == plan.budget.total
    assert sum(line.share for line in plan.budget.lines) == pytest.approx(1, abs=1e-9)
    for line in plan.budget.lines:
        assert sum((f.amount for f in plan.budget.flights if f.channel == line.channel), Decimal(0)) == line.amount


@pytest.mark.parametrize("case", DONE, ids=lambda c: c.feedback)
def test_the_differences_explain_every_difference(refined: Refined, case: Case) -> None:
    """Applied to the old plan they give the new one, field by field."""
    result = refined.after(case)
    assert result.difference is not None
    assert changed(comparable(refined.before), result.difference.differences) == comparable(new_of(result))
    assert all(d.place.split(".")[-1] in result.difference.to_text(is_full=True) for d in result.difference.differences)


@pytest.mark.parametrize("case", [c for c in CASES if not c.kinds], ids=lambda c: c.feedback)
def test_where_nothing_can_be_done_there_is_no_new_version(refined: Refined, case: Case) -> None:
    result = refined.after(case)
    assert result.status == "refused"
    assert result.plan == refined.before
    assert result.refused
    assert result.difference is not None
    assert not result.difference.differences


def _amounts(plan: CampaignPlan) -> dict[str, Decimal]:
    return {"contingency": plan.budget.contingency, **{line.channel: line.amount for line in plan.budget.lines}}


def _but(plan: CampaignPlan, named: set[str]) -> dict[str, Decimal]:
    return {name: amount for name, amount in _amounts(plan).items() if name not in named}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CASES), min_size=2, max_size=4, unique_by=lambda c: c.feedback))
def test_any_wishes_together_hold_too(refined: Refined, wishes: list[Case]) -> None:
    """Each is done or refused; whatever is done, sums, figures, citations and differences hold."""
    result = refined.planner.refine(refined.before, ". ".join(wish.feedback.rstrip(".") for wish in wishes))
    assert result.changes or result.refused
    assert result.plan is not None
    assert result.difference is not None
    report = verify_plan(result.plan)
    assert report.ok, report
    assert changed(comparable(refined.before), result.difference.differences) == comparable(result.plan)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=120).filter(str.strip))
def test_whatever_is_said_it_is_answered(refined: Refined, feedback: str) -> None:
    """Nothing that a person may type breaks the run, and what was not understood changes nothing."""
    result = refined.planner.refine(refined.before, feedback)
    assert result.changes or result.plan == refined.before


def test_the_feedback_stands_in_the_plan_as_a_quote(refined: Refined) -> None:
    """On paper too: what was changed and what was refused, in the person's words."""
    wish = "Drop social. [Click](https://evil.example) <script>alert(1)</script>"
    plan = refined.planner.refine(refined.before, wish).plan
    assert plan is not None
    assert plan.refinement is not None
    assert plan.refinement.feedback == wish
    assert "**Changed:** Spend nothing on social" in plan.to_markdown()
    assert "](https://evil" not in plan.to_markdown()
    assert "<script>alert" not in plan.to_html()
