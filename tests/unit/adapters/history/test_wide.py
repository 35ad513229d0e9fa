"""One row a date: a column of spend a channel, and one outcome."""

from __future__ import annotations

import asyncio
import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from nexusplanner.adapters.history.csv import CsvHistory
from nexusplanner.adapters.specs import history_from_spec
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.errors import InputError

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the shared data folder is not here")

WEEKS = [date(2024, 1, 1) + timedelta(weeks=n) for n in range(40)]
HEADER = "week,sales,tv_S,tv_I,radio_spend,price_B,promo,events\n"
ROWS = [f"{day},{100 + n},{n},{n * 10},5,{n / 7},{n % 2},{'sale' if n == 3 else 'na'}" for n, day in enumerate(WEEKS)]


def load(folder: Path, text: str, **options: object) -> ChannelHistory:
    path = folder / "wide.csv"
    path.write_text(text, encoding="utf-8")
    return asyncio.run(CsvHistory(path, **options).load(tenant="acme"))  # type: ignore[arg-type]


def table(*rows: str) -> str:
    return HEADER + "\n".join(rows) + "\n"


def test_every_column_finds_its_place(tmp_path: Path) -> None:
    """Spend, exposure, outcome, controls, flags and words."""
    history = load(tmp_path, table(*ROWS))
    assert (history.layout, history.cadence, history.outcome_name) == ("wide", "weekly", "sales")
    assert history.dates == tuple(WEEKS)
    assert history.outcome == tuple(100.0 + n for n in range(40))
    assert sorted(history.channels) == ["radio", "tv"]
    assert history.channels["tv"].impressions == tuple(n * 10.0 for n in range(40))
    assert history.channels["radio"].impressions is None
    assert list(history.controls) == ["price_B"]
    assert history.events == {
        "promo": tuple(float(n % 2) for n in range(40)),
        "sale": tuple(float(n == 3) for n in range(40)),
    }


@needs_data
def test_the_weekly_table_is_read_without_options() -> None:
    """Spend and outcome are those of the file, to the last digit."""
    path = DATA / "robyn_weekly" / "dt_simulated_weekly.csv"
    history = asyncio.run(history_from_spec(f"csv:{path}", base=Path()).load(tenant="t"))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert history.outcome == tuple(float(row["revenue"]) for row in rows)
    for name in ("tv", "ooh", "print", "facebook", "search"):
        assert history.channels[name].spend == tuple(float(row[f"{name}_S"]) for row in rows)
    assert history.channels["search"].clicks == tuple(float(row["search_clicks_P"]) for row in rows)
    assert list(history.controls) == ["competitor_sales_B", "newsletter"]
    assert {name: sum(flags) for name, flags in history.events.items()} == {
        word: float(sum(row["events"] == word for row in rows)) for word in ("event1", "event2")
    }


@needs_data
def test_regions_add_up_to_the_nation() -> None:
    """Spend and outcome of forty regions are added up by week."""
    folder = DATA / "meridian_mmm"
    geo = asyncio.run(CsvHistory(folder / "geo_all_channels.csv").load(tenant="t"))
    nation = asyncio.run(CsvHistory(folder / "national_all_channels.csv").load(tenant="t"))
    assert geo.dates == nation.dates
    assert geo.outcome == pytest.approx(nation.outcome, rel=1e-6)
    for name, series in nation.channels.items():
        assert geo.channels[name].spend == pytest.approx(series.spend, rel=1e-6)


@needs_data
def test_columns_can_be_named_in_the_spec() -> None:
    """Where names tell nothing."""
    spec = "csv:pymc_mmm/mmm_example.csv?outcome=y&spend=x1,x2&date=date_week"
    history = asyncio.run(history_from_spec(spec, base=DATA).load(tenant="t"))
    assert (sorted(history.channels), history.outcome_name) == (["x1", "x2"], "y")
    assert list(history.events) == ["event_1", "event_2"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("soon,1,2,3,4,5,0,na", "not a date in week"),
        ("2024-01-01,,2,3,4,5,0,na", "sales is no number: blank"),
        ("2024-01-01,nan,2,3,4,5,0,na", "sales is no number: 'nan'"),
        ("2024-01-01,1,inf,3,4,5,0,na", "tv_S is no number from 0 up: 'inf'"),
        ("2024-01-01,1,-2,3,4,5,0,na", "tv_S is no number from 0 up: '-2'"),
        ("2024-01-01,1,2,3", "too few columns"),
    ],
)
def test_a_bad_row_is_left_out_and_named(tmp_path: Path, row: str, reason: str) -> None:
    """The rest counts as it would without it."""
    clean, dirty = load(tmp_path, table(*ROWS)), load(tmp_path, table(*ROWS[:5], row, *ROWS[5:]))
    assert dirty.model_copy(update={"quality": ()}) == clean.model_copy(update={"quality": ()})
    assert [(bad.line, bad.reason) for bad in dirty.quality[0].examples] == [(7, reason)]


def test_blank_spend_is_zero(tmp_path: Path) -> None:
    """Nothing spent is often left blank."""
    history = load(tmp_path, table(f"{WEEKS[0]},1,,,4,5,0,na", *ROWS[1:]))
    assert history.channels["tv"].spend[0] == 0.0
    assert history.quality[0].bad == 0


def test_a_missing_week_takes_the_values_between_its_neighbours_and_is_told(tmp_path: Path) -> None:
    """A second note on quality says which; too many of them refuse the file."""
    history = load(tmp_path, table(*ROWS[:10], *ROWS[11:]))
    assert history.dates == tuple(WEEKS)
    assert history.outcome == pytest.approx([100.0 + n for n in range(40)])
    assert [(q.rows, q.bad) for q in history.quality] == [(39, 0), (40, 1)]
    with pytest.raises(InputError, match=r"5 of 40 rows are bad.*no usable row for 2024-03-11"):
        load(tmp_path, table(*ROWS[:10], *ROWS[15:]))


def test_what_tells_nothing_is_left_out(tmp_path: Path) -> None:
    """Constants, labels, columns with holes, and the outcome under another name."""
    rows = [f"{day},{n},{n},7,label {n},{n or ''},{n * 2},{n / 3},{n % 5}" for n, day in enumerate(WEEKS)]
    header = "date,sales,tv_S,constant,label,holes,conversions,revenue_per_sale,kept\n"
    history = load(tmp_path, header + "\n".join(rows) + "\n")
    assert (list(history.controls), history.events) == (["kept"], {})


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("date,tv_S\n2024-01-01,1\n", {}, "wide.csv: outcome: no column for it"),
        ("sales,tv_S\n1,1\n", {}, "wide.csv: date: no column for it"),
        ("date,sales,x1\n2024-01-01,1,1\n", {}, "nor a column of spend a channel"),
        (table(*ROWS), {"outcome": "profit"}, "wide.csv: outcome: there is no such column (found 'profit')"),
        (table(*ROWS), {"columns": {"spend": "tv_S,web_S"}}, "wide.csv: spend: there is no such column"),
        (table(*ROWS), {"columns": {"spend": "tv_S,sales"}}, "the outcome is a column of spend"),
        (table(*(f"{d},nan,1,1,1,1,1,na" for d in WEEKS)), {}, "40 of 40 rows are bad"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, text: str, options: dict[str, object], says: str) -> None:
    """The file is named, the place, and what to do."""
    with pytest.raises(InputError) as caught:
        load(tmp_path, text, **options)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


MERIDIAN = """time,conversions,revenue_per_conversion,Channel0_impression,Channel0_spend,Organic_impression,price
2021-01-25,386300926.3,0.0199995,44340630,325137.57,24028870,-0.032
2021-02-01,355303931.3,0.0199899,47391940,347511.97,29188267,0.312
2021-02-08,361000000.0,0.0200100,41000000,301000.00,20188267,0.112
"""
PYMC = """date_week,y,x1,x2,event_1,event_2,dayofyear,t
2018-04-02,3984.66,0.3186,0.0,0.0,0.0,92,0
2018-04-09,3762.87,0.1124,0.9,1.0,0.0,99,1
2018-04-16,4466.97,0.2924,0.0,0.0,1.0,106,2
"""


def test_an_outcome_can_be_a_product(tmp_path: Path) -> None:
    """Conversions times revenue per conversion are revenue, and neither of them drives it."""
    history = load(tmp_path, MERIDIAN, outcome="conversions*revenue_per_conversion")
    assert history.outcome_name == "revenue"
    assert history.outcome == pytest.approx((386300926.3 * 0.0199995, 355303931.3 * 0.0199899, 361000000.0 * 0.02001))
    assert sorted(history.controls) == ["Organic_impression", "price"]


def test_conversions_alone_leave_their_value_out(tmp_path: Path) -> None:
    """What a conversion is worth is known only once it is made: no driver."""
    history = load(tmp_path, MERIDIAN)
    assert history.outcome_name == "conversions"
    assert "revenue_per_conversion" not in history.controls
    assert history.channels["channel0"].impressions == (44340630.0, 47391940.0, 41000000.0)


def test_counters_of_time_are_no_drivers(tmp_path: Path) -> None:
    """The fit has trend and season itself; events stay."""
    history = load(tmp_path, PYMC, columns={"spend": "x1,x2"})
    assert (history.outcome_name, sorted(history.channels)) == ("y", ["x1", "x2"])
    assert history.controls == {}
    assert sorted(history.events) == ["event_1", "event_2"]


def test_columns_can_be_left_out(tmp_path: Path) -> None:
    """Also ones that would be spend by their names."""
    history = load(tmp_path, table(*ROWS), columns={"ignore": "radio_spend, promo"})
    assert sorted(history.channels) == ["tv"]
    assert "promo" not in history.events


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"ignore": "nowhere"}, "nowhere"),
        ({"outcome": "conversions*nowhere"}, "nowhere"),
        ({"outcome": "nowhere*conversions"}, "nowhere"),
    ],
)
def test_a_column_that_is_not_there_is_named(tmp_path: Path, columns: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        load(tmp_path, MERIDIAN, columns=columns)


def test_a_value_of_a_product_that_is_no_number_is_a_bad_row(tmp_path: Path) -> None:
    text = MERIDIAN.replace("0.0199899", "unknown")
    with pytest.raises(InputError, match="revenue_per_conversion is no number"):
        load(tmp_path, text, outcome="conversions*revenue_per_conversion")


@needs_data
@pytest.mark.parametrize(
    ("spec", "channels", "weeks"),
    [
        ("meridian_mmm/national_all_channels.csv", 5, 156),
        ("meridian_mmm/geo_all_channels.csv?outcome=conversions*revenue_per_conversion", 5, 156),
        ("pymc_mmm/mmm_example.csv?outcome=y&spend=x1,x2", 2, 179),
        ("pymc_mmm/mmm_multidimensional_example.csv?outcome=y&spend=x1,x2", 2, 159),
        ("pymc_mmm/mmm_roas_data.csv?outcome=y&spend=x1,x2&ignore=y01,y02", 2, 131),
        ("pymc_mmm/case_study_data.csv", 10, 209),
    ],
)
def test_public_tables_are_read(spec: str, channels: int, weeks: int) -> None:
    """Tables as modelling tools publish them, nothing of them bad."""
    history = asyncio.run(history_from_spec(f"csv:{spec}", base=DATA).load(tenant="t"))
    assert (len(history.channels), len(history.dates)) == (channels, weeks)
    assert all(quality.bad == 0 for quality in history.quality)
