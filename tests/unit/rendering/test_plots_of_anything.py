"""Whatever the numbers and names, what is drawn is a picture."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.rendering.pictures import Tags, well_formed

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError
from nexusplanner.rendering import Plot

LEAN = settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
amounts = st.one_of(st.just(0.0), st.floats(1e-9, 1e-3), st.floats(0, 1e6), st.floats(1e9, 1e15))
names = st.text(min_size=1, max_size=300)


def _plotted(name: str, inputs: JsonObject, outputs: JsonObject) -> None:
    """Draw it, or be told that there is nothing to draw; never anything else."""
    made = Calculation.record(name, "1", inputs=inputs, outputs=outputs)
    made._repr_html_()
    plot = _plot_or_nothing(made)
    if plot is not None:
        well_formed(plot)
        Tags(plot.html)


def _plot_or_nothing(made: Calculation) -> Plot | None:
    try:
        return made.plot()
    except InputError as error:
        if "nothing to draw" not in str(error):
            raise
        return None


@st.composite
def _spans(draw: st.DrawFn) -> JsonObject:
    low, middle, high = sorted(draw(st.tuples(amounts, amounts, amounts)))
    return {"p10": low, "p50": middle, "p90": high}


@LEAN
@given(
    whole=_spans(),
    channels=st.dictionaries(names, _spans(), max_size=3),
    weeks=st.lists(_spans(), max_size=60),
    target=st.none() | amounts,
    metric=st.sampled_from(["revenue", "conversions"]),
)
def test_any_forecast_is_drawn(
    whole: JsonObject, channels: dict[str, JsonObject], weeks: list[JsonObject], target: float | None, metric: str
) -> None:
    rows: list[JsonObject] = [{"week": i, **week} for i, week in enumerate(weeks, start=1)]
    outputs: JsonObject = {**whole, "metric": metric, "target": target, "probability_of_target": 0.5}
    _plotted("forecast", {}, {**outputs, "by_channel": {**channels}, "by_week": [*rows]})


@LEAN
@given(
    money=st.dictionaries(names, st.tuples(amounts, amounts), max_size=9),
    contingency=st.decimals("0", "1000", places=2),
    currency=st.sampled_from(["USD", "JPY", "XXX", "zzz"]),
)
def test_any_split_is_drawn(money: dict[str, tuple[float, float]], contingency: object, currency: str) -> None:
    lines: list[JsonObject] = [
        {
            "channel": name,
            "amount": f"{amount:.2f}",
            "share": 1 / len(money),
            "expected": gain,
            "marginal_return": gain,
            "bound": "maximum" if i % 2 else "none",
            "beyond_observed": i % 3 == 0,
        }
        for i, (name, (amount, gain)) in enumerate(money.items())
    ]
    total = f"{sum(amount for amount, _ in money.values()):.2f}"
    outputs: JsonObject = {"total": total, "contingency": str(contingency), "currency": currency, "lines": [*lines]}
    _plotted("allocation", {}, outputs)


@LEAN
@given(
    channels=st.dictionaries(
        names, st.tuples(st.lists(st.tuples(amounts, amounts, amounts), min_size=2, max_size=12), amounts), max_size=3
    ),
    has_band=st.booleans(),
)
def test_any_curve_is_drawn(
    channels: dict[str, tuple[list[tuple[float, float, float]], float]], has_band: bool
) -> None:
    drawn: JsonObject = {}
    for name, (points, most) in channels.items():
        curve: JsonObject = {
            "points": [[spend, result] for spend, result, _ in sorted(points)],
            "observed": {"max_spend": most},
        }
        band: JsonObject = {"band": [[result / 2, result + wide] for _, result, wide in sorted(points)]}
        drawn[name] = {**curve, **(band if has_band else {})}
    _plotted("response_curves", {}, {"metric": "conversions", "channels": drawn})


@LEAN
@given(
    points=st.lists(st.tuples(amounts, _spans(), st.none() | st.floats(0, 1)), max_size=9),
    target=st.none() | amounts,
)
def test_any_what_if_is_drawn(points: list[tuple[float, JsonObject, float | None]], target: float | None) -> None:
    rows: list[JsonObject] = [
        {"multiplier": 1.0 if i == 1 else 0.5, "total": f"{total:.2f}", **span, "probability_of_target": odds}
        for i, (total, span, odds) in enumerate(points)
    ]
    _plotted("what_if", {"target": target}, {"metric": "revenue", "currency": "EUR", "points": [*rows]})


@LEAN
@given(st.lists(st.tuples(names, st.integers(0, 10**9), st.integers(0, 10**9), amounts), max_size=6))
def test_any_segments_are_drawn(rows: list[tuple[str, int, int, float]]) -> None:
    segments: list[JsonObject] = [
        {"name": name, "size": size, "contactable": reached, "share": 0.1, "value": value}
        for name, size, reached, value in rows
    ]
    _plotted("customer_segments", {}, {"customers": 5, "currency": None, "segments": [*segments]})


@LEAN
@given(
    arms=st.dictionaries(names, st.tuples(st.floats(-1e6, 1e6), amounts, amounts), max_size=4),
    squares=st.none() | st.just(4.0),
    decision=st.sampled_from(["better", "worse", "undecided", "too_small"]),
)
def test_any_read_out_is_drawn(
    arms: dict[str, tuple[float, float, float]], squares: float | None, decision: str
) -> None:
    rows: JsonObject = {
        name: {
            "value": lift,
            "lift": lift,
            "low": lift - low,
            "high": lift + high,
            "p_value": 0.2,
            "decision": decision,
        }
        for name, (lift, low, high) in arms.items()
    }
    control: JsonObject = {"n": 10, "total": 5, "squares": squares}
    outputs: JsonObject = {"metric": "orders", "alpha": 0.05, "control": 0.5, "arms": rows}
    _plotted("experiment_readout", {"control": control}, outputs)
    _plotted("experiment_segments", {"control": control}, {**outputs, "segments": {"young": rows}, "overall": rows})


@LEAN
@given(
    held=st.integers(0, 10**7),
    treated=st.integers(0, 10**7),
    audience=st.integers(0, 10**8),
    baseline=st.floats(0.0001, 0.9),
    mde=st.none() | st.floats(1e-6, 0.1),
    sd=st.none() | amounts,
)
def test_any_size_of_a_test_is_drawn(
    held: int, treated: int, audience: int, baseline: float, mde: float | None, sd: float | None
) -> None:
    outputs: JsonObject = {
        "baseline": baseline, "mde": mde, "sd": sd, "alpha": 0.05, "power": 0.8, "n_per_arm": min(held, treated),
        "n_holdout": held, "n_treated": treated, "arms": 3, "days": 7, "audience": audience, "is_feasible": held < 5,
    }  # fmt: skip
    _plotted("experiment_size", {}, outputs)


@LEAN
@given(
    st.lists(st.tuples(names, st.integers(0, 400), st.decimals("0", "1e12", places=2)), max_size=40),
)
def test_any_flights_are_drawn(rows: list[tuple[str, int, object]]) -> None:
    from datetime import date, timedelta

    flights: list[JsonObject] = [
        {"channel": name, "week": (date(2027, 1, 4) + timedelta(weeks=week)).isoformat(), "amount": str(amount)}
        for name, week, amount in rows
    ]
    _plotted("flights", {"currency": "USD"}, {"flights": [*flights]})


@LEAN
@given(st.integers(1, 10**9), amounts, amounts, st.floats(0, 1))
def test_any_customer_value_is_drawn(customers: int, purchases: float, value: float, alive: float) -> None:
    outputs: JsonObject = {
        "customers": customers, "purchases": purchases, "value": value, "mean_value": value / customers, "alive": alive,
    }  # fmt: skip
    _plotted("customer_value", {"periods": 26.0}, outputs)
