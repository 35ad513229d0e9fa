"""The drawings of the graphs that ``langgraph.json`` names."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from nexusplanner.graph.plan_graph import PlanGraph


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
    factory = cast("Callable[[], PlanGraph]", getattr(module, name))
    return str(Path(file).with_suffix(".mmd").as_posix()), _mermaid(factory())


def _mermaid(graph: PlanGraph) -> str:
    """Draw a graph with the edges that were declared, and no others.

    Deferred nodes run when all else rests; LangGraph draws that as edges from whichever node it saw last.
    """
    from langchain_core.runnables.graph import Edge

    drawing, declared = graph.get_graph(xray=True), _declared(graph)
    within = [edge for edge in drawing.edges if ":" in edge.source + edge.target]
    drawn = [
        Edge(source, target, conditional=is_conditional)
        for (source, target), is_conditional in sorted(declared.items())
        if source in drawing.nodes and target in drawing.nodes
    ]
    drawing.edges[:] = [*drawn, *within]
    return drawing.draw_mermaid()


def _declared(graph: PlanGraph) -> dict[tuple[str, str], bool]:
    """Return the edges between nodes, and whether each is taken on a condition."""
    builder = graph.builder
    branches = ((source, branch) for source, named in builder.branches.items() for branch in named.values())
    maybe = {(source, end): True for source, branch in branches for end in (branch.ends or {}).values()}
    return maybe | dict.fromkeys(builder.edges, False)
