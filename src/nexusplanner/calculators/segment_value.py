"""Value of segments: what their customers should buy in the next year, where single orders are known.

BG/NBD and Gamma-Gamma (:mod:`~nexusplanner.calculators.bgnbd`,
:mod:`~nexusplanner.calculators.gamma_gamma`) fitted to groups of like customers, each group weighing
as many customers as it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nexusplanner.calculators.bgnbd import BGNBD, fit_bgnbd
from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.gamma_gamma import GammaGamma, fit_gamma_gamma
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.purchases import PurchaseCells, SpendCells

AHEAD_DAYS = 365
FEWEST_REPEAT_BUYERS = 30
"""Customers who bought again, below which nothing is fitted."""
SHORTEST_DAYS = 91
"""How long someone must have been watched; a year is not told from less than a quarter of one."""
_WEEK = 7.0
_MOST_DRIFT = 2.0
"""A fitted mean spend further from the observed one than this factor is no description of it."""

Missing = Literal["", "no single orders", "too few repeat buyers", "too short a time", "no fit"]


@dataclass(frozen=True)
class Outlook:
    """What a group of customers should do within the next year."""

    purchases: float
    money: float | None
    """None where spends could not be described."""
    alive: float | None
    """Mean chance of those who bought again to be active still; None where nobody did."""


@dataclass(frozen=True)
class ValueModel:
    """How customers buy again and what they then spend; nothing where there is too little to tell."""

    repeat_buyers: int
    missing: Missing = ""
    """Why nothing could be fitted; empty where it could."""
    buying: BGNBD | None = None
    money: GammaGamma | None = None

    def outlook(self, cells: PurchaseCells) -> Outlook | None:
        """Add up what groups of customers should do, those of a sample standing for all; None where unknown."""
        if self.buying is None:
            return None
        if not cells.size:
            return None if cells.share < 1 else Outlook(0.0, 0.0 if self.money else None, None)
        size, x, t_x, watched = _columns(cells)
        purchases = self.buying.expected(x, t_x, watched, periods=AHEAD_DAYS / _WEEK)
        if not np.all(np.isfinite(purchases)):
            return None
        # BG/NBD knows leaving only after a repeat purchase: of all others it would say 1.
        repeat = np.where(x > 0, size, 0.0)
        left = float(np.sum(repeat))
        alive = float(repeat @ self.buying.alive(x, t_x, watched)) / left if left else None
        money = None
        if self.money is not None:
            again = np.maximum(x, np.finfo(float).tiny)
            each = self.money.expected(x, np.asarray(cells.spent, dtype=np.float64) / size / again)
            money = float(size @ (purchases * each))
        whole = None if money is None else money / cells.share
        return Outlook(float(size @ purchases) / cells.share, whole, alive)

    def told(self) -> JsonObject:
        """Write the model as plain JSON."""
        b, m = self.buying, self.money
        return {
            "days": AHEAD_DAYS,
            "repeat_buyers": self.repeat_buyers,
            "missing": self.missing,
            "bgnbd": {"r": b.r, "alpha": b.alpha, "a": b.a, "b": b.b} if b else None,
            "gamma_gamma": {"p": m.p, "q": m.q, "gamma": m.gamma} if m else None,
        }


def fit_value_model(purchases: PurchaseCells, spends: SpendCells) -> ValueModel:
    """Fit both models to a customer base; weeks are the unit of time."""
    if not purchases.size:
        return ValueModel(0, "no single orders")
    size, x, t_x, watched = _columns(purchases)
    repeat_buyers = int(np.sum(size[x > 0]))
    if repeat_buyers < FEWEST_REPEAT_BUYERS:
        return ValueModel(repeat_buyers, "too few repeat buyers")
    if float(np.max(watched)) * _WEEK < SHORTEST_DAYS:
        return ValueModel(repeat_buyers, "too short a time")
    buying = fit_bgnbd(x, t_x, watched, weights=size)
    ahead = buying.expected(x, t_x, watched, periods=AHEAD_DAYS / _WEEK)
    if not np.all(np.isfinite(ahead)) or float(np.min(ahead)) < -1e-6:
        return ValueModel(repeat_buyers, "no fit")
    return ValueModel(repeat_buyers, "", buying, _spending(spends))


def _spending(spends: SpendCells) -> GammaGamma | None:
    if sum(spends.size) < FEWEST_REPEAT_BUYERS:
        return None
    size, again, spent = (np.asarray(c, dtype=np.float64) for c in (spends.size, spends.repeats, spends.spent))
    means = spent / again
    fitted = fit_gamma_gamma(again / size, means, weights=size)
    drift = fitted.mean / (float(size @ means) / float(np.sum(size)))
    return fitted if 1 / _MOST_DRIFT <= drift <= _MOST_DRIFT else None


def _columns(cells: PurchaseCells) -> tuple[Floats, Floats, Floats, Floats]:
    size, again, active, watched = (
        np.asarray(column, dtype=np.float64)
        for column in (cells.size, cells.repeats, cells.active_days, cells.watched_days)
    )
    return size, again / size, active / size / _WEEK, watched / size / _WEEK
