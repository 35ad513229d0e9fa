"""A breaker: a deployment that is down is left alone, and looked at again from time to time.

Own code, since breakers that count faults only let every caller through that comes before the first fault
is known. Here a deployment that has not shown itself well is asked by a few at a time; the others wait for
what those few find out.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from nexusplanner.errors import ProviderTransientError

State = Literal["closed", "open", "half-open"]
Outcome = Literal["well", "fault", "unknown"]


@dataclass(frozen=True)
class Health:
    """How a deployment does."""

    name: str
    state: State
    """``closed`` lets calls through, ``open`` lets none, ``half-open`` lets one look."""
    last_fault: str
    since_s: float
    """Seconds since the state was entered."""
    is_proven: bool
    """Whether it answered since it was last down."""


class Breaker:
    """Guards one deployment; callers of any thread and event loop share it.

    A deployment that is down gets ``faults`` requests, then one at a time with rests of ``rest_s``, doubled
    up to ``longest_rest_s``, between them: at most ``faults + 60 / rest_s`` in any minute, beside the calls that
    were under way when a healthy one went down.

    Args:
        name: The deployment, for messages.
        faults: Faults in a row that open it, and callers that may ask at once while it is in doubt.
        rest_s: The first rest.
        longest_rest_s: The longest rest.
        monotonic: The clock.
    """

    def __init__(
        self,
        name: str,
        *,
        faults: int = 5,
        rest_s: float = 10.0,
        longest_rest_s: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name, self._faults, self._monotonic = name, faults, monotonic
        self._first_rest_s, self._longest_rest_s = rest_s, longest_rest_s
        self._lock = threading.Lock()
        self._waiting: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = deque()
        self._streak, self._in_flight, self._rest_s = 0, 0, rest_s
        self._open_until: float | None = None
        self._is_proven = self._is_probing = False
        self._last_fault, self._since = "", monotonic()

    def health(self) -> Health:
        """Tell how the deployment does."""
        with self._lock:
            now = self._monotonic()
            is_rested = self._open_until is not None and now >= self._open_until
            state: State = "closed" if self._open_until is None else "half-open" if is_rested else "open"
            return Health(self.name, state, self._last_fault, now - self._since, self._is_proven)

    async def enter(self) -> bool:
        """Wait for leave to ask; who gets it calls :meth:`leave` once.

        Returns:
            Whether this call is the one that looks if the deployment is up again.

        Raises:
            ProviderTransientError: The deployment is down.
        """
        while True:
            with self._lock:
                if self._may_pass():
                    self._in_flight += 1
                    return self._is_probing
                place = (loop := asyncio.get_running_loop()), loop.create_future()
                self._waiting.append(place)
            try:
                await place[1]
            finally:
                with self._lock, suppress(ValueError):
                    self._waiting.remove(place)

    def leave(self, outcome: Outcome, *, is_probe: bool, fault: str = "", retry_after_s: float | None = None) -> None:
        """Say how the call went.

        Args:
            is_probe: What :meth:`enter` returned.
            outcome: ``well`` where the deployment answered, were it with a refusal; ``fault`` where it was a
                passing fault; ``unknown`` where the call was given up.
            fault: What went wrong.
            retry_after_s: How long it asked to be left alone.
        """
        with self._lock:
            self._in_flight -= 1
            self._is_probing = self._is_probing and not is_probe
            if outcome == "well":
                self._close()
            elif outcome == "fault":
                self._last_fault = fault
                self._streak += 1
            if is_probe and outcome != "well" and self._open_until is not None:
                self._open(min(self._rest_s * 2, self._longest_rest_s), retry_after_s)
            elif self._open_until is None and self._streak >= self._faults:
                self._open(self._first_rest_s, retry_after_s)
            woken, self._waiting = self._waiting, deque()
        for loop, place in woken:
            with suppress(RuntimeError):  # its loop is closed, nobody waits any more
                loop.call_soon_threadsafe(_wake, place)

    def _may_pass(self) -> bool:
        if self._open_until is not None:
            left_s = self._open_until - self._monotonic()
            if left_s > 0 or self._is_probing:
                raise self._down(max(left_s, 0.0))
            self._is_probing = True
            return True
        if self._is_proven and not self._streak:
            return True
        return self._in_flight + self._streak < self._faults

    def _down(self, left_s: float) -> ProviderTransientError:
        error = ProviderTransientError(
            f"{self.name} is left alone for {math.ceil(left_s)} s after {self._streak} faults; the last: "
            f"{self._last_fault}"
        )
        error.retry_after_s, error.is_unsent = math.inf, True
        return error

    def _close(self) -> None:
        if self._open_until is not None or not self._is_proven:
            self._since = self._monotonic()
        self._open_until, self._streak, self._rest_s = None, 0, self._first_rest_s
        self._is_proven, self._is_probing = True, False

    def _open(self, rest_s: float, asked_s: float | None) -> None:
        now = self._monotonic()
        if self._open_until is None:
            self._since = now
        asked_s = asked_s if asked_s is not None and math.isfinite(asked_s) else 0.0
        self._rest_s, self._is_proven = rest_s, False
        self._open_until = now + max(rest_s, min(asked_s, self._longest_rest_s))


def _wake(place: asyncio.Future[None]) -> None:
    if not place.done():
        place.set_result(None)


@dataclass(frozen=True)
class Deployment:
    """What goes down as one: a provider's model at one address."""

    model: str
    """``provider:model``."""
    base_url: str = ""


class Breakers:
    """One breaker a deployment, whoever asks."""

    def __init__(self) -> None:
        self._lock, self._known = threading.Lock(), dict[Deployment, Breaker]()

    def of(self, deployment: Deployment) -> Breaker:
        """Return the deployment's breaker."""
        with self._lock:
            return self._known.setdefault(deployment, Breaker(deployment.model))

    def health(self) -> tuple[Health, ...]:
        """Tell how every deployment does that was ever wired in."""
        with self._lock:
            known = list(self._known.values())
        return tuple(breaker.health() for breaker in known)


SHARED = Breakers()
"""The breakers of this process: a deployment that is down is down for all its planners."""
