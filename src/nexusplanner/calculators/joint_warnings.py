"""What is doubtful about a joint fit, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.curve_rows import CurveInputs
from nexusplanner.calculators.curve_warnings import collinear_pairs
from nexusplanner.calculators.joint_fit import JointFit

_INFLATION = 10.0
_ROWS_A_PARAMETER = 3.0
_PERSISTENT = 0.3
_USUAL_MEDIA = (0.02, 0.7)
_BREAK = 1.0
"""Summed residuals over their deviation; with a trend taken out, chance takes them this far once in a hundred."""
_BEYOND = 1.25
_FEWEST = 20
_EMPTY = 0.1
_NAMED = 3


def joint_warnings(given: CurveInputs, names: tuple[str, ...], spend: Floats, fit: JointFit) -> list[str]:
    """Name what makes the curves of a wide history doubtful.

    Args:
        given: The rows and the planned weekly budget.
        names: The channels.
        spend: Their weekly spend, shape ``(channels, weeks)``.
        fit: What was made of them.
    """
    return [
        *collinear_pairs(names, spend),
        *_explained_by_others(names, spend),
        *_few_rows(names, fit),
        *_beyond(given, spend),
        *_zeros(given),
        *_media_share(fit),
        *_residuals(given, fit),
    ]


def _explained_by_others(names: tuple[str, ...], spend: Floats) -> Iterator[str]:
    """Name channels that the others add up to: variance inflation above ten, and no single twin."""
    moving = np.std(spend, axis=1) > 0
    if np.sum(moving) < 3 or spend.shape[1] < 2 * len(names):
        return
    related = np.corrcoef(spend[moving])
    inflation = np.diag(np.linalg.inv(related + 1e-6 * np.eye(len(related))))
    alone = np.max(np.abs(related - np.eye(len(related))), axis=1) <= 0.9
    moved = [name for name, moves in zip(names, moving, strict=True) if moves]
    told = [name for name, vif, a in zip(moved, inflation, alone, strict=True) if vif > _INFLATION and a]
    if told:
        yield f"The spend of {', '.join(told)} adds up from that of other channels; the rows hardly tell them apart."


def _few_rows(names: tuple[str, ...], fit: JointFit) -> Iterator[str]:
    parameters = 3 * len(names) + fit.drivers
    if fit.residual.size < _ROWS_A_PARAMETER * parameters:
        yield (
            f"{fit.residual.size} weeks for {len(names)} channels and {fit.drivers} other columns are few; "
            "the curves lean on what is usual."
        )


def _beyond(given: CurveInputs, spend: Floats) -> Iterator[str]:
    most = float(np.max(np.sum(spend, axis=0)))
    if given.weekly_budget and given.weekly_budget > _BEYOND * most:
        yield (
            f"The budget is {_money(given.weekly_budget)} a week and the history never shows more than {_money(most)}; "
            "curves are extrapolated there."
        )


def _zeros(given: CurveInputs) -> Iterator[str]:
    outcome = given.weekly(given.outcome or ())
    empty = int(np.sum(outcome <= 0))
    if empty > _EMPTY * outcome.size:
        yield f"The outcome is nothing in {empty} of {outcome.size} weeks; check that it was recorded in all of them."


def _media_share(fit: JointFit) -> Iterator[str]:
    low, high = _USUAL_MEDIA
    if not low <= fit.media <= high:
        yield f"Media bring {fit.media:.0%} of the outcome by this fit, which is unusual; check outcome and drivers."


def _residuals(given: CurveInputs, fit: JointFit) -> Iterator[str]:
    residual = np.delete(fit.residual, list(fit.aside))
    if fit.aside:
        shown = ", ".join(_week(given, week) for week in fit.aside[:_NAMED])
        more = f" and {len(fit.aside) - _NAMED} more" if len(fit.aside) > _NAMED else ""
        yield f"Far off all other weeks and set aside: {shown}{more}; hand in what happened then as an event."
    if residual.size < _FEWEST or not np.any(residual):
        return
    follows = float(residual[1:] @ residual[:-1]) / float(residual @ residual)
    if follows > _PERSISTENT:
        yield (
            f"What the fit leaves over follows itself from week to week (correlation {follows:.2f}); "
            "a driver may be missing, and the curves are wider for it."
        )
    independent = residual.size * (1 - max(follows, 0.0)) / (1 + max(follows, 0.0))
    path = np.abs(np.cumsum(residual - np.mean(residual))) / (np.std(residual) * residual.size)
    if float(np.max(path)) * np.sqrt(independent) > _BREAK:
        yield f"The outcome seems to change its level near {_week(given, int(np.argmax(path)))}; name what happened."


def _money(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:.3g}"


def _week(given: CurveInputs, week: int) -> str:
    if given.start is None:
        return f"row {week + 1}"
    opening = len(given.outcome or ()) % 7 if given.cadence == "daily" else 0
    day: date = given.start + timedelta(days=opening + 7 * week)
    return f"week {day.isoformat()}"
