"""The treasury: which ceilings a call stands under, and who is told when one is near."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

from nexusplanner.domain.dollars import ceiling_micros, dollars, micros
from nexusplanner.errors import BudgetExceeded, StorageError
from nexusplanner.llm.clerk import Clerk
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.observability.alerts import Alert, AlertDesk
from nexusplanner.ports.ledger import Call, CeilingName, Crossing, Hold, Ledger, Paid, Refusal, Scope
from nexusplanner.settings import Budgets, TenantBudgets

HOLD_S = 900.0
_LOG = logging.getLogger("nexusplanner.budget")
_WHOSE: dict[CeilingName, tuple[str, str]] = {
    "run": ("the run's ceiling", "limits.usd"),
    "day": ("the day's ceiling for all tenants", "budgets.day_usd"),
    "month": ("the month's ceiling for all tenants", "budgets.month_usd"),
    "tenant_day": ("the tenant's ceiling for the day", "budgets.tenant_day_usd, or the tenant's own"),
    "tenant_month": ("the tenant's ceiling for the month", "budgets.tenant_month_usd, or the tenant's own"),
}


def utc_now() -> datetime:
    """Read the clock: money is counted by the day it is spent on, whatever day is planned on."""
    return datetime.fromtimestamp(time.time(), UTC)


@dataclass(frozen=True)
class Asked:
    """A call that money is to be held for."""

    cap: Decimal
    """The most it can cost, in USD."""
    run_limit: Decimal
    """The run's ceiling, in USD."""
    run: str
    tenant: str
    agent: str
    model: str

    def call(self, day: date) -> Call:
        """Name the call as the books know it."""
        return Call(self.tenant, day, self.run, self.agent, self.model)


class Treasury:
    """Holds and settles money in a ledger, under the run's ceiling and those of days and months.

    Args:
        ledger: The books; by default in memory.
        budgets: Ceilings beyond the run's.
        tenants: Ceilings of single tenants, in place of those of each.
        desk: Tells alerts; by default the log alone.
        now: The clock.
        hold_s: Seconds after which a hold counts as spent, whoever holds it.
    """

    def __init__(
        self,
        ledger: Ledger | None = None,
        *,
        budgets: Budgets | None = None,
        tenants: Mapping[str, TenantBudgets] | None = None,
        desk: AlertDesk | None = None,
        now: Callable[[], datetime] = utc_now,
        hold_s: float = HOLD_S,
    ) -> None:
        self.ledger: Ledger = ledger or InMemoryLedger()
        self._budgets, self._desk, self._tenants = budgets or Budgets(), desk or AlertDesk(), dict(tenants or {})
        self._now, self._hold_s = now, hold_s
        self._clerk = Clerk(self.ledger.together)

    def reserve(self, asked: Asked) -> Hold:
        """Hold the most a call can cost under every ceiling at once.

        Raises:
            BudgetExceeded: One of them would be passed, or the books cannot be written; nothing is held.
        """
        try:
            return self._held(asked, self._reserving(asked)())
        except StorageError as error:
            raise _unwritten(error) from error

    async def areserve(self, asked: Asked) -> Hold:
        """Hold the most a call can cost; who is cancelled meanwhile holds nothing.

        Raises:
            BudgetExceeded: As :meth:`reserve`.
        """
        if not self.ledger.is_on_disk:
            return self.reserve(asked)
        entry = self._clerk.enter(self._reserving(asked))
        try:
            return self._held(asked, await asyncio.shield(entry))
        except asyncio.CancelledError:
            entry.add_done_callback(partial(self._give_back, asked.tenant))
            raise
        except StorageError as error:
            raise _unwritten(error) from error

    def settle(self, hold: Hold, paid: Paid, *, tenant: str) -> None:
        """Settle a hold and tell what it reached.

        Where the books cannot be written the money stays held, and is counted as spent once they can.
        """
        try:
            crossings = self.ledger.settle(hold, paid)
        except StorageError as error:
            _LOG.error("A call was not settled: %s", error)
            return
        self._tell(crossings, tenant)

    async def asettle(self, hold: Hold, paid: Paid, *, tenant: str) -> None:
        """Settle a hold; the async twin of :meth:`settle`.

        The entry is made at once and written with the next one: a run waits for the disk once a call, when the
        next money is held. What a crash keeps from being written is still held, and so counts as spent in full.
        """
        if self.ledger.is_on_disk:
            told = partial(self._tell, tenant=tenant)
            self._clerk.enter(partial(self.ledger.settle, hold, paid), told).add_done_callback(_unsettled)
        else:
            self.settle(hold, paid, tenant=tenant)

    async def awritten(self) -> None:
        """Wait until all that was entered before is on the disk."""
        if self._clerk.is_used:
            await self._clerk.enter(_nothing)

    def note(self, paid: Paid, asked: Asked) -> None:
        """Note a call that cost nothing."""
        try:
            self.ledger.note(asked.call(self._now().date()), paid)
        except StorageError as error:
            _LOG.error("A call was not noted: %s", error)

    async def anote(self, paid: Paid, asked: Asked) -> None:
        """Note a call that cost nothing; the async twin of :meth:`note`."""
        if self.ledger.is_on_disk:
            await asyncio.shield(self._clerk.enter(partial(self.note, paid, asked)))
        else:
            self.note(paid, asked)

    def _reserving(self, asked: Asked) -> Callable[[], Hold | Refusal]:
        most = self._budgets.call_usd
        if most is not None and asked.cap > most:
            raise BudgetExceeded(
                f"A call of up to {asked.cap:.4f} USD would pass the ceiling of {most} USD a call.",
                fix="Raise budgets.call_usd.",
                ceiling="call",
            )
        now = self._now()
        scopes = self.scopes(asked.run_limit, run=asked.run, tenant=asked.tenant, at=now)
        return partial(
            self.ledger.reserve,
            micros(asked.cap),
            scopes,
            asked.call(now.date()),
            now=now.timestamp(),
            hold_s=self._hold_s,
        )

    def _held(self, asked: Asked, held: Hold | Refusal) -> Hold:
        if isinstance(held, Refusal):
            self._tell(held.crossings, asked.tenant)
            raise _exceeded(asked.cap, held.scope)
        return held

    def _give_back(self, tenant: str, entry: asyncio.Future[Hold | Refusal]) -> None:
        """Settle what was held for somebody who was cancelled meanwhile: no request left."""
        if not entry.cancelled() and entry.exception() is None and isinstance(held := entry.result(), Hold):
            told = partial(self._tell, tenant=tenant)
            self._clerk.enter(partial(self.ledger.settle, held, Paid(outcome="unsent")), told)

    def scopes(self, run_limit: Decimal, *, run: str, tenant: str, at: datetime) -> tuple[Scope, ...]:
        """Name every count that a call at a time goes into, the narrowest first."""
        day, month, most = f"{at:%Y-%m-%d}", f"{at:%Y-%m}", self._budgets
        own = self._tenants.get(tenant, TenantBudgets())
        tenant_day = most.tenant_day_usd if own.day_usd is None else own.day_usd
        tenant_month = most.tenant_month_usd if own.month_usd is None else own.month_usd
        return (
            Scope("run", f"run:{tenant}:{run}", ceiling_micros(run_limit)),
            Scope("tenant_day", f"tenant_day:{tenant}:{day}", _limit(tenant_day)),
            Scope("tenant_month", f"tenant_month:{tenant}:{month}", _limit(tenant_month)),
            Scope("day", f"day:{day}", _limit(most.day_usd)),
            Scope("month", f"month:{month}", _limit(most.month_usd)),
        )

    def close(self) -> None:
        """Let go of the books, and let alerts be posted to the end."""
        self._clerk.close()
        self._desk.close()
        self.ledger.close()

    def _tell(self, crossings: tuple[Crossing, ...], tenant: str) -> None:
        for crossing in crossings:
            self._desk.tell(
                Alert(
                    ceiling=crossing.scope.ceiling,
                    period=crossing.scope.key.rpartition(":")[2],
                    tenant=tenant,
                    percent=crossing.percent,
                    spent_usd=dollars(crossing.spent),
                    limit_usd=dollars(crossing.scope.limit or 0),
                )
            )


def _unsettled(entry: asyncio.Future[tuple[Crossing, ...]]) -> None:
    if not entry.cancelled() and (error := entry.exception()) is not None:
        _LOG.error("A call was not settled: %s", error)


def _nothing() -> None:
    """Write nothing: its turn comes after what was entered before."""


def _unwritten(error: StorageError) -> BudgetExceeded:
    return BudgetExceeded(f"No money can be held: {error.message}", fix=error.fix, ceiling="ledger")


def _limit(usd: Decimal | None) -> int | None:
    return None if usd is None else ceiling_micros(usd)


def _exceeded(cap: Decimal, scope: Scope) -> BudgetExceeded:
    whose, setting = _WHOSE[scope.ceiling]
    return BudgetExceeded(
        f"A call of up to {cap:.4f} USD would pass {whose} of {dollars(scope.limit or 0)} USD.",
        fix=f"Raise {setting}.",
        ceiling=scope.ceiling,
    )
