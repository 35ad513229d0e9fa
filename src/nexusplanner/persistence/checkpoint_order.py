"""Order: what a step rests on is on the disk before the step is.

The replies that a step was made of are written by another clerk, into other tables. A step that was kept without them
would be taken for granted by a resumed run, which then could not tell what it was told. The step is made ready
meanwhile, and waits for them as it is written: its node need not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import cast

from langchain_core.runnables import RunnableConfig

RESTS_ON = "rests_on"
"""The key of a config's ``configurable`` that holds an :data:`UnderWay`."""
UnderWay = Callable[[], Collection["asyncio.Future[object]"]]
"""Names what is not on the disk yet."""


def under_way(config: RunnableConfig) -> UnderWay:
    """Return what names that which a config's steps rest on."""
    return cast(UnderWay, config["configurable"].get(RESTS_ON, tuple))


def entered_after(waiting: UnderWay, enter: Callable[[], asyncio.Future[None]]) -> asyncio.Future[None]:
    """Have something written once all that is under way now is; at once where nothing is.

    Returns:
        Done when it is on the disk. Whoever awaits it may be cancelled: it is written all the same.
    """
    first = tuple(waiting())
    return asyncio.shield(asyncio.ensure_future(_entered(first, enter))) if first else enter()


async def _entered(first: Collection[asyncio.Future[object]], enter: Callable[[], asyncio.Future[None]]) -> None:
    await asyncio.wait(first)
    await enter()
