"""Every history holds the contract."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from nexusplanner.adapters.history.csv import CsvHistory
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.ports import History
from nexusplanner.testing.history import HistoryContract, InMemoryHistory

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the shared data folder is not here")

WEEKS = tuple(date(2024, 1, 1) + timedelta(weeks=n) for n in range(6))


class _Made(HistoryContract):
    source: History

    def make(self) -> History:
        return self.source


class TestInMemoryHistory(_Made):
    source = InMemoryHistory(
        ChannelHistory(
            source="in memory",
            layout="long",
            cadence="weekly",
            dates=WEEKS,
            channels={"paid_search": ChannelSeries(spend=(1.0,) * 6, conversions=(2.0,) * 6)},
        )
    )


class TestLongCsv(_Made):
    @pytest.fixture(autouse=True)
    def _source(self, tmp_path: Path) -> None:
        path = tmp_path / "history.csv"
        rows = [
            f"{day},{channel},{10 * n},{n}"
            for n, day in enumerate(WEEKS)
            for channel in ("Paid Search", "TV")
            if n != 2 or channel == "TV"
        ]
        path.write_text("date,channel,spend,conversions\n" + "\n".join(rows) + "\n", encoding="utf-8")
        self.source = CsvHistory(path)


@needs_data
class TestWeeklyBySuffix(_Made):
    source = CsvHistory(DATA / "robyn_weekly" / "dt_simulated_weekly.csv")


@needs_data
class TestNationalBySuffix(_Made):
    source = CsvHistory(DATA / "meridian_mmm" / "national_all_channels.csv")


@needs_data
class TestRegionsBySuffix(_Made):
    source = CsvHistory(DATA / "meridian_mmm" / "geo_all_channels.csv")


@needs_data
class TestRetailerByPrefix(_Made):
    source = CsvHistory(DATA / "pymc_mmm" / "case_study_data.csv")


@needs_data
class TestNamedColumns(_Made):
    source = CsvHistory(DATA / "pymc_mmm" / "mmm_example.csv", columns={"spend": "x1,x2"}, outcome="y")


@needs_data
class TestDailyAdReport(_Made):
    source = CsvHistory(DATA / "pymc_mmm" / "credibility_campaign_daily_metrics.csv")
