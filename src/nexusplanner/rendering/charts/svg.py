"""SVG in small typed pieces.

Drawings have a fixed height in pixels and percentages across, so that they fill any width while
their words keep one size; curves are drawn in a nested, stretched view box. Colours come from the
page's style sheet by class, so that one drawing serves light, dark and print.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from markupsafe import Markup, escape

from nexusplanner.rendering.format import folded

Length = float | str
Role = Literal["img", "group"]
_LONGEST = 120
"""Words in a drawing cannot wrap; a longer text is cut, and stands whole in the chart's table."""


def across(share: float) -> str:
    """Write a share of the width, 0-1, as a percentage."""
    return f"{_short(100 * min(max(share, 0.0), 1.0))}%"


def element(tag: str, content: Markup | str = "", **attributes: Length) -> Markup:
    """Write one element; underscores in attribute names become dashes (``class_`` is ``class``)."""
    written = " ".join(f'{_name(key)}="{escape(_value(value))}"' for key, value in attributes.items())
    return Markup(f"<{tag} {written}>{escape(content)}</{tag}>" if content else f"<{tag} {written}/>")  # noqa: S704


def group(*parts: Markup) -> Markup:
    """Join pieces."""
    return Markup("").join(parts)


def text(x: Length, y: float, words: str, *, css: str = "", anchor: str = "start") -> Markup:
    """Write words; ``anchor`` is the side of them that stands at ``x``."""
    told = folded(words)
    cut = told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1].rstrip()}…"
    return element("text", cut, x=x, y=y, text_anchor=anchor, **_css(css))


def bar(x: Length, y: float, *, width: Length, height: float, css: str, tip: str = "", radius: float = 0) -> Markup:
    """Draw a bar, with a hint that shows under the pointer."""
    rounded: dict[str, Length] = {"rx": radius} if radius else {}
    return element("rect", _tip(tip), x=x, y=y, width=width, height=height, class_=css, **rounded)


def dot(x: Length, y: float, *, radius: float, css: str, tip: str = "") -> Markup:
    """Draw a dot."""
    return element("circle", _tip(tip), cx=x, cy=y, r=radius, class_=css)


def line(x1: Length, y1: float, x2: Length, y2: float, *, css: str) -> Markup:
    """Draw a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=css)


def stretched(paths: Iterable[Markup], *, height: float, top: float = 0) -> Markup:
    """Hold paths whose x runs from 0 to 100 over the whole width, and whose y is in pixels."""
    return element(
        "svg",
        group(*paths),
        x=0,
        y=top,
        width="100%",
        height=height,
        viewBox=f"0 0 100 {_short(height)}",
        preserveAspectRatio="none",
    )


def path(points: Sequence[tuple[float, float]], *, css: str, closed: bool = False) -> Markup:
    """Draw straight lines through points of a stretched view."""
    steps = " ".join(f"{'L' if i else 'M'}{_short(x)} {_short(y)}" for i, (x, y) in enumerate(points))
    return element("path", d=steps + ("Z" if closed else ""), class_=css, vector_effect="non-scaling-stroke")


def drawing(parts: Iterable[Markup], *, title: str, description: str, height: float, role: Role = "img") -> Markup:
    """Write a whole drawing that a screen reader can tell."""
    named = group(element("title", folded(title)), element("desc", folded(description)), *parts)
    return element(
        "svg",
        named,
        class_="drawing",
        role=role,
        aria_label=folded(title),
        width="100%",
        height=height,
        xmlns="http://www.w3.org/2000/svg",
    )


def _tip(words: str) -> Markup | str:
    return element("title", folded(words)) if words else ""


def _css(css: str) -> dict[str, Length]:
    return {"class_": css} if css else {}


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: Length) -> str:
    return value if isinstance(value, str) else _short(value)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
