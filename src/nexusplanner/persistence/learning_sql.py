"""Outcomes, lessons and priors in a database: in the workspace's, or in PostgreSQL."""

from __future__ import annotations

import zlib
from functools import partial
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, func, select, update

from nexusplanner.domain.brief import Metric
from nexusplanner.domain.learned import ChannelPrior
from nexusplanner.domain.lesson import Lesson, LessonStatus
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.outcome import Outcome
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import StorageError
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.learning_memory import no_such_lesson, no_such_outcome
from nexusplanner.persistence.learning_rows import COUNTED, keep
from nexusplanner.persistence.tables.learning import lesson_uses, lessons, outcomes, priors
from nexusplanner.ports.outcomes import Record

M = TypeVar("M", bound=DomainModel)


class SqlOutcomes:
    """Keeps outcomes and what follows from each, in one transaction; satisfies the port ``Outcomes``.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, record: Record, *, tenant: str) -> None:
        """Keep an outcome with all that follows from it, or nothing.

        Raises:
            StorageError: The database cannot be written.
        """
        await self._database.awrite(partial(keep, record, tenant=tenant_name(tenant)))

    async def get(self, outcome_id: str, *, tenant: str) -> Outcome:
        """Return an outcome, or raise an InputError."""
        asked = select(outcomes.c.text).where(
            outcomes.c.tenant == tenant_name(tenant),
            outcomes.c.outcome_id == outcome_id,
            outcomes.c.status == COUNTED,
        )

        def found(connection: Connection) -> bytes | None:
            text: bytes | None = connection.execute(asked).scalar()
            return text

        text = await self._database.aread(found) if self._database.is_there else None
        if text is None:
            raise no_such_outcome(outcome_id)
        return _outcome(text)

    async def list(self, *, tenant: str, limit: int = 100) -> tuple[Outcome, ...]:
        """Return the outcomes whose rows end last."""
        asked = (
            select(outcomes.c.text)
            .where(outcomes.c.tenant == tenant_name(tenant), outcomes.c.status == COUNTED)
            .order_by(outcomes.c.end_day.desc(), outcomes.c.outcome_id.desc())
            .limit(limit)
        )

        def found(connection: Connection) -> tuple[Outcome, ...]:
            return tuple(_outcome(text) for text in connection.execute(asked).scalars())

        return await self._database.aread(found) if self._database.is_there else ()


class SqlLessons:
    """Keeps lessons; satisfies the port ``Lessons``.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, *, tenant: str, status: LessonStatus | None = None) -> tuple[Lesson, ...]:
        """Return lessons with their counters, the newest first."""
        owner = tenant_name(tenant)
        return await self._database.aread(partial(_lessons, owner, status)) if self._database.is_there else ()

    async def withdraw(self, lesson_id: str, *, tenant: str) -> Lesson:
        """Take a lesson out of use, or raise an InputError."""
        owner = tenant_name(tenant)
        named = (lessons.c.tenant == owner, lessons.c.lesson_id == lesson_id)

        def withdrawn(connection: Connection) -> int:
            return connection.execute(update(lessons).where(*named).values(status="withdrawn")).rowcount

        if not self._database.is_there or not await self._database.awrite(withdrawn):
            raise no_such_lesson(lesson_id)
        return next(lesson for lesson in await self.list(tenant=owner) if lesson.id == lesson_id)


class SqlPriors:
    """Keeps priors; satisfies the port ``Priors``.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self, metric: Metric, *, tenant: str) -> dict[str, ChannelPrior]:
        """Return what is believed now, by channel."""
        asked = (
            select(priors.c.text)
            .where(priors.c.tenant == tenant_name(tenant), priors.c.metric == metric)
            .order_by(priors.c.kept_at, priors.c.channel)
        )

        def found(connection: Connection) -> dict[str, ChannelPrior]:
            read = (_read(ChannelPrior, text, "a prior") for text in connection.execute(asked).scalars())
            return {prior.channel: prior for prior in read}

        return await self._database.aread(found) if self._database.is_there else {}


def _lessons(owner: str, status: LessonStatus | None, connection: Connection) -> tuple[Lesson, ...]:
    """Read lessons and all their counters in two statements."""
    asked = select(lessons.c.text, lessons.c.status).where(lessons.c.tenant == owner)
    if status is not None:
        asked = asked.where(lessons.c.status == status)
    rows = connection.execute(asked.order_by(lessons.c.learnt_on.desc(), lessons.c.lesson_id)).all()
    use = lesson_uses.c
    grouped = select(use.lesson_id, use.verdict, func.count()).where(use.tenant == owner)
    counts = {(row[0], row[1]): int(row[2]) for row in connection.execute(grouped.group_by(use.lesson_id, use.verdict))}
    read = ((_read(Lesson, row.text, "a lesson"), row.status) for row in rows)
    return tuple(
        lesson.model_copy(
            update={
                "status": now,
                "helped": counts.get((lesson.id, "helped"), 0),
                "hurt": counts.get((lesson.id, "hurt"), 0),
            }
        )
        for lesson, now in read
    )


def _outcome(packed: bytes) -> Outcome:
    try:
        return _read(Outcome, zlib.decompress(packed).decode(), "an outcome")
    except (zlib.error, UnicodeDecodeError):
        raise _damaged("an outcome") from None


def _read(model: type[M], text: str, what: str) -> M:
    try:
        return model.model_validate_json(text)
    except ValidationError:
        raise _damaged(what) from None


def _damaged(what: str) -> StorageError:
    return StorageError(f"What is kept of {what} cannot be read.", fix="Use the release that kept it, or a copy.")
