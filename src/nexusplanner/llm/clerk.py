"""The clerk of the books: one thread that writes, and writes what came meanwhile in one transaction.

A transaction waits for the disk, however little is in it. Five hundred runs at once would wait five hundred times each
other's turn; written together they wait once.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar, cast

R = TypeVar("R")
IDLE_S = 5.0
"""A thread that has nothing to write for so long ends; the next entry begins another."""
AT_ONCE = 256


@dataclass(frozen=True)
class _Entry(Generic[R]):
    work: Callable[[], R]
    then: Callable[[R], None] | None
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[R]


class _Written(Generic[R]):
    """What came of an entry."""

    def __init__(self, entry: _Entry[R]) -> None:
        self.entry, self.error = entry, None
        self._result: list[R] = []

    error: BaseException | None

    def write(self) -> None:
        try:
            self._result = [self.entry.work()]
        except Exception as error:  # noqa: BLE001 - it is raised where the entry is awaited
            self.error = error

    def follow_up(self) -> None:
        if self.error is None and self.entry.then is not None:
            self.entry.then(self._result[0])

    def deliver(self) -> None:
        done = self.entry.done
        if done.done():
            return
        if self.error is not None:
            done.set_exception(self.error)
        else:
            done.set_result(self._result[0])


class Clerk:
    """Writes entries in the order they come, from any event loop.

    Args:
        together: Makes what is written within it one transaction.
    """

    def __init__(self, together: Callable[[], AbstractContextManager[None]]) -> None:
        self._together = together
        self._lock, self._queue = threading.Lock(), SimpleQueue[_Entry[object] | None]()
        self._thread: threading.Thread | None = None
        self.is_used = False
        """Whether anything was ever entered."""

    def enter(self, work: Callable[[], R], then: Callable[[R], None] | None = None) -> asyncio.Future[R]:
        """Have an entry written; it is, whether or not its future is awaited.

        Args:
            work: Writes it.
            then: Called with what it returned, in the clerk's thread, once it is on the disk.

        Returns:
            Done when it is on the disk, on the caller's event loop; or failed, as the work or the transaction did.
        """
        loop = asyncio.get_running_loop()
        entry, self.is_used = _Entry(work, then, loop, loop.create_future()), True
        with self._lock:
            self._queue.put(cast("_Entry[object]", entry))
            if self._thread is None or not self._thread.is_alive():  # a forked child has none
                self._thread = threading.Thread(target=self._run, name="nexusplanner-books", daemon=True)
                self._thread.start()
        return entry.done

    def close(self) -> None:
        """Wait until all that was entered is written."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None or not thread.is_alive():
                return
            self._queue.put(None)
        thread.join()

    def _run(self) -> None:
        while (first := self._waited_for()) is not None:
            batch = [_Written(first)]
            while len(batch) < AT_ONCE and (entry := self._at_hand()) is not None:
                batch.append(_Written(entry))
            self._write(batch)

    def _waited_for(self) -> _Entry[object] | None:
        try:
            return self._queue.get(timeout=IDLE_S)
        except Empty:
            with self._lock:  # nobody enters meanwhile: an entry finds either this thread or none
                with suppress(Empty):
                    return self._queue.get_nowait()
                self._thread = None
                return None

    def _at_hand(self) -> _Entry[object] | None:
        try:
            entry = self._queue.get_nowait()
        except Empty:
            return None
        if entry is None:
            self._queue.put(None)  # the end comes after what was entered before it
        return entry

    def _write(self, batch: list[_Written[object]]) -> None:
        try:
            with self._together():
                for written in batch:
                    written.write()
        except Exception as error:  # noqa: BLE001 - nothing of the batch is on the disk: each is told
            for written in batch:
                written.error = error
        for written in batch:
            written.follow_up()
        by_loop: dict[asyncio.AbstractEventLoop, list[_Written[object]]] = {}
        for written in batch:
            by_loop.setdefault(written.entry.loop, []).append(written)
        for loop, mine in by_loop.items():
            with suppress(RuntimeError):  # the loop is closed, nobody waits any more
                loop.call_soon_threadsafe(partial(_deliver, mine))


def _deliver(batch: list[_Written[object]]) -> None:
    for written in batch:
        written.deliver()
