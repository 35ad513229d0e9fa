"""Runs that are killed and taken up again, beside the same run that nobody killed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from tests.flow.campaigns import BRIEF, brief, planner
from tests.flow.replies import Speak, noted, speaker
from tests.postgres import PostgresServer

from nexusplanner.domain.model import JsonObject
from nexusplanner.settings import Settings
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.openai_server import OpenAIServer

ROOT = Path(__file__).resolve().parents[2]
DELAY_S = 0.01
_REFUSED = "That was refused"


@dataclass(frozen=True)
class Kill:
    """Where a run is killed: at a commit, or when a request arrives."""

    at: int
    when: str
    """``before`` or ``after`` a commit; ``request``."""


@dataclass
class Verdict:
    """What became of a run that was killed."""

    kill: Kill
    name: str
    """What was being written, or asked."""
    is_begun: bool
    """Whether it was killed at all, and had a row by then."""
    is_same: bool
    """Whether the plan is the very one of the run that nobody killed."""
    paid_twice: int
    """Replies that were settled before the kill and asked for again."""
    lost: int
    """Replies that are in the plan and were neither settled before the kill nor asked for after it."""
    error: str = ""


@dataclass
class Provider:
    """Says what the rules would, kills who asks where it is told to, and counts."""

    speak: Speak
    is_difficult: bool = False
    """Whether one reply in five does not fit at first, and one request is always refused."""
    kill_at: int = -1
    kill: threading.Event = field(default_factory=threading.Event)
    pid: int = 0
    requests: int = 0
    replies: int = 0
    """Requests that were answered with a reply: they cost money."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self, kill_at: int = -1) -> None:
        """Count anew."""
        with self.lock:
            self.kill_at, self.pid, self.requests, self.replies = kill_at, 0, 0, 0
            self.kill.clear()

    def respond(self, body: JsonObject) -> Completion:
        """Reply as if nothing could go wrong."""
        with self.lock:
            at = self.requests
            self.requests += 1
            if at == self.kill_at:
                os.kill(self.pid, signal.SIGKILL)
            completion = self._completion(body)
            self.replies += completion.status < 300
        return completion

    def _completion(self, body: JsonObject) -> Completion:
        text = json.dumps(body, sort_keys=True)
        turn = int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10
        if self.is_difficult and "two sentences a busy reader" in text:
            return Completion("not to be had", status=400)
        if self.is_difficult and turn < 3 and _REFUSED not in text:
            return Completion("{}", delay_s=DELAY_S)
        return Completion(self.speak(body), delay_s=DELAY_S)


class Zygote:
    """The process that forks the runs."""

    def __init__(self, warm: JsonObject) -> None:
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        command = (sys.executable, "-m", "tests.flow.killed_worker")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        )
        self._say(warm)
        assert self._hear() == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def begin(self, job: JsonObject) -> int:
        """Fork a run; return its process."""
        self._say(job)
        return int(self._hear())

    def end(self) -> int:
        """Wait for the run's end; below 0 a signal ended it."""
        return int(self._hear())

    def _say(self, job: JsonObject) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Killing:
    """Kills runs of one seed and takes them up again.

    Args:
        folder: For workspaces.
        zygote: Forks the runs.
        provider: Whom they ask.
        base_url: Where.
        seed: The runs'.
        postgres: Where all of it is kept; by default in SQLite files.
    """

    def __init__(
        self,
        folder: Path,
        zygote: Zygote,
        provider: Provider,
        base_url: str,
        *,
        seed: int,
        postgres: PostgresServer | None = None,
    ) -> None:
        self._folder, self._zygote, self._provider, self._postgres = folder, zygote, provider, postgres
        self._job: JsonObject = {"brief": dict(BRIEF), "seed": seed, "base_url": base_url}
        self._golden, self.replies = self._unkilled()

    @property
    def requests(self) -> int:
        """How many requests a run makes that nobody kills."""
        return self._requests

    @property
    def commits(self) -> tuple[str, ...]:
        """The names of the commits of a run that nobody kills, in order."""
        return self._commits

    def kill(self, kill: Kill) -> Verdict:
        """Kill a run, take it up again, and compare."""
        workspace, url = self._fresh()
        provider = self._provider
        provider.reset(kill.at if kill.when == "request" else -1)
        at: JsonObject = {"at": kill.at, "when": kill.when} if kill.when != "request" else {}
        code = self._ran({**self._job, **at, "workspace": str(workspace), "url": url})
        if code == 0:
            return Verdict(kill, "", is_begun=False, is_same=True, paid_twice=0, lost=0)
        settled = int(_first(workspace / "ledger.sqlite", url, _SETTLED) or "0")
        name = f"request {kill.at}" if kill.when == "request" else _lines(workspace / "commits")[-1]
        run_id = _first(workspace / "nexusplanner.sqlite", url, _RUN)
        provider.reset()
        code = self._ran({**self._job, "workspace": str(workspace), "run_id": run_id, "url": url})
        extra = provider.replies - (self.replies - settled)
        error = (workspace / "error").read_text("utf-8") if code else ""
        made = "" if code else json.loads((workspace / "made.json").read_text("utf-8"))["plan"]
        is_same = made == self._golden
        if not is_same and made:
            (self._folder / "different.json").write_text(made, "utf-8")
            (self._folder / "golden.json").write_text(self._golden, "utf-8")
        elif not error:
            shutil.rmtree(workspace)
        return Verdict(kill, name, bool(run_id), is_same, max(extra, 0), max(-extra, 0), error)

    def _unkilled(self) -> tuple[str, int]:
        workspace, url = self._fresh()
        self._provider.reset()
        code = self._ran({**self._job, "workspace": str(workspace), "url": url})
        assert code == 0, (workspace / "error").read_text("utf-8")
        self._requests, self._commits = self._provider.requests, tuple(_lines(workspace / "commits"))
        made: str = json.loads((workspace / "made.json").read_text("utf-8"))["plan"]
        shutil.rmtree(workspace)
        return made, self._provider.replies

    def _ran(self, job: JsonObject) -> int:
        with self._provider.lock:  # no request is answered before it is known whom to kill
            self._provider.pid = self._zygote.begin(job)
        return self._zygote.end()

    def _fresh(self) -> tuple[Path, str]:
        workspace = self._folder / "workspace"
        shutil.rmtree(workspace, ignore_errors=True)
        workspace.mkdir()
        return workspace, self._postgres.fresh().get_secret_value() if self._postgres else ""


@contextmanager
def killing(
    folder: Path, *, seed: int, is_difficult: bool = False, postgres: PostgresServer | None = None
) -> Iterator[Killing]:
    """Make ready to kill runs of one seed, on SQLite or on a server."""
    with planner(settings=Settings(seed=seed)) as by_rules:
        _, said = noted(by_rules, brief())
    provider = Provider(speaker(said), is_difficult=is_difficult)
    with OpenAIServer(provider.respond) as server:
        warm = folder / "warm"
        warm.mkdir()
        job: JsonObject = {"brief": dict(BRIEF), "seed": seed, "base_url": server.base_url, "workspace": str(warm)}
        with Zygote(job) as zygote:
            yield Killing(folder, zygote, provider, server.base_url, seed=seed, postgres=postgres)


_SETTLED = "SELECT COUNT(*) FROM calls WHERE outcome = 'answered'"
"""The replies whose settlement is on the disk."""
_RUN = "SELECT run_id FROM runs ORDER BY created_at DESC"


def _first(file: Path, url: str, asked: str) -> str:
    """Return the first value there is in a file, or on a server; empty where there is none yet."""
    if url:
        with psycopg.connect(url, autocommit=True) as server:
            try:
                found = server.execute(asked.encode()).fetchone()
            except psycopg.errors.UndefinedTable:
                return ""
            return str(found[0]) if found else ""
    if not file.exists():
        return ""
    books = sqlite3.connect(file, timeout=10)
    try:
        row = books.execute(asked).fetchone()
    except sqlite3.OperationalError:
        return ""  # the table was never made
    finally:
        books.close()
    return str(row[0]) if row else ""


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []
