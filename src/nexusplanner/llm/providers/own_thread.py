"""Blocking work beside the event loop, in threads that no exit of the process waits for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

R = TypeVar("R")
AHEAD = 2


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


async def each_of_own_thread(begin: Callable[[], Iterator[R]]) -> AsyncGenerator[R, None]:
    """Give what a blocking iterator brings, as it brings it; who leaves early ends it at its next item.

    It runs no more than ``AHEAD`` items ahead of whoever takes them: what nobody reads yet takes up memory.
    """
    loop = asyncio.get_running_loop()
    came: asyncio.Queue[_Item[R]] = asyncio.Queue()
    is_left, places = threading.Event(), threading.Semaphore(AHEAD)

    def put(item: _Item[R]) -> None:
        try:
            loop.call_soon_threadsafe(came.put_nowait, item)
        except RuntimeError:  # the loop is closed, nobody waits any more
            is_left.set()

    def run() -> None:
        try:
            for value in begin():
                places.acquire()
                if is_left.is_set():
                    return
                put(_Item(values=(value,)))
        except BaseException as raised:  # noqa: BLE001 - it is raised where the items are awaited
            put(_Item(error=raised))
        else:
            put(_Item())

    threading.Thread(target=copy_context().run, args=(run,), daemon=True, name="provider").start()
    try:
        while (item := await came.get()).values:
            places.release()
            yield item.values[0]
        if item.error is not None:
            raise item.error
    finally:
        is_left.set()
        places.release()  # it may be waiting for one


@dataclass(frozen=True)
class _Item(Generic[R]):
    values: tuple[R, ...] = ()
    """One value; none at the end."""
    error: BaseException | None = None
