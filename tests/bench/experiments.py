"""Print each figure of the experiment calculators beside its reference, and fail where one falls short.

Run it: ``python tests/bench/experiments.py [name ...]``; the names are those of ``FIGURES``.
The judge is never the library's own code: published boundaries, statsmodels, scipy's multivariate normal,
simulated tests, and Hillstrom's randomised e-mail test (64,000 customers, two mails and a hold-out).
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.figures import DATA, Figure, print_figures

from nexusplanner import calculators as k
from nexusplanner.calculators import Arm
from nexusplanner.calculators.alpha_spending import Spending
from nexusplanner.calculators.multiple_comparisons import Correction
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject

Floats = npt.NDArray[np.float64]
FIVE = (0.2, 0.4, 0.6, 0.8, 1.0)
PUBLISHED: dict[Spending, tuple[float, ...]] = {
    # Lan-DeMets spending, two-sided 0.05, five equal looks. The older programs that these were printed
    # from are exact to 1e-4.
    "obrien_fleming": (4.8769, 3.3569, 2.6803, 2.2898, 2.0310),
    "pocock": (2.4380, 2.4268, 2.4101, 2.3966, 2.3859),
}
TRIALS = 200_000


def obj(value: object) -> JsonObject:
    """Return a JSON object as one."""
    assert isinstance(value, dict)
    return value


def num(value: object) -> float:
    """Return a JSON number as one."""
    return float(str(value))


def rows_of(design: Calculation) -> list[JsonObject]:
    """Return the looks of a design."""
    looks = design.outputs["looks"]
    assert isinstance(looks, list)
    return [obj(row) for row in looks]


def near(what: str, found: float, judged: float, tolerance: float) -> Figure:
    """Compare with a reference, absolutely."""
    return Figure(what, found, f"{judged:.8g} +- {tolerance:g}", abs(found - judged) <= tolerance)


def boundaries() -> Iterator[Figure]:
    """Boundaries against the published ones, and against scipy's multivariate normal."""
    for spending, published in PUBLISHED.items():
        found = rows_of(k.sequential_design(looks=5, spending=spending, futility=False))
        for row, z in zip(found, published, strict=True):
            yield near(f"{spending}, look {row['look']} of 5: z", num(row["z"]), z, 1.5e-4)
    for times in (FIVE, (0.1, 0.25, 0.7, 1.0), (0.05, 0.5, 0.55, 0.9, 1.0)):
        for spending in PUBLISHED:
            design = k.sequential_design(
                looks=len(times),
                spending=spending,
                information=times,
                futility=False,
            )
            yield _crossing(spending, times, design)


def _crossing(spending: str, times: tuple[float, ...], design: Calculation) -> Figure:
    """Compare the alpha spent after each look with one minus the chance of staying inside until then."""
    from scipy.stats import multivariate_normal

    z = np.array([num(row["z"]) for row in rows_of(design)])
    t, worst = np.array(times), 0.0
    for count in range(2, len(t) + 1):
        some = t[:count]
        cov = np.sqrt(np.minimum.outer(some, some) / np.maximum.outer(some, some))
        inside = float(
            multivariate_normal.cdf(
                z[:count], cov=cov, lower_limit=-z[:count], abseps=1e-7, releps=0.0, maxpts=2_000_000, rng=1
            )
        )
        worst = max(worst, abs(1 - inside - num(rows_of(design)[count - 1]["spent"])))
    return Figure(f"{spending} {times}: spent off scipy", worst, "< 5e-6", worst < 5e-6)


def _paths(times: tuple[float, ...], drift: float, seed: int) -> Floats:
    """Simulate the standardised differences of many tests: shape (tests, looks)."""
    t = np.array(times)
    steps = np.diff(t, prepend=0.0)
    moved = np.random.default_rng(seed).normal(size=(TRIALS, len(t))) * np.sqrt(steps) + drift * steps
    return np.asarray(moved.cumsum(axis=1) / np.sqrt(t))


def simulated() -> Iterator[Figure]:
    """False alarms, power and average size of designs over simulated tests."""
    for spending in PUBLISHED:
        for times in (FIVE, (0.3, 0.5, 1.0)):
            design = k.sequential_design(looks=len(times), spending=spending, information=times)
            yield from _simulated(f"{spending}, {len(times)} looks", design, times)


def _simulated(label: str, design: Calculation, times: tuple[float, ...]) -> Iterator[Figure]:
    found = rows_of(design)
    upper = np.array([num(row["z"]) for row in found])
    lower = np.array([-np.inf if row["futility"] is None else num(row["futility"]) for row in found])
    drift, inflation = num(design.outputs["drift"]), num(design.outputs["inflation"])
    null, real = _paths(times, 0.0, 1), _paths(times, drift, 2)
    alarms = float((np.abs(null) >= upper).any(axis=1).mean())
    yield near(f"{label}: false alarms, going on when hopeless", alarms, 0.05, 3 * math.sqrt(0.05 * 0.95 / TRIALS))
    for name, paths, key in (("null", null, "expected_null"), ("lift", real, "expected_lift")):
        ended = (np.abs(paths) >= upper) | (paths <= lower)
        ended[:, -1] = True
        first = ended.argmax(axis=1)
        size = inflation * float(np.array(times)[first].mean())
        yield near(f"{label}: average size, {name}", num(design.outputs[key]), size, 0.004)
        if name == "null":
            heeded = float((np.abs(paths[np.arange(TRIALS), first]) >= upper[first]).mean())
            yield Figure(f"{label}: false alarms, heeding it", heeded, "<= 0.05", heeded <= 0.05)
        else:
            won = float((paths[np.arange(TRIALS), first] >= upper[first]).mean())
            yield near(f"{label}: power", won, 0.8, 3 * math.sqrt(0.16 / TRIALS))


def whole_tests() -> Iterator[Figure]:
    """Tests of customers who order or not, read look by look with ``read_look``: alarms and power."""
    days, baseline, trials = (14, 28, 42, 56), 0.1, 4_000
    information = k.information_at(days, baseline=baseline, accrual="at_once")
    design = k.sequential_design(looks=len(days), information=information)
    inflation = num(design.outputs["inflation"])
    size = k.size_experiment(
        baseline=baseline, mde=0.03, audience=10**6, max_days=56, holdout_share=0.25, inflation=inflation,
        accrual="at_once",
    )  # fmt: skip
    held, treated = int(num(size.outputs["n_holdout"])), int(num(size.outputs["n_treated"]))
    bounds = [(num(r["z"]), -np.inf if r["futility"] is None else num(r["futility"])) for r in rows_of(design)]
    for label, lift, judged in (("no lift", 0.0, 0.05), ("the lift", 0.03, 0.8)):
        alarms = wins = 0
        rng = np.random.default_rng(5)
        for _ in range(trials):
            z = _z_by_look(rng, (held, baseline), (treated, baseline + lift), days)
            alarms += any(abs(v) >= high for v, (high, _) in zip(z, bounds, strict=True))
            stop = next(
                i for i, (v, b) in enumerate(zip(z, bounds, strict=True)) if abs(v) >= b[0] or v <= b[1] or i == 3
            )
            wins += z[stop] >= bounds[stop][0]
        share = alarms / trials if lift == 0 else wins / trials
        error = 3 * math.sqrt(judged * (1 - judged) / trials) + 0.01
        yield near(f"customers' orders, 25 % held out, {label}: found", share, judged, error)


def _z_by_look(
    rng: np.random.Generator, held: tuple[int, float], treated: tuple[int, float], days: tuple[int, ...]
) -> list[float]:
    """Draw on which day each customer orders, if at all, and compare the shares at each look."""
    counts = []
    for n, rate in (held, treated):
        on = -np.log1p(-rng.random(n)) / -math.log1p(-rate) * days[-1]
        counts.append([(n, int((on <= day).sum())) for day in days])
    found = []
    for (n0, k0), (n1, k1) in zip(*counts, strict=True):
        pooled = (k0 + k1) / (n0 + n1)
        found.append((k1 / n1 - k0 / n0) / math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1)))
    return found


def sizes() -> Iterator[Figure]:
    """People, power and lifts that can be found, arms alike and not, against statsmodels."""
    from statsmodels.stats.power import NormalIndPower, TTestIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    yield near("people an arm, .573 % -> .884 %", k.sample_size_two_proportions(0.00573, 0.00884), 11_603, 0)
    for p1, p2, ratio in ((0.1, 0.12, 1.0), (0.1, 0.12, 4.0), (0.02, 0.03, 9.0), (0.5, 0.51, 0.25)):
        judged = float(NormalIndPower().solve_power(proportion_effectsize(p2, p1), alpha=0.05, power=0.8, ratio=ratio))
        found = k.sample_size_two_proportions(p1, p2, ratio=ratio)
        yield Figure(f"people, {p1} -> {p2}, ratio {ratio:g}", found, f"{judged:.2f}", 0 <= found - judged < 1.01)
        power = k.power_two_proportions(p1, p2, n_per_arm=1000, ratio=ratio)
        judged = float(NormalIndPower().power(proportion_effectsize(p2, p1), 1000, 0.05, ratio=ratio))
        yield near(f"power, {p1} -> {p2}, ratio {ratio:g}", power, judged, 1e-9)
    for m1, m2, sd, ratio in ((0.65, 1.42, 15.0, 1.0), (10.0, 10.5, 7.0, 4.0), (50.0, 60.0, 12.0, 0.5)):
        judged = float(TTestIndPower().solve_power((m2 - m1) / sd, alpha=0.05, power=0.8, ratio=ratio))
        found = k.sample_size_two_means(m1, m2, sd=sd, ratio=ratio)
        yield Figure(f"people, mean {m1} -> {m2}, ratio {ratio:g}", found, f"{judged:.2f}", 0 <= found - judged < 1.01)
        power = k.power_two_means(m1, m2, sd=sd, n_per_arm=200, ratio=ratio)
        judged = float(TTestIndPower().power((m2 - m1) / sd, 200, 0.05, ratio=ratio))
        yield near(f"power, mean {m1} -> {m2}, ratio {ratio:g}", power, judged, 1e-9)


def holdouts() -> Iterator[Figure]:
    """The smallest hold-out finds its lift and one percent less does not, by statsmodels' power."""
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    for baseline, lift, audience in ((0.05, 0.01, 50_000), (0.2, 0.02, 40_000), (0.01, 0.004, 100_000)):
        share = num(k.size_holdout(baseline=baseline, lift=lift, audience=audience).outputs["holdout_share"])
        effect = proportion_effectsize(baseline + lift, baseline)
        powers = [
            float(NormalIndPower().power(effect, s * audience, 0.05, ratio=(1 - s) / s)) for s in (share, share - 0.01)
        ]
        label = f"{baseline:.0%} + {100 * lift:g} points among {audience:,}: {share:.0%} held out, power"
        yield Figure(label, powers[0], f">= 0.8 > {powers[1]:.4f}", powers[0] >= 0.8 > powers[1])


def _hillstrom() -> list[dict[str, str]]:
    import csv

    path = DATA / "hillstrom_email" / "hillstrom.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _arms(rows: list[dict[str, str]], metric: str) -> dict[str, Floats]:
    names = {"No": "control", "Mens": "mens", "Womens": "womens"}
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        values[names[row["segment"].split()[0]]].append(float(row[metric]))
    return {name: np.array(found) for name, found in sorted(values.items())}


def hillstrom() -> Iterator[Figure]:
    """Each arm and metric of Hillstrom's test against statsmodels: lifts, statistics, intervals."""
    from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    rows = _hillstrom()
    for metric in ("visit", "conversion", "spend") if rows else ():
        values = _arms(rows, metric)
        arms = {name: Arm.of_values(found) for name, found in values.items()}
        control = arms.pop("control")
        shares = {"control": 1.0, "mens": 1.0, "womens": 1.0}
        told = k.read_out_experiment(metric=metric, control=control, variants=arms, shares=shares).outputs
        if metric == "visit":
            drawn = obj(told["sample_ratio"])
            yield Figure("sample ratio as drawn, p", num(drawn["p_value"]), "> 0.001", not drawn["is_mismatch"])
        for name, arm in arms.items():
            row = obj(obj(told["arms"])[name])
            if metric == "spend":
                judge = CompareMeans(DescrStatsW(values[name]), DescrStatsW(values["control"]))
                statistic, p, _ = judge.ttest_ind(usevar="unequal")
                low, high = judge.tconfint_diff(usevar="unequal")
            else:
                statistic, p = proportions_ztest([arm.total, control.total], [arm.n, control.n])
                low, high = confint_proportions_2indep(arm.total, arm.n, control.total, control.n, method="newcomb")
            lift = float(values[name].mean() - values["control"].mean())
            yield near(f"{name} {metric}: lift", num(row["lift"]), lift, 1e-9)
            yield near(f"{name} {metric}: statistic", num(row["statistic"]), float(statistic), 1e-6)
            yield near(f"{name} {metric}: p", num(row["p_value"]), float(p), 1e-9)
            yield near(f"{name} {metric}: low", num(row["low"]), float(low), 5e-7)
            yield near(f"{name} {metric}: high", num(row["high"]), float(high), 5e-7)


def segments() -> Iterator[Figure]:
    """Uplift by segment on Hillstrom against statsmodels: lifts, corrected p, pooled lift, heterogeneity."""
    rows = _hillstrom()
    for metric in ("visit", "conversion", "spend") if rows else ():
        parts: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in rows:
            parts[f"{'new' if row['newbie'] == '1' else 'known'}, {row['zip_code']}"].append(row)
        values = {name: _arms(part, metric) for name, part in parts.items()}
        kind: Literal["mean", "rate"] = "mean" if metric == "spend" else "rate"
        arms = {s: {a: Arm.of_values(v, kind=kind) for a, v in found.items()} for s, found in values.items()}
        judges: dict[Correction, str] = {"holm": "holm", "benjamini_hochberg": "fdr_bh"}
        reads = {c: k.read_out_by_segment(metric=metric, rows=arms, correction=c).outputs for c in judges}
        for correction, judge in judges.items():
            yield _corrected(f"{metric}: p corrected by {correction}, off statsmodels", reads[correction], judge)
        for variant in ("mens", "womens"):
            yield from _together(f"{variant} {metric}", reads["holm"], variant, values)


def _corrected(label: str, read: JsonObject, method: str) -> Figure:
    from statsmodels.stats.multitest import multipletests

    told = [obj(row) for arms in obj(read["segments"]).values() for row in obj(arms).values()]
    told = [row for row in told if row["p_adjusted"] is not None]
    judged = multipletests([num(row["p_value"]) for row in told], method=method)[1]
    apart = float(np.max(np.abs(np.array([num(row["p_adjusted"]) for row in told]) - judged)))
    return Figure(f"{label} ({len(told)})", apart, "< 1e-9", apart < 1e-9)


def _together(label: str, read: JsonObject, variant: str, values: dict[str, dict[str, Floats]]) -> Iterator[Figure]:
    from statsmodels.stats.meta_analysis import combine_effects

    kept = [s for s, arms in obj(read["segments"]).items() if obj(obj(arms)[variant])["decision"] != "too_small"]
    is_rate = "spend" not in label
    effects, variances = [], []
    for segment in kept:
        one, other = values[segment]["control"], values[segment][variant]
        effects.append(other.mean() - one.mean())
        variances.append(sum(x.var(ddof=0 if is_rate else 1) / len(x) for x in (one, other)))
    with np.errstate(invalid="ignore"):  # of its random effects, which are not asked for
        judge = combine_effects(np.array(effects), np.array(variances), method_re="dl")
        low, high = judge.conf_int(alpha=0.05)[0]
    found = obj(obj(read["together"])[variant])
    yield near(f"{label}: pooled lift of {len(kept)}", num(found["lift"]), float(judge.mean_effect_fe), 1e-9)
    yield near(f"{label}: pooled low", num(found["low"]), float(low), 1e-9)
    yield near(f"{label}: pooled high", num(found["high"]), float(high), 1e-9)
    yield near(f"{label}: Cochran's Q", num(found["q"]), float(judge.q), 1e-6)
    yield near(f"{label}: I squared", num(found["i_squared"]), max(float(judge.i2), 0.0), 1e-8)
    yield near(f"{label}: p of no difference", num(found["p_value"]), float(judge.test_homogeneity().pvalue), 1e-9)


FIGURES: dict[str, Callable[[], Iterator[Figure]]] = {
    "boundaries": boundaries,
    "simulated": simulated,
    "whole_tests": whole_tests,
    "sizes": sizes,
    "holdouts": holdouts,
    "hillstrom": hillstrom,
    "segments": segments,
}


if __name__ == "__main__":
    sys.exit(print_figures(FIGURES, sys.argv[1:]))
