"""Print how the joint fit does on public media-mix data and on simulated markets, beside references.

Run it: ``python tests/bench/media_mix.py [name ...]``; the names are those of ``FIGURES``. References are
a seasonal naive forecast, a seasonal ridge regression written here, and truths that come with the data.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nexusplanner import calculators as k
from nexusplanner.adapters import history_from_spec
from nexusplanner.calculators.curve import fitted, lagged
from nexusplanner.calculators.holiday_columns import holiday_columns
from nexusplanner.calculators.joint_fit import JointRows, fit_jointly
from nexusplanner.domain.history import ChannelHistory, ChannelSeries

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.figures import DATA, Figure, print_figures
from tests.bench.wide_markets import SHAPES, Shape, WideMarket, simulate_wide

Floats = npt.NDArray[np.float64]
AHEAD = 26
CAMPAIGN = 13
MARKETS = 60


def _load(spec: str) -> ChannelHistory | None:
    if not (DATA / spec.partition("?")[0]).exists():
        return None
    return asyncio.run(history_from_spec(f"csv:{spec}", base=DATA).load(tenant="default"))


def _rows(history: ChannelHistory, *, countries: Sequence[str] = (), is_bare: bool = False) -> JointRows:
    """Turn a history into rows; bare ones leave controls and events out."""
    weeks = len(history.dates)
    spend = np.array([series.spend for series in history.channels.values()])
    days = holiday_columns(countries, history.dates[0], weeks)
    return JointRows(
        spend=spend,
        outcome=np.array(history.outcome),
        reference=spend.sum(axis=1) / np.maximum((spend > 0).sum(axis=1), 1),
        controls=_stacked([] if is_bare else history.controls.values(), weeks),
        events=_stacked([] if is_bare else history.events.values(), weeks),
        holidays=_stacked(days.values(), weeks) if days else None,
    )


def _stacked(columns: object, weeks: int) -> Floats:
    return np.array(list(columns), dtype=np.float64).reshape(-1, weeks)  # type: ignore[call-overload]


def _mape(told: Floats, actual: Floats) -> float:
    return float(np.mean(np.abs(told - actual) / actual))


def _naive(outcome: Floats, train: int) -> float:
    return _mape(outcome[train - 52 : outcome.size - 52], outcome[train:])


def _ridge(rows: JointRows, train: int) -> float:
    """Hold-out error of a ridge regression: trend, three yearly waves, logged adstock at one half, drivers.

    The penalty is chosen on the last fifth of the training weeks.
    """
    weeks = np.arange(rows.outcome.size)
    carried = np.zeros_like(rows.spend)
    for t in weeks:
        carried[:, t] = 0.5 * rows.spend[:, t] + 0.5 * (carried[:, t - 1] if t else 0)
    columns = [weeks / weeks.size, *np.log1p(carried / rows.reference[:, None]), *rows.controls, *rows.events]
    for wave in (1, 2, 3):
        columns += [np.sin(2 * np.pi * wave * weeks / 52.18), np.cos(2 * np.pi * wave * weeks / 52.18)]
    table = np.array(columns).T

    def told(until: int, penalty: float) -> Floats:
        centre, deviation = table[:until].mean(axis=0), table[:until].std(axis=0)
        scaled = (table - centre) / np.where(deviation > 0, deviation, 1.0) * (deviation > 0)
        level = rows.outcome[:until].mean()
        inner = scaled[:until].T @ scaled[:until] + penalty * np.eye(scaled.shape[1])
        found: Floats = level + scaled @ np.linalg.solve(inner, scaled[:until].T @ (rows.outcome[:until] - level))
        return found

    inside = train - train // 5
    penalties = np.geomspace(0.01, 1000, 11)
    errors = [_mape(told(inside, p)[inside:train], rows.outcome[inside:train]) for p in penalties]
    return _mape(told(train, float(penalties[int(np.argmin(errors))]))[train:], rows.outcome[train:])


def _held_out(label: str, rows: JointRows, *, at_most: float | None = None, beats: bool = False) -> Iterator[Figure]:
    train = rows.outcome.size - AHEAD
    found = _mape(fit_jointly(rows, train=train).predicted[train:], rows.outcome[train:])
    naive, ridge = _naive(rows.outcome, train), _ridge(rows, train)
    asked = min([*([at_most] if at_most else []), *([naive] if beats else [])], default=None)
    wanted = "" if asked is None else f"<= {asked:.4g}"
    yield Figure(
        f"{label}: hold-out MAPE",
        found,
        f"{wanted:<11} (naive {naive:.4f}, ridge {ridge:.4f})",
        asked is None or found <= asked,
    )


def robyn() -> Iterator[Figure]:
    """Robyn's weekly table, last 26 weeks held out."""
    history = _load("robyn_weekly/dt_simulated_weekly.csv")
    if history:
        yield from _held_out("Robyn", _rows(history), at_most=0.125, beats=True)
        yield from _held_out("Robyn, holidays of DE", _rows(history, countries=["DE"]))
        yield from _held_out("Robyn, no drivers", _rows(history, is_bare=True))


def meridian() -> Iterator[Figure]:
    """Meridian's simulated table, national and 40 areas added up."""
    for level in ("national", "geo"):
        history = _load(f"meridian_mmm/{level}_all_channels.csv")
        if history:
            yield from _held_out(f"Meridian, {level}", _rows(history), beats=True)
            yield from _held_out(f"Meridian, {level}, no drivers", _rows(history, is_bare=True))


def retail() -> Iterator[Figure]:
    """Four years of one retailer, with and without its own flags and the holidays of its country."""
    history = _load("pymc_mmm/case_study_data.csv")
    if not history:
        return
    for label, bare in (("all drivers", False), ("no drivers", True)):
        for countries in ((), ("US",)):
            told = "" if not countries else " + holidays"
            yield from _held_out(f"Retailer, {label}{told}", _rows(history, countries=countries, is_bare=bare))


def _brought(rows: JointRows) -> Floats:
    """Fit all weeks; return what each channel brought over them."""
    fit = fit_jointly(rows)
    modes = fit.modes.copy()
    weekly, _ = fitted(modes, lagged(rows.spend / rows.reference[:, None]))
    found: Floats = weekly.sum(axis=1)
    return found


def _against_truth(label: str, found: Floats, truth: Floats, spend: Floats) -> Iterator[Figure]:
    for i in range(len(truth)):
        yield Figure(
            f"{label}: result per money, x{i + 1}", found[i] / spend[i], f"{truth[i] / spend[i]:.6g}", is_met=True
        )
    share = found[0] / found.sum()
    yield Figure(f"{label}: x1's share of media", share, f"{truth[0] / truth.sum():.4f} +- 0.1",
                 abs(share - truth[0] / truth.sum()) <= 0.1)  # fmt: skip


def _logistic(spend: Floats, decay: float, steepness: float) -> Floats:
    """Return the saturated adstock of the PyMC example: eight normalised weeks, then a logistic curve."""
    weights = decay ** np.arange(8)
    carried = np.convolve(spend, weights / weights.sum())[: spend.size]
    found: Floats = (1 - np.exp(-steepness * carried)) / (1 + np.exp(-steepness * carried))
    return found


def example() -> Iterator[Figure]:
    """PyMC's example: its columns replayed with its published adstock and saturation.

    Adstock .4 and .2, steepness 4 and 3. What each channel is worth is found by least squares on the
    true shapes, trend, seasons and events, so that no published scale has to be trusted.
    """
    history = _load("pymc_mmm/mmm_example.csv?outcome=y&spend=x1,x2")
    if not history:
        return
    rows = _rows(history)
    true = [_logistic(rows.spend[0], 0.4, 4.0), _logistic(rows.spend[1], 0.2, 3.0)]
    weeks = np.arange(rows.outcome.size)
    waves = [f(2 * np.pi * n * weeks / 52.18) for n in (1, 2, 3) for f in (np.sin, np.cos)]
    table = np.array([*true, np.ones(weeks.size), weeks, np.sqrt(weeks + 50.0), *rows.events, *waves]).T
    worth = np.linalg.lstsq(table, rows.outcome, rcond=None)[0][:2]
    truth = worth * np.array([t.sum() for t in true])
    yield from _held_out("PyMC example", rows, beats=True)
    yield from _against_truth("PyMC example", _brought(rows), truth, rows.spend.sum(axis=1))


def confounded() -> Iterator[Figure]:
    """PyMC's data of a hidden driver: what ``y`` loses without each channel is kept beside it."""
    hidden = "trend,cs,cc,seasonality,epsilon,x1_adstock,x2_adstock,x1_adstock_saturated,x2_adstock_saturated"
    left_out = f"{hidden},x1_effect,x2_effect,quarter,dayofyear"
    spec = "pymc_mmm/mmm_roas_data.csv?outcome=y&spend=x1,x2&ignore="
    history, without = _load(f"{spec}{left_out},y01,y02"), _load(f"{spec}{left_out},z")
    if not history or not without:
        return
    rows = _rows(history)
    truth = np.array([rows.outcome.sum() - sum(without.controls[name]) for name in ("y01", "y02")])
    yield from _against_truth("PyMC ROAS, driver known", _brought(rows), truth, rows.spend.sum(axis=1))
    found, spend = _brought(_rows(history, is_bare=True)), rows.spend.sum(axis=1)
    for i in range(2):
        told = f"{truth[i] / spend[i]:.6g} (biased by design)"
        yield Figure(f"PyMC ROAS, driver hidden: result per money, x{i + 1}", found[i] / spend[i], told, is_met=True)


def _campaigns(market: WideMarket) -> Iterator[tuple[float, float, bool]]:
    """Plan half, all and one and a half times the past money; yield our split, the past's, and coverage."""
    curves = k.fit_response_curves(market.history(), channels=(), metric="conversions", implied_unit_cost=None, seed=1)
    usual = market.spend.mean(axis=1)
    for multiplier in (0.5, 1.0, 1.5):
        weekly = float(usual.sum()) * multiplier
        best = market.best(weekly)
        total = Decimal(f"{weekly * CAMPAIGN:.2f}")
        lines = k.allocate(curves, total=total, currency="USD", weeks=CAMPAIGN, contingency_share=0.0).outputs["lines"]
        assert isinstance(lines, list)
        amounts = {str(x["channel"]): Decimal(str(x["amount"])) for x in lines if isinstance(x, dict)}
        spend = np.array([float(amounts.get(f"c{i}", 0)) / CAMPAIGN for i in range(len(usual))])
        told = k.forecast(curves, amounts=amounts, weeks=CAMPAIGN, target=None, seed=7).outputs
        truth = float(market.weekly(spend).sum())
        covered = float(str(told["p10"])) <= truth * CAMPAIGN <= float(str(told["p90"]))
        yield truth / best, float(market.weekly(usual * multiplier).sum()) / best, covered


def _simulated(shape: Shape) -> Iterator[Figure]:
    found = [c for seed in range(MARKETS) for c in _campaigns(simulate_wide(seed, 104, shape=shape))]
    ours, past = np.array([c[0] for c in found]), np.array([c[1] for c in found])
    is_asked = shape == "hill"
    median, covered = float(np.median(ours)), float(np.mean([c[2] for c in found]))
    label = f"two years, {shape}"
    yield Figure(f"{label}: split, median", median, ">= 0.95" if is_asked else "", median >= 0.95 or not is_asked)
    yield Figure(f"{label}: split, 1 in 100", float(np.quantile(ours, 0.01)), "", is_met=True)
    yield Figure(f"{label}: as before, median", float(np.median(past)), "to beat", is_met=True)
    yield Figure(f"{label}: as before, 1 in 100", float(np.quantile(past, 0.01)), "to beat", is_met=True)
    is_inside = 0.72 <= covered <= 0.88
    yield Figure(
        f"{label}: P10-P90 covers the truth", covered, "0.72-0.88" if is_asked else "", is_inside or not is_asked
    )


def simulated() -> Iterator[Figure]:
    """Split and forecast from two years of wide rows whose truth is known, also of shapes that are not fitted."""
    for shape in SHAPES:
        yield from _simulated(shape)


def speed() -> Iterator[Figure]:
    """Fit and allocate ten channels over two years of one outcome; run under ``taskset -c 0`` for one core."""
    markets = [simulate_wide(seed, 104) for seed in (1, 2, 3)]
    spend = np.concatenate([market.spend for market in markets])[:10]
    history = (
        markets[0]
        .history()
        .model_copy(
            update={
                "channels": {f"c{i}": ChannelSeries(spend=tuple(row)) for i, row in enumerate(spend)},
                "outcome": tuple(np.sum([market.outcome for market in markets], axis=0)),
            }
        )
    )
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        curves = k.fit_response_curves(history, channels=(), metric="conversions", implied_unit_cost=None, seed=1)
        k.allocate(curves, total=Decimal(500_000), currency="USD", weeks=CAMPAIGN)
        taken.append(time.perf_counter() - begun)
    yield Figure("wide: fit + allocate, 10 channels x 104 weeks, s", min(taken), "<= 1.0", min(taken) <= 1.0)


FIGURES: dict[str, Callable[[], Iterator[Figure]]] = {
    "robyn": robyn,
    "meridian": meridian,
    "retail": retail,
    "example": example,
    "confounded": confounded,
    "simulated": simulated,
    "speed": speed,
}


if __name__ == "__main__":
    sys.exit(print_figures(FIGURES, sys.argv[1:]))
