"""Nodes are pure functions of state and of what they are told: whoever walks a run again must take the same path."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from tests.house.source_tree import PACKAGE, Module, modules

PURE = ("graph/nodes", "agents", "calculators")
"""What a node computes with. The graph's own joints may know clocks: they decide nothing."""
_TELLS_OTHERWISE = frozenset({"time", "uuid", "secrets", "socket", "os"})
"""Each tells something else each time, or to each process."""


def impure(module: Module) -> Iterator[str]:
    """Name what a module uses that another process would see otherwise."""
    for node in ast.walk(module.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (f"{module.path}: {name}" for name in names if name.split(".")[0] in _TELLS_OTHERWISE)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[0] == "random":
            is_seeded = ast.unparse(node.func) == "random.Random" and bool(node.args)
            yield from () if is_seeded else (f"{module.path}:{node.lineno}: {ast.unparse(node)}",)


def test_nodes_and_what_they_compute_with_are_pure() -> None:
    faults = [f for module in modules(*(f"{PACKAGE}/{place}" for place in PURE)) for f in impure(module)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("text", ["import time", "from uuid import uuid4", "random.Random()", "random.shuffle(x)"])
def test_the_rule_finds_what_is_not(text: str) -> None:
    assert list(impure(Module.parse("planted.py", text)))
    assert not list(impure(Module.parse("planted.py", "random.Random(7).shuffle(x)")))
