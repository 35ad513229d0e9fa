"""Admission: runs begin as fast as the event loop has time for them, and no faster.

Between two calls a run needs the one event loop for some milliseconds. Hundreds of runs that are all begun at once
take turns at it: each is slowed down by all, none ends before nearly all do, and every one is in memory meanwhile.
Let in while the loop keeps up, they cost together no more, and each takes hardly longer than it would alone.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic, process_time
from weakref import WeakKeyDictionary

AT_ONCE_FREELY = 4
"""So many runs are let in however busy the loop is: an app that keeps it busy itself must not keep all of them out."""
CALM = 0.75
"""A process that is busy for no more than this share of a breath can take another run."""
PATIENCE = 33
"""After so many breaths, about a second, one is let in all the same."""
_BREATH_S = 0.03


async def busy() -> float:
    """Return how busy this process is, over a breath in which whoever was let in last could begin.

    Returns:
        Seconds of CPU of all its threads over seconds passed.
    """
    began, worked = monotonic(), process_time()
    await asyncio.sleep(_BREATH_S)
    return (process_time() - worked) / (monotonic() - began)


class Admission:
    """Lets in one after another, the tenants in turn, each first come, first served; belongs to one event loop.

    Args:
        busy: Takes a breath and tells how busy the process was.
        freely: How many are let in without asking.
        calm: How busy it may be for one more.
    """

    def __init__(
        self,
        busy: Callable[[], Awaitable[float]] = busy,
        *,
        freely: int = AT_ONCE_FREELY,
        calm: float = CALM,
    ) -> None:
        self._busy, self._freely, self._calm = busy, freely, calm
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._porter: asyncio.Task[None] | None = None
        self.inside = 0
        """How many are in."""

    async def enter(self, tenant: str) -> None:
        """Wait to be let in; whoever is must :meth:`leave`.

        Args:
            tenant: Whose run it is: hundreds of one tenant's do not keep another's single one waiting.
        """
        if not self._waiting and self.inside < self._freely:
            self.inside += 1
            return
        ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(tenant, deque()).append(ticket)
        if self._porter is None:
            self._porter = asyncio.create_task(self._let_in())
        try:
            await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():  # let in, and gone in the same moment
                self.leave()
            raise

    def leave(self) -> None:
        """Make room for another."""
        self.inside -= 1

    async def _let_in(self) -> None:
        try:
            while self._waiting:
                for _ in range(PATIENCE):
                    if await self._busy() <= self._calm or self.inside < self._freely:
                        break
                self._next()
        finally:
            self._porter = None

    def _next(self) -> None:
        while self._waiting:
            tenant, tickets = self._waiting.popitem(last=False)
            ticket = tickets.popleft()
            if tickets:
                self._waiting[tenant] = tickets
            if not ticket.done():
                self.inside += 1
                ticket.set_result(None)
                return


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Admission] = WeakKeyDictionary()


@asynccontextmanager
async def admitted(tenant: str) -> AsyncIterator[None]:
    """Hold a block until the running event loop has time for one more run; all planners on a loop share its time.

    Args:
        tenant: Whose run it is.
    """
    loop = asyncio.get_running_loop()
    if (admission := _by_loop.get(loop)) is None:
        admission = _by_loop[loop] = Admission()
    await admission.enter(tenant)
    try:
        yield
    finally:
        admission.leave()
