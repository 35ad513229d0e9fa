"""Connections that an earlier event loop left over in a client's pool.

Clients keep connections for the process, each bound to the loop it was made on. A program that calls
``asyncio.run`` twice is handed one of a loop that is gone. Nothing was sent then, and the pool drops it: the same
call may be made again at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

R = TypeVar("R")
_MOST = 128
_WORDS = ("event loop is closed", "different loop", "different event loop")


async def past_left_overs(call: Callable[[], Awaitable[R]]) -> R:
    """Call until no connection of another loop is in the way."""
    for _ in range(_MOST):
        try:
            return await call()
        except Exception as error:
            if not is_left_over(error):
                raise
    return await call()


def is_left_over(error: BaseException) -> bool:
    """Tell whether a fault comes from a connection of another loop."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, RuntimeError) and any(words in str(cause).lower() for words in _WORDS):
            return True
        cause = cause.__cause__
    return False
