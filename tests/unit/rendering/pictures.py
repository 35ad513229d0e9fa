"""What every picture must be: well-formed, told in words, self-contained, with numbers where numbers belong."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from nexusplanner.rendering import Plot

_NO_NUMBER = re.compile(r'\b(?:x|y|x1|x2|y1|y2|cx|cy|d|r|width|height)="[^"]*(?:nan|inf)')
_OUTSIDE = re.compile(r"(?:href|src|url\(|@import|<script|<image|<foreignObject|\son\w+=)", re.IGNORECASE)


class Tags(HTMLParser):
    """Collect tags; they must nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.met: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append(tag)
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def well_formed(plot: Plot) -> ElementTree.Element:
    """Read a plot's drawing, and check what holds of each."""
    root = ElementTree.fromstring(plot.svg)
    space = "{http://www.w3.org/2000/svg}"
    for drawing in root.iter(f"{space}svg"):
        if drawing.get("role") == "img":
            assert drawing.get("aria-label")
            assert [child.tag for child in drawing][:2] == [f"{space}title", f"{space}desc"]
            assert all(child.text for child in list(drawing)[:2])
    for element in root.iter():
        for key in ("width", "height", "r"):
            assert float(element.get(key, "0").rstrip("%px")) >= 0
    assert not _NO_NUMBER.search(plot.svg)
    assert not _OUTSIDE.search(plot.svg.replace("http://www.w3.org/2000/svg", ""))
    return root
