"""Hold-out shares: the least rise each share held out would find, beside the rise looked for."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import number, percent
from nexusplanner.rendering.readings import Holdout, HoldoutOption

_ROW = 40


def holdout_shares(holdout: Calculation | None) -> Chart | None:
    """Draw an ``experiment_holdout``; None where no share finds anything."""
    found = Holdout.of(holdout)
    if found is None:
        return None
    options = sorted({o.holdout_share: o for o in (*found.shares, found)}.values(), key=lambda o: o.holdout_share)
    shown = [o for o in options if o.mde is not None]
    if not shown:
        return None
    title = "How many to hold out"
    enough = "is the least that finds it" if found.is_feasible else "finds the most, but not that"
    description = (
        f"The least rise that each share of {number(found.audience)} people held out would find; the upright mark is "
        f"the rise looked for, {_rise(found, found.lift)}. {percent(found.holdout_share)} {enough}."
    )
    scale = Scale(max(found.lift, *(o.mde or 0.0 for o in shown)) * 1.05)
    parts = [part for i, o in enumerate(shown) for part in _row(found, o, y=i * _ROW, scale=scale)]
    x, height = svg.across(scale(found.lift)), _ROW * len(shown)
    parts += [svg.line(x, i * _ROW + 18, x, i * _ROW + 34, css="target-line solid") for i in range(len(shown))]
    return Chart(
        id="chart-holdout",
        title=title,
        description=description,
        panels=(Panel(title, description, height, tuple(parts)),),
        legend=(Key("bar", "The share chosen"), Key("range", "Another share"), Key("target", "Rise looked for")),
        header=("Held out", "People", "Least rise found", "Conversions forgone" if found.sd is None else "Forgone"),
        rows=_figures(found, options),
    )


def _figures(found: Holdout, options: Sequence[HoldoutOption]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            percent(o.holdout_share),
            number(o.n_holdout),
            "none" if o.mde is None else _rise(found, o.mde),
            number(round(o.forgone, 2)),
        )
        for o in options
    )


def _rise(found: Holdout, value: float) -> str:
    return f"{number(round(100 * value, 6))} points" if found.sd is None else number(value)


def _row(found: Holdout, option: HoldoutOption, *, y: float, scale: Scale) -> list[Markup]:
    rise = option.mde or 0.0
    css = "bar" if option.holdout_share == found.holdout_share else "range"
    name, told = f"{percent(option.holdout_share)}: {number(option.n_holdout)} people", _rise(found, rise)
    return [
        svg.text(0, y + 14, name, css="label"),
        svg.text("100%", y + 14, told, css="figure", anchor="end"),
        svg.bar(0, y + 22, width=svg.across(scale(rise)), height=8, css=css, radius=2, tip=f"{name}: {told}"),
    ]
