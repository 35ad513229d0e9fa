"""Send slots: open days only, and no segment hears too often."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.calculators.send_slots import send_days

START = date(2026, 11, 2)


@given(
    st.integers(0, 200),
    st.sets(st.integers(0, 200)),
    st.integers(1, 21),
    st.integers(1, 3),
    st.integers(1, 5),
)
def test_sends_keep_to_open_days_and_the_cap(days: int, shut: set[int], cap: int, channels: int, segments: int) -> None:
    closed = frozenset(START + timedelta(days=k) for k in shut)
    chosen = send_days(
        [f"c{i}" for i in range(channels)],
        [f"s{i}" for i in range(segments)],
        start=START,
        end=START + timedelta(days=days),
        shut=closed,
        cap_days=cap,
    )
    heard: dict[str, date] = {}
    for day, _, segment in chosen:
        assert START <= day <= START + timedelta(days=days)
        assert day.weekday() < 5
        assert day not in closed
        assert segment not in heard or (day - heard[segment]).days >= cap
        heard[segment] = day


def test_an_open_month_reaches_every_segment() -> None:
    chosen = send_days(["email"], ["a", "b"], start=START, end=START + timedelta(days=29), shut=frozenset(), cap_days=7)
    assert {segment for _, _, segment in chosen} == {"a", "b"}
