"""Things that were shown to go wrong are not used."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from tests.house.source_tree import Module, modules

BANNED = {
    "litellm": "nexusplanner.llm owns providers, budgets and retries",
    "pickle": "loading one runs code",
    "langchain": "langchain_core holds the sockets that are needed",
    "langchain_community": "write an adapter",
    "langchain_mcp_adapters": "it cannot live beside mcp 2",
    "langchain_core.load": "it builds classes that data names",
    "langchain_core.prompts.loading": "prompts are found by nexusplanner.prompts",
    "langchain_core.output_parsers": "they complete cut JSON and pass it on",
    "langgraph.prebuilt": "the graph is fixed code",
    "langgraph_supervisor": "the graph is fixed code",
}
BANNED_NAMES = {
    "create_react_agent": "the graph is fixed code; a model chooses no edge",
    "load_prompt": "prompts are found by nexusplanner.prompts",
    "astream_log": "runs are streamed as our own events",
    "MessageGraph": "state is typed",
    "NodeInterrupt": "use interrupt()",
}


def imported(module: Module) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything a module imports."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def banned(module: Module) -> list[str]:
    """Name what a module uses that is banned."""
    faults = [
        f"{module.path}:{line}: {name}: {why}"
        for line, name in imported(module)
        for ban, why in BANNED.items()
        if name == ban or name.startswith(f"{ban}.")
    ]
    for node in ast.walk(module.tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in BANNED_NAMES:
            faults.append(f"{module.path}:{getattr(node, 'lineno', 0)}: {name}: {BANNED_NAMES[name]}")
    return faults


def asks_next(module: Module) -> list[str]:
    """Name where ``.next`` of a graph's state is read: it is empty for cut runs, too."""
    return [
        f"{module.path}:{node.lineno}: finished is what the last node wrote; .next is also empty where a run was cut"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "next" and isinstance(node.ctx, ast.Load)
    ]


def test_nothing_banned_is_used() -> None:
    faults = [fault for m in modules("src", "examples", "graphs", "tests") for fault in banned(m)]
    assert not faults, "\n".join(faults)


def test_no_run_is_called_finished_because_nothing_is_next() -> None:
    faults = [fault for m in modules("src", "examples", "graphs") for fault in asks_next(m)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from langchain.agents import Tool",
        "from langchain_core import load",
        "from langchain_core.load import loads",
        "from langgraph.prebuilt import create_react_agent",
        "import litellm.proxy",
        "prebuilt.create_react_agent(model)",
    ],
)
def test_the_rule_finds_what_is_banned(text: str) -> None:
    assert banned(Module.parse("planted.py", text))


@pytest.mark.parametrize("text", ["from langchain_core.tools import BaseTool", "import langchain_openai"])
def test_the_rule_allows_the_sockets(text: str) -> None:
    assert not banned(Module.parse("planted.py", text))


def test_the_rule_finds_a_run_called_finished() -> None:
    assert asks_next(Module.parse("planted.py", "done = graph.get_state(config).next == ()"))
    assert not asks_next(Module.parse("planted.py", "first = next(iter(rows))"))
