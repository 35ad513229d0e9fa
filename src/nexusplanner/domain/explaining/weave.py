"""The weave: nodes and edges as they are found, each once, in the order they were met."""

from __future__ import annotations

from collections.abc import Iterable

from nexusplanner.domain.explaining.index import Index
from nexusplanner.domain.explanation import Edge, Explanation, Node, NodeKind
from nexusplanner.domain.texts import one_line

LONG = 200
MOST = 12
"""Things of one kind that are told below another; of the rest the number."""


def cut(text: str, most: int = LONG) -> str:
    """Fold a text onto one line and cut it to some characters."""
    told = one_line(text)
    return told if len(told) <= most else f"{told[: most - 1].rstrip()}…"


def shortly(value: object) -> str:
    """Write a value of a plan in a few words."""
    if isinstance(value, list):
        return f"{len(value)} entr{'y' if len(value) == 1 else 'ies'}"
    if isinstance(value, dict):
        return cut(f"{{{', '.join(str(key) for key in value)}}}")
    if isinstance(value, str):
        return cut(value) or "''"
    return "nothing" if value is None else str(value).lower() if isinstance(value, bool) else f"{value}"


class Weave:
    """A graph in the making."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._nodes: dict[str, Node] = {}
        self._edges: dict[tuple[str, str], Edge] = {}

    def node(self, node_id: str, kind: NodeKind, *, title: str, label: str = "", lines: Iterable[str] = ()) -> str:
        """Note a node, unless it is there; return its id."""
        if node_id not in self._nodes:
            told = tuple(line for line in map(one_line, lines) if line)
            named = cut(label or title, 60)
            self._nodes[node_id] = Node(id=node_id, kind=kind, label=named, title=one_line(title), lines=told)
        return node_id

    def edge(self, start: str, end: str, relation: str) -> None:
        """Note that one node rests on another; a step that would lead back to its start is left out."""
        if start != end and not self._leads(end, start):
            self._edges.setdefault((start, end), Edge(start=start, end=end, relation=relation))

    def knows(self, node_id: str) -> bool:
        """Whether a node is there."""
        return node_id in self._nodes

    def leads_on(self, node_id: str) -> bool:
        """Whether a node rests on anything yet."""
        return any(start == node_id for start, _ in self._edges)

    def rest(self, start: str, count: int) -> None:
        """Say how many more there are that are not told."""
        if count > 0:
            more = self.node(f"more:{start}", "more", title=f"and {count} more")
            self.edge(start, more, "rests on")

    def finished(self, about: str) -> Explanation:
        """Return the explanation."""
        return Explanation(about=about, nodes=tuple(self._nodes.values()), edges=tuple(self._edges.values()))

    def _leads(self, start: str, end: str) -> bool:
        after: dict[str, list[str]] = {}
        for here, there in self._edges:
            after.setdefault(here, []).append(there)
        seen, todo = set[str](), [start]
        while todo:
            here = todo.pop()
            if here == end:
                return True
            if here not in seen:
                seen.add(here)
                todo += after.get(here, [])
        return False
