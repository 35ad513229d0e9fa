"""A graph within the graph whose steps rest nowhere: cut, it begins anew, its calls answered from the journal."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

_LENT = frozenset({"__pregel_checkpointer", "__pregel_durability"})
"""How an outer graph lends inner ones its checkpoints, and tells them to wait for each."""


def unkept(inner: CompiledStateGraph[Any, Any, Any, Any]) -> Any:  # noqa: ANN401 - as LangGraph calls it
    """Return a graph as a node of one that keeps checkpoints, keeping none itself."""

    async def run(state: Any, config: RunnableConfig) -> dict[str, Any]:  # noqa: ANN401 - the graph's own input
        told = {key: value for key, value in config["configurable"].items() if key not in _LENT}
        changed: dict[str, Any] = await inner.ainvoke(state, {**config, "configurable": told})
        return changed

    return run
