"""Marginal returns: what the next bit of money brings in each channel."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import facts, readings
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale
from nexusplanner.rendering.charts.chart import Chart, Panel
from nexusplanner.rendering.format import channel_name, number, round_money

_ROW = 32
_BOUNDS = {"minimum": "held up by its minimum", "maximum": "held down by its maximum"}


def marginal_returns(plan: CampaignPlan) -> Chart | None:
    """Draw the return on one more unit of money; None where no channel has any."""
    lines = sorted(plan.budget.lines, key=lambda line: (-line.marginal_return, line.channel))
    if not lines or lines[0].marginal_return <= 0:
        return None
    bounds = readings.bounds(plan)
    step = facts.step(plan)
    unit = f"More {plan.objective.metric} for the next {round_money(step, plan.budget.currency)}"
    scale = Scale(lines[0].marginal_return)
    told = [(channel_name(b.channel), number(b.marginal_return * step), _bound(bounds, b.channel)) for b in lines]
    parts: list[Markup] = []
    for i, (row, share) in enumerate(zip(told, [scale(b.marginal_return) for b in lines], strict=True)):
        parts += _row(i * _ROW, row, share=share)
    description = (
        f"{unit}. Where two figures are alike, moving money between those channels gains nothing; a channel that a "
        "bound holds may stand apart."
    )
    drawn = svg.drawing(
        "chart-marginal-0",
        title="What the next money brings",
        description=description,
        height=_ROW * len(lines),
        parts=parts,
    )
    return Chart(
        id="chart-marginal",
        title="What the next money brings",
        description=description,
        panels=(Panel(drawn),),
        header=("Channel", unit, "Bound"),
        rows=tuple((name, figure, bound or "none") for name, figure, bound in told),
    )


def _bound(bounds: dict[str, str], channel: str) -> str:
    return _BOUNDS.get(bounds.get(channel, ""), "")


def _row(y: float, row: tuple[str, str, str], *, share: float) -> list[Markup]:
    name, figure, bound = row
    x = svg.across(share)
    return [
        svg.text(0, y + 13, f"{name} — {bound}" if bound else name, css="label"),
        svg.text("100%", y + 13, figure, css="figure", anchor="end"),
        svg.line(0, y + 22, "100%", y + 22, css="grid"),
        svg.line(0, y + 22, x, y + 22, css="stem"),
        svg.dot(x if share < 0.99 else "99.3%", y + 22, radius=4, css="middle", tip=f"{name}: {figure}"),
    ]
