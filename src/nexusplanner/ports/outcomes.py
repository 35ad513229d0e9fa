"""Where reported outcomes are kept, and what they left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from nexusplanner.domain.brief import Metric
from nexusplanner.domain.learned import ChannelPrior
from nexusplanner.domain.lesson import Lesson, LessonStatus, LessonUse
from nexusplanner.domain.outcome import Outcome


@dataclass(frozen=True)
class Record:
    """An outcome and all that follows from it."""

    outcome: Outcome
    lessons: tuple[Lesson, ...] = ()
    uses: tuple[LessonUse, ...] = ()
    """What it says of earlier lessons that its plan had used."""
    priors: tuple[ChannelPrior, ...] = ()


@runtime_checkable
class Outcomes(Protocol):
    """A store of outcomes, one a tenant. A plan has one outcome that counts: the last one reported."""

    async def record(self, record: Record, *, tenant: str) -> None:
        """Keep an outcome with its lessons, uses and priors: all of it, or nothing.

        The same outcome again changes nothing. Another one of the same plan takes the place of the one before:
        its lessons are withdrawn, what it said of others is taken back, and priors that it is in are dropped.
        """
        ...

    async def get(self, outcome_id: str, *, tenant: str) -> Outcome:
        """Return an outcome that counts.

        Raises:
            InputError: The tenant has no such outcome.
        """
        ...

    async def list(self, *, tenant: str, limit: int = 100) -> tuple[Outcome, ...]:
        """Return the tenant's outcomes that count, those whose rows end last first."""
        ...


@runtime_checkable
class Lessons(Protocol):
    """A store of lessons, one a tenant; :class:`Outcomes` adds to it."""

    async def list(self, *, tenant: str, status: LessonStatus | None = None) -> tuple[Lesson, ...]:
        """Return lessons with their counters, the newest first.

        Args:
            tenant: Whose.
            status: Only those that are ``active``, or ``withdrawn``; by default all.
        """
        ...

    async def withdraw(self, lesson_id: str, *, tenant: str) -> Lesson:
        """Take a lesson out of use; it stays to be read.

        Raises:
            InputError: The tenant has no such lesson.
        """
        ...


@runtime_checkable
class Priors(Protocol):
    """What outcomes left of the channels' curves, one store a tenant; :class:`Outcomes` adds to it."""

    async def current(self, metric: Metric, *, tenant: str) -> dict[str, ChannelPrior]:
        """Return what is believed now, by channel."""
        ...
