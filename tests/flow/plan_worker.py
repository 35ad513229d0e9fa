"""A process of its own that plans what it is told, and measures: time, the longest call, memory above idle."""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr
from tests.flow.campaigns import brief, planner
from tests.flow.replies import essence

from nexusplanner.calculators.verification import verify_plan
from nexusplanner.llm import build_chain
from nexusplanner.llm.nexus_chat import NexusChatModel
from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.settings import Limits, Settings

_LIMIT_S = 120
_AWS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "eu-west-1"}


@dataclass(frozen=True)
class Job:
    """One plan to make."""

    models: tuple[str, ...]
    openai_url: str | None
    bedrock_url: str | None
    call_timeout_s: float = 1.0
    is_streamed: bool = False


@dataclass(frozen=True)
class Made:
    """What came of it."""

    status: str
    essence: str
    failures: tuple[str, ...]
    """What ``verify_plan`` found."""
    took_s: float
    longest_call_s: float
    over_idle_mb: float
    rungs: tuple[str, ...]
    """Who wrote, each once."""
    lost: tuple[str, ...]


class Worker:
    """Plans in a child process, one job at a time; a context manager."""

    def __enter__(self) -> Self:
        spawning = multiprocessing.get_context("spawn")
        self._here, there = spawning.Pipe()
        self._process = spawning.Process(target=_serve, args=(there,), daemon=True)
        self._process.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._here.send(None)
        self._process.join(10)
        self._process.kill()

    def warm(self, *jobs: Job) -> None:
        """Make plans whose memory is idle's: what is loaded at a first call is no memory of that call."""
        for job in jobs:
            self.do(job)
        self._here.send("idle")

    def do(self, job: Job) -> Made:
        """Make a plan.

        Raises:
            AssertionError: It hangs, or the process died.
        """
        self._here.send(job)
        assert self._here.poll(_LIMIT_S), f"{job} hangs"
        made = self._here.recv()
        assert isinstance(made, Made), made
        return made


def _serve(pipe: Connection) -> None:
    idle_mb = 0.0
    while (job := pipe.recv()) is not None:
        if job == "idle":
            gc.collect()
            idle_mb = _status_mb("VmRSS")
            continue
        try:
            pipe.send(_measured(job, idle_mb))
        except Exception as error:
            pipe.send(repr(error))


def _measured(job: Job, idle_mb: float) -> Made:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted from here
    calls: list[float] = []
    with _environment(job), _watched(calls):
        began = time.monotonic()
        with planner(settings=_settings(job), models=_models(job)) as made:
            plan = made.plan(brief()).plan
        took_s = time.monotonic() - began
    assert plan is not None
    report = verify_plan(plan)
    return Made(
        status=plan.status,
        essence=essence(plan),
        failures=tuple(map(str, report.failures)),
        took_s=took_s,
        longest_call_s=max(calls, default=0.0),
        over_idle_mb=_status_mb("VmHWM") - idle_mb,
        rungs=tuple(sorted({p.model or p.rung for p in plan.provenance if p.section != "numbers"})),
        lost=tuple(f"{loss.part}: {loss.reason}" for loss in plan.degraded),
    )


def _settings(job: Job) -> Settings:
    limits = Limits(usd=100, call_timeout_s=job.call_timeout_s)
    return Settings(openai_api_key=SecretStr("sk-test"), openai_base_url=job.openai_url, limits=limits)


def _models(job: Job) -> list[str | BaseChatModel]:
    if not job.is_streamed:
        return list(job.models)
    return [
        NexusChatModel(
            models=[model],
            base_url=job.openai_url,
            streaming=True,
            max_retries=0,
            timeout=job.call_timeout_s,
            limit_usd=100,  # type: ignore[arg-type]  # read as money
        )
        for model in job.models
    ]


@contextmanager
def _environment(job: Job) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _AWS.items():
            patch.setenv(name, value)
        if job.bedrock_url:
            patch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", job.bedrock_url)
        yield


@contextmanager
def _watched(calls: list[float]) -> Iterator[None]:
    """Take the time of each call that the graph makes through the chain."""
    with pytest.MonkeyPatch.context() as patch:
        watched = "nexusplanner.planner.wiring.build_chain"
        patch.setattr(watched, lambda *given, **named: _Watched(build_chain(*given, **named), calls))
        yield


class _Watched:
    def __init__(self, model: Model, calls: list[float]) -> None:
        self._model, self._calls = model, calls

    @property
    def name(self) -> str:
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        began = time.monotonic()
        try:
            return await self._model.answer(request)
        finally:
            self._calls.append(time.monotonic() - began)


def _status_mb(field: str) -> float:
    """Read a figure of this process in megabytes: ``VmRSS`` is now, ``VmHWM`` the peak."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024
