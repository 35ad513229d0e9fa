"""Budget split: one bar a channel with amount and share, and what is held back."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale
from nexusplanner.rendering.charts.chart import Chart, Panel
from nexusplanner.rendering.format import channel_name, money, percent, round_money

_ROW = 40


def budget_split(plan: CampaignPlan) -> Chart | None:
    """Draw where the money goes; None for a plan that spends none."""
    budget = plan.budget
    if not budget.lines:
        return None
    currency = budget.currency
    lines = sorted(budget.lines, key=lambda line: (-line.amount, line.channel))
    bars = [(channel_name(b.channel), float(b.amount), percent(b.share, 1), "bar") for b in lines]
    if budget.contingency:
        held = percent(float(budget.contingency / budget.total), 1)
        bars.append(("Held back as contingency", float(budget.contingency), f"{held} of all", "bar held"))
    scale = Scale(max(amount for _, amount, _, _ in bars))
    parts = [part for i, row in enumerate(bars) for part in _row(i * _ROW, row, scale=scale, currency=currency)]
    title = "Where the money goes"
    largest = lines[0]
    description = (
        f"{channel_name(largest.channel)} takes {percent(largest.share)} of the money spent, the most of "
        f"{len(lines)} channels; {round_money(budget.contingency, currency)} of "
        f"{round_money(budget.total, currency)} is held back."
    )
    return Chart(
        id="chart-budget",
        title=title,
        description=description,
        panels=(
            Panel(
                svg.drawing(
                    "chart-budget-0", title=title, description=description, height=_ROW * len(bars), parts=parts
                )
            ),
        ),
        header=("Channel", "Amount", "Share of money spent"),
        rows=tuple((channel_name(b.channel), money(b.amount, currency), percent(b.share, 1)) for b in lines),
    )


def _row(y: float, row: tuple[str, float, str, str], *, scale: Scale, currency: str) -> list[Markup]:
    name, amount, share, css = row
    return [
        svg.text(0, y + 14, name, css="label"),
        svg.text("100%", y + 14, f"{round_money(amount, currency)}  ·  {share}", css="figure", anchor="end"),
        svg.bar(0, y + 22, width="100%", height=8, css="track", radius=2),
        svg.bar(0, y + 22, width=svg.across(scale(amount)), height=8, css=css, radius=2, tip=f"{name}: {share}"),
    ]
