"""The picture of the README: two charts of the first example's plan, in one drawing that stands alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from markupsafe import Markup, escape

from nexusplanner import CampaignPlan, Planner, Settings
from nexusplanner.rendering.charts import Chart, forecast_ranges, response_curves

PICTURE = "docs/images/plan.svg"
_WIDE, _GAP, _EDGE = 860, 32, 20
_STYLE = """
  .drawing { overflow: visible; }
  svg { --paper: #fcfbf8; --ink: #20262b; --soft: #5d666d; --line: #ddd8cd; --faint: #ebe7de; --accent: #14666d;
    --accent-soft: #a9cfcf; --target: #b3541e; --seen: #d08c3f; }
  @media (prefers-color-scheme: dark) { svg { --paper: #14181b; --ink: #e6e3db; --soft: #9aa4a9; --line: #343c41;
    --faint: #252c31; --accent: #7cc5c6; --accent-soft: #2f6468; --target: #f0a06c; --seen: #dca35f; } }
  text { font: 12px system-ui, sans-serif; fill: var(--ink); }
  .title { font-size: 15px; font-weight: 600; } .label, .figure { font-size: 13px; } .figure { font-weight: 600; }
  .tick, .note { font-size: 11px; fill: var(--soft); } .paper { fill: var(--paper); }
  .grid { stroke: var(--faint); } .base { stroke: var(--line); }
  .range { fill: var(--accent-soft); } .middle { fill: var(--accent); }
  .target-line { stroke: var(--target); stroke-width: 1.5px; stroke-dasharray: 5 4; }
  .seen { stroke: var(--seen); stroke-width: 1.5px; }
  .curve { fill: none; stroke: var(--accent); stroke-width: 2px; } .beyond { stroke-dasharray: 2 4; }
"""


def planned(root: Path, day: date) -> CampaignPlan:
    """Plan the first example."""
    example = root / "examples" / "01_cd_retailer"
    with Planner(settings=Settings.load(folder=example), clock=lambda: day) as planner:
        plan = planner.plan(example / "brief.yaml").plan
    assert plan is not None
    return plan


def picture(plan: CampaignPlan) -> str:
    """Draw what the plan may bring, and what each channel answers to money."""
    outlook, curves = forecast_ranges(plan), response_curves(plan)
    assert outlook is not None
    assert curves is not None
    inside = [
        *_head(outlook, 34, "pale: eight outcomes in ten; dot: the middle; dashed: the target"),
        _placed(outlook, 0, x=_EDGE, y=48, width=_WIDE - 2 * _EDGE),
        *_head(curves, 160, "dot: this plan's average week; upright line: the most ever spent in a week"),
    ]
    width = (_WIDE - 2 * _EDGE - _GAP * (len(curves.panels) - 1)) / len(curves.panels)
    for i, panel in enumerate(curves.panels):
        x = _EDGE + i * (width + _GAP)
        inside.append(Markup('<text x="{}" y="186" class="label">{}</text>').format(round(x), panel.caption))
        inside.append(_placed(curves, i, x=x, y=196, width=width))
    drawn = str(Markup("").join(inside)).replace("><", ">\n<")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} 370" width="{_WIDE}" height="370" role="img">\n'
        f"<title>{escape(outlook.description)}</title>\n<style>{_STYLE}</style>\n"
        f'<rect class="paper" width="{_WIDE}" height="370" rx="8"/>\n{drawn}\n</svg>\n'
    )


def _head(chart: Chart, y: int, note: str) -> tuple[Markup, Markup]:
    title = Markup('<text x="{}" y="{}" class="title">{}</text>').format(_EDGE, y, chart.title)
    legend = Markup('<text x="{}" y="{}" class="note" text-anchor="end">{}</text>').format(_WIDE - _EDGE, y, note)
    return title, legend


def _placed(chart: Chart, panel: int, *, x: float, y: float, width: float) -> Markup:
    drawn = chart.panels[panel].svg
    return Markup('<svg x="{}" y="{}" width="{}" overflow="visible">{}</svg>').format(round(x), y, round(width), drawn)
