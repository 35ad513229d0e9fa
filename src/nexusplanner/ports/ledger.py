"""The ledger: money is held before a call and settled after it, under every ceiling at once.

All amounts are whole micro-dollars. Time comes in as seconds since 1970, in UTC.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, runtime_checkable

CeilingName = Literal["run", "tenant_day", "tenant_month", "day", "month"]
Outcome = Literal["answered", "refused", "failed", "unsent", "unknown", "cached"]
ALERT_PERCENT = (50, 80, 100)
NOBODY = "(erased)"
"""Whose calls those of a tenant become that is forgotten; no tenant can be called so."""


@dataclass(frozen=True)
class Scope:
    """One count that a call goes into: a run, or a period of one tenant or of all."""

    ceiling: CeilingName
    key: str
    """The run, or the period and whose it is: ``tenant_day:acme:2027-01-09``."""
    limit: int | None = None
    """The most that may be spent and held there; None counts without a ceiling."""


@dataclass(frozen=True)
class Call:
    """What is paid for: a model's call, or a tool's."""

    tenant: str
    day: date
    run: str
    agent: str
    """The task asked for, or ``tool:<name>``."""
    model: str


@dataclass(frozen=True)
class Paid:
    """How a call ended, and what it took."""

    amount: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    outcome: Outcome = "answered"
    saved: int = 0
    """What it would have cost, where it was answered from the cache."""


@dataclass(frozen=True)
class Hold:
    """Money held for one call; hand it back to settle."""

    id: int
    amount: int


@dataclass(frozen=True)
class Crossing:
    """A share of a ceiling that was reached for the first time."""

    scope: Scope
    percent: int
    spent: int


@dataclass(frozen=True)
class Refusal:
    """The ceiling that a call would have passed. Nothing is held."""

    scope: Scope
    spent: int
    held: int
    crossings: tuple[Crossing, ...] = ()
    """The ceiling itself, where it was near and nothing of this size fits under it any more."""


@dataclass(frozen=True)
class Balance:
    """What was spent and is held in one scope."""

    spent: int = 0
    held: int = 0


@dataclass(frozen=True)
class Spend:
    """What one tenant spent on one day through one model for one agent."""

    tenant: str
    day: date
    model: str
    agent: str
    calls: int
    cached_calls: int
    tokens_in: int
    tokens_out: int
    amount: int
    saved: int


@runtime_checkable
class Ledger(Protocol):
    """Books of what calls cost. Safe to use from many threads, and where it is a file, from many processes."""

    @property
    def is_on_disk(self) -> bool:
        """Whether a call waits for a disk."""
        ...

    def reserve(
        self, amount: int, scopes: tuple[Scope, ...], call: Call, *, now: float, hold_s: float
    ) -> Hold | Refusal:
        """Hold an amount in all scopes, or in none.

        Args:
            amount: The most that the call can cost.
            scopes: Where it counts; ``spent + held + amount <= limit`` must hold in each with a limit.
            call: What it is for.
            now: The time.
            hold_s: Seconds after which the hold's fate counts as unknown.

        Raises:
            StorageError: The books cannot be written.
        """
        ...

    def settle(self, hold: Hold, paid: Paid) -> tuple[Crossing, ...]:
        """Turn a hold into what was spent, and note the call.

        A hold that was recovered meanwhile, and so counted in full, is corrected.

        Returns:
            The shares of ceilings that were reached by this, each told once for its scope.

        Raises:
            StorageError: The books cannot be written, or the hold was settled before.
        """
        ...

    def note(self, call: Call, paid: Paid) -> None:
        """Note a call that cost nothing and was never held."""
        ...

    def recover(self, *, now: float) -> int:
        """Count as spent, in full, what is held by processes that are gone or for longer than was asked.

        Returns:
            How many holds that were.
        """
        ...

    def balance(self, key: str) -> Balance:
        """Tell what was spent and is held in a scope."""
        ...

    def spend(self, *, tenant: str | None = None, since: date | None = None) -> tuple[Spend, ...]:
        """Return what was spent, by day, tenant, model and agent.

        Args:
            tenant: Of this tenant alone; None is of all.
            since: From this day on.
        """
        ...

    def together(self) -> AbstractContextManager[None]:
        """Make what is written within it, by this thread, one transaction: it is on the disk when that ends.

        An entry that is refused or raises undoes itself alone.

        Raises:
            StorageError: The books cannot be written; none of it counts.
        """
        ...

    def close(self) -> None:
        """Let go of what is held open; what was written stays."""
        ...


def reached(scope: Scope, spent: int) -> tuple[int, ...]:
    """Return the shares of a scope's ceiling, in percent, that an amount reaches."""
    if not scope.limit:
        return ()
    return tuple(percent for percent in ALERT_PERCENT if spent * 100 >= percent * scope.limit)


def is_near(scope: Scope, spent: int) -> bool:
    """Tell whether a ceiling counts as reached once a call was refused by it: from four fifths on."""
    return ALERT_PERCENT[-2] in reached(scope, spent)
