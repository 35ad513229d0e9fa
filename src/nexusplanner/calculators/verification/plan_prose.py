"""The prose of a plan: every number a reader is told must be traced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nexusplanner.calculators.verification.failure import Failure
from nexusplanner.calculators.verification.pool import FigurePool
from nexusplanner.calculators.verification.prose import numbers_in
from nexusplanner.calculators.verification.trace import is_traced
from nexusplanner.domain.plan import CampaignPlan


@dataclass(frozen=True)
class ProseCheck:
    """What came of tracing the numbers in prose."""

    traced: int
    failures: tuple[Failure, ...]


def check_prose(plan: CampaignPlan) -> ProseCheck:
    """Trace every number of what the plan asserts.

    Critique, debate, dissent and alternatives are the record of what was said on the way; they are
    sealed, not traced.
    """
    pool = FigurePool.of(plan.brief, plan.evidence, plan.calculations)
    traced, failures = 0, []
    for where, text in prose_of(plan):
        for number in numbers_in(text):
            if is_traced(number, pool):
                traced += 1
            else:
                failures.append(
                    Failure(
                        where=where,
                        problem="a number in the text is in no brief, evidence or calculation",
                        found=number.text,
                    )
                )
    return ProseCheck(traced, tuple(failures))


def prose_of(plan: CampaignPlan) -> Iterator[tuple[str, str]]:
    """Yield every text by which the plan asserts something, with its pointer."""
    yield "/summary", plan.summary
    yield "/strategy/positioning", plan.strategy.positioning
    yield "/strategy/big_idea", plan.strategy.big_idea
    yield from ((f"/strategy/pillars/{i}/text", p.text) for i, p in enumerate(plan.strategy.pillars))
    yield from ((f"/strategy/angles/{i}/message", a.message) for i, a in enumerate(plan.strategy.angles))
    for i, channel in enumerate(plan.channels):
        yield f"/channels/{i}/role", channel.role
        yield f"/channels/{i}/why", channel.why
    yield from ((f"/calendar/{i}/activity", a.activity) for i, a in enumerate(plan.calendar))
    for i, experiment in enumerate(plan.experiments):
        yield f"/experiments/{i}/hypothesis", experiment.hypothesis
        yield f"/experiments/{i}/stop_rule", experiment.stop_rule
    for i, risk in enumerate(plan.risks):
        yield from ((f"/risks/{i}/{name}", getattr(risk, name)) for name in ("risk", "sign", "answer"))
    yield from ((f"/compliance/{i}/detail", c.detail) for i, c in enumerate(plan.compliance))
    yield from ((f"/claims/{i}/text", c.text) for i, c in enumerate(plan.claims))
