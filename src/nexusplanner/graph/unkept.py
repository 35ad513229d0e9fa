"""A graph within the graph whose steps rest nowhere: cut, it begins anew, its calls answered from the journal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

_DURABILITY = "__pregel_durability"
"""How the outer graph tells inner ones to wait for their checkpoints; one that makes none would wait for ever."""


def unkept(
    inner: CompiledStateGraph[Any, Any, Any, Any],
) -> Callable[[Any, RunnableConfig], Awaitable[dict[str, Any]]]:
    """Return a graph that was compiled without checkpoints as a node of one that makes them."""

    async def run(state: Any, config: RunnableConfig) -> dict[str, Any]:  # noqa: ANN401 - the graph's own input
        told = {key: value for key, value in config["configurable"].items() if key != _DURABILITY}
        changed: dict[str, Any] = await inner.ainvoke(state, {**config, "configurable": told})
        return changed

    return run
