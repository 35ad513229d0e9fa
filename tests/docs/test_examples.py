"""The examples' data is what their scripts and origins say it is."""

from __future__ import annotations

import csv
import hashlib
import runpy
from pathlib import Path

import pytest

from nexusplanner import CampaignBrief
from nexusplanner.settings import Settings


@pytest.mark.parametrize(
    ("folder", "script", "rows_of", "data"),
    [
        ("01_cd_retailer", "make_customers.py", "simulated_customers", "customers.csv"),
        ("03_saas_signups", "make_history.py", "simulated_history", "history.csv"),
    ],
)
def test_simulated_data_is_what_its_script_writes(
    root: Path, folder: str, script: str, rows_of: str, data: str
) -> None:
    place = root / "examples" / folder
    simulate = runpy.run_path(str(place / script))[rows_of]
    arguments = (place / "transactions.csv",) if folder == "01_cd_retailer" else ()
    with (place / data).open(newline="", encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    assert [tuple(row) for row in rows] == simulate(*arguments)


def test_no_address_in_the_examples_belongs_to_anyone(example: Path) -> None:
    with (example / "customers.csv").open(newline="", encoding="utf-8") as file:
        addresses = [row["email"] for row in csv.DictReader(file)]
    assert all(not address or address.endswith("@example.com") for address in addresses)
    assert sum(map(bool, addresses)) > len(addresses) / 2


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("transactions.csv", "cdnow/cdnow_transactions.csv"),
        ("history.csv", "robyn_weekly/dt_simulated_weekly.csv"),
        ("handbook/process__personas.md", "marketing_handbook/process__personas.md"),
    ],
)
def test_data_of_others_is_unchanged(example: Path, shared: Path, ours: str, theirs: str) -> None:
    there = (shared / "data" / theirs).read_bytes()
    assert hashlib.sha256((example / ours).read_bytes()).digest() == hashlib.sha256(there).digest()


@pytest.mark.parametrize("folder", ["01_cd_retailer", "03_saas_signups"])
def test_a_brief_and_the_settings_beside_it_load(root: Path, folder: str) -> None:
    place = root / "examples" / folder
    brief = CampaignBrief.load(place / "brief.yaml")
    settings = Settings.load(folder=place)
    assert brief.period.weeks in {10, 12}
    assert settings.plan.history is not None
    assert settings.plan.history.startswith(f"csv:{place}")


def test_only_the_second_brief_waits_for_people(root: Path) -> None:
    approvers = {
        folder: CampaignBrief.load(root / "examples" / folder / "brief.yaml").approvers
        for folder in ("01_cd_retailer", "03_saas_signups")
    }
    assert approvers["01_cd_retailer"] == ()
    assert len(approvers["03_saas_signups"]) == 2
