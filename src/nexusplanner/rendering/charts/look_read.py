"""A look that was read: where the test stands between its boundaries."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import folded, number, sentence_case
from nexusplanner.rendering.readings import LookRead

_ROW, _AXIS = 46, 20


def look_read(look: Calculation | None) -> Chart | None:
    """Draw a ``sequential_look``."""
    found = LookRead.of(look)
    if found is None:
        return None
    title = f"Where the test stands at look {found.look}: {folded(found.metric)}"
    reach = 1.12 * max(abs(found.z), found.boundary, abs(found.futility or 0.0))
    parts = _drawn(found, Scale(reach, low=-reach))
    hopeless = (Key("target", "May be given up, from here to the left"),) if found.futility is not None else ()
    return Chart(
        id="chart-sequential-look",
        title=title,
        description=found.reason,
        panels=(Panel(title, found.reason, _ROW + _AXIS, tuple(parts)),),
        legend=(
            Key("middle", "Lead now"),
            Key("better", "Won from here on"),
            Key("worse", "Lost up to here"),
            *hopeless,
        ),
        header=("", "Figure"),
        rows=(
            ("Decision", sentence_case(found.decision)),
            ("Lead, standard errors", _errors(found.z)),
            ("Stops as won at", _errors(found.boundary)),
            ("Hopeless below", "none" if found.futility is None else _errors(found.futility)),
            ("Difference", number(found.lift)),
            ("Its interval", f"{number(found.low)} to {number(found.high)}"),
        ),
    )


def _errors(value: float) -> str:
    return number(round(value, 2))


def _drawn(found: LookRead, scale: Scale) -> list[Markup]:
    marks = [("limit won", found.boundary), ("limit lost", -found.boundary), ("zero", 0.0)]
    marks += [("limit given-up", found.futility)] if found.futility is not None else []
    parts = [svg.bar(0, 27, width="100%", height=8, css="track", radius=4)]
    for css, value in marks:
        x = svg.across(scale(value))
        parts.append(svg.line(x, 20, x, _ROW - 4, css=css))
    edges = [(-found.boundary, "middle"), (0.0, "middle"), (found.boundary, "middle")]
    parts += [svg.text(svg.across(scale(v)), _ROW + 12, _errors(v), css="tick", anchor=a) for v, a in edges]
    tip = f"{_errors(found.z)} standard errors"
    return [
        *parts,
        svg.text(0, 13, sentence_case(found.decision), css="label"),
        svg.text("100%", 13, tip, css="figure", anchor="end"),
        svg.dot(svg.across(scale(found.z)), 31, radius=6, css="middle", tip=tip),
    ]
