"""One whole loop: a plan, what came of it, and the plan after."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.flow.campaigns import OTHER, brief, history, planner

from nexusplanner import CampaignPlan, InputError, TenantError
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.model import JsonObject

Row = dict[str, object]


def rows_of(plan: CampaignPlan, *, lifted: float = 1.0) -> list[Row]:
    """Return weeks in which each channel brought what was forecast, times a factor."""
    weeks = plan.brief.period.weeks
    return [
        {
            "date": plan.brief.period.start + timedelta(weeks=week),
            "channel": line.channel,
            "spend": float(line.amount) / weeks,
            "conversions": lifted * plan.forecast.by_channel[line.channel].p50 / weeks,
        }
        for line in plan.budget.lines
        for week in range(weeks)
    ]


def made(result: object) -> CampaignPlan:
    plan = getattr(result, "plan", None)
    assert isinstance(plan, CampaignPlan)
    return plan


def width(plan: CampaignPlan) -> float:
    return (plan.forecast.p90 - plan.forecast.p10) / plan.forecast.p50


def test_a_plan_learns_from_what_came_of_the_one_before(tmp_path: Path) -> None:
    """Priors, widths and lessons reach the next plan, in another process's planner, and every figure runs again."""
    with planner(history=history(), workspace=tmp_path) as planning:
        first = made(planning.plan(brief()))
        report = planning.record_outcome(first.id, rows_of(first, lifted=1.5))
        assert report.total.verdict == "above"
        assert planning.record_outcome(first.id, rows_of(first, lifted=1.5)).is_known
        assert len(planning.outcomes()) == 1
    with planner(history=history(), workspace=tmp_path) as planning:
        second = made(planning.plan(brief()))
        assert made(planning.plan(brief(), tenant="other")).model_dump(exclude={"id", "tenant", "seal"}) == (
            first.model_dump(exclude={"id", "tenant", "seal"})
        )
        assert second.forecast.p50 > 1.1 * first.forecast.p50
        assert width(second) > width(first)
        verified = verify_plan(second)
        assert not verified.failures
        _cites_what_was_learnt(second)
        _keeps_what_was_learnt_among_its_inputs(second, report.outcome.id)
        lesson = next(e.source for e in second.evidence if e.kind == "lesson" and e.id in _cited(second))
        planning.record_outcome(second, rows_of(second, lifted=0.6))
        counted = next(n for n in planning.lessons() if n.id == lesson)
        assert (counted.helped, counted.hurt) == (0, 1)
        assert planning.withdraw_lesson(lesson).status == "withdrawn"
        noted = [entry.action for entry in planning.audit()]
        assert noted.count("outcome.recorded") == 2
        assert noted.count("lesson.withdrawn") == 1
        third = made(planning.plan(brief()))
        assert lesson not in {e.source for e in third.evidence}
        refined = planning.refine(third.id, "10% more for email").plan
        assert refined is not None
        assert not verify_plan(refined).failures


def test_an_outcome_that_was_kept_without_its_note_is_noted_when_it_is_reported_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As if the process had been killed in between; and once it is noted, never again."""
    planning = planner()
    plan = made(planning.plan(brief()))
    with monkeypatch.context() as killed:
        killed.setattr(planning._parts.audit, "aappend", _killed)
        with pytest.raises(RuntimeError):
            planning.record_outcome(plan.id, rows_of(plan))
    for _ in range(2):
        assert planning.record_outcome(plan.id, rows_of(plan)).is_known
    assert len(planning.audit(action="outcome.recorded")) == 1


async def _killed(_note: object, *, tenant: str) -> None:
    raise RuntimeError(tenant)


def _cited(plan: CampaignPlan) -> set[str]:
    return {i for claim in plan.claims for i in claim.evidence} | {i for c in plan.channels for i in c.evidence}


def _cites_what_was_learnt(plan: CampaignPlan) -> None:
    kinds = {e.kind for e in plan.evidence if e.id in _cited(plan)}
    assert {"outcome", "lesson"} <= kinds
    assert any("Outcomes that were taken" in note for note in plan.notes)


def _keeps_what_was_learnt_among_its_inputs(plan: CampaignPlan, outcome: str) -> None:
    curves = plan.calculation("response_curves")
    assert curves is not None
    learned = curves.inputs["learned"]
    assert isinstance(learned, dict)
    rows = learned["rows"]
    assert isinstance(rows, list)
    told: list[JsonObject] = [row for row in rows if isinstance(row, dict)]
    assert {row["outcome"] for row in told} == {outcome}
    assert any(e.id in curves.evidence for e in plan.evidence if e.kind == "outcome")


def test_what_earlier_runs_left_can_be_asked_for(tmp_path: Path) -> None:
    """Plans, outcomes and lessons, by what they are about; another tenant has none of them."""
    with planner(history=history(), workspace=tmp_path) as planning:
        plan = made(planning.plan(brief()))
        other = made(planning.plan(OTHER))
        planning.record_outcome(plan, rows_of(plan, lifted=1.5))
    with planner(workspace=tmp_path) as planning:
        found = planning.recall("pottery workshops in spring, by search", k=20)
        assert {item.kind for item in found} == {"plan", "outcome", "lesson"}
        assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
        assert next(item for item in found if item.kind == "plan").id == plan.id
        assert not any(item.trusted for item in found if item.kind == "plan")
        assert planning.recall(other.brief, k=1)[0].id == other.id
        assert planning.recall("zeppelin") == ()
        assert planning.recall("pottery", tenant="other") == ()


def test_a_file_is_read_as_a_history_is_and_its_bad_rows_are_told(tmp_path: Path) -> None:
    with planner(history=history(), base=tmp_path) as planning:
        plan = made(planning.plan(brief()))
        lines = ["Week,Platform,Cost,Orders"]
        lines += [f"{r['date']},{r['channel']},{r['spend']},{r['conversions']}" for r in rows_of(plan)]
        lines.insert(3, "2027-01-11,search,plenty,3")
        (tmp_path / "outcome.csv").write_text("\n".join(lines) + "\n")
        report = planning.record_outcome(plan, "outcome.csv")
        assert report.quality[0].bad == 1
        assert "1 of 25 rows of outcome.csv were left out" in report.to_text()
        assert report.plot().svg.startswith("<svg")
        assert "<svg" in report._repr_html_()
        assert str(report) == report.to_text()
        assert report.outcome.id in repr(report)


def test_what_was_learnt_stands_in_for_a_history_that_is_not_at_hand() -> None:
    with planner(history=history()) as planning:
        plan = made(planning.plan(brief()))
        report = planning.record_outcome(plan, rows_of(plan))
        experience = planning._parts.experience
    with planner() as bare:
        blind = made(bare.plan(brief()))
    with planner() as knowing:
        object.__setattr__(knowing._parts, "experience", experience)
        taught = made(knowing.plan(brief()))
    assert {c.channel: c.role for c in taught.channels} != {c.channel: c.role for c in blind.channels}
    assert width(taught) < 0.5 * width(blind)
    assert not verify_plan(taught).failures
    assert report.outcome.id in str(taught.calculations[0].inputs) + str(taught.calculations[1].inputs)


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([], "there is no row"),
        ([{"date": "2027-01-04", "channel": "search"}], "spend"),
        ([{"date": "2027-01-04", "channel": "search", "spend": -1}], "spend"),
        ([{"date": "2027-01-04", "channel": "search", "spend": 1, "conversions": float("nan")}], "conversions"),
        ([{"date": "2027-01-04", "channel": "search", "spend": 1, "conversions": 2}], "fewer than two dates"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(rows: list[Row], named: str) -> None:
    with planner(history=history()) as planning:
        plan = made(planning.plan(brief()))
        with pytest.raises(InputError, match=named):
            planning.record_outcome(plan, rows)
        assert planning.outcomes() == ()


def test_another_tenants_plan_cannot_be_reported_on() -> None:
    with planner(history=history()) as planning:
        plan = made(planning.plan(brief()))
        with pytest.raises(TenantError):
            planning.record_outcome(plan, rows_of(plan), tenant="other")
        with pytest.raises(InputError):
            planning.record_outcome(plan.id, rows_of(plan), tenant="other")
        with pytest.raises(InputError):
            planning.withdraw_lesson("les-000000000000")


@pytest.mark.parametrize("kept", ["memory", "files"])
def test_what_a_forgotten_tenant_learnt_is_forgotten(tmp_path: Path, kept: str) -> None:
    with planner(history=history(), workspace=tmp_path if kept == "files" else None) as planning:
        handle = planning.tenant("kiln")
        plan = made(handle.plan(brief()))
        handle.record_outcome(plan.id, rows_of(plan, lifted=1.5))
        assert handle.outcomes()
        assert handle.lessons()
        handle.erase()
        assert (handle.outcomes(), handle.lessons()) == ((), ())
