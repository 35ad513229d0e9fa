"""One row a date and channel."""

from __future__ import annotations

import asyncio
import math
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.history.csv import CsvHistory
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.errors import InputError

DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(20)]
GOOD = "".join(f"{day},tv,{n},{n * 2}\n" for n, day in enumerate(DAYS))


def load(folder: Path, text: str, **options: object) -> ChannelHistory:
    path = folder / "history.csv"
    path.write_text(text, encoding="utf-8")
    return asyncio.run(CsvHistory(path, **options).load(tenant="acme"))  # type: ignore[arg-type]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(DAYS), st.sampled_from(["TV", "tv", "Paid Search"]), st.integers(0, 10**6)),
        max_size=40,
    )
)
def test_no_money_is_lost_or_made(tmp_path: Path, rows: list[tuple[date, str, int]]) -> None:
    """Rows of the same date and channel add up, whatever their spelling; other periods cost nothing."""
    rows = [*rows, (DAYS[0], "tv", 0), (DAYS[1], "tv", 0)]
    history = load(tmp_path, "date,channel,spend\n" + "".join(f"{d},{c},{s}\n" for d, c, s in rows))
    for name, spelled in (("tv", {"TV", "tv"}), ("paid_search", {"Paid Search"})):
        own = [(day, spend) for day, channel, spend in rows if channel in spelled]
        assert (name in history.channels) == bool(own)
        if own:
            spend = dict(zip(history.dates, history.channels[name].spend, strict=True))
            assert all(spend[day] == sum(s for d, s in own if d == day) for day in history.dates)
            assert math.fsum(spend.values()) == sum(s for _, s in own)


def test_metrics_that_are_not_there_are_none(tmp_path: Path) -> None:
    """A blank metric is zero; a column that is missing is unknown."""
    history = load(tmp_path, "date,channel,spend,clicks\n2024-01-01,tv,1,\n2024-01-08,tv,2,5\n")
    assert (history.layout, history.cadence) == ("long", "weekly")
    assert history.channels["tv"].clicks == (0.0, 5.0)
    assert history.channels["tv"].revenue is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("soon,tv,1,1", "not a date: 'soon'"),
        ("2024-01-01,,1,1", "no channel: blank"),
        ("2024-01-01,tv,nan,1", "spend is no number from 0 up: 'nan'"),
        ("2024-01-01,tv,inf,1", "spend is no number from 0 up: 'inf'"),
        ("2024-01-01,tv,,1", "spend is no number from 0 up: blank"),
        ("2024-01-01,tv,-1,1", "spend is no number from 0 up: '-1'"),
        ("2024-01-01,tv,1,lots", "conversions is no number from 0 up: 'lots'"),
        ("2024-01-01,tv", "too few columns"),
    ],
)
def test_a_bad_row_is_left_out_and_named(tmp_path: Path, row: str, reason: str) -> None:
    """The rest counts as it would without it."""
    header = "date,channel,spend,conversions\n"
    clean, dirty = load(tmp_path, header + GOOD), load(tmp_path, f"{header}{GOOD}{row}\n")
    assert dirty.channels == clean.channels
    (quality,) = dirty.quality
    assert (quality.rows, quality.bad) == (21, 1)
    assert [(bad.line, bad.reason.replace("''", "blank")) for bad in quality.examples] == [(22, reason)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date,channel,spend\n", "there are no rows"),
        ("date,channel,spend\n2024-01-01,tv,1\n", "fewer than two dates"),
        ("date,channel,spend\n2024-01-01,tv,1\n2024-02-01,tv,1\n2024-03-01,tv,1\n", "neither daily nor weekly"),
        ("date,channel,spend\n2024-01-01,tv,x\n2024-01-02,tv,1\n", "1 of 2 rows are bad"),
        ("date,channel,spend\n" + "".join(f"2024-01-01,c{n},1\n" for n in range(201)), "more than 200 channels"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    """The file is named, and what to do."""
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith("history.csv: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_columns_can_be_named(tmp_path: Path) -> None:
    """Where names do not tell."""
    columns = {"date": "d", "channel": "c", "spend": "s", "conversions": "won"}
    history = load(tmp_path, "d,c,s,won\n2024-01-01,tv,1,2\n2024-01-02,tv,3,4\n", columns=columns)
    assert history.channels["tv"].spend == (1.0, 3.0)
    assert history.channels["tv"].conversions == (2.0, 4.0)
