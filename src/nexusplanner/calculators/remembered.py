"""Answers that were computed before in this process: the same inputs have the same outputs.

A key is the whole of what a calculator was given, and the tenant that asked: nothing can be learned from a hit that
was not handed in. Running a calculation again, to verify it, never looks here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256

from pydantic_core import from_json

from nexusplanner.domain.model import JsonObject

_MOST_CHARACTERS = 32_000_000
"""Of inputs, as a measure of what the outputs hold."""
Run = tuple[JsonObject, JsonObject]
"""Inputs and outputs."""
_tenant: ContextVar[str] = ContextVar("tenant", default="")


@contextmanager
def computing_for(tenant: str) -> Iterator[None]:
    """Keep what is computed within apart from other tenants' answers."""
    token = _tenant.set(tenant)
    try:
        yield
    finally:
        _tenant.reset(token)


class Remembered:
    """Keeps the latest answers, up to a size; safe to use from many threads.

    Args:
        most: Characters of inputs whose answers are kept.
    """

    def __init__(self, *, most: int = _MOST_CHARACTERS) -> None:
        self._most, self._size = most, 0
        self._kept, self._lock = OrderedDict[bytes, tuple[Run, int]](), threading.Lock()

    def run(self, name: str, inputs: str, *, compute: Callable[[], JsonObject]) -> Run:
        """Return a calculator's inputs, read back from canonical JSON, and its outputs; they must not be changed.

        Those who give it the same share one copy of both.
        """
        key = sha256("\0".join((_tenant.get(), name, inputs)).encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        run = (from_json(inputs), compute())
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (run, len(inputs))
                self._size += len(inputs)
            while self._size > self._most:
                _, (_, size) = self._kept.popitem(last=False)
                self._size -= size
        return run

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._size = 0
