"""Sequential tests: looks cost no false alarms, boundaries are the published ones, stops are told in words."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from nexusplanner.calculators import (
    Arm,
    information_at,
    look_days,
    read_look,
    recompute,
    schedule_looks,
    sequential_design,
    size_experiment,
)
from nexusplanner.calculators.alpha_spending import Spending, spent
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

SPENDINGS: tuple[Spending, ...] = ("obrien_fleming", "pocock")
TRIALS = 20_000


def looks_of(design: Calculation) -> list[JsonObject]:
    rows = design.outputs["looks"]
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


def column(design: Calculation, name: str) -> npt.NDArray[np.float64]:
    return np.array([-np.inf if row[name] is None else float(str(row[name])) for row in looks_of(design)])


def figure(made: Calculation, name: str) -> float:
    return float(str(made.outputs[name]))


@pytest.mark.parametrize(
    ("spending", "published"),
    [
        ("obrien_fleming", (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
        ("pocock", (2.4380, 2.4268, 2.4101, 2.3966, 2.3859)),
    ],
)
def test_five_equal_looks_have_the_published_boundaries(spending: Spending, published: tuple[float, ...]) -> None:
    found = column(sequential_design(looks=5, spending=spending), "z")
    assert found == pytest.approx(np.array(published), abs=1.5e-4)


rising = st.lists(st.integers(1, 20), min_size=1, max_size=5).map(
    lambda steps: [float(x) for x in (np.cumsum(steps) / sum(steps))[:-1]] + [1.0]
)
designs = st.builds(
    lambda times, alpha, power, spending, futility: sequential_design(
        looks=len(times), alpha=alpha, power=power, spending=spending, futility=futility, information=times
    ),
    rising, st.sampled_from([0.01, 0.05, 0.1]), st.sampled_from([0.8, 0.9]), st.sampled_from(SPENDINGS), st.booleans(),
)  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True)
@given(designs)
def test_every_design_keeps_its_alpha_and_its_power(design: Calculation) -> None:
    """What is spent adds up to alpha, the multivariate normal agrees, and the lift is found as asked."""
    z, alpha = column(design, "z"), figure(design, "alpha")
    used, times = column(design, "spent"), column(design, "information")
    assert used[-1] == pytest.approx(alpha)
    assert (np.diff(used) >= 0).all()
    stops: dict[str, float] = {"better": 0.0, "futile": 0.0}
    for row in looks_of(design):
        told = row["stop_lift"]
        assert isinstance(told, dict)
        stops = {name: total + float(str(told[name])) for name, total in stops.items()}
    assert stops["better"] == pytest.approx(figure(design, "power"), abs=1e-8)
    assert stops["futile"] <= 1 - figure(design, "power") + 1e-8
    assert figure(design, "inflation") >= 1 - 1e-9
    assert figure(design, "expected_lift") <= figure(design, "inflation") + 1e-9
    assert recompute(design) == design.outputs
    if 2 <= len(times) <= 3:
        cov = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
        inside = multivariate_normal.cdf(z, cov=cov, lower_limit=-z, abseps=1e-6, releps=0, maxpts=100_000, rng=1)
        assert 1 - inside == pytest.approx(alpha, abs=5e-6)


@pytest.mark.parametrize("spending", SPENDINGS)
@pytest.mark.parametrize("times", [(0.2, 0.4, 0.6, 0.8, 1.0), (0.15, 0.6, 1.0)])
def test_simulated_tests_raise_alpha_false_alarms_and_find_the_lift(
    spending: Spending, times: tuple[float, ...]
) -> None:
    """Twenty thousand tests of either kind, against three standard errors."""
    design = sequential_design(looks=len(times), spending=spending, information=times)
    upper, lower = column(design, "z"), column(design, "futility")
    t = np.array(times)
    noise = np.random.default_rng(7).normal(size=(TRIALS, len(t))) * np.sqrt(np.diff(t, prepend=0.0))
    null = noise.cumsum(axis=1) / np.sqrt(t)
    real = null + figure(design, "drift") * np.sqrt(t)
    assert (np.abs(null) >= upper).any(axis=1).mean() == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / TRIALS))
    ended = (np.abs(real) >= upper) | (real <= lower)
    ended[:, -1] = True
    first = ended.argmax(axis=1)
    won = real[np.arange(TRIALS), first] >= upper[first]
    assert won.mean() == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / TRIALS))
    assert figure(design, "inflation") * t[first].mean() == pytest.approx(figure(design, "expected_lift"), abs=0.01)


@pytest.mark.parametrize("looks", range(2, 11))
def test_obrien_fleming_asks_for_less_at_each_look_and_pocock_hardly(looks: int) -> None:
    steep, even = (column(sequential_design(looks=looks, spending=s), "z") for s in SPENDINGS)
    assert (np.diff(steep) < 0).all()
    assert np.ptp(even) < 0.2
    assert steep[0] > even[0]
    assert steep[-1] < even[-1]


def test_one_look_is_the_usual_test() -> None:
    design = sequential_design(looks=1)
    assert column(design, "z")[0] == pytest.approx(1.959964, abs=1e-6)
    assert figure(design, "inflation") == pytest.approx(1)
    assert "1 look " in design.explanation


def test_stopping_the_hopeless_takes_more_people_at_most_and_fewer_on_average() -> None:
    with_it, without = sequential_design(looks=4), sequential_design(looks=4, futility=False)
    assert figure(with_it, "inflation") > figure(without, "inflation")
    assert figure(with_it, "expected_null") < figure(without, "expected_null")
    assert column(with_it, "z") == pytest.approx(column(without, "z"))


@pytest.mark.parametrize("spending", SPENDINGS)
def test_spending_rises_from_nothing_to_all(spending: Spending) -> None:
    shares = [spent(spending, t, 0.025) for t in np.linspace(0.01, 1, 40)]
    assert shares == sorted(shares)
    assert shares[0] < 0.001
    assert shares[-1] == 0.025


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"looks": 0}, "looks"),
        ({"looks": 21}, "looks"),
        ({"looks": 2, "alpha": 0.0}, "alpha"),
        ({"looks": 2, "power": 1.0}, "power"),
        ({"looks": 2, "power": 0.04}, "power"),
        ({"looks": 2, "information": (0.5, 0.9)}, "information"),
        ({"looks": 2, "information": (0.995, 1.0)}, "information"),
        ({"looks": 3, "information": (0.5, 1.0)}, "information"),
    ],
)
def test_a_design_that_cannot_be_is_refused_by_name(asked: dict[str, object], field: str) -> None:
    with pytest.raises(InputError, match=field):
        sequential_design(**asked)  # type: ignore[arg-type]


def read(bought: int, *, look: int = 2, information: tuple[float, ...] | None = None) -> JsonObject:
    made = read_look(
        sequential_design(looks=3),
        look=look,
        metric="orders",
        control=Arm(2000, 200),
        variant=Arm(2000, bought),
        information=information,
    )
    assert recompute(made) == made.outputs
    assert str(made.outputs["reason"]) in made.explanation
    return made.outputs


@pytest.mark.parametrize(
    ("bought", "look", "decision"),
    [
        (300, 2, "better"),
        (110, 2, "worse"),
        (190, 2, "futile"),
        (225, 2, "continue"),
        (228, 3, "undecided"),
        (245, 3, "better"),
        (245, 1, "continue"),
    ],
)
def test_a_look_stops_or_goes_on(bought: int, look: int, decision: str) -> None:
    told = read(bought, look=look)
    assert told["decision"] == decision
    assert told["is_stop"] == (decision != "continue")


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(100, 400), st.integers(1, 3))
def test_the_repeated_interval_holds_the_lift_and_is_wider_early_on(bought: int, look: int) -> None:
    """And where a look decides, it lies on one side of zero, up to the small print of two formulas."""
    told = read(bought, look=look)
    low, lift, high = (float(str(told[n])) for n in ("low", "lift", "high"))
    assert low <= lift <= high
    if look > 1:
        earlier = read(bought, look=look - 1)
        assert float(str(earlier["high"])) >= high
        assert float(str(earlier["low"])) <= low
    if abs(float(str(told["z"]))) > float(str(told["boundary"])) + 0.3:
        assert low > 0 or high < 0


def test_fewer_people_than_planned_ask_for_a_larger_lead() -> None:
    """Boundaries follow the people there are: alpha is spent by information, not by the calendar."""
    assert float(str(read(225, information=(0.1, 0.3))["boundary"])) > float(str(read(225)["boundary"]))
    assert float(str(read(225, information=(1 / 3, 2 / 3))["boundary"])) == pytest.approx(
        float(str(read(225)["boundary"]))
    )


def test_the_last_look_spends_what_is_left_however_few_came() -> None:
    told = read(225, look=3, information=(0.2, 0.4, 0.7))
    assert float(str(told["boundary"])) < 2.1
    assert told["futility"] is None


def test_a_mean_is_read_at_a_look_too() -> None:
    rng = np.random.default_rng(3)
    made = read_look(
        sequential_design(looks=2),
        look=1,
        metric="revenue",
        control=Arm.of_values(rng.normal(20, 5, 400)),
        variant=Arm.of_values(rng.normal(23, 5, 400)),
    )
    assert made.outputs["decision"] == "better"
    assert float(str(made.outputs["low"])) < 3 < float(str(made.outputs["high"]))


@pytest.mark.parametrize("asked", [{"look": 0}, {"look": 4}, {"look": 2, "information": (0.5,)}])
def test_a_look_that_is_not_in_the_design_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"look|information"):
        read(200, **asked)  # type: ignore[arg-type]


@given(st.integers(1, 400))
def test_looks_are_whole_weeks_at_most_five_and_end_with_the_test(days: int) -> None:
    found = look_days(days)
    assert found[-1] == days
    assert 1 <= len(found) <= 5
    assert list(found) == sorted(set(found))
    assert all(day % 7 == 0 for day in found[:-1])


@settings(max_examples=40, deadline=None)
@given(st.integers(14, 200), st.floats(0.01, 0.9))
def test_information_rises_to_all_of_it(days: int, baseline: float) -> None:
    """People who come in daily bring it evenly; those there from the start bring more of it late."""
    planned = look_days(days)
    daily = information_at(planned, baseline=baseline)
    at_once = information_at(planned, baseline=baseline, accrual="at_once")
    for shares in (daily, at_once):
        assert shares[-1] == 1
        assert list(shares) == sorted(shares)
    assert all(late <= even + 1e-12 for late, even in zip(at_once, daily, strict=True))


def test_odds_are_the_time_of_a_share_that_grows() -> None:
    """The correlation of a rate at two days, over simulated customers, is the root of the information."""
    baseline, n = 0.4, 200
    early, _ = information_at((10, 40), baseline=baseline, accrual="at_once")
    ordered = -np.log1p(-np.random.default_rng(11).random((4000, n))) / -np.log1p(-baseline) * 40
    found = np.corrcoef((ordered <= 10).mean(axis=1), (ordered <= 40).mean(axis=1))[0, 1]
    assert found == pytest.approx(np.sqrt(early), abs=0.03)


def test_looks_are_dated_and_their_leads_are_z_standard_errors() -> None:
    design = sequential_design(looks=2, information=(0.5, 1.0))
    size = size_experiment(baseline=0.2, mde=None, audience=2000, max_days=28, holdout_share=0.25)
    made = schedule_looks(design, size, start=date(2027, 3, 1), days=(14, 28))
    first, last = looks_of(made)
    assert (first["date"], last["date"]) == ("2027-03-14", "2027-03-28")
    error = np.sqrt(0.2 * 0.8 * (1 / 500 + 1 / 1500))
    assert float(str(last["lead"])) == pytest.approx(float(str(last["z"])) * error, rel=1e-9)
    assert float(str(first["lead"])) == pytest.approx(float(str(first["z"])) * error * np.sqrt(2), rel=1e-9)
    assert last["hopeless_below"] is None
    assert recompute(made) == made.outputs
    with pytest.raises(InputError, match="days"):
        schedule_looks(design, size, start=date(2027, 3, 1), days=(28,))


@pytest.mark.parametrize("accrual", ["daily", "at_once"])
def test_a_mean_has_leads_in_its_own_unit(accrual: str) -> None:
    design = sequential_design(looks=2)
    size = size_experiment(baseline=30.0, sd=40.0, mde=None, audience=2000, max_days=28)
    made = schedule_looks(design, size, start=date(2027, 3, 1), days=(14, 28), accrual=accrual)  # type: ignore[arg-type]
    last = looks_of(made)[-1]
    assert float(str(last["lead"])) == pytest.approx(float(str(last["z"])) * 40 * np.sqrt(2 / 1000), rel=1e-9)
