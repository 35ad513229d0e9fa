"""A ledger in memory: gone with the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import date

from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import StorageError
from nexusplanner.ports.ledger import (
    NOBODY,
    Balance,
    Call,
    Crossing,
    Hold,
    Paid,
    Refusal,
    Scope,
    Spend,
    is_near,
    reached,
)
from nexusplanner.ports.personal_data import Amount, Kept

MOST_SCOPES = 4096
"""Scopes kept; the oldest in which nothing is held are let go."""


@dataclass(frozen=True)
class _Held:
    amount: int
    scopes: tuple[Scope, ...]
    call: Call
    expires: float


class InMemoryLedger:
    """Keeps the books of one process. Days are summed up as they come, so that it does not grow with the calls."""

    is_on_disk = False

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._balances: OrderedDict[str, Balance] = OrderedDict()
        self._held: dict[int, _Held] = {}
        self._recovered: dict[int, _Held] = {}
        self._told: dict[str, set[int]] = {}
        self._spend: dict[tuple[str, date, str, str], Spend] = {}
        self._last = 0

    def reserve(
        self, amount: int, scopes: tuple[Scope, ...], call: Call, *, now: float, hold_s: float
    ) -> Hold | Refusal:
        """Hold an amount in all scopes, or in none."""
        with self._lock:
            for scope in scopes:
                found = self._of(scope.key)
                if scope.limit is not None and found.spent + found.held + amount > scope.limit:
                    near = self._crossed((scope,), refused=True) if is_near(scope, found.spent) else ()
                    return Refusal(scope, found.spent, found.held, near)
            self._move(scopes, held=amount)
            self._last += 1
            self._held[self._last] = _Held(amount, scopes, call, now + hold_s)
            return Hold(self._last, amount)

    def settle(self, hold: Hold, paid: Paid) -> tuple[Crossing, ...]:
        """Turn a hold into what was spent, and note the call."""
        with self._lock:
            if held := self._held.pop(hold.id, None):
                self._move(held.scopes, held=-held.amount, spent=paid.amount)
                self._note(held.call, paid)
            elif held := self._recovered.pop(hold.id, None):
                self._move(held.scopes, spent=paid.amount - held.amount)
                self._note(held.call, replace(paid, amount=paid.amount - held.amount), calls=0)
            else:
                raise StorageError(f"Hold {hold.id} was settled before.", fix="Settle each hold once.")
            return self._crossed(held.scopes)

    def note(self, call: Call, paid: Paid) -> None:
        """Note a call that cost nothing and was never held."""
        with self._lock:
            self._note(call, paid)

    def recover(self, *, now: float) -> int:
        """Count holds as spent whose time is over; the process that made the others is this one."""
        with self._lock:
            over = {key: held for key, held in self._held.items() if held.expires <= now}
            for key, held in over.items():
                self._recovered[key] = self._held.pop(key)
                self._move(held.scopes, held=-held.amount, spent=held.amount)
                self._note(held.call, Paid(held.amount, outcome="unknown"))
            while len(self._recovered) > MOST_SCOPES:
                del self._recovered[next(iter(self._recovered))]
            return len(over)

    def balance(self, key: str) -> Balance:
        """Tell what was spent and is held in a scope."""
        with self._lock:
            return self._balances.get(key, Balance())

    def spend(self, *, tenant: str | None = None, since: date | None = None) -> tuple[Spend, ...]:
        """Return what was spent, by day, tenant, model and agent."""
        with self._lock:
            kept = [s for s in self._spend.values() if tenant in (None, s.tenant) and (since is None or s.day >= since)]
        return tuple(sorted(kept, key=lambda s: (s.day, s.tenant, s.model, s.agent)))

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many lines are in the books."""
        size = sum(len(s.model) + len(s.agent) for s in self.spend(tenant=tenant_name(tenant)))
        return (Amount("costs", len(self.spend(tenant=tenant)), size),) if size else ()

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield what was spent, summed up by day, model and agent."""
        for number, line in enumerate(self.spend(tenant=tenant_name(tenant))):
            told = {name: value for name, value in asdict(line).items() if name not in ("tenant", "day")}
            yield Kept("costs", str(number), {"day": line.day.isoformat(), **told})

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of what was paid for."""
        of, out = tenant_name(tenant), person.taken_out
        return self._rename(lambda s: replace(s, agent=out(s.agent), model=out(s.model)) if s.tenant == of else s)

    def forget(self, *, tenant: str) -> int:
        """Strike out whose calls they were."""
        of = tenant_name(tenant)
        with self._lock:
            mine = tuple(f"{scope}:{of}:" for scope in ("run", "tenant_day", "tenant_month"))
            for key in [key for key in self._balances if key.startswith(mine)]:
                self._balances.pop(key)
                self._told.pop(key, None)
        return self._rename(lambda s: replace(s, tenant=NOBODY, agent="") if s.tenant == of else s)

    def together(self) -> AbstractContextManager[None]:
        """Do nothing: each entry counts at once."""
        return nullcontext()

    def close(self) -> None:
        """Keep everything: there is nothing to let go of."""

    def _rename(self, told: Callable[[Spend], Spend]) -> int:
        """Tell lines otherwise; those that are then told alike are summed up."""
        with self._lock:
            lines, changed = list(self._spend.values()), 0
            self._spend.clear()
            for line, now in ((line, told(line)) for line in lines):
                changed += now != line
                key = (now.tenant, now.day, now.model, now.agent)
                self._spend[key] = _sum(self._spend[key], now) if key in self._spend else now
        return changed

    def _of(self, key: str) -> Balance:
        if key not in self._balances:
            idle = (k for k, b in self._balances.items() if not b.held)
            while len(self._balances) >= MOST_SCOPES and (oldest := next(idle, None)) is not None:
                del self._balances[oldest]
                self._told.pop(oldest, None)
                idle = (k for k, b in self._balances.items() if not b.held)
            self._balances[key] = Balance()
        return self._balances[key]

    def _move(self, scopes: tuple[Scope, ...], *, held: int = 0, spent: int = 0) -> None:
        for scope in scopes:
            before = self._of(scope.key)
            self._balances[scope.key] = Balance(before.spent + spent, before.held + held)
            self._balances.move_to_end(scope.key)

    def _crossed(self, scopes: tuple[Scope, ...], *, refused: bool = False) -> tuple[Crossing, ...]:
        crossings = []
        for scope in scopes:
            spent, told = self._of(scope.key).spent, self._told.setdefault(scope.key, set())
            now = (*reached(scope, spent), *((100,) if refused else ()))
            crossings += [Crossing(scope, percent, spent) for percent in sorted({*now} - told)]
            told.update(now)
        return tuple(crossings)

    def _note(self, call: Call, paid: Paid, *, calls: int = 1) -> None:
        key = (call.tenant, call.day, call.model, call.agent)
        before = self._spend.get(key) or Spend(call.tenant, call.day, call.model, call.agent, 0, 0, 0, 0, 0, 0)
        cached = calls if paid.outcome == "cached" else 0
        self._spend[key] = replace(
            before,
            calls=before.calls + calls - cached,
            cached_calls=before.cached_calls + cached,
            tokens_in=before.tokens_in + paid.tokens_in,
            tokens_out=before.tokens_out + paid.tokens_out,
            amount=before.amount + paid.amount,
            saved=before.saved + paid.saved,
        )


def _sum(one: Spend, other: Spend) -> Spend:
    counted = ("calls", "cached_calls", "tokens_in", "tokens_out", "amount", "saved")
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in counted})
