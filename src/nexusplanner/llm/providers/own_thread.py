"""Blocking work beside the event loop, in threads that no exit of the process waits for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import TypeVar

R = TypeVar("R")


async def in_own_thread(work: Callable[[], R]) -> R:
    """Run blocking work; who is cancelled meanwhile does not wait for its end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[R] = loop.create_future()

    def finish(result: R | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # there is one where there is no error

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 - it is raised where the work is awaited
            error = raised
        with suppress(RuntimeError):  # the loop is closed, nobody waits any more
            loop.call_soon_threadsafe(finish, result, error)

    threading.Thread(target=copy_context().run, args=(run,), daemon=True, name="provider").start()
    return await done
