"""KPI funnel: from impressions to clicks to conversions to revenue, for all channels and for each."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale
from nexusplanner.rendering.charts.chart import Chart, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.format import channel_name, number, short
from nexusplanner.rendering.readings import KpiRow, KpiTree

_ROW = 50
_STAGES = ("impressions", "clicks", "conversions", "revenue")
_TOTAL = "All channels"


def kpi_funnel(tree: Calculation | None, *, currency: str | None = None) -> Chart | None:
    """Draw a ``kpi_tree``; None where nothing is spent."""
    found = KpiTree.of(tree)
    if found is None or found.total.spend <= 0:
        return None
    units = Units.of("revenue", currency)
    shown = sorted(((n, r) for n, r in found.channels.items() if r.spend > 0), key=lambda row: (-row[1].spend, row[0]))
    rows = [(_TOTAL, found.total), *((channel_name(name), row) for name, row in shown)]
    most = {stage: max((getattr(row, stage) or 0.0 for _, row in rows), default=0.0) for stage in _STAGES}
    return Chart(
        id="chart-kpi-tree",
        title="From money to revenue",
        description=_described(found, units),
        panels=tuple(_panel(name, row, units=units, most=most) for name, row in rows),
        header=("", "Spend", "Impressions", "Clicks", "Conversions", "Revenue", "CPM", "CPC", "CPA", "Revenue a unit"),
        rows=tuple(_figures(name, row, units) for name, row in rows),
    )


def _described(found: KpiTree, units: Units) -> str:
    total, told = found.total, [f"{units.money(round(found.total.spend))} of spend"]
    told += [f"{number(round(total.conversions))} conversions"] if total.conversions is not None else []
    told += [f"{units.money(round(total.revenue))} of revenue"] if total.revenue is not None else []
    pays = ""
    if found.allowable_cpa is not None:
        pays = f" A conversion may cost {units.money(found.allowable_cpa)} before it loses money at once"
        paid_back = found.payback_weeks is not None
        pays += (
            f"; at this pace the money is back after {number(round(found.payback_weeks or 0, 1))} weeks."
            if paid_back
            else "."
        )
    return f"{', '.join(told)}. Each bar is a part of the longest one of its stage.{pays}"


def _panel(name: str, row: KpiRow, *, units: Units, most: dict[str, float]) -> Panel:
    parts = [part for i, stage in enumerate(_STAGES) for part in _stage(row, stage, y=i * _ROW, units=units, most=most)]
    caption = f"{name}, {units.money(round(row.spend))}"
    return Panel(
        caption, f"{name}: impressions, clicks, conversions and revenue.", _ROW * len(_STAGES), tuple(parts), caption
    )


def _stage(row: KpiRow, stage: str, *, y: float, units: Units, most: dict[str, float]) -> list[Markup]:
    amount: float | None = getattr(row, stage)
    told, figure = stage.capitalize(), "not known"
    if amount is not None:
        figure = short(round(amount), units.currency if stage == "revenue" else None)
    parts = [
        svg.text(0, y + 13, told, css="label"),
        svg.text("100%", y + 13, figure, css="tick" if amount is None else "figure", anchor="end"),
        svg.bar(0, y + 20, width="100%", height=7, css="track", radius=2),
    ]
    if amount:
        width, cost = svg.across(Scale(most[stage])(amount)), _cost(row, stage, units)
        parts.append(svg.bar(0, y + 20, width=width, height=7, css="bar", radius=2, tip=f"{told}: {figure}"))
        parts.append(svg.text(0, y + 40, cost, css="tick"))
    return parts


def _cost(row: KpiRow, stage: str, units: Units) -> str:
    """Say what one unit of a stage costs; of revenue, what a unit of spend brings."""
    if stage == "revenue":
        return "" if row.roas is None else f"{number(round(row.roas, 2))} for 1 spent"
    named = {
        "impressions": (row.cpm, "a thousand"),
        "clicks": (row.cpc, "each"),
        "conversions": (row.expected_cpa, "each"),
    }
    cost, each = named[stage]
    return "" if cost is None else f"{_fine(cost, units)} {each}"


def _fine(amount: float, units: Units) -> str:
    return number(amount) if units.currency is None else units.money(amount)


def _figures(name: str, row: KpiRow, units: Units) -> tuple[str, ...]:
    counts = ["" if (n := getattr(row, stage)) is None else number(round(n)) for stage in _STAGES[:3]]
    revenue = "" if row.revenue is None else units.money(round(row.revenue))
    costs = ["" if c is None else _fine(c, units) for c in (row.cpm, row.cpc, row.expected_cpa, row.aov)]
    return (name, units.money(round(row.spend)), *counts, revenue, *costs)
