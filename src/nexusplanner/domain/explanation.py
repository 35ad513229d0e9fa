"""An explanation: what one line of a plan rests on, as a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nexusplanner.domain.model import DomainModel

if TYPE_CHECKING:
    from nexusplanner.rendering import Plot

NodeKind = Literal[
    "place",
    "brief",
    "claim",
    "evidence",
    "source",
    "calculation",
    "author",
    "proposal",
    "critique",
    "debate",
    "decision",
    "more",
]


class Node(DomainModel):
    """One thing that a line rests on, or the line itself."""

    id: str
    """The id it has in the plan where it has one, else one made of kind and place."""
    kind: NodeKind
    label: str
    """What it is called where there is little room."""
    title: str
    lines: tuple[str, ...] = ()
    """What there is to say of it."""


class Edge(DomainModel):
    """One step of a chain: ``start`` rests on ``end``, and how."""

    start: str
    end: str
    relation: str
    """Reads from start to end: ``computed by``."""


class Explanation(DomainModel):
    """What a line of a plan rests on: nodes, the line itself first, and edges that lead away from it.

    The graph has no circles, and every node can be reached from the first.
    """

    about: str
    """What was asked for."""
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def root(self) -> Node:
        """The line that is explained."""
        return self.nodes[0]

    def node(self, node_id: str) -> Node:
        """Return a node by id."""
        return next(n for n in self.nodes if n.id == node_id)

    def below(self, node_id: str) -> tuple[Edge, ...]:
        """Return the edges that lead from a node to what it rests on."""
        return tuple(e for e in self.edges if e.start == node_id)

    def to_text(self) -> str:
        """Write the chain as indented lines; what was told above is not told again."""
        from nexusplanner.rendering import to_explanation_text

        return to_explanation_text(self)

    def to_mermaid(self) -> str:
        """Write the chain as a Mermaid flowchart."""
        from nexusplanner.rendering import to_mermaid

        return to_mermaid(self)

    def to_json(self) -> str:
        """Write nodes and edges as JSON."""
        return self.model_dump_json(indent=1) + "\n"

    def plot(self) -> Plot:
        """Draw the chain; a notebook shows the result, and it can be saved."""
        from nexusplanner.rendering import to_explanation_plot

        return to_explanation_plot(self)

    def _repr_html_(self) -> str:
        return self.plot()._repr_html_()

    def __repr__(self) -> str:
        return f"<Explanation of {self.about!r}: {len(self.nodes)} nodes, {len(self.edges)} edges>"
