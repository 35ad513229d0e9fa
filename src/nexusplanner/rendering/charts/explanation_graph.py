"""An explanation as a drawing: the line on top, what it rests on below it, layer by layer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

from nexusplanner.domain.explanation import Edge, Explanation, Node
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import folded, sentence_case

_ABREAST = 4
"""Boxes side by side; a layer of more takes further rows."""
_BOX, _ROW_GAP, _LAYER_GAP, _EDGE = 54, 10, 30, 2
_SIDE = 0.012
"""Space left and right of a box, as a share of the width."""
_LETTERS, _LINES = 22, 2
_TIP = 180
COLOURS: Mapping[str, str] = {
    "place": "ink",
    "claim": "layer-2",
    "calculation": "layer-0",
    "evidence": "layer-1",
    "source": "layer-1",
    "brief": "layer-1",
    "author": "layer-6",
    "proposal": "layer-4",
    "decision": "better",
    "critique": "layer-3",
    "debate": "layer-5",
    "more": "layer-6",
}
_NAMES = {"place": "line", "more": ""}


@dataclass(frozen=True)
class _Spot:
    x: float
    """Left side, as a share of the width."""
    y: float
    width: float


def explanation_graph(explanation: Explanation, *, title: str = "", links: Mapping[str, str] | None = None) -> Chart:
    """Draw an explanation.

    Args:
        explanation: What to draw.
        title: What to call it; by default what was asked for.
        links: Where the nodes that have a place of their own on the page are, by id.
    """
    drawn = _with_sources(explanation)
    spots, height = _placed(drawn)
    how = _relations(drawn)
    known = links or {}
    boxes = [
        _box(node, spots[node.id], how=how.get(node.id, ""), link=known.get(node.id, ""), is_root=i == 0)
        for i, node in enumerate(drawn.nodes)
    ]
    lines = svg.stretched((_line(edge, spots) for edge in drawn.edges), height=height)
    named = title or f"What {explanation.about} rests on"
    told = f"{folded(explanation.root.title)}: {len(drawn.nodes) - 1} things it rests on."
    panel = Panel(named, told, height, (lines, *boxes), is_interactive=bool(known))
    kinds = dict.fromkeys(node.kind for node in drawn.nodes if node.kind != "more")
    return Chart(
        id="chart-explanation",
        title=named,
        description=folded(explanation.root.title),
        panels=(panel,),
        legend=tuple(Key(COLOURS[kind], sentence_case(_NAMES.get(kind, kind))) for kind in kinds),
        header=("From", "How", "To"),
        rows=tuple(_row(explanation, edge) for edge in explanation.edges),
    )


def _with_sources(explanation: Explanation) -> Explanation:
    """Write the source of a piece of evidence into its box: two boxes would say one thing."""
    sources = {n.id: n for n in explanation.nodes if n.kind == "source"}
    read = {e.start: sources[e.end] for e in explanation.edges if e.end in sources}
    nodes = [_sourced(n, read.get(n.id)) for n in explanation.nodes if n.id not in sources]
    edges = [e for e in explanation.edges if e.end not in sources]
    return explanation.model_copy(update={"nodes": tuple(nodes), "edges": tuple(edges)})


def _sourced(node: Node, source: Node | None) -> Node:
    if source is None:
        return node
    place = source.title
    return node.model_copy(update={"label": place, "lines": (place, *node.lines)})


def _placed(drawn: Explanation) -> tuple[dict[str, _Spot], float]:
    spots: dict[str, _Spot] = {}
    y = float(_EDGE)
    for layer in _layers(drawn):
        ordered = sorted(layer, key=lambda node: _middle_of(drawn.edges, node, spots))
        for first in range(0, len(ordered), _ABREAST):
            row = ordered[first : first + _ABREAST]
            share = 1 / max(len(row), 2 if len(layer) < _ABREAST else _ABREAST)
            left = (1 - share * len(row)) / 2
            for i, node in enumerate(row):
                spots[node] = _Spot(left + share * i + _SIDE, y, share - 2 * _SIDE)
            y += _BOX + _ROW_GAP
        y += _LAYER_GAP - _ROW_GAP
    return spots, y - _LAYER_GAP + _EDGE


def _layers(drawn: Explanation) -> list[list[str]]:
    """Set each node below everything that rests on it."""
    depth = {node.id: 0 for node in drawn.nodes}
    for _ in drawn.nodes:
        deeper = [(e.end, depth[e.start] + 1) for e in drawn.edges if depth[e.end] <= depth[e.start]]
        if not deeper:
            break
        for node, below in deeper:
            depth[node] = max(depth[node], below)
    layers: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for node, at in depth.items():
        layers[at].append(node)
    return layers


def _middle_of(edges: Collection[Edge], node: str, spots: Mapping[str, _Spot]) -> float:
    above = [spots[e.start].x + spots[e.start].width / 2 for e in edges if e.end == node and e.start in spots]
    return sum(above) / len(above) if above else 0.5


def _line(edge: Edge, spots: Mapping[str, _Spot]) -> Markup:
    start, end = spots[edge.start], spots[edge.end]
    x1, y1 = 100 * (start.x + start.width / 2), start.y + _BOX
    x2, y2 = 100 * (end.x + end.width / 2), end.y
    middle = (y1 + y2) / 2
    course = f"M{x1:.1f} {y1:.0f}C{x1:.1f} {middle:.0f} {x2:.1f} {middle:.0f} {x2:.1f} {y2:.0f}"
    return svg.element("path", d=course, class_="chain", vector_effect="non-scaling-stroke")


def _relations(drawn: Explanation) -> dict[str, str]:
    """Return how each node but the first is reached, where that is always the same way."""
    ways: dict[str, set[str]] = {}
    for edge in drawn.edges:
        ways.setdefault(edge.end, set()).add(edge.relation)
    return {node: next(iter(found)) if len(found) == 1 else "" for node, found in ways.items()}


def _box(node: Node, spot: _Spot, *, how: str, link: str, is_root: bool) -> Markup:
    css = "box root" if is_root else "box"
    letters = int(_LETTERS * spot.width * _ABREAST / (1 - 2 * _SIDE * _ABREAST))
    named = sentence_case(_NAMES.get(node.kind, node.kind))
    words = [svg.text(12, 15, " · ".join(part for part in (named, how) if part), css="tick plain")]
    for i, line in enumerate(_wrapped(node.label, letters)):
        words.append(svg.text(12, 31 + 14 * i, line, css="in-box"))
    inside = svg.group(
        svg.bar(0, 0, width="100%", height=_BOX, css=css, radius=4),
        svg.bar(0, 0, width=4, height=_BOX, css=COLOURS[node.kind]),
        *words,
    )
    placed = svg.element("svg", inside, x=svg.across(spot.x), y=spot.y, width=svg.across(spot.width), height=_BOX)
    told = svg.group(svg.element("title", _tip(node)), placed)
    return svg.element("a", told, href=link) if link else svg.element("g", told)


def _wrapped(text: str, letters: int) -> list[str]:
    lines = wrap(folded(text), max(letters, 8), break_long_words=True)
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"{lines[_LINES - 1][: letters - 1].rstrip()}…"]
    return lines


def _tip(node: Node) -> str:
    told = folded(". ".join((node.title.rstrip("."), *node.lines[:3])))
    return told if len(told) <= _TIP else f"{told[: _TIP - 1]}…"


def _row(explanation: Explanation, edge: Edge) -> tuple[str, str, str]:
    start, end = explanation.node(edge.start), explanation.node(edge.end)
    return (_short(start.title), edge.relation, _short(end.title))


def _short(title: str) -> str:
    told = folded(title)
    return told if len(told) <= 90 else f"{told[:89].rstrip()}…"


__all__ = ["COLOURS", "explanation_graph"]
