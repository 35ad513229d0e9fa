"""A LangGraph server serves the graph: a client streams a run, meets the approval and resumes it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.flow.campaigns import APPROVERS, BRIEF

if TYPE_CHECKING:
    from langgraph_sdk.schema import Command

pytestmark = pytest.mark.slow

_PATIENCE_S = 120
GIVEN: Mapping[str, Any] = {"brief": {**BRIEF, "approvers": list(APPROVERS)}, "seed": 3, "today": "2026-11-02"}


@pytest.fixture(scope="module")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `langgraph dev` on a free port, and end it."""
    address = f"http://127.0.0.1:{(port := _free_port())}"
    log = tmp_path_factory.mktemp("server") / "log"
    command = [str(Path(sys.executable).with_name("langgraph")), "dev", "--no-browser", "--no-reload"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=root,
            env={**os.environ, "LANGGRAPH_CLI_NO_ANALYTICS": "1", "LANGSMITH_TRACING": "false"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_up(address, process, log)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    retrying = httpx.HTTPTransport(retries=9)  # waits 0, 0.5, 1, 2, 4, ... seconds while the port is closed
    with httpx.Client(transport=retrying, timeout=_PATIENCE_S) as client:
        try:
            up = client.get(f"{address}/ok").status_code == 200
        except httpx.TransportError:
            up = False
    assert up, f"the server is not up (exit code {process.poll()}):\n{log.read_text()[-3000:]}"


async def test_a_client_streams_a_run_meets_the_approval_and_resumes_it(server: str, root: Path) -> None:
    """The run waits for an approver, goes on with the answer, and its state ends with a complete plan."""
    from langgraph_sdk import get_client

    before = _not_ignored(root)
    async with get_client(url=server) as client:
        thread = (await client.threads.create())["thread_id"]
        told = [
            part async for part in client.runs.stream(thread, "plan", input=GIVEN, stream_mode=["updates", "custom"])
        ]
        assert not [part.data for part in told if part.event == "error"]
        assert any(part.event == "custom" for part in told), "the graph's events are streamed"

        waiting = await client.threads.get_state(thread)
        assert list(waiting["next"]) == ["approve"]
        asked = waiting["tasks"][0]["interrupts"][0]
        value = asked["value"]
        assert isinstance(value, dict)
        assert value["approvers"] == list(APPROVERS)

        answer: Command = {"resume": {"approve": True, "by": APPROVERS[0], "reason": "The split is right."}}
        ended = [part async for part in client.runs.stream(thread, "plan", command=answer)]
        assert not [part.data for part in ended if part.event == "error"]
        state = await client.threads.get_state(thread)
    assert not state["next"]
    values = state["values"]
    assert isinstance(values, dict)
    assert values["plan"]["status"] == "complete"
    assert values["plan"]["id"] == value["plan_id"], "deciding changes no plan's id"
    assert _not_ignored(root) == before, "the server leaves nothing behind"


async def test_an_answer_by_somebody_else_does_not_count_and_the_run_asks_again(server: str) -> None:
    """The graph itself asks who decides: a server's client cannot go around the planner's door, nor bar it."""
    from langgraph_sdk import get_client

    async with get_client(url=server) as client:
        thread = (await client.threads.create())["thread_id"]
        async for _ in client.runs.stream(thread, "plan", input=GIVEN):
            pass
        stranger: Command = {"resume": {"approve": True, "by": "eve@elsewhere.example"}}
        async for _ in client.runs.stream(thread, "plan", command=stranger):
            pass
        state = await client.threads.get_state(thread)
        asked = state["tasks"][0]["interrupts"][0]["value"]
        values = state["values"]
        assert isinstance(asked, dict)
        assert isinstance(values, dict)
        assert "'eve@elsewhere.example' is not an approver" in asked["problem"]
        assert values["plan"]["status"] == "needs_approval"
        assert list(state["next"]) == ["approve"]
        answer: Command = {"resume": {"approve": True, "by": APPROVERS[0]}}
        async for _ in client.runs.stream(thread, "plan", command=answer):
            pass
        ended = (await client.threads.get_state(thread))["values"]
    assert isinstance(ended, dict)
    assert ended["plan"]["status"] == "complete"
    assert ended["plan"]["approval"]["by"] == APPROVERS[0]


def _not_ignored(root: Path) -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], cwd=root, capture_output=True, text=True, check=True
    )
    return {name for name in listed.stdout.splitlines() if not name.startswith(("tests/", "src/", "docs/"))}
