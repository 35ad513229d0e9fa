"""Charts as one SVG that stands alone: heading, words, legend and panels, with its colours in place."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from markupsafe import Markup

from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import folded
from nexusplanner.rendering.palette import standing_alone

WIDTH = 760
_EDGE, _GAP = 24, 36
_INNER = WIDTH - 2 * _EDGE
_HEADING, _LINE, _KEY_LINE, _CAPTION = 26, 17, 24, 22
_CHARACTERS = 112
"""What fits on a line of words."""
_KEY_CHARACTER = 6.6
"""Width of a character in a legend, in pixels."""
_MANY = 2
"""More panels than these stand two in a row."""


def standalone(charts: Sequence[Chart]) -> str:
    """Draw charts one below the other."""
    parts: list[Markup] = []
    y = float(_EDGE)
    for chart in charts:
        drawn, height = _chart(chart, y)
        parts += drawn
        y += height + _GAP
    height = y - _GAP + _EDGE
    style = Markup("<style>{}</style>").format(Markup(standing_alone()))  # noqa: S704 - our own style sheet
    paper = svg.element("rect", class_="sheet-paper", x=0.5, y=0.5, width=WIDTH - 1, height=height - 1, rx=8)
    return str(
        svg.element(
            "svg",
            svg.group(svg.element("title", folded("; ".join(c.title for c in charts))), style, paper, *parts),
            xmlns="http://www.w3.org/2000/svg",
            class_="drawing",
            role="group",
            viewBox=f"0 0 {WIDTH} {height:.0f}",
            width=WIDTH,
            height=height,
            style="max-width:100%;height:auto",
        )
    )


def _chart(chart: Chart, top: float) -> tuple[list[Markup], float]:
    """Place one chart; return it with its height."""
    y = top + 16
    parts = [svg.text(_EDGE, y, chart.title, css="heading")]
    y += _HEADING - 6
    for line in wrap(folded(chart.description), _CHARACTERS):
        parts.append(svg.text(_EDGE, y, line, css="note"))
        y += _LINE
    keys, height = _legend(chart.legend, y + 2)
    panels, below = _panels(chart.panels, y + height + 6)
    return [*parts, *keys, *panels], below - top


def _legend(keys: Sequence[Key], top: float) -> tuple[list[Markup], float]:
    """Set keys side by side, on as many lines as they need."""
    x, y = float(_EDGE), top
    parts: list[Markup] = []
    for key in keys:
        width = 22 + _KEY_CHARACTER * len(key.label)
        if x + width > WIDTH - _EDGE and x > _EDGE:
            x, y = float(_EDGE), y + _KEY_LINE - 4
        parts.append(svg.bar(x, y, width=14, height=10, css=f"key {key.mark}", radius=2))
        parts.append(svg.text(x + 20, y + 9, key.label, css="note"))
        x += width + 18
    return parts, y + _KEY_LINE - top if keys else 0.0


def _panels(panels: Sequence[Panel], top: float) -> tuple[list[Markup], float]:
    """Set panels one below the other, or two in a row where they are many; return them and where they end."""
    columns = 2 if len(panels) > _MANY else 1
    width = (_INNER - _GAP * (columns - 1)) / columns
    parts: list[Markup] = []
    y = top
    for first in range(0, len(panels), columns):
        row = panels[first : first + columns]
        for i, panel in enumerate(row):
            parts += _panel(panel, x=_EDGE + i * (width + _GAP), y=y, width=width)
        y += max(_height(panel) for panel in row) + 14
    return parts, y - 14


def _height(panel: Panel) -> float:
    return panel.height + (_CAPTION if panel.caption else 0)


def _panel(panel: Panel, *, x: float, y: float, width: float) -> list[Markup]:
    parts: list[Markup] = []
    if panel.caption:
        named = f"{panel.caption} ({panel.badge})" if panel.badge else panel.caption
        parts.append(svg.text(x, y + 12, named, css="figure"))
        y += _CAPTION
    placed = svg.element("svg", panel.svg, x=x, y=y, width=width, height=panel.height, overflow="visible")
    return [*parts, placed]
