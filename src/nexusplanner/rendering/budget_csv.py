"""The budget as CSV: one row a channel, a column a week, contingency and total below."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from nexusplanner.domain.money import plain
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering.csv_cells import safe_cell

_HEADER = ("channel", "amount", "currency", "share", "metric", "expected", "marginal_return", "unit_cost")


def to_budget_csv(plan: CampaignPlan) -> str:
    """Write the budget for a spreadsheet; no cell can be taken for a formula.

    Columns: channel, amount, currency, share (of the money spent, 0-1), metric, expected,
    marginal_return, unit_cost, then one column a week (ISO date of its first day). The rows
    after the channels are ``contingency`` and ``total``.
    """
    budget = plan.budget
    weeks = sorted({flight.week for flight in budget.flights})
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow((*_HEADER, *(week.isoformat() for week in weeks)))
    writer.writerows([safe_cell(cell) for cell in row] for row in _rows(plan, weeks))
    return sheet.getvalue()


def _rows(plan: CampaignPlan, weeks: list[date]) -> Iterable[tuple[str, ...]]:
    budget, metric = plan.budget, plan.objective.metric
    unit_costs = {c.channel: c.unit_cost for c in plan.channels}
    spend = _by_week(plan)
    blank = ("",) * len(weeks)
    for line in budget.lines:
        yield (
            line.channel,
            plain(line.amount),
            budget.currency,
            _figure(line.share),
            metric,
            _figure(line.expected),
            _figure(line.marginal_return),
            _figure(unit_costs.get(line.channel)),
            *(plain(spend.get((line.channel, week), Decimal(0))) for week in weeks),
        )
    yield ("contingency", plain(budget.contingency), budget.currency, "", "", "", "", "", *blank)
    sums = (sum((a for (_, w), a in spend.items() if w == week), Decimal(0)) for week in weeks)
    expected = _figure(sum(line.expected for line in budget.lines))
    yield ("total", plain(budget.total), budget.currency, "", metric, expected, "", "", *(plain(s) for s in sums))


def _by_week(plan: CampaignPlan) -> dict[tuple[str, date], Decimal]:
    spend: dict[tuple[str, date], Decimal] = {}
    for flight in plan.budget.flights:
        key = (flight.channel, flight.week)
        spend[key] = spend.get(key, Decimal(0)) + flight.amount
    return spend


def _figure(value: float | None) -> str:
    """Write a number without exponent; a spreadsheet has no use for what is unknown or below zero."""
    if value is None or value < 0:
        return ""
    return format(Decimal(f"{value:.10g}"), "f")
