"""Writers that are killed: what a store said it had kept must be there, whole, and nothing may be there in part."""

from __future__ import annotations

import os
import random
import select
import signal
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import NoReturn, Protocol

_A_KILL = 1_000
"""Numbers that the writer of one kill may use."""
_MOST_ACKNOWLEDGED = 4


class Written(Protocol):
    """A store, as its writer and its reader see it."""

    def write(self, number: int) -> None:
        """Keep the item of this number; it counts as kept when this returns."""
        ...

    def whole(self) -> set[int]:
        """Return the numbers of all items that are there.

        Raises:
            AssertionError: One of them is there in part.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Store:
    """How a store is opened, and when its writer is killed."""

    opened: Callable[[], Written]
    awaited: Callable[[], None] = _nothing
    """Waits until nobody is at work for a writer that is gone."""
    open_s: float = 0.05
    """About how long it takes to open: a writer that has said nothing yet is killed within it."""
    item_s: float = 0.01
    """About how long it takes to write an item: a writer is killed within it after the last that it is left."""


@dataclass(frozen=True)
class Killed:
    """What came of a number of kills."""

    kills: int
    acknowledged: int
    lost: int
    unacknowledged: int
    """Items that were on the disk although the writer had no time to say so; they are whole, too."""


def killed(store: Store, *, kills: int, seed: int = 0) -> Killed:
    """Kill a writer so many times, each at another moment, and read the store after each.

    Writer and reader are processes of their own: whatever threads a store starts, none of them is there at a fork.

    Raises:
        AssertionError: An item was lost, or is there in part.
    """
    random_ = random.Random(seed)
    said: set[int] = set()
    found: set[int] = set()
    for kill in range(kills):
        acks = random_.randrange(_MOST_ACKNOWLEDGED)
        wait_s = random_.random() * (store.item_s if acks else store.open_s)
        said |= _killed_once(store, kill * _A_KILL, acks=acks, wait_s=wait_s)
        store.awaited()
        found = _read(store)
        assert said <= found, f"lost: {sorted(said - found)}"
    return Killed(kills, len(said), len(said - found), len(found - said))


def _killed_once(store: Store, start: int, *, acks: int, wait_s: float) -> set[int]:
    """Let a writer begin at a number, wait for some items and then some time, and kill it."""
    child, reading = _forked(lambda to: _write_until_killed(store, start, to=to))
    with open(reading, "rb", buffering=0) as told:  # noqa: PTH123 - a pipe has no path
        said = [told.readline() for _ in range(acks)]
        select.select([], [], [], wait_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said += told.read().splitlines(keepends=True)
    return {int(line) for line in said if line.endswith(b"\n")}


def _write_until_killed(store: Store, start: int, *, to: int) -> None:
    opened = store.opened()
    for number in range(start, start + _A_KILL):
        opened.write(number)
        os.write(to, b"%d\n" % number)


def _read(store: Store) -> set[int]:
    child, reading = _forked(lambda to: _tell_what_is_whole(store, to=to))
    with open(reading, "rb") as told:  # noqa: PTH123 - a pipe has no path
        text = told.read().decode()
    os.waitpid(child, 0)
    numbers, is_ended, fault = text.partition("end")
    assert is_ended, f"the reader died: {text[-200:]}"
    assert not fault, fault
    return set(map(int, numbers.split()))


def _tell_what_is_whole(store: Store, *, to: int) -> None:
    with open(to, "wb", closefd=False) as told:
        try:
            with closing(store.opened()) as opened:
                told.write(" ".join(map(str, opened.whole())).encode() + b" end")
        except Exception as error:
            told.write(f"end{type(error).__name__}: {str(error)[:500]}".encode())


def _forked(work: Callable[[int], None]) -> tuple[int, int]:
    """Let a child work that is handed a pipe's end; return its id and the other end."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        _worked(work, writing)
    os.close(writing)
    return child, reading


def _worked(work: Callable[[int], None], writing: int) -> NoReturn:
    try:
        work(writing)
    finally:
        os._exit(1)
