"""Splitting: the bounds under which the money of a draft is split, and whether they can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from nexusplanner.agents.lenses import LensPolicy
from nexusplanner.agents.options import lens_bounds
from nexusplanner.agents.refinement.draft import Draft
from nexusplanner.domain.calculation import Calculation
from nexusplanner.errors import InfeasibleBudget, InputError


@dataclass(frozen=True)
class Split:
    """Least and most money by channel; every channel that may have any is in ``high``."""

    low: Mapping[str, Decimal]
    high: Mapping[str, Decimal]
    excluded: tuple[str, ...]


def check_split(draft: Draft) -> None:
    """Check that the money can be split at all.

    Raises:
        InfeasibleBudget: It cannot; says what clashes.
    """
    if draft.is_split_anew:
        _check(draft, split_by_brief(draft))
    elif sum(draft.lines.values()) != draft.spent:
        raise InputError("Lines and contingency would not make the budget", fix="Say where the money comes from.")


def split_by_brief(draft: Draft) -> Split:
    """Return the brief's own bounds; what a person fixed stays as it is."""
    return _pinned(draft, draft.brief.channels.minimum, draft.brief.channels.maximum)


def split_of(draft: Draft, policy: LensPolicy, curves: Calculation) -> Split:
    """Return the bounds of the draft's split: all lines as they are, or the lens's bounds around what was fixed."""
    if not draft.is_split_anew:
        out = tuple(name for name in draft.known if name not in draft.lines)
        return Split(draft.lines, draft.lines, out)
    split = _pinned(draft, *lens_bounds(draft.brief, policy, curves))
    try:
        _check(draft, split)
    except InfeasibleBudget:
        return split_by_brief(draft)
    return split


def _pinned(draft: Draft, low: Mapping[str, Decimal], high: Mapping[str, Decimal]) -> Split:
    rules, names = draft.brief.channels, dict.fromkeys((*draft.known, *draft.lines))
    out = tuple(n for n in names if n in rules.excluded or (rules.allowed and n not in rules.allowed))
    fixed = {name: amount for name, amount in draft.fixed.items() if name not in out}
    return Split(
        {name: amount for name, amount in {**low, **fixed}.items() if name not in out and amount > 0},
        {name: amount for name, amount in {**high, **fixed}.items() if name not in out},
        out,
    )


def _check(draft: Draft, split: Split) -> None:
    from nexusplanner.calculators.bounds import bounds_of, budget_rules

    budget = draft.brief.budget
    rules = budget_rules(
        total=budget.amount,
        currency=budget.currency,
        weeks=draft.brief.period.weeks,
        contingency_share=share_held(draft),
        minimum=split.low,
        maximum=split.high,
        minimum_or_zero={},
        excluded=split.excluded,
    )
    bounds_of(rules, tuple(dict.fromkeys((*draft.known, *draft.lines))))


def share_held(draft: Draft) -> float:
    """Return the share of all the money that is held back."""
    return float(draft.contingency / draft.brief.budget.amount)
