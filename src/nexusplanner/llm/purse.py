"""The purse of one run: money is reserved before a call and settled after it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from decimal import Decimal

from nexusplanner.errors import BudgetExceeded


class Purse:
    """A ceiling in dollars and calls that concurrent calls cannot pass.

    Args:
        usd: The most the run may cost.
        max_calls: The most calls it may make.
    """

    def __init__(self, *, usd: Decimal, max_calls: int) -> None:
        self.limit_usd, self.max_calls = usd, max_calls
        self.spent_usd, self.held_usd, self.calls = Decimal(0), Decimal(0), 0
        self._lock = threading.Lock()

    def reserve(self, cap_usd: Decimal) -> None:
        """Hold the most a call can cost.

        Raises:
            BudgetExceeded: It would pass the ceiling; nothing is held.
        """
        with self._lock:
            if self.calls >= self.max_calls:
                raise BudgetExceeded(
                    f"The run's {self.max_calls} model calls are used.",
                    fix="Raise limits.max_calls.",
                )
            if self.spent_usd + self.held_usd + cap_usd > self.limit_usd:
                raise BudgetExceeded(
                    f"A call of up to {cap_usd:.4f} USD would pass the run's ceiling of {self.limit_usd} USD.",
                    fix="Raise limits.usd.",
                )
            self.held_usd += cap_usd
            self.calls += 1

    def settle(self, cap_usd: Decimal, spent_usd: Decimal) -> None:
        """Give back what was held and count what was spent."""
        with self._lock:
            self.held_usd -= cap_usd
            self.spent_usd += spent_usd


class Purses:
    """One purse a run, for hosts that start runs by themselves; the oldest are forgotten."""

    def __init__(self, *, most: int = 1024) -> None:
        self._most, self._kept, self._lock = (
            most,
            OrderedDict[str, Purse](),
            threading.Lock(),
        )

    def of(self, run: str, *, usd: Decimal, max_calls: int) -> Purse:
        """Return the run's purse, opened at its first call."""
        with self._lock:
            if run not in self._kept:
                self._kept[run] = Purse(usd=usd, max_calls=max_calls)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[run]
