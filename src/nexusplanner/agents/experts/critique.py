"""The critic's expert: measures each criterion, then passes or fails it by the critic's own bar."""

from __future__ import annotations

from typing import cast

from nexusplanner.agents.critic import Verdicts
from nexusplanner.agents.experts.measures import MEASURES, Measured
from nexusplanner.agents.tasks import CritiqueTask
from nexusplanner.domain.critique import CRITERIA, Criterion, Verdict

BARS: dict[Criterion, tuple[float, float]] = {
    "objective_fit": (0.50, 0.35),
    "evidence": (0.75, 0.60),
    "audience": (0.25, 0.45),
    "money": (0.80, 0.65),
    "calendar": (0.30, 0.50),
    "measurability": (0.60, 0.40),
    "differentiation": (0.15, 0.30),
    "compliance": (0.99, 0.99),
    "brand_voice": (0.99, 0.99),
    "unused_evidence": (0.30, 0.50),
}
"""Least score at which the finance critic and the audience critic pass a criterion; others take the middle."""


def critique(inputs: object) -> Verdicts:
    """Judge a proposal on every criterion."""
    task = cast(CritiqueTask, inputs)
    return Verdicts(verdicts=tuple(_judge(task, criterion) for criterion in CRITERIA))


def _judge(task: CritiqueTask, criterion: Criterion) -> Verdict:
    faults = [f for f in task.faults if f.criterion == criterion]
    if faults:
        ids = tuple(i for f in faults for i in f.ids)
        return Verdict(
            criterion=criterion,
            passed=False,
            score=0,
            gap=faults[0].problem,
            evidence=ids,
        )
    measured: Measured = MEASURES[criterion](task)
    bar = _bar(task.critic, criterion)
    passed = measured.score >= bar
    return Verdict(
        criterion=criterion,
        passed=passed,
        score=round(measured.score, 4),
        gap="" if passed else measured.gap,
        evidence=() if passed else measured.ids,
    )


def _bar(critic: str, criterion: Criterion) -> float:
    of_finance, of_audience = BARS[criterion]
    bars = {"finance": of_finance, "audience": of_audience}
    return bars.get(critic.partition("-")[0], (of_finance + of_audience) / 2)
