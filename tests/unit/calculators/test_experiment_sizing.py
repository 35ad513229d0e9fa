"""People, power and hold-outs: the same numbers as statsmodels, and an answer where an audience is too small."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.proportion import proportion_effectsize

from nexusplanner.calculators import (
    detectable_difference,
    detectable_lift,
    power_two_means,
    power_two_proportions,
    recompute,
    sample_size_two_means,
    sample_size_two_proportions,
    size_experiment,
    size_holdout,
)
from nexusplanner.domain.calculation import Calculation
from nexusplanner.errors import InputError

rates = st.floats(0.005, 0.6)
lifts = st.floats(0.002, 0.3)
ratios = st.sampled_from([0.1, 0.5, 1.0, 3.0, 19.0])
powers = st.sampled_from([0.7, 0.8, 0.9])


def figure(made: Calculation, name: str) -> float:
    return float(str(made.outputs[name]))


@settings(max_examples=40, deadline=None)
@given(rates, lifts, ratios, powers)
def test_rates_take_as_many_people_as_statsmodels_says(p: float, lift: float, ratio: float, power: float) -> None:
    found = sample_size_two_proportions(p, p + lift, power=power, ratio=ratio)
    judged = NormalIndPower()
    effect = proportion_effectsize(p + lift, p)
    assert judged.power(effect, found, 0.05, ratio=ratio) >= power - 1e-9
    if found > 2:
        assert judged.power(effect, found - 1, 0.05, ratio=ratio) < power + 1e-9
    told = power_two_proportions(p, p + lift, n_per_arm=found, ratio=ratio)
    assert told == pytest.approx(judged.power(effect, found, 0.05, ratio=ratio), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.02, 1.5), ratios, powers)
def test_means_take_as_many_people_as_statsmodels_says(effect: float, ratio: float, power: float) -> None:
    found = sample_size_two_means(20.0, 20.0 + 7.0 * effect, sd=7.0, power=power, ratio=ratio)
    judged = TTestIndPower()
    assert judged.power(effect, found, 0.05, ratio=ratio) >= power - 1e-9
    if found * (1 + ratio) > 8 and found > 2:
        assert judged.power(effect, found - 1, 0.05, ratio=ratio) < power + 1e-9


@settings(max_examples=40, deadline=None)
@given(rates, lifts, ratios)
def test_more_power_takes_more_people_and_more_lift_fewer(p: float, lift: float, ratio: float) -> None:
    n = sample_size_two_proportions(p, p + lift, ratio=ratio)
    assert sample_size_two_proportions(p, p + lift, power=0.9, ratio=ratio) >= n
    assert sample_size_two_proportions(p, p + lift * 1.2, ratio=ratio) <= n
    assert sample_size_two_proportions(p, p + lift, alpha=0.01, ratio=ratio) >= n
    m = sample_size_two_means(p, p + lift, sd=1.0, ratio=ratio)
    assert sample_size_two_means(p, p + lift, sd=1.0, power=0.9, ratio=ratio) >= m
    assert sample_size_two_means(p, p + lift * 1.2, sd=1.0, ratio=ratio) <= m


@settings(max_examples=30, deadline=None)
@given(st.integers(50, 10**6), ratios, powers)
def test_what_can_be_found_is_found_with_the_power_asked(n: int, ratio: float, power: float) -> None:
    lift = detectable_lift(0.1, n_per_arm=n * 10, power=power, ratio=ratio)
    assert power_two_proportions(0.1, 0.1 + lift, n_per_arm=n * 10, ratio=ratio) == pytest.approx(power, abs=1e-4)
    difference = detectable_difference(sd=3.0, n_per_arm=n, power=power, ratio=ratio)
    assert power_two_means(5, 5 + difference, sd=3.0, n_per_arm=n, ratio=ratio) == pytest.approx(power, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(rates, st.floats(0.05, 0.5), st.integers(500, 10**6), powers)
def test_the_smallest_holdout_finds_its_lift_and_less_does_not(
    p: float, relative: float, audience: int, power: float
) -> None:
    lift = p * relative
    made = size_holdout(baseline=p, lift=lift, audience=audience, power=power)
    share, effect, judged = figure(made, "holdout_share"), proportion_effectsize(p + lift, p), NormalIndPower()
    held = figure(made, "n_holdout")
    assert held + figure(made, "n_treated") == audience
    assert figure(made, "forgone") == pytest.approx(held * lift, rel=1e-9)
    reached = judged.power(effect, held, 0.05, ratio=(audience - held) / held)
    if made.outputs["is_feasible"]:
        assert reached >= power - 1e-4
        less = held - audience / 100 - 1
        if less > 2:
            assert judged.power(effect, less, 0.05, ratio=(audience - less) / less) < power
    else:
        assert share == 0.5
        assert reached < power + 1e-4
    assert recompute(made) == made.outputs


def test_a_holdout_says_what_it_costs_in_money() -> None:
    made = size_holdout(baseline=0.05, lift=0.01, audience=50_000, value=40.0)
    assert figure(made, "holdout_share") == pytest.approx(0.09)
    assert figure(made, "forgone_value") == pytest.approx(4_500 * 0.01 * 40)
    assert "9%" in made.explanation
    offered = made.outputs["shares"]
    assert isinstance(offered, list)
    rises = [float(str(row["mde"])) for row in offered if isinstance(row, dict)]
    assert rises == sorted(rises, reverse=True)


def test_looks_take_a_larger_holdout() -> None:
    once = size_holdout(baseline=0.05, lift=0.01, audience=50_000)
    often = size_holdout(baseline=0.05, lift=0.01, audience=50_000, inflation=1.15)
    assert figure(often, "holdout_share") > figure(once, "holdout_share")


def test_a_share_parts_the_people_and_the_arms_share_alpha() -> None:
    made = size_experiment(baseline=0.1, mde=0.02, audience=50_000, max_days=60, arms=3, holdout_share=0.2)
    n = sample_size_two_proportions(0.1, 0.12, alpha=0.025, ratio=2.0)
    assert (made.outputs["n_holdout"], made.outputs["n_treated"]) == (n, 2 * n)
    assert made.outputs["n_per_arm"] == n
    assert made.outputs["is_feasible"]
    assert "held out" in made.explanation


@settings(max_examples=40, deadline=None)
@given(st.integers(1000, 10**6), st.integers(1, 200))
def test_a_test_takes_whole_weeks_of_the_days_there_are(audience: int, max_days: int) -> None:
    out = size_experiment(baseline=0.2, mde=0.05, audience=audience, max_days=max_days).outputs
    days = int(str(out["days"]))
    assert days <= max_days
    assert days == max_days or days % 7 == 0
    if out["is_feasible"]:
        assert audience * days / max_days >= 2 * int(str(out["n_per_arm"])) - 1


def test_people_who_are_there_at_once_take_all_the_days() -> None:
    asked = {"baseline": 0.2, "mde": 0.05, "audience": 100_000, "max_days": 84}
    assert size_experiment(**asked).outputs["days"] == 7  # type: ignore[arg-type]
    assert size_experiment(**asked, accrual="at_once").outputs["days"] == 84  # type: ignore[arg-type]


def test_an_audience_too_small_is_told_what_it_can_find_and_what_it_lacks() -> None:
    made = size_experiment(baseline=0.02, mde=0.004, audience=8_000, max_days=28)
    out = made.outputs
    assert not out["is_feasible"]
    n = sample_size_two_proportions(0.02, 0.024)
    assert out["needed_audience"] == 2 * n
    assert int(str(out["needed_days"])) >= 28 * 2 * n / 8_000
    possible = float(str(out["possible_mde"]))
    assert power_two_proportions(0.02, 0.02 + possible, n_per_arm=4_000) == pytest.approx(0.8, abs=1e-3)
    assert f"{2 * n:,} in all" in made.explanation
    assert "8,000 there are find a rise of" in made.explanation


def test_nobody_shows_nothing() -> None:
    assert not size_experiment(baseline=0.02, mde=None, audience=3, max_days=28).outputs["is_feasible"]
    nothing = size_experiment(baseline=20.0, sd=30.0, mde=None, audience=2, max_days=28)
    assert nothing.outputs["mde"] is None
    assert "no rise at all" in nothing.explanation


def test_revenue_is_tested_on_its_mean() -> None:
    made = size_experiment(baseline=0.65, sd=15.0, mde=0.77, audience=64_000, max_days=14)
    assert made.outputs["n_per_arm"] == sample_size_two_means(0.65, 1.42, sd=15.0)
    assert "Student's t" in made.explanation
    assert recompute(made) == made.outputs
    found = size_experiment(baseline=0.65, sd=15.0, mde=None, audience=64_000, max_days=14)
    assert figure(found, "mde") == pytest.approx(detectable_difference(sd=15.0, n_per_arm=32_000))


BROKEN: tuple[tuple[str, dict[str, object]], ...] = (
    ("baseline", {"baseline": 1.2}),
    ("alpha", {"alpha": 0.0}),
    ("power", {"power": 1.0}),
    ("mde", {"mde": 0.95}),
    ("sd", {"sd": -1.0}),
    ("inflation", {"inflation": 0.9}),
    ("holdout_share", {"holdout_share": 1.0}),
    ("experiment", {"arms": 1}),
)


@pytest.mark.parametrize(("field", "change"), BROKEN, ids=[field for field, _ in BROKEN])
def test_what_is_no_test_is_refused_by_name(field: str, change: dict[str, object]) -> None:
    asked: dict[str, object] = {"baseline": 0.1, "mde": 0.02, "audience": 1000, "max_days": 30}
    with pytest.raises(InputError, match=field):
        size_experiment(**{**asked, **change})  # type: ignore[arg-type]


def test_means_and_holdouts_refuse_what_cannot_be() -> None:
    with pytest.raises(InputError, match="m2"):
        sample_size_two_means(5, 5, sd=1.0)
    with pytest.raises(InputError, match="m2"):
        sample_size_two_means(5, 5 + 1e-9, sd=1.0)
    with pytest.raises(InputError, match="sd"):
        power_two_means(5, 6, sd=0.0, n_per_arm=10)
    with pytest.raises(InputError, match="n_per_arm"):
        power_two_means(5, 6, sd=1.0, n_per_arm=1)
    with pytest.raises(InputError, match="n_per_arm"):
        detectable_difference(sd=1.0, n_per_arm=1)
    with pytest.raises(InputError, match="ratio"):
        sample_size_two_proportions(0.1, 0.2, ratio=0.0)
    with pytest.raises(InputError, match="audience"):
        size_holdout(baseline=0.1, lift=0.01, audience=3)
    with pytest.raises(InputError, match="lift"):
        size_holdout(baseline=0.1, lift=0.0, audience=300)
