"""Five campaigns in a row on simulated markets whose truth is known, each planned with the outcomes of those before.

Run it: ``python tests/bench/learning.py [name ...]``; the names are those of ``FIGURES``. Each market's truth and its
weeks are written apart from the library's own maths; the planner's own calculators fit, split and forecast, and its own
learning room reads what came.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nexusplanner import calculators as k
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.learned import ForecastMiss, Learned, PastRows

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.calculators_markets import noisy, simulate
from tests.bench.figures import Figure, print_figures

Floats = npt.NDArray[np.float64]
MARKETS = 50
CAMPAIGNS = 5
WEEKS = 13
LOOKED_AT = (0.6, 1.0, 1.5)
CHANCES = 20
START = date(2024, 1, 1)
BUDGETS = (0.6, 0.8, 1.0, 1.25, 1.5)
"""Money of a campaign over that of the past; each one draws its own."""


@dataclass(frozen=True)
class Look:
    """How well a market could be planned at one time: over some budgets, each as chance would let it go."""

    share: float
    """Of what the best split of the same money brings."""
    coverage: float
    """How often what comes lies between P10 and P90."""
    error: float
    """Of the middle of the forecast, over what comes; the mean."""


class Street:
    """One market over the years: its history, then campaign after campaign.

    Args:
        seed: Makes the market and its chance.
        weeks: How many weeks of history there are.
    """

    def __init__(self, seed: int, weeks: int) -> None:
        self.market, self.rng = simulate(seed, weeks), np.random.default_rng(10_000 + seed)
        self.history = self.market.history()
        self.spend = self.market.spend.copy()
        self.rows: list[PastRows] = []
        self.misses: list[ForecastMiss] = []
        self.usual = float(self.spend.mean(axis=1).sum())
        self.best: dict[float, Floats] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The channels."""
        return tuple(f"c{i}" for i in range(len(self.market.decay)))

    @property
    def now(self) -> date:
        """The day after the last week so far."""
        return START + timedelta(weeks=self.spend.shape[1])

    def curves(self) -> Calculation:
        """Fit what a planner would: the history, and what was reported since."""
        learned = Learned(rows=tuple(self.rows), misses=tuple(self.misses)).beside(self.history, start=self.now)
        return k.fit_response_curves(
            self.history,
            channels=(),
            metric="conversions",
            implied_unit_cost=None,
            seed=1,
            learned=learned if self.rows else None,
        )

    def campaign(self, number: int) -> None:
        """Plan a campaign, let it happen, and report it."""
        told, money = self._planned(self.curves(), float(self.rng.choice(BUDGETS)))
        self.spend = np.concatenate([self.spend, np.repeat(money[:, None], WEEKS, axis=1)], axis=1)
        came = noisy(self._mean(self.spend), self.market.noise, self.market.level, self.rng)
        self._report(f"out-{number}", told, came, money=money)

    def look(self) -> Look:
        """Plan campaigns that are not carried out, and let chance say what each would bring."""
        curves, m, rng = self.curves(), self.market, np.random.default_rng(20_000)
        shares, inside, errors = [], [], []
        for budget in LOOKED_AT:
            told, money = self._planned(curves, budget)
            low, middle, high = (float(str(told.outputs[p])) for p in ("p10", "p50", "p90"))
            mean = self._mean(np.concatenate([self.spend, np.repeat(money[:, None], WEEKS, axis=1)], axis=1))
            came = np.array([noisy(mean, m.noise, m.level, rng).sum() for _ in range(CHANCES)])
            shares.append(float(m.weekly(money).sum() / m.weekly(self._best(budget)).sum()))
            inside.append(float(np.mean((low <= came) & (came <= high))))
            errors.append(float(np.mean(np.abs(middle - came) / came)))
        return Look(float(np.mean(shares)), float(np.mean(inside)), float(np.mean(errors)))

    def _planned(self, curves: Calculation, budget: float) -> tuple[Calculation, Floats]:
        amounts = self._split(curves, self.usual * budget)
        told = k.forecast(curves, amounts=amounts, weeks=WEEKS, target=None, seed=7)
        return told, np.array([float(amounts.get(name, 0)) / WEEKS for name in self.names])

    def _best(self, budget: float) -> Floats:
        if budget not in self.best:
            self.best[budget] = self.market.best(self.usual * budget)
        return self.best[budget]

    def _split(self, curves: Calculation, weekly: float) -> dict[str, Decimal]:
        total = Decimal(f"{weekly * WEEKS:.2f}")
        lines = k.allocate(curves, total=total, currency="USD", weeks=WEEKS, contingency_share=0.0).outputs["lines"]
        assert isinstance(lines, list)
        return {str(line["channel"]): Decimal(str(line["amount"])) for line in lines if isinstance(line, dict)}

    def _mean(self, spend: Floats) -> Floats:
        """Return what the last campaign's weeks bring but for chance: the stock of earlier money carries over."""
        m, stock = self.market, spend[:, :8].mean(axis=1)
        mean = np.zeros_like(spend)
        for week in range(spend.shape[1]):
            stock = (1 - m.decay) * spend[:, week] + m.decay * stock
            mean[:, week] = m.ceiling / (1.0 + (m.half / np.maximum(stock, 1e-12)) ** m.slope)
        return mean[:, -WEEKS:]

    def _report(self, outcome: str, told: Calculation, came: Floats, *, money: Floats) -> None:
        start, factor = self.now - timedelta(weeks=WEEKS), _calibration(told)
        before = self.spend[:, -WEEKS - 4 : -WEEKS].mean(axis=1)
        self.misses.append(_miss(outcome, "", told.outputs, actual=float(came.sum()), factor=factor))
        for i, name in enumerate(self.names):
            if money[i] <= 0:
                continue
            self.rows.append(
                PastRows(
                    outcome=outcome,
                    channel=name,
                    start=start,
                    spend=(float(money[i]),) * WEEKS,
                    results=tuple(float(v) for v in came[i]),
                    before=float(before[i]),
                )
            )
            by_channel = told.outputs["by_channel"]
            assert isinstance(by_channel, dict)
            self.misses.append(_miss(outcome, name, by_channel[name], actual=float(came[i].sum()), factor=factor))


def _calibration(told: Calculation) -> float:
    curves = told.inputs["curves"]
    assert isinstance(curves, dict)
    return float(str(curves.get("calibration", 1.0)))


def _miss(outcome: str, channel: str, row: object, *, actual: float, factor: float) -> ForecastMiss:
    assert isinstance(row, dict)
    p10, p50, p90 = (float(str(row[p])) for p in ("p10", "p50", "p90"))
    return ForecastMiss(outcome=outcome, channel=channel, p10=p10, p50=p50, p90=p90, actual=actual, factor=factor)


def walked(weeks: int, markets: int = MARKETS) -> dict[int, list[Look]]:
    """Walk some markets through five campaigns; after none, one and five of them, look how well they are known."""
    found: dict[int, list[Look]] = {0: [], 1: [], CAMPAIGNS: []}
    for seed in range(markets):
        street = Street(seed, weeks)
        found[0].append(street.look())
        for number in range(1, CAMPAIGNS + 1):
            street.campaign(number)
            if number in found:
                found[number].append(street.look())
    return found


def _figures(weeks: int, *, fall: float | None) -> Iterator[Figure]:
    looks = walked(weeks)
    share, coverage, error = (
        {n: float(np.median([getattr(look, name) for look in some])) for n, some in looks.items()}
        for name in ("share", "coverage", "error")
    )
    mean = {n: float(np.mean([look.coverage for look in some])) for n, some in looks.items()}
    for n in looks:
        of = f"{weeks} weeks, after {n} outcomes"
        is_asked = n == CAMPAIGNS and fall is not None
        for what, found in (("share of the best split", share), ("P10-P90 covers what comes", coverage)):
            asked = f">= {found[1]:.4f}, that after one" if is_asked else ""
            yield Figure(f"{of}: {what}", found[n], asked, not is_asked or found[n] >= found[1])
        yield Figure(f"{of}: the same, mean of all markets", mean[n], "0.8 is right", is_met=True)
        yield Figure(f"{of}: error of the forecast", error[n], "", is_met=True)
    fallen = 1 - error[CAMPAIGNS] / error[0]
    is_met = fall is None or fallen >= fall
    yield Figure(f"{weeks} weeks: the error falls by", fallen, "" if fall is None else f">= {fall}", is_met)


def ten_weeks() -> Iterator[Figure]:
    """Learn from five campaigns after ten weeks of history."""
    yield from _figures(10, fall=0.3)


def two_years() -> Iterator[Figure]:
    """Learn from five campaigns after two years of history: there is less to learn, and nothing is asked of it."""
    yield from _figures(104, fall=None)


FIGURES = {"ten_weeks": ten_weeks, "two_years": two_years}


if __name__ == "__main__":
    sys.exit(print_figures(FIGURES, sys.argv[1:]))
