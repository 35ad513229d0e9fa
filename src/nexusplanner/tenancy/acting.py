"""Who acts: set by a tenant's handle around a call, and read at the door.

It travels with the call, into other threads and tasks, and never into another call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_USER: ContextVar[str | None] = ContextVar("nexusplanner_user", default=None)


def acting() -> str | None:
    """Return the user who acts; None is the embedding app itself."""
    return _USER.get()


@contextmanager
def acting_as(user: str | None) -> Iterator[None]:
    """Let a user act for as long as the block lasts."""
    token = _USER.set(user)
    try:
        yield
    finally:
        _USER.reset(token)
