"""Customer value: the fits find the parameters that made the data, and what follows from them is sane."""

from __future__ import annotations

import numpy as np
import pytest

from nexusplanner.calculators import customer_value, fit_bgnbd, fit_gamma_gamma, recompute
from nexusplanner.errors import InputError

Customers = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def customers() -> Customers:
    """4,000 customers who buy and leave as BG/NBD says (r .8, alpha 6, a 1.2, b 3), spending as Gamma-Gamma says."""
    rng = np.random.default_rng(3)
    count, watched = 4000, 50.0
    rate, leave = rng.gamma(0.8, 1 / 6.0, count), rng.beta(1.2, 3.0, count)
    x, t_x = np.zeros(count), np.zeros(count)
    for i in range(count):
        now = rng.exponential(1 / rate[i])
        while now < watched:
            x[i], t_x[i] = x[i] + 1, now
            if rng.random() < leave[i]:
                break
            now += rng.exponential(1 / rate[i])
    scale = rng.gamma(4.0, 1 / 15.0, count)
    money = np.where(x > 0, rng.gamma(6.0 * np.maximum(x, 1), 1 / scale) / np.maximum(x, 1), 0.0)
    return x, t_x, np.full(count, watched), money


def test_buying_is_found_again(customers: Customers) -> None:
    fit = fit_bgnbd(*customers[:3])
    assert fit.r == pytest.approx(0.8, rel=0.15)
    assert fit.alpha == pytest.approx(6.0, rel=0.2)
    assert fit.a / (fit.a + fit.b) == pytest.approx(1.2 / 4.2, rel=0.1)


def test_money_is_found_again(customers: Customers) -> None:
    fit = fit_gamma_gamma(customers[0], customers[3])
    mean = fit.p * fit.gamma / (fit.q - 1)
    assert mean == pytest.approx(6.0 * 15.0 / 3.0, rel=0.05)


def test_a_time_unit_changes_nothing_but_the_unit(customers: Customers) -> None:
    x, t_x, watched, _ = customers
    weeks, days = fit_bgnbd(x, t_x, watched), fit_bgnbd(x, 7 * t_x, 7 * watched)
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-3)
    assert days.r == pytest.approx(weeks.r, rel=1e-3)


def test_who_bought_lately_is_likelier_to_stay(customers: Customers) -> None:
    fit = fit_bgnbd(*customers[:3])
    late, early = fit.alive([5, 5], [48, 10], [50, 50])
    assert 0 <= early < late <= 1


def test_purchases_ahead_grow_with_time(customers: Customers) -> None:
    x, t_x, watched, _ = customers
    fit = fit_bgnbd(x, t_x, watched)
    short, long = (fit.expected(x, t_x, watched, periods=p) for p in (10, 40))
    assert np.all(short >= 0)
    assert np.all(long >= short)


def test_a_customers_mean_pulls_towards_everyones(customers: Customers) -> None:
    fit = fit_gamma_gamma(customers[0], customers[3])
    crowd = fit.p * fit.gamma / (fit.q - 1)
    once, often = fit.expected([1, 50], [3 * crowd, 3 * crowd])
    assert crowd < once < often < 3 * crowd


def test_the_base_is_valued_and_can_be_run_again(customers: Customers) -> None:
    made = customer_value(*customers, periods=26, margin=0.4)
    assert float(str(made.outputs["value"])) > 0
    assert 0 < float(str(made.outputs["alive"])) < 1
    assert recompute(made) == made.outputs


@pytest.mark.parametrize(
    ("x", "t_x", "watched"),
    [([1], [9], [5]), ([-1], [0], [5]), ([1, 2], [1], [5]), ([], [], [])],
    ids=["after the end", "negative", "ragged", "empty"],
)
def test_rows_that_cannot_be_are_refused(x: list[float], t_x: list[float], watched: list[float]) -> None:
    with pytest.raises(InputError):
        fit_bgnbd(x, t_x, watched)


@pytest.mark.parametrize(("x", "money"), [([0, 0], [0, 0]), ([1, 2], [3])], ids=["nobody bought again", "ragged"])
def test_money_rows_that_cannot_be_are_refused(x: list[float], money: list[float]) -> None:
    with pytest.raises(InputError):
        fit_gamma_gamma(x, money)
