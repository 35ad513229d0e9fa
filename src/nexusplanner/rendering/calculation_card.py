"""A calculation as notebooks show it: what was done, the figures that came of it, and its picture."""

from __future__ import annotations

from markupsafe import Markup
from pydantic import JsonValue

from nexusplanner.domain.calculation import Calculation
from nexusplanner.errors import InputError
from nexusplanner.rendering.format import clean, folded, number, sentence_case
from nexusplanner.rendering.plots import has_picture, to_plot

_CARD = "font-family:system-ui,sans-serif;max-width:760px;line-height:1.45"
_QUIET = "opacity:.7;font-size:.85em"
_ROWS, _TEXT = 12, 90
Figure = tuple[str, str]


def to_calculation_card(calculation: Calculation) -> str:
    """Write a calculation as a compact card of plain HTML."""
    card = Markup(
        '<div style="{}">'
        '<div style="font-size:1.15em;font-weight:600">{} <span style="{};font-weight:400">{}</span></div>'
        '<p style="margin:.3rem 0 .6rem">{}</p>{}{}</div>'
    )
    return str(
        card.format(
            _CARD,
            clean(sentence_case(calculation.name)),
            _QUIET,
            clean(calculation.id),
            clean(calculation.explanation),
            _table(figures(calculation)),
            Markup(_picture(calculation)),  # noqa: S704 - the plot escapes every text
        )
    )


def figures(calculation: Calculation) -> list[Figure]:
    """Return the plain outputs of a calculation and the sizes of the others, the first dozen."""
    told = [(sentence_case(key), _told(value)) for key, value in calculation.outputs.items() if value is not None]
    return told[:_ROWS]


def _told(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        text = folded(value)
        return text if len(text) <= _TEXT else f"{text[: _TEXT - 1]}…"
    size = len(value) if value else 0
    return "none" if not size else f"{size} {'item' if size == 1 else 'items'}"


def _table(found: list[Figure]) -> Markup:
    row = Markup(
        '<tr><td style="text-align:left;padding:.1rem 1.5rem .1rem 0;{}">{}</td>'
        '<td style="text-align:right">{}</td></tr>'
    )
    rows = Markup("").join(row.format(_QUIET, clean(name), clean(value)) for name, value in found)
    return Markup(
        '<table style="border-collapse:collapse;margin:0 0 .8rem;font-variant-numeric:tabular-nums">{}</table>'
    ).format(rows)


def _picture(calculation: Calculation) -> str:
    """Draw the calculation; nothing where it has no picture or holds nothing to draw."""
    if not has_picture(calculation):
        return ""
    try:
        return to_plot(calculation)._repr_html_()
    except InputError:
        return ""
