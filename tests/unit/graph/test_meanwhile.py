"""Meanwhile: work is done while a block waits, and is never what the block waits for."""

from __future__ import annotations

import asyncio
import threading

from nexusplanner.graph.meanwhile import meanwhile


async def test_work_is_done_while_the_block_waits() -> None:
    done = threading.Event()
    async with meanwhile(done.set, after_s=0):
        assert await asyncio.to_thread(done.wait, 20)


async def test_a_block_that_is_soon_over_leaves_it_undone() -> None:
    done = threading.Event()
    async with meanwhile(done.set, after_s=3600):
        pass
    assert len(asyncio.all_tasks()) <= 2
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)
    assert not done.is_set()


async def test_a_fault_in_it_stays_in_it() -> None:
    begun = threading.Event()

    def broken() -> None:
        begun.set()
        raise ValueError("no such budget")

    async with meanwhile(broken, after_s=0):
        assert await asyncio.to_thread(begun.wait, 20)
