"""Checkpoints: on disk for the owner alone, bound to no event loop, and never a way to run code."""

from __future__ import annotations

import asyncio
import operator
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, interrupt

from nexusplanner.domain.money import Money
from nexusplanner.errors import StorageError
from nexusplanner.persistence import memory_checkpoints, release, sqlite_checkpoints
from nexusplanner.persistence.checkpoints import strict_serializer


class Counted(TypedDict):
    said: Annotated[list[str], operator.add]


CONFIG: RunnableConfig = {"configurable": {"thread_id": "t1"}}


def waiting(saver: BaseCheckpointSaver[str]) -> CompiledStateGraph[Counted, None, Counted, Counted]:
    """Build a graph that asks one question."""

    async def ask(state: Counted) -> Counted:
        return {"said": [str(interrupt("Well?"))]}

    graph = StateGraph(Counted)
    graph.add_node("ask", ask)
    graph.add_edge(START, "ask")
    graph.add_edge("ask", END)
    return graph.compile(checkpointer=saver)


def test_a_run_begun_on_one_event_loop_ends_on_another(tmp_path: Path) -> None:
    """Sync verbs and a caller's own loop may serve the same run."""
    saver = sqlite_checkpoints(tmp_path / "deep" / "runs.sqlite")
    graph = waiting(saver)
    begun = asyncio.run(graph.ainvoke({"said": ["first"]}, CONFIG))
    assert begun["__interrupt__"][0].value == "Well?"
    ended: dict[str, Any] = asyncio.run(graph.ainvoke(Command(resume="well"), CONFIG))
    assert ended["said"] == ["first", "well"]
    release(saver)


def test_a_run_waits_in_the_file(tmp_path: Path) -> None:
    """Another saver on the same file lists it, ends it and can forget it."""
    place = tmp_path / "runs.sqlite"
    first = sqlite_checkpoints(place)
    asyncio.run(waiting(first).ainvoke({"said": []}, CONFIG))
    release(first)
    second = sqlite_checkpoints(place)

    async def go_on() -> tuple[int, list[str], int]:
        waits = [item async for item in second.alist(CONFIG)]
        ended = await waiting(second).ainvoke(Command(resume="yes"), CONFIG)
        await second.adelete_thread("t1")
        return len(waits), ended["said"], len([item async for item in second.alist(None)])

    waits, said, left = asyncio.run(go_on())
    assert waits >= 1
    assert said == ["yes"]
    assert left == 0
    release(second)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Runs hold briefs and customers' numbers; the journal beside it does too."""
    saver = sqlite_checkpoints(tmp_path / "runs.sqlite")
    asyncio.run(waiting(saver).ainvoke({"said": []}, CONFIG))
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    release(saver)


def test_twenty_runs_at_once_share_one_file(tmp_path: Path) -> None:
    """No write is lost and none is refused."""
    saver = sqlite_checkpoints(tmp_path / "runs.sqlite")
    graph = waiting(saver)

    async def many() -> list[list[str]]:
        configs: list[RunnableConfig] = [{"configurable": {"thread_id": f"t{n}"}} for n in range(20)]
        await asyncio.gather(*(graph.ainvoke({"said": [f"{n}"]}, c) for n, c in enumerate(configs)))
        ended = await asyncio.gather(*(graph.ainvoke(Command(resume="ok"), c) for c in configs))
        return [state["said"] for state in ended]

    assert asyncio.run(many()) == [[f"{n}", "ok"] for n in range(20)]
    release(saver)


@pytest.mark.parametrize("make", ["folder", "no database"])
def test_a_file_that_cannot_be_opened_is_a_storage_error(tmp_path: Path, make: str) -> None:
    """One line that names the file, not its folder."""
    place = tmp_path / "runs.sqlite"
    if make == "folder":
        place.mkdir()
    else:
        place.write_text("this is no database, however long it goes on" * 100)
    with pytest.raises(StorageError, match=r"runs\.sqlite") as refused:
        sqlite_checkpoints(place)
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_serializer_builds_no_class_that_data_names() -> None:
    """What a checkpoint says is a class of ours, or of anyone, comes back as plain data."""
    serializer = strict_serializer()
    written = serializer.dumps_typed({"m": Money(amount="1.00", currency="EUR")})  # type: ignore[arg-type]
    assert not isinstance(serializer.loads_typed(written)["m"], Money)
    plain = {"a": [1, "two", None], "b": {"c": 1.5}}
    assert serializer.loads_typed(serializer.dumps_typed(plain)) == plain


def test_releasing_memory_is_no_error() -> None:
    """There is nothing to close, and the runs stay."""
    saver = memory_checkpoints()
    asyncio.run(waiting(saver).ainvoke({"said": []}, CONFIG))
    release(saver)
    assert asyncio.run(waiting(saver).aget_state(CONFIG)).interrupts
