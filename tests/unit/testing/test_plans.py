"""The sample plan must be one that adds up, or what is tested with it means little."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.testing.plans import sample_plan


def test_lines_and_contingency_make_the_total_and_shares_make_one() -> None:
    budget = sample_plan().budget
    assert sum((line.amount for line in budget.lines), budget.contingency) == budget.total
    assert sum(line.share for line in budget.lines) == pytest.approx(1, abs=1e-12)


def test_flights_of_a_channel_make_its_line() -> None:
    budget = sample_plan().budget
    for line in budget.lines:
        assert sum((f.amount for f in budget.flights if f.channel == line.channel), Decimal(0)) == line.amount


def test_every_cited_id_resolves() -> None:
    plan = sample_plan()
    known = {e.id for e in plan.evidence} | {c.id for c in plan.calculations}
    cited = [i for claim in plan.claims for i in claim.evidence + claim.calculations]
    cited += [i for segment in plan.segments for i in segment.evidence]
    cited += [i for channel in plan.channels for i in channel.evidence]
    cited += [i for verdict in plan.critique for i in verdict.evidence]
    cited += [i for pillar in plan.strategy.pillars for i in pillar.proof]
    cited += [i for turn in plan.debate.turns for i in turn.evidence + turn.calculations]
    assert cited
    assert set(cited) <= known


def test_activities_lie_in_the_period_after_what_they_need() -> None:
    plan = sample_plan()
    for i, activity in enumerate(plan.calendar):
        assert plan.brief.period.start <= activity.date <= activity.end <= plan.brief.period.end
        assert all(before < i or plan.calendar[before].date <= activity.date for before in activity.depends_on)


def test_it_comes_back_from_its_own_json() -> None:
    plan = sample_plan()
    assert CampaignPlan.model_validate_json(plan.to_json()) == plan
    assert plan.to_json() == sample_plan().to_json()


def test_changes_are_taken_and_checked() -> None:
    assert sample_plan(version=4).version == 4
    with pytest.raises(ValueError, match="status"):
        sample_plan(status="perhaps")
