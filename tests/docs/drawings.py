"""The drawings of the graphs that ``langgraph.json`` names."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast


class Drawable(Protocol):
    """A compiled graph, as far as drawing goes."""

    def get_graph(self, *, xray: bool) -> Drawing:
        """Return the graph's shape."""
        ...


class Drawing(Protocol):
    """The shape of a graph."""

    def draw_mermaid(self) -> str:
        """Write it as Mermaid."""
        ...


def drawings(root: Path) -> dict[str, str]:
    """Return the Mermaid text of each graph by the path of the file beside its entry."""
    config = json.loads((root / "langgraph.json").read_text(encoding="utf-8"))
    return dict(_drawing(root, entry) for entry in config["graphs"].values())


def _drawing(root: Path, entry: str) -> tuple[str, str]:
    file, name = entry.removeprefix("./").split(":")
    spec = importlib.util.spec_from_file_location(Path(file).stem, root / file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    factory = cast("Callable[[], Drawable]", getattr(module, name))
    return str(Path(file).with_suffix(".mmd").as_posix()), factory().get_graph(xray=True).draw_mermaid()
