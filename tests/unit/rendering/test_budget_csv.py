"""budget.csv must add up, and hold no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import to_budget_csv
from nexusplanner.testing.plans import sample_plan

_RUN = tuple("=+-@\t\r")


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _named(channel: str) -> CampaignPlan:
    plan = sample_plan()
    lines = (plan.budget.lines[0].model_copy(update={"channel": channel}), *plan.budget.lines[1:])
    return plan.model_copy(update={"budget": plan.budget.model_copy(update={"lines": lines})})


def test_channels_and_contingency_make_the_total() -> None:
    *lines, total = _rows(to_budget_csv(sample_plan()))
    assert total["channel"] == "total"
    assert sum(Decimal(row["amount"]) for row in lines) == Decimal(total["amount"]) == Decimal("120000.00")
    assert {row["currency"] for row in lines} == {"USD"}


def test_the_weeks_of_a_channel_make_its_amount() -> None:
    plan = sample_plan()
    weeks = sorted({flight.week.isoformat() for flight in plan.budget.flights})
    rows = _rows(to_budget_csv(plan))
    for row in rows[: len(plan.budget.lines)]:
        assert sum(Decimal(row[week]) for week in weeks) == Decimal(row["amount"])
    assert sum(Decimal(rows[-1][week]) for week in weeks) == Decimal("114000.00")


@pytest.mark.parametrize("start", [*_RUN, "\n", " =", "\u00a0=", "\x00=", "＝", "\u202e="])
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(start: str) -> None:
    row = _rows(to_budget_csv(_named(f"{start}cmd|' /C calc'!A0")))[0]
    assert row["channel"].startswith("'")
    assert "calc" in row["channel"]


@given(st.text(max_size=40))
def test_no_cell_begins_as_a_formula(name: str) -> None:
    for row in csv.reader(io.StringIO(to_budget_csv(_named(name)), newline="")):
        assert not [cell for cell in row if cell.lstrip().startswith(_RUN)]


def test_naughty_strings_come_back_through_a_csv_reader(naughty_plans: tuple[CampaignPlan, ...]) -> None:
    for plan in naughty_plans:
        rows = list(csv.reader(io.StringIO(to_budget_csv(plan), newline="")))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) == len(plan.budget.lines) + 3
        assert not [cell for row in rows for cell in row if cell.startswith(_RUN)]


def test_what_is_unknown_or_below_zero_is_left_blank() -> None:
    plan = sample_plan()
    channels = tuple(c.model_copy(update={"unit_cost": None}) for c in plan.channels)
    lines = tuple(line.model_copy(update={"marginal_return": -1.0}) for line in plan.budget.lines)
    budget = plan.budget.model_copy(update={"lines": lines})
    row = _rows(to_budget_csv(plan.model_copy(update={"channels": channels, "budget": budget})))[0]
    assert (row["unit_cost"], row["marginal_return"]) == ("", "")
