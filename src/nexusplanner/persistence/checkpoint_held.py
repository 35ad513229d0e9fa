"""Writes of a step that are held back a moment: mostly the next checkpoint comes first, and holds what they say.

A step of one task writes what it found, and its checkpoint a blink later. Written at once that is two waits for the
disk and everything twice. What is not followed by a checkpoint in that blink - a branch that ends before its siblings,
a question to a person - is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nexusplanner.persistence.checkpoint_order import UnderWay
from nexusplanner.persistence.checkpoint_parts import Left
from nexusplanner.persistence.checkpoint_place import Place

HELD_S = 0.01


Key = tuple[int, Place, str]
Enter = Callable[[Place, str, Sequence[Left], UnderWay], asyncio.Future[None]]


@dataclass
class _Held:
    done: asyncio.Future[None]
    timer: asyncio.TimerHandle
    waiting: UnderWay
    left: list[Left] = field(default_factory=list)


class HeldWrites:
    """Holds the writes of the steps that are under way.

    Args:
        enter: Has writes of a checkpoint written.
    """

    def __init__(self, enter: Enter) -> None:
        self._enter = enter
        self._held: dict[Key, _Held] = {}

    def hold(self, place: Place, checkpoint: str, left: Left, waiting: UnderWay) -> asyncio.Future[None]:
        """Take writes; what is returned is done when they, or a checkpoint that follows them, are on the disk.

        Args:
            place: Whose they are.
            checkpoint: The step they belong to.
            left: The writes.
            waiting: What has to be on the disk before them.
        """
        loop = asyncio.get_running_loop()
        key = (id(loop), place, checkpoint)
        held = self._held.get(key)
        if held is None:
            held = _Held(loop.create_future(), loop.call_later(HELD_S, self._write, key), waiting)
            self._held[key] = held
        held.left.append(left)
        return asyncio.shield(held.done)  # one of several that wait may be cancelled

    def write_now(self, place: Place, checkpoint: str) -> None:
        """Hold nothing of a checkpoint any longer: no other will follow it soon."""
        self._write((id(asyncio.get_running_loop()), place, checkpoint))

    def followed(self, place: Place, checkpoint: str | None, by: asyncio.Future[None]) -> None:
        """Let a checkpoint that is being written stand for the writes that led to it."""
        held = self._held.pop((id(asyncio.get_running_loop()), place, checkpoint or ""), None)
        if held is not None:
            held.timer.cancel()
            by.add_done_callback(lambda written: _settle(held.done, written))

    def _write(self, key: Key) -> None:
        held = self._held.pop(key, None)
        if held is None:
            return
        held.timer.cancel()
        try:
            written = self._enter(key[1], key[2], held.left, held.waiting)
        except Exception as error:  # noqa: BLE001 - it is raised where the writes are awaited
            held.done.set_exception(error)
            return
        written.add_done_callback(lambda done: _settle(held.done, done))


def _settle(waiting: asyncio.Future[None], written: asyncio.Future[None]) -> None:
    if waiting.done():
        return
    if written.cancelled():
        waiting.cancel()
    elif (error := written.exception()) is not None:
        waiting.set_exception(error)
    else:
        waiting.set_result(None)
