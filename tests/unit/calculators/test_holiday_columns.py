"""Holidays as columns of weeks."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.calculators import fit_response_curves, recompute
from nexusplanner.calculators.holiday_columns import holiday_columns
from nexusplanner.domain.history import ChannelHistory, ChannelSeries


def test_a_week_with_christmas_is_one() -> None:
    """2024-12-23 is a Monday; the 15th to the 25th are the season."""
    columns = holiday_columns(["DE"], date(2023, 1, 2), 106)
    week = (date(2024, 12, 23) - date(2023, 1, 2)).days // 7
    assert columns["christmas"][week] > 0
    assert columns["christmas"][week - 1] == 1.0
    assert columns["christmas"][week + 1] == 0.0


def test_a_season_seen_once_is_left_out() -> None:
    """Thirty weeks from January hold one Easter and no Christmas."""
    assert set(holiday_columns(["DE"], date(2024, 1, 8), 30)) == {"public_holidays"}


def test_what_is_no_country_has_no_holidays() -> None:
    assert holiday_columns(["Europe", "everywhere"], date(2024, 1, 1), 104) == {}
    assert holiday_columns([], date(2024, 1, 1), 104) == {}


def test_countries_share_a_count() -> None:
    """German Unity Day is one of two countries' holiday."""
    columns = holiday_columns(["DE", "AT"], date(2023, 1, 2), 104)
    week = (date(2023, 10, 3) - date(2023, 1, 2)).days // 7
    assert columns["public_holidays"][week] == 0.5


@settings(max_examples=30, deadline=None)
@given(
    first=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    weeks=st.integers(1, 160),
    countries=st.lists(st.sampled_from(["US", "DE", "JP", "SA", "IN", "BR", "Mars"]), max_size=3),
)
def test_columns_have_one_value_a_week(first: date, weeks: int, countries: list[str]) -> None:
    """Whatever the country: shares between none and all of a week, and no column of nothing."""
    for name, values in holiday_columns(countries, first, weeks).items():
        assert len(values) == weeks
        assert any(values)
        assert all(0 <= value <= (7 if name == "public_holidays" else 1.000001) for value in values)


def history(outcome: list[float], spend: list[float], *, cadence: str = "weekly") -> ChannelHistory:
    step = 7 if cadence == "weekly" else 1
    return ChannelHistory(
        source="wide.csv",
        layout="wide",
        cadence=cadence,  # type: ignore[arg-type]
        dates=tuple(date(2022, 1, 3) + timedelta(days=step * t) for t in range(len(outcome))),
        channels={"tv": ChannelSeries(spend=tuple(spend))},
        outcome_name="revenue",
        outcome=tuple(outcome),
    )


def test_holidays_explain_what_they_moved() -> None:
    """Sales double at Christmas; with the country known the fit follows, and the columns are kept to be run again."""
    rng = np.random.default_rng(1)
    season = np.array(holiday_columns(["US"], date(2022, 1, 3), 156)["christmas"])
    spend = 500 * rng.lognormal(0, 0.5, 156)
    outcome = 4000 + spend + 4000 * season + rng.normal(0, 100, 156)
    rows = history([float(v) for v in outcome], [float(v) for v in spend])
    errors = []
    for countries in ((), ("US",)):
        made = fit_response_curves(
            rows, channels=(), metric="revenue", implied_unit_cost=None, seed=1, countries=countries
        )
        assert ("holidays" in made.inputs) == bool(countries)
        assert recompute(made) == made.outputs
        fit = made.outputs["fit"]
        assert isinstance(fit, dict)
        errors.append(float(str(fit["mape"])))
    assert errors[1] < 0.8 * errors[0]


def test_daily_rows_have_holidays_by_the_weeks_they_are_folded_into() -> None:
    """Days before the first full week are not counted."""
    rng = np.random.default_rng(2)
    rows = history(
        [float(v) for v in rng.uniform(90, 110, 402)], [float(v) for v in rng.uniform(1, 9, 402)], cadence="daily"
    )
    made = fit_response_curves(rows, channels=(), metric="revenue", implied_unit_cost=None, seed=1, countries=("DE",))
    holidays = made.inputs["holidays"]
    assert isinstance(holidays, dict)
    assert {len(values) for values in holidays.values() if isinstance(values, list)} == {57}
