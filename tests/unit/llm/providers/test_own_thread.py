"""Blocking iterators beside the event loop: they run only so far ahead, and end where nobody listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from nexusplanner.llm.providers.own_thread import AHEAD, each_of_own_thread


async def test_what_is_not_read_yet_is_not_gathered() -> None:
    drawn = 0

    def many() -> Iterator[int]:
        nonlocal drawn
        for number in range(200):
            drawn += 1
            yield number

    taken = 0
    async for number in each_of_own_thread(many):
        assert number == taken
        taken += 1
        assert drawn <= taken + AHEAD + 1
    assert taken == 200


async def test_who_leaves_early_ends_it() -> None:
    is_closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            is_closed.set()

    each = each_of_own_thread(endless)
    assert await anext(each) == 1
    await each.aclose()
    assert is_closed.wait(timeout=10)
