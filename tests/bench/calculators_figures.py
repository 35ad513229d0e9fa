"""Print each figure of the calculators beside its reference, and fail where one falls short.

Run it: ``python tests/bench/calculators_figures.py [name ...]``; the names are those of ``FIGURES``.
The judge is never the library's own code: published values, statsmodels, markets whose truth is known.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nexusplanner import calculators as k
from nexusplanner.calculators.experiment_arms import Arm

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.calculators_markets import Market, simulate
from tests.bench.figures import DATA, Figure, print_figures

Floats = npt.NDArray[np.float64]
MARKETS = 60
AHEAD = 13
"""Weeks a simulated campaign runs."""


def _rows(*parts: str) -> list[dict[str, str]]:
    path = DATA.joinpath(*parts)
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _near(what: str, found: float, published: float, tolerance: float) -> Figure:
    return Figure(what, found, f"{published:g}", abs(found - published) <= tolerance)


def cdnow() -> Iterator[Figure]:
    """BG/NBD on the CDNOW summary, against Fader, Hardie & Lee (2005)."""
    rows = _rows("cdnow", "cdnow_customers_summary_with_transactions.csv")
    if not rows:
        return
    x, t_x, watched, spend = (np.array([float(r[c]) for r in rows]) for c in ("x", "t_x", "T", "zbar"))
    fit = k.fit_bgnbd(x, t_x, watched)
    for name, published in (("r", 0.243), ("alpha", 4.414), ("a", 0.793), ("b", 2.426)):
        yield _near(f"BG/NBD {name}", float(getattr(fit, name)), published, 0.0006)
    yield _near("BG/NBD log-likelihood", fit.log_likelihood, -9582.4, 0.06)
    money = k.fit_gamma_gamma(x, spend)
    yield _near("Gamma-Gamma p", money.p, 6.25, 0.01)
    yield _near("Gamma-Gamma q", money.q, 3.74, 0.01)
    yield _near("Gamma-Gamma gamma", money.gamma, 15.44, 0.02)


def _campaigns(market: Market) -> Iterator[tuple[float, float, bool, bool, float]]:
    """Plan half, all and one and a half times the past money; yield how good each split and forecast was."""
    curves = k.fit_response_curves(market.history(), channels=(), metric="conversions", implied_unit_cost=None, seed=1)
    past, credited = float(market.spend.mean(axis=1).sum()), market.result.sum(axis=1)
    for multiplier in (0.5, 1.0, 1.5):
        weekly = past * multiplier
        best = float(market.weekly(market.best(weekly)).sum())
        total = Decimal(f"{weekly * AHEAD:.2f}")
        split = k.allocate(curves, total=total, currency="USD", weeks=AHEAD, contingency_share=0.0)
        lines = split.outputs["lines"]
        assert isinstance(lines, list)
        amounts = {str(x["channel"]): Decimal(str(x["amount"])) for x in lines if isinstance(x, dict)}
        spend = np.array([float(amounts.get(f"c{i}", 0)) / AHEAD for i in range(len(credited))])
        told = k.forecast(curves, amounts=amounts, weeks=AHEAD, target=None, seed=7).outputs
        low, high = float(str(told["p10"])), float(str(told["p90"]))
        ours = float(market.weekly(spend).sum())
        by_past = float(market.weekly(weekly * credited / credited.sum()).sum())
        real = market.realised(spend, AHEAD)
        yield ours / best, by_past / best, low <= real <= high, low <= ours * AHEAD <= high, multiplier


def _markets(weeks: int, *, median: float, worst: float, is_harsh: bool = False) -> Iterator[Figure]:
    found = [c for seed in range(MARKETS) for c in _campaigns(simulate(seed, weeks, is_harsh=is_harsh))]
    ours, past = np.array([c[0] for c in found]), np.array([c[1] for c in found])
    label = f"{weeks} weeks{', harsh' if is_harsh else ''}"
    yield Figure(f"{label}: split, median", float(np.median(ours)), f">= {median}", bool(np.median(ours) >= median))
    yield Figure(f"{label}: split, 1 in 100", float(np.quantile(ours, 0.01)), "", is_met=True)
    yield Figure(f"{label}: split, worst", float(ours.min()), f">= {worst}", bool(ours.min() >= worst))
    yield Figure(f"{label}: by past conversions, median", float(np.median(past)), "to beat", is_met=True)
    yield Figure(f"{label}: by past conversions, worst", float(past.min()), "to beat", is_met=True)
    covered = float(np.mean([c[2] for c in found]))
    yield Figure(f"{label}: P10-P90 covers what comes", covered, "0.72-0.88", 0.72 <= covered <= 0.88)
    truth = float(np.mean([c[3] for c in found]))
    yield Figure(f"{label}: P10-P90 covers the noiseless truth", truth, "", is_met=True)


def two_years() -> Iterator[Figure]:
    """Split and forecast from two years of simulated rows."""
    yield from _markets(104, median=0.995, worst=0.95)


def ten_weeks() -> Iterator[Figure]:
    """Split and forecast from ten weeks of simulated rows."""
    yield from _markets(10, median=0.985, worst=0.90)


def harsh() -> Iterator[Figure]:
    """The same on markets whose channels differ more than is usual; nothing is asked of these."""
    yield from _markets(104, median=0.0, worst=0.0, is_harsh=True)


def silent_channel() -> Iterator[Figure]:
    """One channel of the mix has no rows: never more than an equal share, and marked."""
    largest, is_marked = 0.0, True
    for seed in range(MARKETS // 2):
        market = simulate(seed, 104)
        count = len(market.decay)
        curves = k.fit_response_curves(
            market.history(drop=0),
            channels=[f"c{i}" for i in range(count)],
            metric="conversions",
            implied_unit_cost=None,
            seed=1,
        )
        channels = curves.outputs["channels"]
        assert isinstance(channels, dict)
        silent = channels["c0"]
        assert isinstance(silent, dict)
        is_marked &= silent["status"] == "pooled"
        total = Decimal(f"{market.spend.mean(axis=1).sum() * AHEAD:.2f}")
        lines = k.allocate(curves, total=total, currency="USD", weeks=AHEAD).outputs["lines"]
        assert isinstance(lines, list)
        for line in lines:
            assert isinstance(line, dict)
            if line["channel"] == "c0":
                largest = max(largest, float(str(line["share"])) * count)
    yield Figure("no rows: largest share over an equal one", largest, "<= 1", largest <= 1 + 1e-9)
    yield Figure("no rows: marked", float(is_marked), "1", is_marked)


def robyn() -> Iterator[Figure]:
    """The last 26 weeks of Robyn's table, held out, against a seasonal ridge."""
    from nexusplanner.calculators.joint_fit import JointRows, fit_jointly

    rows = _rows("robyn_weekly", "dt_simulated_weekly.csv")
    if not rows:
        return
    spend = np.array([[float(r[f"{c}_S"]) for r in rows] for c in ("tv", "ooh", "print", "facebook", "search")])
    outcome = np.array([float(r["revenue"]) for r in rows])
    reference = spend.sum(axis=1) / (spend > 0).sum(axis=1)
    events = np.array([[float(r["events"] == name) for r in rows] for name in ("event1", "event2")])
    controls = np.array([[float(r[c]) for r in rows] for c in ("competitor_sales_B", "newsletter")])
    for label, known in (("controls known", controls), ("no controls", controls[:0])):
        flags = events if len(known) else events[:0]
        fit = fit_jointly(
            JointRows(spend=spend, outcome=outcome, reference=reference, controls=known, events=flags), train=182
        )
        error = float(np.mean(np.abs(fit.predicted - outcome)[182:] / outcome[182:]))
        is_asked = len(known) > 0
        yield Figure(
            f"Robyn hold-out MAPE, {label}", error, "<= 0.125" if is_asked else "", error <= 0.125 or not is_asked
        )


def hillstrom() -> Iterator[Figure]:
    """Hillstrom's randomised e-mail test, against its published lifts and statsmodels' intervals."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    rows = _rows("hillstrom_email", "hillstrom.csv")
    if not rows:
        return
    lifts = {("Mens", "visit"): (0.0766, 22.5), ("Mens", "conversion"): (0.00681, 7.39),
             ("Womens", "visit"): (0.0452, 13.95), ("Womens", "conversion"): (0.00311, 3.78)}  # fmt: skip
    for metric in ("visit", "conversion"):
        arms = {}
        for name in ("No", "Mens", "Womens"):
            values = [int(r[metric]) for r in rows if r["segment"] == f"{name} E-Mail"]
            arms[name] = Arm(n=len(values), total=sum(values))
        control = arms.pop("No")
        told = k.read_out_experiment(metric=metric, control=control, variants=arms).outputs["arms"]
        assert isinstance(told, dict)
        for name, arm in arms.items():
            row = told[name]
            assert isinstance(row, dict)
            lift, z = lifts[name, metric]
            yield _near(f"{name} {metric}: lift", float(str(row["lift"])), lift, 0.00006)
            yield _near(f"{name} {metric}: z", float(str(row["statistic"])), z, 0.06)
            judged = confint_proportions_2indep(arm.total, arm.n, control.total, control.n, method="newcomb")
            apart = max(
                abs(float(str(row[end])) - float(side)) for end, side in zip(("low", "high"), judged, strict=True)
            )
            yield Figure(f"{name} {metric}: interval off statsmodels", apart, "< 0.00005", apart < 5e-5)


def sample_size() -> Iterator[Figure]:
    """Sample size by Cohen's h, against statsmodels."""
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    yield _near("people an arm, .573 % -> .884 %", k.sample_size_two_proportions(0.00573, 0.00884), 11_603, 0)
    for p1, p2 in ((0.1, 0.12), (0.02, 0.03), (0.5, 0.51)):
        judged = NormalIndPower().solve_power(proportion_effectsize(p2, p1), alpha=0.05, power=0.8)
        found = k.sample_size_two_proportions(p1, p2)
        yield Figure(f"people an arm, {p1} -> {p2}", found, f"{judged:.1f}", 0 <= found - judged < 1.01)


def speed() -> Iterator[Figure]:
    """Fit and allocate ten channels over two years; run under ``taskset -c 0`` for one core."""
    from nexusplanner.domain.history import ChannelHistory, ChannelSeries

    first, second, third = (simulate(seed, 104) for seed in (1, 2, 3))
    dates, channels = first.history().dates, dict[str, ChannelSeries]()
    for n, market in enumerate((first, second, third)):
        channels |= {f"m{n}{name}": series for name, series in market.history().channels.items()}
    kept = dict(list(channels.items())[:10])
    history = ChannelHistory(source="simulated", layout="long", cadence="weekly", dates=dates, channels=kept)
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        curves = k.fit_response_curves(history, channels=(), metric="conversions", implied_unit_cost=None, seed=1)
        k.allocate(curves, total=Decimal(500_000), currency="USD", weeks=AHEAD)
        taken.append(time.perf_counter() - begun)
    yield Figure(f"fit + allocate, {len(kept)} channels x 104 weeks, s", min(taken), "<= 1.0", min(taken) <= 1.0)


FIGURES: dict[str, Callable[[], Iterator[Figure]]] = {
    "cdnow": cdnow,
    "two_years": two_years,
    "ten_weeks": ten_weeks,
    "harsh": harsh,
    "silent_channel": silent_channel,
    "robyn": robyn,
    "hillstrom": hillstrom,
    "sample_size": sample_size,
    "speed": speed,
}


if __name__ == "__main__":
    sys.exit(print_figures(FIGURES, sys.argv[1:]))
