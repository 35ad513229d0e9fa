"""What a chart is: drawings with a title, a description in words, a legend and the same figures as a table."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Panel:
    """One drawing; a chart of small multiples has several."""

    svg: Markup
    caption: str = ""
    badge: str = ""
    """A word of caution beside the caption (``assumed``)."""


@dataclass(frozen=True)
class Key:
    """One entry of a legend: the CSS class of the mark, and what it stands for."""

    mark: str
    label: str


@dataclass(frozen=True)
class Chart:
    """A figure of the page."""

    id: str
    title: str
    description: str
    panels: tuple[Panel, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[Key, ...] = ()
