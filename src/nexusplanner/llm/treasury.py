"""The treasury: which ceilings a call stands under, and who is told when one is near."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from nexusplanner.domain.dollars import ceiling_micros, dollars, micros
from nexusplanner.errors import BudgetExceeded, StorageError
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.observability.alerts import Alert, AlertDesk
from nexusplanner.ports.ledger import Call, CeilingName, Crossing, Hold, Ledger, Paid, Refusal, Scope
from nexusplanner.settings import Budgets

HOLD_S = 900.0
_LOG = logging.getLogger("nexusplanner.budget")
_WHOSE: dict[CeilingName, tuple[str, str]] = {
    "run": ("the run's ceiling", "limits.usd"),
    "day": ("the day's ceiling for all tenants", "budgets.day_usd"),
    "month": ("the month's ceiling for all tenants", "budgets.month_usd"),
    "tenant_day": ("the tenant's ceiling for the day", "budgets.tenant_day_usd"),
    "tenant_month": ("the tenant's ceiling for the month", "budgets.tenant_month_usd"),
}


def utc_now() -> datetime:
    """Read the clock: money is counted by the day it is spent on, whatever day is planned on."""
    return datetime.fromtimestamp(time.time(), UTC)


class Treasury:
    """Holds and settles money in a ledger, under the run's ceiling and those of days and months.

    Args:
        ledger: The books; by default in memory.
        budgets: Ceilings beyond the run's.
        desk: Tells alerts; by default the log alone.
        now: The clock.
        hold_s: Seconds after which a hold counts as spent, whoever holds it.
    """

    def __init__(
        self,
        ledger: Ledger | None = None,
        *,
        budgets: Budgets | None = None,
        desk: AlertDesk | None = None,
        now: Callable[[], datetime] = utc_now,
        hold_s: float = HOLD_S,
    ) -> None:
        self.ledger: Ledger = ledger or InMemoryLedger()
        self._budgets, self._desk = budgets or Budgets(), desk or AlertDesk()
        self._now, self._hold_s = now, hold_s

    def reserve(self, cap: Decimal, run_limit: Decimal, *, run: str, tenant: str, agent: str, model: str) -> Hold:
        """Hold the most a call can cost, in USD, under every ceiling at once.

        Raises:
            BudgetExceeded: One of them would be passed, or the books cannot be written; nothing is held.
        """
        most = self._budgets.call_usd
        if most is not None and cap > most:
            raise BudgetExceeded(
                f"A call of up to {cap:.4f} USD would pass the ceiling of {most} USD a call.",
                fix="Raise budgets.call_usd.",
                ceiling="call",
            )
        now = self._now()
        call = Call(tenant, now.date(), run, agent, model)
        scopes = self.scopes(run_limit, run=run, tenant=tenant, at=now)
        try:
            held = self.ledger.reserve(micros(cap), scopes, call, now=now.timestamp(), hold_s=self._hold_s)
        except StorageError as error:
            raise BudgetExceeded(f"No money can be held: {error.message}", fix=error.fix, ceiling="ledger") from error
        if isinstance(held, Refusal):
            self._tell(held.crossings, tenant)
            raise _exceeded(cap, held.scope)
        return held

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

    def note(self, paid: Paid, *, run: str, tenant: str, agent: str, model: str) -> None:
        """Note a call that cost nothing."""
        try:
            self.ledger.note(Call(tenant, self._now().date(), run, agent, model), paid)
        except StorageError as error:
            _LOG.error("A call was not noted: %s", error)

    def scopes(self, run_limit: Decimal, *, run: str, tenant: str, at: datetime) -> tuple[Scope, ...]:
        """Name every count that a call at a time goes into, the narrowest first."""
        day, month, most = f"{at:%Y-%m-%d}", f"{at:%Y-%m}", self._budgets
        return (
            Scope("run", f"run:{tenant}:{run}", ceiling_micros(run_limit)),
            Scope("tenant_day", f"tenant_day:{tenant}:{day}", _limit(most.tenant_day_usd)),
            Scope("tenant_month", f"tenant_month:{tenant}:{month}", _limit(most.tenant_month_usd)),
            Scope("day", f"day:{day}", _limit(most.day_usd)),
            Scope("month", f"month:{month}", _limit(most.month_usd)),
        )

    def close(self) -> None:
        """Let go of the books, and let alerts be posted to the end."""
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


def _limit(usd: Decimal | None) -> int | None:
    return None if usd is None else ceiling_micros(usd)


def _exceeded(cap: Decimal, scope: Scope) -> BudgetExceeded:
    whose, setting = _WHOSE[scope.ceiling]
    return BudgetExceeded(
        f"A call of up to {cap:.4f} USD would pass {whose} of {dollars(scope.limit or 0)} USD.",
        fix=f"Raise {setting}.",
        ceiling=scope.ceiling,
    )
