"""Meanwhile: what the end of a run needs is computed while a model is thinking."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

_UNDER_WAY_S = 0.05
"""After so long a call has left: what is computed then keeps nobody from sending it."""
_ROOM = threading.BoundedSemaphore(3)
"""How much is done ahead at a time in this process: one thing for each proposal of one run."""


@asynccontextmanager
async def meanwhile(work: Callable[[], object], *, after_s: float = _UNDER_WAY_S) -> AsyncIterator[None]:
    """Do some work in a thread while the block waits; the block neither waits for it nor learns what came of it.

    Where other work is being done ahead already it is left undone: a machine with many runs has no time to spare.

    Args:
        work: Leaves what it finds where it is found again. A fault in it is met again by whoever needs it.
        after_s: A block that is over by then needed no head start: the work is left undone.
    """

    async def later() -> None:
        await asyncio.sleep(after_s)
        with suppress(Exception):
            await asyncio.to_thread(_in_the_room, work)

    task = asyncio.create_task(later())
    try:
        yield
    finally:
        task.cancel()


def _in_the_room(work: Callable[[], object]) -> None:
    if _ROOM.acquire(blocking=False):
        try:
            work()
        finally:
            _ROOM.release()
