"""What holds for every plan, whatever the brief."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import combinations
from tempfile import TemporaryDirectory
from typing import cast

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.flow.campaigns import BRIEF, OTHER, brief, everything, history, planner
from tests.flow.generated_briefs import CHANNELS, briefs

from nexusplanner import CampaignBrief, CampaignPlan, Planner
from nexusplanner.agents.difference import difference
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.money import minor_unit
from nexusplanner.domain.proposal import LENSES, Proposal
from nexusplanner.graph.state import PlanState

WITHOUT_SHRINKING = (Phase.explicit, Phase.generate)
"""A plan is made in half a second: looking for the smallest brief that fails would take minutes."""


@cache
def _planner(known: int) -> Planner:
    """Return a planner whose history knows the first channels only, or none."""
    return planner(history=history(CHANNELS[:known])) if known else planner()


@settings(max_examples=10, phases=WITHOUT_SHRINKING)
@given(briefs(), st.sampled_from((0, 3, 7)), st.integers(0, 2**31))
def test_every_plan_holds_its_invariants(asked: CampaignBrief, known: int, seed: int) -> None:
    """Money adds up, claims are founded, citations resolve, dates fit, numbers recompute, files come back."""
    plan = _planner(known).plan(asked, seed=seed).plan
    assert plan is not None
    _money_adds_up(plan)
    _claims_are_founded(plan)
    _activities_fit(plan)
    _channels_keep_their_bounds(plan)
    report = verify_plan(plan)
    assert not report.failures, report.failures
    with TemporaryDirectory() as folder:
        plan.save(folder)
        again = CampaignPlan.load(f"{folder}/plan.json")
    assert again == plan
    assert again.to_json() == plan.to_json()


def _money_adds_up(plan: CampaignPlan) -> None:
    budget = plan.budget
    assert sum((line.amount for line in budget.lines), budget.contingency) == budget.total == plan.brief.budget.amount
    unit = minor_unit(budget.currency)
    assert all(line.amount % unit == 0 and line.amount >= 0 for line in budget.lines)
    assert abs(sum(line.share for line in budget.lines) - 1) < 1e-6
    assert sum((flight.amount for flight in budget.flights), Decimal(0)) == budget.total - budget.contingency


def _claims_are_founded(plan: CampaignPlan) -> None:
    known = {item.id for item in plan.evidence}
    computed = {item.id for item in plan.calculations}
    assert {name for claim in plan.claims for name in claim.evidence} <= known
    assert plan.claims
    assert all(claim.evidence or claim.status == "assumption" for claim in plan.claims)
    assert {name for claim in plan.claims for name in claim.calculations} <= computed
    cited = {name for name, _ in _values(plan.model_dump(mode="json"), "evidence")}
    assert cited <= known | computed, cited - known


def _values(tree: object, key: str) -> Iterator[tuple[str, str]]:
    """Yield the ids in every list of ids below a key."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name == key and isinstance(value, list):
                yield from ((item, name) for item in value if isinstance(item, str))
            yield from _values(value, key)
    elif isinstance(tree, list):
        for item in tree:
            yield from _values(item, key)


def _activities_fit(plan: CampaignPlan) -> None:
    period = plan.brief.period
    assert plan.calendar
    assert all(period.start <= a.date <= a.end <= period.end for a in plan.calendar)


def _channels_keep_their_bounds(plan: CampaignPlan) -> None:
    rules, amounts = plan.brief.channels, {line.channel: line.amount for line in plan.budget.lines}
    assert set(amounts) <= set(rules.allowed)
    assert all(amounts.get(channel, Decimal(0)) >= low for channel, low in rules.minimum.items())
    assert all(amounts.get(channel, Decimal(0)) <= high for channel, high in rules.maximum.items())


@settings(max_examples=3, phases=WITHOUT_SHRINKING)
@given(briefs(), st.integers(0, 99))
def test_the_same_seed_gives_the_same_bytes_from_two_planners(asked: CampaignBrief, seed: int) -> None:
    """No clock, no order of threads, no state of a planner shows in a plan."""
    one, two = (planner(history=history(CHANNELS[:3])).plan(asked, seed=seed).plan for _ in range(2))
    assert one is not None
    assert two is not None
    assert one.to_json() == two.to_json()


@pytest.mark.parametrize("known", ["nothing", "everything"])
def test_another_seed_gives_other_words(known: str) -> None:
    """Asking again is worth it: positioning, big idea and summary are told anew, each time."""
    planning = planner(**everything()) if known == "everything" else planner()
    plans = [planning.plan(brief(), seed=seed).plan for seed in range(3)]
    for one, two in combinations(plans, 2):
        assert one is not None
        assert two is not None
        assert one.summary != two.summary
        assert one.strategy.big_idea != two.strategy.big_idea
        assert one.strategy.positioning != two.strategy.positioning


@pytest.mark.parametrize("known", ["nothing", "everything"])
async def test_the_three_lenses_propose_three_plans(known: str) -> None:
    """No two say the same; they hold back different sums, and place the rest otherwise where curves differ."""
    planning = planner(**everything()) if known == "everything" else planner()
    ended = await planning.server_graph().ainvoke(
        {"brief": brief().model_dump(mode="json", exclude_none=True), "today": "2026-11-02"}
    )
    state = cast("PlanState", ended)
    proposals = [Proposal.model_validate(raw) for raw in state["proposals"].values()]
    assert {p.lens for p in proposals} == set(LENSES)
    assert len({_outputs(state, p)["contingency"] for p in proposals}) == len(LENSES)
    for one, two in combinations(proposals, 2):
        apart = difference(one.words, two.words, our_shares=_shares(state, one), their_shares=_shares(state, two))
        assert apart.words > 0.4, (one.lens, two.lens, apart)
        if known == "everything":  # without history every channel has the same curve: an even split is honest
            assert apart.money > 0.01, (one.lens, two.lens, apart)
            assert apart.overall > 0.3, (one.lens, two.lens, apart)


def _outputs(state: PlanState, proposal: Proposal) -> dict[str, object]:
    return cast("dict[str, object]", state["calculations"][proposal.allocation]["outputs"])


def _shares(state: PlanState, proposal: Proposal) -> dict[str, float]:
    lines = cast("list[dict[str, object]]", _outputs(state, proposal)["lines"])
    return {str(line["channel"]): float(str(line["share"])) for line in lines}


def test_no_sentence_would_stand_in_any_plan() -> None:
    """Two plans for different things, of the same seed, share headings and the words of laws alone."""
    one, two = (planner().plan(raw, seed=3).plan for raw in (BRIEF, OTHER))
    assert one is not None
    assert two is not None
    assert not _sentences(one) & _sentences(two)


def _sentences(plan: CampaignPlan) -> set[str]:
    prose = (
        plan.summary,
        plan.strategy.positioning,
        plan.strategy.big_idea,
        *(pillar.text for pillar in plan.strategy.pillars),
        *(angle.message for angle in plan.strategy.angles),
        *(channel.why for channel in plan.channels),
        *(channel.role for channel in plan.channels),
        *(text for risk in plan.risks for text in (risk.risk, risk.sign, risk.answer)),
        *(text for test in plan.experiments for text in (test.hypothesis, test.stop_rule)),
        *(other.proposal + " " + other.why_not for other in plan.alternatives),
        *(claim.text for claim in plan.claims),
        *plan.dissent,
        *(verdict.gap for verdict in plan.critique),
    )
    return {
        sentence.strip().casefold()
        for text in prose
        for sentence in re.split(r"(?<=[.!?])\s+", text)
        if len(sentence.split()) > 3
    }
