"""The purse of one run: money is reserved before a call and settled after it."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from decimal import Decimal
from secrets import token_hex

from nexusplanner.domain.dollars import dollars, micros
from nexusplanner.domain.tenant import DEFAULT_TENANT
from nexusplanner.errors import BudgetExceeded
from nexusplanner.llm.deadline import Deadline
from nexusplanner.llm.treasury import Asked, Treasury
from nexusplanner.llm.warrant import Warrant
from nexusplanner.ports.journal import Entry, Tally
from nexusplanner.ports.ledger import Hold, Paid

Noted = Callable[[Paid], Entry]
"""Makes the journal's entry of a call, once it is known what was paid."""


class Purse:
    """A ceiling in dollars and calls that concurrent calls cannot pass.

    Args:
        usd: The most the run may cost.
        max_calls: The most model calls it may make.
        run: The run, as the books name it; a run that is resumed goes on where it stood.
        tenant: Whose run it is.
        treasury: The books, and the ceilings of days and months; by default books of its own.
    """

    def __init__(
        self,
        *,
        usd: Decimal,
        max_calls: int,
        run: str = "",
        tenant: str = DEFAULT_TENANT,
        treasury: Treasury | None = None,
    ) -> None:
        self.limit_usd, self.max_calls, self.run, self.tenant = usd, max_calls, run, tenant
        self.calls = 0
        self.deadline: Deadline | None = None
        """When no model is asked any more; None is never."""
        self.warrant: Warrant | None = None
        """Whether the run may go on; None is always."""
        self.lost_calls = 0
        """Calls that were under way when an earlier process died: of unknown fate, so they count, and gave nothing."""
        self._treasury = treasury or Treasury()
        self.tokens_in = self.tokens_out = 0
        """Tokens that this purse paid for."""
        self._spent = self._held = 0
        self._lock = threading.Lock()
        self._under_way = set[asyncio.Future[object]]()

    @property
    def spent_usd(self) -> Decimal:
        """What this purse paid, in USD."""
        return dollars(self._spent)

    @property
    def held_usd(self) -> Decimal:
        """What it holds for calls under way, in USD."""
        return dollars(self._held)

    def reserve(self, cap_usd: Decimal, *, agent: str = "", model: str = "", is_model: bool = True) -> Hold:
        """Hold the most a call can cost.

        Args:
            cap_usd: The most, in USD.
            agent: The task, or ``tool:<name>``.
            model: The model.
            is_model: Whether it counts as one of the run's model calls.

        Raises:
            BudgetExceeded: It would pass a ceiling; nothing is held.
        """
        self._count(is_model=is_model)
        try:
            return self._took(self._treasury.reserve(self._asked(cap_usd, agent, model)))
        except BaseException:
            self._uncount(is_model=is_model)
            raise

    def settle(self, hold: Hold, spent_usd: Decimal, *, paid: Paid | None = None) -> None:
        """Give back what was held and count what was spent.

        Args:
            hold: What :meth:`reserve` returned.
            spent_usd: What the call cost, in USD.
            paid: Tokens and outcome, for the books.
        """
        self._treasury.settle(hold, self._gave(hold, spent_usd, paid), tenant=self.tenant)

    def note_cached(self, saved_usd: Decimal, *, agent: str, model: str) -> None:
        """Note an answer that came from the cache, and what it would have cost."""
        self._treasury.note(*self._cached(saved_usd, agent, model))

    async def areserve(self, cap_usd: Decimal, *, agent: str = "", model: str = "", is_model: bool = True) -> Hold:
        """Hold the most a call can cost; the async twin of :meth:`reserve`, which may wait for a disk."""
        self._count(is_model=is_model)
        try:
            return self._took(await self._treasury.areserve(self._asked(cap_usd, agent, model)))
        except BaseException:
            self._uncount(is_model=is_model)
            raise

    async def asettle(
        self, hold: Hold, spent_usd: Decimal, *, paid: Paid | None = None, noted: Noted | None = None
    ) -> None:
        """Count what was spent; the async twin of :meth:`settle`. The books have it after :meth:`awritten`.

        Args:
            hold: What was held.
            spent_usd: What the call cost, in USD.
            paid: Tokens and outcome, for the books.
            noted: Makes what the journal keeps of the call, in the same transaction.
        """
        settled = self._gave(hold, spent_usd, paid)
        entry = noted(settled) if noted else None
        self._wait_for(await self._treasury.asettle(hold, settled, tenant=self.tenant, entry=entry))

    def under_way(self) -> Collection[asyncio.Future[object]]:
        """Return what this run was told so far and is not on the disk yet: it comes before all that came of it."""
        return tuple(self._under_way)

    def _wait_for(self, entry: asyncio.Future[object] | None) -> None:
        if entry is not None:
            self._under_way.add(entry)
            entry.add_done_callback(self._under_way.discard)

    def check(self) -> None:
        """Raise the reason, where the run may not go on."""
        if self.warrant is not None:
            self.warrant.check()

    def recount(self, tally: Tally) -> None:
        """Count what was paid before, by a process that died."""
        with self._lock:
            self._spent += tally.amount
            self.calls += tally.calls
            self.tokens_in += tally.tokens_in
            self.tokens_out += tally.tokens_out

    def journal(self, entry: Entry) -> None:
        """Have something kept that cost nothing; it is on the disk before anything that is asked after it."""
        self._wait_for(self._treasury.journal(entry))

    async def awritten(self) -> None:
        """Wait until the books have all that was counted before."""
        await self._treasury.awritten()

    async def anote_cached(self, saved_usd: Decimal, *, agent: str, model: str, entry: Entry | None = None) -> None:
        """Note an answer that came from the cache; the async twin of :meth:`note_cached`."""
        await self._treasury.anote(*self._cached(saved_usd, agent, model), entry=entry)

    def _asked(self, cap_usd: Decimal, agent: str, model: str) -> Asked:
        return Asked(cap_usd, self.limit_usd, run=self.run, tenant=self.tenant, agent=agent, model=model)

    def _count(self, *, is_model: bool) -> None:
        self.check()
        with self._lock:
            if is_model and self.calls + self.lost_calls >= self.max_calls:
                raise BudgetExceeded(
                    f"The run's {self.max_calls} model calls are used.", fix="Raise limits.max_calls.", ceiling="calls"
                )
            self.calls += is_model

    def _uncount(self, *, is_model: bool) -> None:
        with self._lock:
            self.calls -= is_model

    def _took(self, hold: Hold) -> Hold:
        with self._lock:
            self._held += hold.amount
        return hold

    def _gave(self, hold: Hold, spent_usd: Decimal, paid: Paid | None) -> Paid:
        how = paid or Paid()
        settled = Paid(micros(spent_usd), how.tokens_in, how.tokens_out, how.outcome, how.saved)
        with self._lock:
            self._held -= hold.amount
            self._spent += settled.amount
            self.tokens_in += settled.tokens_in
            self.tokens_out += settled.tokens_out
        return settled

    def _cached(self, saved_usd: Decimal, agent: str, model: str) -> tuple[Paid, Asked]:
        return Paid(outcome="cached", saved=micros(saved_usd)), self._asked(Decimal(0), agent, model)


class Purses:
    """One purse a run, for hosts that start runs by themselves; the oldest are forgotten.

    Args:
        most: Purses kept.
        treasury: The books of them all.
    """

    def __init__(self, *, most: int = 1024, treasury: Treasury | None = None) -> None:
        self.treasury = treasury or Treasury()
        self._most, self._kept, self._lock = most, OrderedDict[tuple[str, str], Purse](), threading.Lock()
        self._mark = token_hex(4)  # a host's thread outlives processes; its ceiling is this process's

    def of(self, run: str, *, usd: Decimal, max_calls: int, tenant: str = DEFAULT_TENANT) -> Purse:
        """Return the run's purse, opened at its first call."""
        with self._lock:
            key = (tenant, run)
            if key not in self._kept:
                self._kept[key] = self.open(f"{run}#{self._mark}", usd=usd, max_calls=max_calls, tenant=tenant)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[key]

    def open(self, run: str, *, usd: Decimal, max_calls: int, tenant: str = DEFAULT_TENANT) -> Purse:
        """Open a purse whose run is known to the books by its own name."""
        return Purse(usd=usd, max_calls=max_calls, run=run, tenant=tenant, treasury=self.treasury)
