"""A calculation as notebooks show it: what was done, the figures that came of it, and its picture."""

from __future__ import annotations

import re

from markupsafe import Markup
from pydantic import JsonValue

from nexusplanner.domain.calculation import Calculation
from nexusplanner.errors import InputError
from nexusplanner.rendering.format import clean, folded, number, sentence_case
from nexusplanner.rendering.plots import has_picture, to_plot

_CARD = "font-family:system-ui,sans-serif;max-width:760px;line-height:1.45"
_QUIET = "opacity:.7;font-size:.85em"
_MOST, _TEXT = 12, 240
_DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
Figure = tuple[str, str]


def to_calculation_card(calculation: Calculation) -> str:
    """Write a calculation as a compact card of plain HTML."""
    card = Markup(
        '<div style="{}">'
        '<div style="font-size:1.15em;font-weight:600">{} <span style="{};font-weight:400">{}</span></div>'
        '<p style="margin:.3rem 0 .6rem">{}</p>{}{}{}</div>'
    )
    return str(
        card.format(
            _CARD,
            clean(sentence_case(calculation.name)),
            _QUIET,
            clean(calculation.id),
            clean(calculation.explanation),
            _figures(figures(calculation)),
            _warnings(warnings(calculation)),
            Markup(_picture(calculation)),  # noqa: S704 - the plot escapes every text
        )
    )


def figures(calculation: Calculation) -> list[Figure]:
    """Return the plain outputs of a calculation, the first dozen; lists and tables are its picture's."""
    plain = {key: _told(value) for key, value in calculation.outputs.items()}
    return [(sentence_case(key), told) for key, told in plain.items() if told][:_MOST]


def warnings(calculation: Calculation) -> list[str]:
    """Return what a calculation warns of, in sentences."""
    told = calculation.outputs.get("warnings")
    return [folded(item)[:_TEXT] for item in told if isinstance(item, str)][:_MOST] if isinstance(told, list) else []


def _told(value: JsonValue) -> str:
    """Write a plain value; empty for a list, a table or nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        return number(value) if _DECIMAL.fullmatch(value) else folded(value)[:_TEXT]
    return ""


def _figures(found: list[Figure]) -> Markup:
    cell = Markup('<div><div style="{}">{}</div><b>{}</b></div>')
    cells = Markup("").join(cell.format(_QUIET, clean(name), clean(value)) for name, value in found)
    return Markup(
        '<div style="display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;margin:0 0 .8rem;font-variant-numeric:tabular-nums">'
        "{}</div>"
    ).format(cells)


def _warnings(found: list[str]) -> Markup:
    return Markup("").join(Markup('<div style="color:#b4540a">{}</div>').format(clean(words)) for words in found)


def _picture(calculation: Calculation) -> str:
    """Draw the calculation; nothing where it has no picture or holds nothing to draw."""
    if not has_picture(calculation):
        return ""
    try:
        return to_plot(calculation)._repr_html_()
    except InputError:
        return ""
