"""Sizing: with no history the target's own price is assumed, at the scale of this budget."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.unit.agents.kiln import BRIEF, desk

from nexusplanner.agents.options import build_option
from nexusplanner.domain.brief import Budget, Objective
from nexusplanner.domain.proposal import LENSES


@pytest.mark.parametrize(
    ("metric", "amount", "target"),
    [("revenue", 120_000, 900_000), ("conversions", 40_000, 1_200), ("visits", 500, 200_000), ("leads", 2_000_000, 40)],
)
def test_without_history_the_middle_lies_near_the_target_whatever_the_scale(
    metric: str, amount: int, target: int
) -> None:
    brief = BRIEF.model_copy(
        update={
            "objective": Objective.model_validate({"metric": metric, "target": target}),
            "budget": Budget(amount=Decimal(amount), currency="EUR"),
        }
    )
    at = desk(brief=brief, customers=None, has_history=False)
    for lens in LENSES:
        option = build_option(at, lens)
        assert 0.5 * target < option.figure("p50") < 2 * target
        assert option.figure("p10") < 0.8 * option.figure("p50")
