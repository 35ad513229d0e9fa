"""How many of a hundred identical calls at once reach the provider, by what keeps the answers.

Run: ``python tests/bench/identical_calls.py``. Redis is measured where a ``redis-server`` and its client are installed.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pydantic import SecretStr
from tests.bench.figures import Figure, print_figures
from tests.flow.identical_calls import requests_of

from nexusplanner.llm.answers_memory import InMemoryAnswers
from nexusplanner.persistence.answers_redis import RedisAnswers
from nexusplanner.persistence.answers_sqlite import SqliteAnswers
from nexusplanner.ports.answers import AnswerStore

CALLERS = 100


def memory() -> Iterator[Figure]:
    """Keep answers in memory."""
    yield _figure("memory", InMemoryAnswers())


def sqlite() -> Iterator[Figure]:
    """Keep answers in a file."""
    with TemporaryDirectory() as folder:
        store = SqliteAnswers(Path(folder) / "answers.sqlite")
        yield _figure("SQLite", store)
        store.close()


def redis() -> Iterator[Figure]:
    """Keep answers in a Redis of this run's own."""
    program = shutil.which("redis-server")
    if program is None or find_spec("redis") is None:
        print("     Redis: not measured, redis-server or its client is not installed")
        return
    with TemporaryDirectory() as folder, _served(program, folder) as url:
        store = RedisAnswers.at(SecretStr(url))
        yield _figure("Redis", store)
        store.close()


def _figure(what: str, store: AnswerStore) -> Figure:
    sent = requests_of(store, CALLERS)
    return Figure(f"{CALLERS} identical calls at once, twice, {what}: requests", sent, "1", sent == 1)


@contextmanager
def _served(program: str, folder: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--save", "", "--dir", folder]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert any("Ready to accept" in line for line in server.stdout), "redis-server did not start"
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


PARTS = {"memory": memory, "sqlite": sqlite, "redis": redis}

if __name__ == "__main__":
    sys.exit(print_figures(PARTS, sys.argv[1:]))
