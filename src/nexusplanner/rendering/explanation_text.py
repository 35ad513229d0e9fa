"""Explanations as text: indented lines for a screen, and a flowchart in Mermaid's words."""

from __future__ import annotations

from collections.abc import Iterator

from nexusplanner.domain.explanation import Explanation
from nexusplanner.rendering.format import folded

_SHAPES = {
    "claim": ('("', '")'),
    "evidence": ('[/"', '"/]'),
    "source": ('[("', '")]'),
    "brief": ('[("', '")]'),
    "calculation": ('[["', '"]]'),
    "decision": ('{{"', '"}}'),
    "debate": ('>"', '"]'),
}
_LABEL = 80
_CODES = str.maketrans({c: f"#{ord(c)};" for c in '"<>&`#;|[](){}\\'})
"""What Mermaid would read as its own signs, written as it wants them."""


def to_explanation_text(explanation: Explanation) -> str:
    """Write the chain as indented lines; what was told above is named again, and no more."""
    return "".join(f"{'  ' * depth}{line}\n" for depth, line, _ in told_lines(explanation))


def told_lines(explanation: Explanation) -> Iterator[tuple[int, str, bool]]:
    """Yield depth, line, and whether the line names a node, in the order of reading."""
    seen = set[str]()
    todo = [(explanation.root.id, 0, "")]
    while todo:
        node_id, depth, relation = todo.pop()
        node, before = explanation.node(node_id), f"{relation} " if relation else ""
        if node_id in seen:
            yield depth, f"{before}{folded(node.title)} (above)", True
            continue
        seen.add(node_id)
        yield depth, f"{before}{folded(node.title)}", True
        yield from ((depth + 1, folded(line), False) for line in node.lines)
        todo += [(e.end, depth + 1, e.relation) for e in reversed(explanation.below(node_id))]


def to_mermaid(explanation: Explanation) -> str:
    """Write the chain as a Mermaid flowchart, from the line down to its sources."""
    names = {node.id: f"n{i}" for i, node in enumerate(explanation.nodes)}
    lines = ["flowchart TD"]
    for node in explanation.nodes:
        begin, end = _SHAPES.get(node.kind, ('["', '"]'))
        lines.append(f"    {names[node.id]}{begin}{_label(node.title)}{end}:::{node.kind}")
    lines += [f'    {names[e.start]} -->|"{_label(e.relation)}"| {names[e.end]}' for e in explanation.edges]
    lines.append(f"    style {names[explanation.root.id]} stroke-width:3px")
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    told = folded(text)
    cut = told if len(told) <= _LABEL else f"{told[: _LABEL - 1].rstrip()}…"
    return cut.translate(_CODES)
