"""Response curves from awkward rows: daily ones, wrong columns, constant or collinear spend, a silent channel."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from tests.unit.calculators.markets import TRUTH, long_history, wide_history

from nexusplanner.calculators import allocate, fit_response_curves, recompute
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.errors import InputError


def fit(history: ChannelHistory | None, channels: tuple[str, ...] = (), metric: str = "conversions") -> Calculation:
    return fit_response_curves(history, channels=channels, metric=metric, implied_unit_cost=25.0, seed=1)  # type: ignore[arg-type]


def curves(made: Calculation) -> dict[str, dict[str, object]]:
    channels = made.outputs["channels"]
    assert isinstance(channels, dict)
    return {name: dict(c) for name, c in channels.items() if isinstance(c, dict)}


def warnings(made: Calculation) -> str:
    return " ".join([str(made.outputs["warnings"]), *(str(c["warnings"]) for c in curves(made).values())])


def test_daily_rows_are_read_by_the_week() -> None:
    weekly = long_history(weeks=30)
    daily = ChannelHistory(
        source="daily.csv",
        layout="long",
        cadence="daily",
        dates=tuple(date(2024, 1, 1) + timedelta(days=k) for k in range(210)),
        channels={
            name: ChannelSeries(
                spend=tuple(v / 7 for v in s.spend for _ in range(7)),
                conversions=tuple(v / 7 for v in s.conversions or () for _ in range(7)),
            )
            for name, s in weekly.channels.items()
        },
    )
    one, other = curves(fit(weekly)), curves(fit(daily))
    for name in TRUTH:
        assert float(str(other[name]["ceiling"])) == pytest.approx(float(str(one[name]["ceiling"])), rel=1e-3)


def test_a_metric_no_row_holds_is_assumed_and_said() -> None:
    made = fit(long_history(weeks=20), metric="revenue")
    assert {c["status"] for c in curves(made).values()} == {"assumed"}
    assert "No row of the history holds revenue" in warnings(made)


def test_an_outcome_of_another_kind_gives_shapes_and_the_briefs_level() -> None:
    """The wide outcome is revenue; for sign-ups the past money at the implied cost sets the level."""
    history = wide_history()
    made = fit(history, metric="signups")
    assert {c["status"] for c in curves(made).values()} == {"assumed"}
    assert "the level is the brief's own" in warnings(made)
    spent = sum(sum(s.spend) for s in history.channels.values())
    brought = 0.0
    for name, curve in curves(made).items():
        points = np.array(curve["points"])
        brought += float(np.interp(history.channels[name].spend, points[:, 0], points[:, 1]).sum())
    assert spent / brought == pytest.approx(25.0, rel=0.25)


def test_constant_spend_is_named() -> None:
    flat = ChannelSeries(spend=(500.0,) * 40, conversions=tuple(20.0 + (k % 3) for k in range(40)))
    history = long_history(weeks=40)
    made = fit(history.model_copy(update={"channels": {**history.channels, "flat": flat}}))
    assert "flat spent almost the same every week" in warnings(made)


def test_collinear_channels_of_a_wide_history_are_named() -> None:
    history = wide_history()
    twin = ChannelSeries(spend=tuple(2 * s for s in history.channels["tv"].spend))
    made = fit(history.model_copy(update={"channels": {**history.channels, "twin": twin}}), metric="revenue")
    assert "tv and twin move together" in warnings(made)


def test_a_channel_with_few_results_says_so() -> None:
    history = long_history(weeks=40)
    rare = ChannelSeries(spend=tuple(100.0 + k for k in range(40)), conversions=(1.0,) * 8 + (0.0,) * 32)
    made = fit(history.model_copy(update={"channels": {**history.channels, "rare": rare}}))
    assert "rare has only 8 results" in warnings(made)
    assert curves(made)["rare"]["status"] == "measured"


def test_a_channel_without_rows_gets_at_most_an_equal_share() -> None:
    made = fit(long_history(), channels=(*TRUTH, "podcast"))
    for total in (5_000, 50_000, 500_000):
        lines = allocate(made, total=Decimal(total), currency="USD", weeks=10).outputs["lines"]
        assert isinstance(lines, list)
        shares = {str(x["channel"]): float(str(x["share"])) for x in lines if isinstance(x, dict)}
        assert shares.get("podcast", 0.0) <= 0.25 + 1e-9


def test_a_channel_that_never_spent_is_pooled_in_a_joint_fit() -> None:
    history = wide_history()
    idle = ChannelSeries(spend=(0.0,) * len(history.dates))
    made = fit(history.model_copy(update={"channels": {**history.channels, "idle": idle}}), metric="revenue")
    assert curves(made)["idle"]["status"] == "pooled"
    assert recompute(made) == made.outputs


def test_fewer_rows_give_wider_curves() -> None:
    """The log response at the usual spend is less sure after ten weeks than after a hundred."""
    short, long = curves(fit(long_history(weeks=10))), curves(fit(long_history(weeks=104)))
    for name in TRUTH:
        assert np.array(short[name]["log_cov"])[3, 3] > np.array(long[name]["log_cov"])[3, 3]


def test_a_weekly_budget_gives_assumed_curves_their_scale() -> None:
    """At the budget an assumed mix brings about what the brief asks for."""
    made = fit_response_curves(
        None, channels=("a", "b"), metric="leads", implied_unit_cost=40.0, seed=1, weekly_budget=8_000.0
    )
    split = allocate(made, total=Decimal(80_000), currency="USD", weeks=10, contingency_share=0.0)
    assert float(str(split.outputs["expected"])) == pytest.approx(2_000, rel=0.05)


def test_no_channel_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="no channel to fit"):
        fit(None)
