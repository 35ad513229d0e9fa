"""What if: the forecast at half to twice the budget, each time split anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators import allocation
from nexusplanner.calculators.bounds import BudgetRules, budget_rules
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.forecasting import drawn_results, summarised
from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.money import minor_unit, plain
from nexusplanner.errors import InfeasibleBudget

MULTIPLIERS = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    channel: str
    amount: Decimal


def what_if(
    curves: Calculation,
    *,
    total: Decimal,
    currency: str,
    weeks: int,
    target: float | None,
    seed: int,
    contingency_share: float = 0.05,
    minimum: Mapping[str, Decimal] | None = None,
    maximum: Mapping[str, Decimal] | None = None,
    excluded: Sequence[str] = (),
    minimum_or_zero: Mapping[str, Decimal] | None = None,
    quantile: float | None = None,
    multipliers: Sequence[float] = MULTIPLIERS,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Forecast other budgets, each split as :func:`allocate` would; budgets the bounds forbid are left out.

    Args:
        curves: What :func:`fit_response_curves` returned.
        total: The budget that is 1.0.
        currency: ISO 4217 code.
        weeks: How many weeks the money is spent over.
        target: What should be reached.
        seed: Seeds the draws.
        contingency_share: Share of each budget held back.
        minimum: Least money of a channel, the same at each budget.
        maximum: Most money of a channel, the same at each budget.
        excluded: Channels that get nothing.
        minimum_or_zero: A channel gets nothing or at least this much.
        quantile: What each split maximises, as in :func:`allocate`.
        multipliers: Which parts and multiples of the budget to look at.
        evidence: Ids of evidence the rules were read from.
    """
    rules = budget_rules(
        total=total,
        currency=currency,
        weeks=weeks,
        contingency_share=contingency_share,
        minimum=minimum or {},
        maximum=maximum or {},
        minimum_or_zero=minimum_or_zero or {},
        excluded=excluded,
    )
    inputs: JsonObject = rules.model_dump(mode="json")
    inputs |= {"curves": CurveSet.of(curves).dump(), "quantile": quantile, "target": target, "seed": seed}
    inputs["multipliers"] = [float(m) for m in multipliers]
    return calculate(
        "what_if",
        inputs,
        explain=lambda _: (
            f"Split and forecast {len(multipliers)} budgets around {plain(total)} {currency} over {weeks} weeks, "
            f"each anew from the curves of {curves.id}, with seed {seed}."
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Forecast other budgets from plain JSON."""
    rules = BudgetRules.model_validate(inputs)
    curves = CurveSet.read(inputs["curves"])
    multipliers, target, seed = inputs["multipliers"], inputs["target"], inputs["seed"]
    assert isinstance(multipliers, list)
    assert isinstance(seed, int)
    assert target is None or isinstance(target, int | float)
    points: list[JsonValue] = []
    for multiplier in multipliers:
        assert isinstance(multiplier, int | float)
        total = (rules.total * Decimal(str(multiplier))).quantize(minor_unit(rules.currency), ROUND_HALF_EVEN)
        if total <= 0:
            continue
        try:
            allotted = allocation.compute({**inputs, "total": plain(total), "seed": 0})
        except InfeasibleBudget:
            continue
        lines = (
            [_Line.model_validate(line) for line in allotted["lines"]] if isinstance(allotted["lines"], list) else []
        )
        amounts = {line.channel: float(line.amount) for line in lines}
        spent = curves.only(tuple(name for name in curves.names if name in amounts))
        money = np.array([amounts[name] for name in spent.names])
        totals = drawn_results(spent, money, weeks=rules.weeks, seed=seed).sum(axis=1)
        summary = summarised(totals, None if target is None else float(target))
        kept = {key: summary[key] for key in ("p10", "p50", "p90", "probability_of_target")}
        points.append({"multiplier": float(multiplier), "total": plain(total), **kept})
    return {"metric": curves.metric, "currency": rules.currency, "points": points}
