"""Every checkpointer passes LangGraph's own suite, keeps tenants apart, and keeps what it acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, Checkpoint
from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.checkpoint.conformance.test_utils import generate_checkpoint, generate_config, generate_metadata
from langgraph.types import Send
from tests.postgres import PostgresServer

from nexusplanner.domain.tenant import storage_key
from nexusplanner.errors import StorageError
from nexusplanner.persistence import database_checkpoints, sqlite_checkpoints
from nexusplanner.persistence.checkpoint_saver import DatabaseCheckpoints
from nexusplanner.persistence.database import Database

ASKED = {"put": 17, "put_writes": 10, "get_tuple": 10, "list": 16, "delete_thread": 5} | {
    "delete_for_runs": 7, "copy_thread": 8, "prune": 8,
}  # fmt: skip
ANY = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], DatabaseCheckpoints]]:
    """Return what opens one more saver over the same database."""
    made: list[DatabaseCheckpoints] = []
    databases: list[Database] = []
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        databases.append(Database(server.fresh()))

    def one() -> DatabaseCheckpoints:
        saver = database_checkpoints(databases[0]) if databases else sqlite_checkpoints(tmp_path / "runs.sqlite")
        made.append(saver)
        return saver

    yield one
    for saver in made:
        saver.close()
    for database in databases:
        database.close()


@pytest.fixture
def saver(make: Callable[[], DatabaseCheckpoints]) -> DatabaseCheckpoints:
    """Open one saver."""
    return make()


def at(tenant: str, run: str, **more: str) -> RunnableConfig:
    return {"configurable": {"thread_id": f"{storage_key(tenant)}/{run}", "checkpoint_ns": "", **more}}


def holding(**values: object) -> tuple[Checkpoint, dict[str, str | int | float]]:
    """Return a checkpoint of channels, all of them new."""
    versions: dict[str, str | int | float] = dict.fromkeys(values, "000001.a")
    return generate_checkpoint(channel_values=values, channel_versions=versions), versions


async def put(saver: BaseCheckpointSaver[str], config: RunnableConfig, **values: object) -> RunnableConfig:
    checkpoint, new = holding(**values)
    return await saver.aput(config, checkpoint, generate_metadata(), new)


async def value(saver: BaseCheckpointSaver[str], config: RunnableConfig) -> dict[str, Any]:
    found = await saver.aget_tuple(config)
    assert found is not None
    return found.checkpoint["channel_values"]


LARGE = {"text": "x" * 5000}


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_the_librarys_own_suite_passes(make: Callable[[], DatabaseCheckpoints]) -> None:
    """All it asks of any checkpointer, and all it asks of one that prunes, copies and deletes."""

    @checkpointer_test(name="ours")
    async def factory() -> AsyncGenerator[BaseCheckpointSaver[str], None]:
        yield make()

    report = await validate(factory)
    failed = [line for result in report.results.values() for line in result.failures]
    assert failed == []
    assert {name: result.tests_passed for name, result in report.results.items()} == ASKED


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_tenants_of_one_run_id_see_their_own_and_forget_their_own(saver: DatabaseCheckpoints) -> None:
    names = ("A", "a", "Ａ".encode().hex(), "а")
    for name in names:
        await put(saver, at(name, "run-1"), whose=name, large={**LARGE, "whose": name})
    for name in names:
        found = await value(saver, at(name, "run-1"))
        assert (found["whose"], found["large"]["whose"]) == (name, name)
    await saver.adelete_tenant(storage_key("A"))
    assert await saver.aget_tuple(at("A", "run-1")) is None
    await saver.adelete_thread(f"{storage_key('a')}/run-1")
    left = [item.checkpoint["channel_values"]["whose"] async for item in saver.alist(None)]
    assert sorted(left) == sorted(names[2:])


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_what_is_acknowledged_is_there_for_the_next_who_opens(make: Callable[[], DatabaseCheckpoints]) -> None:
    config = await put(make(), at("acme", "run-1"), large=LARGE, small=[1, "two", None])
    assert await value(make(), config) == {"large": LARGE, "small": [1, "two", None]}


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_a_fan_out_keeps_the_state_once_and_hands_each_branch_the_same(saver: DatabaseCheckpoints) -> None:
    state = {"large": LARGE, "joined": {"a": LARGE}, "name": "n"}
    again = {**state, "joined": {"a": LARGE}}  # joined anew, of the same parts
    sends = [Send("critique", {**again, "critic": f"c{number}"}) for number in range(12)]
    config = await put(saver, at("acme", "run-1"), **state, __pregel_tasks=sends)
    read = (await value(saver, config))["__pregel_tasks"]
    assert read == sends
    assert [list(send.arg) for send in read] == [list(send.arg) for send in sends]
    with saver.database.reading() as cursor:
        [(bytes_,)] = cursor.rows("SELECT LENGTH(data) FROM checkpoint_heads")
    assert bytes_ < 2500


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_sends_that_hold_their_own_come_back_as_they_were(saver: DatabaseCheckpoints) -> None:
    """A value that differs from the channel's, an argument that is no map, a time-out: none is mistaken."""
    sends = [
        Send("tool", {"large": {"text": "other" * 500}, "new": 1}),
        Send("tool", {"large": LARGE, "listed": [LARGE]}),
    ]
    odd = [Send("tool", "a word"), Send("tool", {"large": LARGE})]
    one = await put(saver, at("acme", "run-1"), large=LARGE, listed=[LARGE], __pregel_tasks=sends)
    two = await put(saver, at("acme", "run-2"), large=LARGE, __pregel_tasks=odd)
    assert (await value(saver, one))["__pregel_tasks"] == sends
    assert (await value(saver, two))["__pregel_tasks"] == odd


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_one_that_cannot_be_written_takes_no_other_down(saver: DatabaseCheckpoints) -> None:
    """They wait for the disk together; each fails or stands for itself."""
    poor: Any = object()

    async def bad() -> None:
        await saver._achange(lambda cursor: cursor.execute("INSERT INTO checkpoint_heads (tenant) VALUES (?)", ("t",)))

    runs = [put(saver, at("acme", f"run-{number}"), number=number, large=LARGE) for number in range(8)]
    done = await asyncio.gather(*runs[:4], bad(), *runs[4:], put(saver, at("acme", "x"), poor=poor),
                                return_exceptions=True)  # fmt: skip
    assert isinstance(done[4], StorageError)
    assert isinstance(done[9], TypeError)
    found = [(await value(saver, config))["number"] for config in [*done[:4], *done[5:9]] if isinstance(config, dict)]
    assert found == list(range(8))


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_writes_of_a_step_are_kept_until_its_checkpoint_holds_them(saver: DatabaseCheckpoints) -> None:
    """A branch that ended is not walked again; where the checkpoint came at once, nothing is written twice."""
    first = await put(saver, at("acme", "run-1"), large=LARGE)
    await saver.aput_writes(first, [("out", 1)], "task-1")
    held = asyncio.ensure_future(saver.aput_writes(first, [("out", 2)], "task-2"))
    await asyncio.sleep(0)
    parent = first["configurable"]["checkpoint_id"]
    second = await put(saver, at("acme", "run-1", checkpoint_id=parent), large=LARGE)
    await held
    found = await saver.aget_tuple(first)
    assert found is not None
    assert found.pending_writes == [("task-1", "out", 1)]
    newest = await saver.aget_tuple(at("acme", "run-1"))
    assert newest is not None
    assert newest.config == second
    assert newest.pending_writes == []


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_a_question_is_on_the_disk_when_it_is_acknowledged(make: Callable[[], DatabaseCheckpoints]) -> None:
    saver = make()
    first = await put(saver, at("acme", "run-1"), small=1)
    await saver.aput_writes(first, [("__interrupt__", [{"question": "Well?"}])], "task-1", "~path")
    found = await make().aget_tuple(first)
    assert found is not None
    assert found.pending_writes == [("task-1", "__interrupt__", [{"question": "Well?"}])]


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_what_a_cancelled_task_had_half_written_is_not_taken_for_the_whole(saver: DatabaseCheckpoints) -> None:
    """Cancelled between its results and its edges, a task would be passed over and the run end early."""
    first = await put(saver, at("acme", "run-1"), small=1)
    await saver.aput_writes(first, [("out", 1), ("__error__", "CancelledError()")], "task-1")
    await saver.aput_writes(first, [("out", 2)], "task-2")
    found = await saver.aget_tuple(first)
    assert found is not None
    assert found.pending_writes == [("task-1", "__error__", "CancelledError()"), ("task-2", "out", 2)]


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_pruning_keeps_all_the_newest_needs_and_nothing_else(saver: DatabaseCheckpoints) -> None:
    config = at("acme", "run-1")
    for number in range(3):
        versions: dict[str, str | int | float] = {"first": "1", "last": str(number)}
        values: dict[str, Any] = {"first": LARGE, "last": {**LARGE, "n": number}}
        checkpoint = generate_checkpoint(channel_values=values, channel_versions=versions)
        new = {channel: version for channel, version in versions.items() if channel == "last" or not number}
        config = await saver.aput(config, checkpoint, generate_metadata(step=number), new)
    await saver.aprune([config["configurable"]["thread_id"]])
    assert await value(saver, config) == {"first": LARGE, "last": {**LARGE, "n": 2}}
    with saver.database.reading() as cursor:
        assert cursor.rows("SELECT COUNT(*) FROM checkpoint_values") == [(2,)]


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_runs_that_wrote_nothing_for_long_are_forgotten(saver: DatabaseCheckpoints) -> None:
    old, _ = holding(n=1)
    old["ts"] = "2026-01-01T00:00:00+00:00"
    await saver.aput(at("acme", "old"), old, generate_metadata(), {})
    await put(saver, at("acme", "new"), n=2)
    moment = 1_770_000_000_000_000  # in February 2026
    assert await saver.aprune_older(moment) == 1
    assert await saver.aget_tuple(at("acme", "old")) is None
    assert await saver.aget_tuple(at("acme", "new")) is not None


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_what_is_kept_for_days_is_looked_through_once_a_day(saver: DatabaseCheckpoints) -> None:
    """By the time that steps tell: the first one written forgets what is too old, and the next waits a day."""
    month = DatabaseCheckpoints(saver.database, serde=saver.serde, keep_days=30)

    async def step(run: str, moment: str) -> None:
        checkpoint, _ = holding(n=1)
        checkpoint["ts"] = f"{moment}T00:00:00+00:00"
        await month.aput(at("acme", run), checkpoint, generate_metadata(), {})

    async def there() -> set[str]:
        return {item.config["configurable"]["thread_id"].partition("/")[2] async for item in month.alist(None)}

    await step("old", "2026-01-01")
    await step("late", "2026-02-01")
    assert await there() == {"late"}
    await step("older", "2025-12-01")
    await step("later", "2026-02-01")
    assert await there() == {"late", "later", "older"}
    await step("latest", "2026-02-02")
    assert await there() == {"late", "later", "latest"}


@pytest.mark.parametrize("make", ANY, indirect=True)
async def test_a_checkpoint_that_lacks_a_value_is_refused(saver: DatabaseCheckpoints) -> None:
    """Half a state is worse than none."""
    config = await put(saver, at("acme", "run-1"), large=LARGE)
    with saver.database.writing() as cursor:
        cursor.execute("DELETE FROM checkpoint_values")
    with pytest.raises(StorageError, match="lacks large"):
        await saver.aget_tuple(config)


@pytest.mark.parametrize("make", ANY, indirect=True)
def test_threads_are_served_as_loops_are(saver: DatabaseCheckpoints) -> None:
    checkpoint, new = holding(large=LARGE)
    config = saver.put(at("acme", "run-1"), checkpoint, generate_metadata(run_id="r"), new)
    saver.put_writes(config, [("out", 1)], "task-1")
    saver.copy_thread(config["configurable"]["thread_id"], "copy")
    assert [item.pending_writes for item in saver.list(generate_config("copy"))] == [[("task-1", "out", 1)]]
    saver.delete_for_runs(["r"])
    assert saver.get_tuple(config) is None
    saver.put(at("acme", "run-2"), checkpoint, generate_metadata(), new)
    saver.prune([f"{storage_key('acme')}/run-2"], strategy="delete")
    saver.delete_thread("copy")
    assert list(saver.list(None)) == []
