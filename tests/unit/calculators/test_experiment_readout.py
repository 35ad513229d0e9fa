"""Read-outs: the same numbers as statsmodels, and a decision only where the data force one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from nexusplanner.calculators import read_out_experiment, recompute
from nexusplanner.calculators.experiment_arms import Arm
from nexusplanner.errors import InputError


def arm_of(values: np.ndarray) -> Arm:
    return Arm(n=len(values), total=float(values.sum()), squares=float((values**2).sum()))


def read(control: Arm, variant: Arm) -> dict[str, object]:
    made = read_out_experiment(metric="visits", control=control, variants={"mail": variant})
    assert recompute(made) == made.outputs
    arms = made.outputs["arms"]
    assert isinstance(arms, dict)
    found = arms["mail"]
    assert isinstance(found, dict)
    return dict(found)


@given(st.integers(20, 5000), st.integers(20, 5000), st.floats(0.02, 0.95), st.floats(0.02, 0.95))
def test_rates_are_read_as_statsmodels_reads_them(n0: int, n1: int, p0: float, p1: float) -> None:
    k0, k1 = max(1, int(n0 * p0)), max(1, int(n1 * p1))
    found = read(Arm(n0, k0), Arm(n1, k1))
    z, p = proportions_ztest([k1, k0], [n1, n0])
    low, high = confint_proportions_2indep(k1, n1, k0, n0, method="newcomb")
    assert found["statistic"] == pytest.approx(z, abs=1e-6)
    assert found["p_value"] == pytest.approx(p, abs=1e-8)
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=1e-8)


@given(st.integers(0, 1000), st.floats(0.0, 3.0))
def test_means_are_read_as_statsmodels_reads_them(seed: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    one, other = rng.normal(5, 2, 60), rng.normal(5 + shift, 4, 45)
    found = read(arm_of(one), arm_of(other))
    judge = CompareMeans(DescrStatsW(other), DescrStatsW(one))
    t, p, _ = judge.ttest_ind(usevar="unequal")
    assert found["statistic"] == pytest.approx(t, rel=1e-6)
    assert found["p_value"] == pytest.approx(p, rel=1e-5, abs=1e-12)
    assert (found["low"], found["high"]) == pytest.approx(judge.tconfint_diff(usevar="unequal"), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    ("bought", "decision"), [(200, "better"), (100, "undecided"), (30, "worse")], ids=["more", "same", "fewer"]
)
def test_the_decision_follows_the_data(bought: int, decision: str) -> None:
    assert read(Arm(1000, 100), Arm(1000, bought))["decision"] == decision


def test_more_arms_need_more_proof() -> None:
    """A difference that decides one comparison does not decide it among eight."""
    control, variant = Arm(1000, 100), Arm(1000, 130)
    assert read(control, variant)["decision"] == "better"
    many = read_out_experiment(metric="visits", control=control, variants={f"v{i}": variant for i in range(8)})
    arms = many.outputs["arms"]
    assert isinstance(arms, dict)
    assert {a["decision"] for a in arms.values() if isinstance(a, dict)} == {"undecided"}


@pytest.mark.parametrize("broken", [Arm(0, 0), Arm(10, 11), Arm(10, -1)], ids=["empty", "too many", "negative"])
def test_an_arm_that_cannot_be_is_refused_by_name(broken: Arm) -> None:
    with pytest.raises(InputError, match="mail"):
        read_out_experiment(metric="visits", control=Arm(10, 1), variants={"mail": broken})
