"""The past split: the same money in the proportions of the history, the reference any plan must beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from nexusplanner.calculators.bounds import (
    BudgetRules,
    bounds_of,
    budget_rules,
    to_units,
)
from nexusplanner.calculators.budget_lines import budget_lines
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.split_search import onto_bounds
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject


def allocate_by_past(
    curves: Calculation,
    *,
    total: Decimal,
    currency: str,
    weeks: int,
    contingency_share: float = 0.05,
    minimum: Mapping[str, Decimal] | None = None,
    maximum: Mapping[str, Decimal] | None = None,
    excluded: Sequence[str] = (),
    minimum_or_zero: Mapping[str, Decimal] | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Split the budget as the money was split in the history, within the same bounds.

    A channel the history does not know counts with the spend its curve refers to.

    Raises:
        InfeasibleBudget: The bounds cannot all hold; names the clash.
        InputError: The money is not a positive whole number of minor units.
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
    inputs |= {"curves": CurveSet.of(curves).dump()}
    return calculate(
        "allocation_past_split",
        inputs,
        explain=lambda outputs: (
            f"Split {outputs['total']} {currency} over {weeks} weeks in the proportions of past spend, "
            f"holding back {outputs['contingency']}, from the history behind {curves.id}."
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Split a budget by past spend from plain JSON."""
    rules = BudgetRules.model_validate(inputs)
    everything = CurveSet.read(inputs["curves"])
    bounds = bounds_of(rules, everything.names)
    curves = everything.only(bounds.channels)
    weights = np.array(
        [(c.observed.total_spend / max(c.observed.periods, 1)) or c.reference_spend for c in curves.channels.values()]
    )
    whole = float(bounds.spendable)
    low = np.maximum(np.array(bounds.low), np.array(bounds.threshold)) / whole
    low = low if low.sum() <= 1 else np.array(bounds.low) / whole
    shares = onto_bounds(weights / weights.sum(), low=low, high=np.array(bounds.high) / whole)
    return budget_lines(
        to_units([float(s) for s in shares], bounds),
        curves=curves,
        bounds=bounds,
        rules=rules,
    )
