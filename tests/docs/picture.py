"""The picture of the README: two charts of the first example's plan, in one drawing that stands alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from markupsafe import Markup, escape

from nexusplanner import CampaignPlan, Planner, Settings
from nexusplanner.rendering.charts import Chart, money_charts
from nexusplanner.rendering.palette import standing_alone

PICTURE = "docs/images/plan.svg"
_WIDE, _GAP, _EDGE = 860, 32, 20


def planned(root: Path, day: date) -> CampaignPlan:
    """Plan the first example."""
    example = root / "examples" / "01_cd_retailer"
    with Planner(settings=Settings.load(folder=example), clock=lambda: day) as planner:
        plan = planner.plan(example / "brief.yaml").plan
    assert plan is not None
    return plan


def picture(plan: CampaignPlan) -> str:
    """Draw what the plan may bring, and what each channel answers to money."""
    charts = {chart.id: chart for chart in money_charts(plan)}
    outlook, curves = charts["chart-forecast"], charts["chart-curves"]
    inside = [
        *_head(outlook, 34, "pale: eight outcomes in ten; dot: the middle; dashed: the target"),
        _placed(outlook, 0, x=_EDGE, y=48, width=_WIDE - 2 * _EDGE),
        *_head(
            curves,
            160,
            "pale: 8 cases in 10; dot: this plan; upright: the most ever spent in a week",
        ),
    ]
    width = (_WIDE - 2 * _EDGE - _GAP * (len(curves.panels) - 1)) / len(curves.panels)
    for i, panel in enumerate(curves.panels):
        x = _EDGE + i * (width + _GAP)
        inside.append(Markup('<text x="{}" y="186" class="label">{}</text>').format(round(x), panel.caption))
        inside.append(_placed(curves, i, x=x, y=196, width=width))
    drawn = str(Markup("").join(inside)).replace("><", ">\n<")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="drawing" role="img" '
        f'viewBox="0 0 {_WIDE} 370" width="{_WIDE}" height="370">\n'
        f"<title>{escape(outlook.description)}</title>\n<style>{standing_alone()}</style>\n"
        f'<rect class="sheet-paper" width="{_WIDE}" height="370" rx="8"/>\n{drawn}\n</svg>\n'
    )


def _head(chart: Chart, y: int, note: str) -> tuple[Markup, Markup]:
    title = Markup('<text x="{}" y="{}" class="heading">{}</text>').format(_EDGE, y, chart.title)
    legend = Markup('<text x="{}" y="{}" class="note" text-anchor="end">{}</text>').format(_WIDE - _EDGE, y, note)
    return title, legend


def _placed(chart: Chart, panel: int, *, x: float, y: float, width: float) -> Markup:
    drawn = chart.panels[panel].svg
    return Markup('<svg x="{}" y="{}" width="{}" overflow="visible">{}</svg>').format(round(x), y, round(width), drawn)
