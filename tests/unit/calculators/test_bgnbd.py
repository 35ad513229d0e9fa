"""BG/NBD: rows may stand for many customers, in any order, and no history breaks a formula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.calculators.bgnbd import BGNBD, _likelihood, fit_bgnbd
from nexusplanner.errors import InputError

ROWS = [(0, 0, 30), (0, 0, 12), (1, 4, 30), (2, 20, 30), (5, 28, 30), (3, 9, 25), (1, 1, 40), (7, 33, 40)]
CUSTOMERS = st.lists(st.sampled_from(ROWS), min_size=40, max_size=80)


@settings(max_examples=20, deadline=None)
@given(CUSTOMERS, st.randoms())
def test_a_weight_is_so_many_customers_whatever_their_order(
    customers: list[tuple[int, int, int]], luck: object
) -> None:
    one_by_one = fit_bgnbd(*np.array(customers, dtype=float).T)
    kinds = sorted(set(customers), key=lambda row: hash((row, str(luck))))
    weights = [customers.count(kind) for kind in kinds]
    assert fit_bgnbd(*np.array(kinds, dtype=float).T, weights=weights) == one_by_one


def test_the_slopes_are_those_of_the_likelihood() -> None:
    rows, at = np.array(ROWS, dtype=float), np.array([0.7, 5.0, 1.3, 2.1])
    _, slopes = _likelihood(at, rows)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-6 * at[i]
        rise = _likelihood(at + step, rows)[0] - _likelihood(at - step, rows)[0]
        assert slopes[i] == pytest.approx(rise / (2 * step[i]), rel=1e-5, abs=1e-8)


def test_expected_purchases_agree_with_many_customers_drawn() -> None:
    """10,000 futures of a customer with no repeat purchase yet, drawn by the model's own story."""
    rng, model = np.random.default_rng(5), BGNBD(0.9, 6.0, 1.4, 3.0, 0.0)
    rates, leaving = rng.gamma(0.9, 1 / (6.0 + 10.0), 20_000), rng.beta(1.4, 3.0, 20_000)
    bought = np.zeros(20_000)
    for i, (rate, leave) in enumerate(zip(rates, leaving, strict=True)):
        now = rng.exponential(1 / rate)
        while now < 30:
            bought[i] += 1
            if rng.random() < leave:
                break
            now += rng.exponential(1 / rate)
    assert model.expected([0], [0], [10], periods=30)[0] == pytest.approx(bought.mean(), rel=0.03)


@settings(max_examples=50, deadline=None)
@given(
    st.floats(0.05, 50), st.floats(0.05, 50), st.floats(0.02, 50), st.floats(0.02, 50),
    st.integers(0, 3000), st.floats(0, 1), st.floats(1, 500),
)  # fmt: skip
def test_what_is_expected_is_finite_and_never_negative(
    r: float, alpha: float, a: float, b: float, x: int, part: float, watched: float
) -> None:
    model, last = BGNBD(r, alpha, a, b, 0.0), part * watched if x else 0.0
    ahead = model.expected([x], [last], [watched], periods=52)[0]
    assert -1e-6 <= ahead < np.inf
    assert 0 <= model.alive([x], [last], [watched])[0] <= 1


@pytest.mark.parametrize("a", [1.0, 1.0 + 1e-9, 1.0 - 1e-9])
def test_the_formula_has_no_hole_at_one(a: float) -> None:
    near = BGNBD(0.5, 5.0, 1.001, 3.0, 0.0).expected([2], [10], [30], periods=20)
    assert BGNBD(0.5, 5.0, a, 3.0, 0.0).expected([2], [10], [30], periods=20) == pytest.approx(near, rel=1e-2)


@pytest.mark.parametrize("weights", [[1], [1, -1], [0, 1], [1, float("nan")]])
def test_weights_that_cannot_be_are_refused(weights: list[float]) -> None:
    with pytest.raises(InputError, match="weights"):
        fit_bgnbd([1, 0], [3, 0], [9, 9], weights=weights)
