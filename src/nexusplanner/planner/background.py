"""The background loop: one event loop in a daemon thread serves the sync verbs of every planner.

One loop for the whole process, because chat clients cache connections by loop; a daemon thread,
because a program that forgets to close its planner must still end. It also works where a loop is
running already, as in notebooks.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
_PATIENCE_S = 1.0

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}
"""By process id: a forked child needs a loop of its own."""


def run_in_background(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the background loop and wait for it; an interrupt cancels it."""
    future = asyncio.run_coroutine_threadsafe(work, _loop())
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


def _loop() -> asyncio.AbstractEventLoop:
    with _lock:
        if os.getpid() not in _loops:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="nexusplanner", daemon=True).start()
            _loops[os.getpid()] = loop
            atexit.register(_end, loop, os.getpid())
        return _loops[os.getpid()]


def _end(loop: asyncio.AbstractEventLoop, process: int) -> None:
    """Close what the loop keeps open, connections above all, before the interpreter goes and complains of them."""
    if process == os.getpid():
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(loop.shutdown_asyncgens(), loop).result(_PATIENCE_S)
