"""What a chart is: drawings with a title, a description in words, a legend and the same figures as a table."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from nexusplanner.rendering.charts import svg


@dataclass(frozen=True)
class Panel:
    """One drawing; a chart of small multiples has several."""

    title: str
    description: str
    height: float
    """In pixels; the width is what there is."""
    parts: tuple[Markup, ...]
    caption: str = ""
    badge: str = ""
    """A word of caution beside the caption (``assumed``)."""
    is_interactive: bool = False
    """Whether there are links in it, which a mere picture must not hold."""

    @property
    def svg(self) -> Markup:
        """Write the drawing."""
        role: svg.Role = "group" if self.is_interactive else "img"
        return svg.drawing(self.parts, title=self.title, description=self.description, height=self.height, role=role)


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
