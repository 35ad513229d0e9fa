"""An event loop of one's own, for sync doors of async parts."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

R = TypeVar("R")


class OwnLoop:
    """Runs coroutines and waits for them, also where a loop is running already; a context manager.

    The loop lives as long as the context: nothing that outlives it may be bound to it.
    """

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._thread: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        self._runner.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._thread is None:
            self._runner.close()
            return
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Run a coroutine to its end and return what it returns."""
        if self._thread is None and not _is_running_here():
            return self._runner.run(work)
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="nexusplanner-loop")
        return self._thread.submit(contextvars.copy_context().run, self._runner.run, work).result()


def wait_for(work: Coroutine[Any, Any, R]) -> R:
    """Run one coroutine on a loop of its own and wait for it."""
    with OwnLoop() as loop:
        return loop.run(work)


def _is_running_here() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
