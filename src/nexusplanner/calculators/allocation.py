"""Allocation: the split of the budget that brings most, within every bound, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import NormalDist

import numpy as np

from nexusplanner.calculators.bounds import (
    Bounds,
    BudgetRules,
    bounds_of,
    budget_rules,
    to_units,
)
from nexusplanner.calculators.budget_lines import budget_lines
from nexusplanner.calculators.curve import Curves, Floats
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.split_search import best_split
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InfeasibleBudget, InputError

_DRAWS = 200
_ROUNDS = 5


def allocate(
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
    quantile: float | None = None,
    seed: int = 0,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Split the budget so that the objective's metric is largest.

    A channel without results of its own is held to an equal share (``is_capped``), where the bounds allow.

    Args:
        curves: What :func:`fit_response_curves` returned.
        total: All the money, contingency included, in whole minor units.
        currency: ISO 4217 code.
        weeks: How many weeks the money is spent over, evenly.
        contingency_share: Share of the total held back, 0-1.
        minimum: Least money of a channel.
        maximum: Most money of a channel.
        excluded: Channels that get nothing.
        minimum_or_zero: A channel gets nothing or at least this much.
        quantile: None maximises the expected result; 0.1 the result that nine of ten draws
            exceed (risk averse), 0.9 the one that one in ten exceeds (growth seeking).
        seed: Seeds the draws for ``quantile``.
        evidence: Ids of evidence the rules were read from.

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
    inputs |= {"curves": CurveSet.of(curves).dump(), "quantile": _checked(quantile), "seed": seed}
    goal = "the expected result" if quantile is None else f"the {quantile:.0%} quantile of the result (seed {seed})"
    return calculate(
        "allocation",
        inputs,
        explain=lambda outputs: (
            f"Split {outputs['total']} {currency} over {weeks} weeks to maximise {goal}, "
            f"holding back {outputs['contingency']}, from the curves of {curves.id}."
        ),
        evidence=tuple(evidence),
    )


def _checked(quantile: float | None) -> float | None:
    if quantile is None or 0 < quantile < 1:
        return quantile
    raise InputError("not a quantile", field="quantile", value=quantile, fix="Use a number between 0 and 1.")


def compute(inputs: JsonObject) -> JsonObject:
    """Split a budget from plain JSON."""
    rules = BudgetRules.model_validate(inputs)
    everything = CurveSet.read(inputs["curves"])
    bounds = bounds_of(rules, everything.names)
    curves = everything.only(bounds.channels)
    quantile, seed = inputs["quantile"], inputs["seed"]
    assert quantile is None or isinstance(quantile, int | float)
    assert isinstance(seed, int)
    capped = _capped(bounds, curves)
    shares = _shares(curves, capped, rules, quantile=quantile, seed=seed)
    return budget_lines(_rounded(shares, capped), curves=curves, bounds=bounds, rules=rules, capped=capped)


def _capped(bounds: Bounds, curves: CurveSet) -> Bounds:
    """Hold channels without results of their own to an equal share, where the bounds leave room for it."""
    equal = bounds.spendable // len(bounds.channels)
    statuses = [curve.status for curve in curves.channels.values()]
    if "measured" not in statuses:
        return bounds
    high = tuple(
        max(low, min(high, equal)) if status == "pooled" else high
        for low, high, status in zip(bounds.low, bounds.high, statuses, strict=True)
    )
    return replace(bounds, high=high) if sum(high) >= bounds.spendable else bounds


def _rounded(shares: Floats, bounds: Bounds) -> tuple[int, ...]:
    """Round shares to minor units; channels that are off stay off."""
    off = [share <= 0 and low == 0 for share, low in zip(shares, bounds.low, strict=True)]
    high = tuple(0 if is_off and t > 0 else h for is_off, t, h in zip(off, bounds.threshold, bounds.high, strict=True))
    return to_units([float(s) for s in shares], replace(bounds, high=high))


def _shares(
    curves: CurveSet,
    bounds: Bounds,
    rules: BudgetRules,
    *,
    quantile: float | None,
    seed: int,
) -> Floats:
    whole = float(bounds.spendable)
    low, high = np.array(bounds.low) / whole, np.array(bounds.high) / whole
    threshold = np.array(bounds.threshold) / whole
    weekly = whole * float(bounds.cent) / rules.weeks
    expected = curves.expected
    try:
        likely = best_split(
            lambda shares: expected.response(shares * weekly),
            low=low,
            high=high,
            threshold=threshold,
        )
        if quantile is None:
            return likely
        return _quantile_split(
            curves.draws(_DRAWS, seed=seed),
            likely,
            quantile,
            weekly=weekly,
            bounds=(low, high, threshold),
        )
    except ValueError as error:
        raise InfeasibleBudget(
            "no choice of channels keeps every minimum-or-zero and maximum",
            field="channels.minimum_or_zero",
            fix="Lower a threshold or raise a maximum.",
        ) from error


def _quantile_split(
    draws: Curves,
    likely: Floats,
    quantile: float,
    *,
    weekly: float,
    bounds: tuple[Floats, Floats, Floats],
) -> Floats:
    """Maximise a quantile of the total over posterior draws.

    Around a split the quantile is ``mean + z * deviation`` of the total, and its change splits into
    one term a channel: the mean plus ``z / (2 deviation)`` times the variance the channel adds. That
    sum is maximised globally, again and again; the split whose quantile over the draws is best wins.
    """
    low, high, threshold = bounds
    z = NormalDist().inv_cdf(quantile)
    columns = draws.column()
    split, best, best_score = likely, likely, -np.inf
    for _ in range(_ROUNDS):
        each = draws.response(split * weekly)
        totals = each.sum(axis=1)
        score = float(np.quantile(totals, quantile))
        if score > best_score * (1 + 1e-9) or best_score == -np.inf:
            best, best_score = split, score
        deviation = max(float(np.std(totals)), 1e-12)
        others = totals[:, None] - each
        others = others - others.mean(axis=0)

        def value(shares: Floats, others: Floats = others, deviation: float = deviation) -> Floats:
            brought = columns.response(shares * weekly)
            mean, shared = brought.mean(axis=0), np.mean(brought * others[..., None], axis=0)
            brought -= mean
            brought *= brought
            result: Floats = mean + z * (brought.mean(axis=0) + 2 * shared) / (2 * deviation)
            return result

        found = best_split(value, low=low, high=high, threshold=threshold)
        if np.array_equal(found, split):
            break  # every further round would find the same
        split = found
    return best
