"""A wall clock around a call that has none of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def within(seconds: float, call: Callable[[], _T], *, name: str = "nexusplanner-call") -> _T:
    """Run a blocking call and wait for it no longer than ``seconds``.

    Read time-outs start anew with every byte, so a server that trickles holds a call for ever; this one does
    not. A call that runs out of time is left behind in a daemon thread, which never keeps the process alive.

    Raises:
        TimeoutError: The call did not end in time. Anything the call raises comes through unchanged.
    """
    results: list[_T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as failure:  # noqa: BLE001 - handed to the caller's thread
            failures.append(failure)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not results:
        raise TimeoutError(f"no answer within {seconds:g} s")
    return results[0]
