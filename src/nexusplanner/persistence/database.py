"""The database: a SQLite file of a workspace, or one of PostgreSQL; opened, and brought up to date, when used."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import SecretStr
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from nexusplanner.errors import StorageError
from nexusplanner.llm.clerk import Clerk
from nexusplanner.persistence.engine import open_engine, writing
from nexusplanner.persistence.migrations import is_up_to_date, migrate, revision_of
from nexusplanner.persistence.scrubbing import scrub

R = TypeVar("R")
Dialect = Literal["sqlite", "postgresql"]
FILE_NAME = "nexusplanner.sqlite"


class Database:
    """Connections for repositories. Safe to use from many threads and, both kinds, from many processes.

    Nothing is opened, made or imported from a driver before the first :meth:`begin` or :meth:`read`.

    Args:
        at: The path of a SQLite file, or the URL of a PostgreSQL database.
    """

    def __init__(self, at: Path | SecretStr) -> None:
        self._at = at
        self._engine: Engine | None = None
        self._renew()

    @property
    def dialect(self) -> Dialect:
        """What speaks: ``sqlite`` or ``postgresql``."""
        return "sqlite" if isinstance(self._at, Path) else "postgresql"

    @property
    def name(self) -> str:
        """How it is called in messages; never its URL, which holds a password."""
        return self._at.name if isinstance(self._at, Path) else "The PostgreSQL database"

    @property
    def is_there(self) -> bool:
        """Whether there is anything to read: asking what is kept makes no file."""
        return not isinstance(self._at, Path) or self._at.exists()

    def revision(self) -> str | None:
        """Tell at which revision the schema is, and leave it there; None where there is none.

        Raises:
            StorageError: The database cannot be read.
        """
        if not self.is_there:
            return None
        with self._telling():
            engine = open_engine(self._at)
            try:
                with engine.connect() as connection:
                    return revision_of(connection)
            finally:
                engine.dispose()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that writes: all of it is on the disk when it ends, or none.

        Within another of the same thread it is a part of that one, and if it raises undoes itself alone.

        Raises:
            StorageError: The database cannot be written.
        """
        if (joined := self._own()) is not None:
            with joined.begin_nested():
                yield joined
            return
        opened = self._opened
        with self._telling(), self._one_writer(), opened().connect() as connection, writing(connection).begin():
            self._local.connection = connection
            try:
                yield connection
            finally:
                self._local.connection = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads, and so waits for nobody who writes.

        Raises:
            StorageError: The database cannot be read.
        """
        if (joined := self._own()) is not None:
            yield joined
            return
        with self._telling(), self._opened().connect() as connection, connection.begin():
            yield connection

    async def awrite(self, work: Callable[[Connection], R]) -> R:
        """Have something written, in one transaction with what else waits to be: all wait once for the disk.

        It is written, whether or not it is still awaited.

        Args:
            work: Writes it, in a thread; what it raises undoes itself alone.

        Raises:
            StorageError: The database cannot be written.
        """
        self._own()
        if self.dialect == "postgresql":  # the server gathers commits by itself
            return await asyncio.to_thread(self._written, work)
        return await asyncio.shield(self._clerk.enter(partial(self._written, work)))

    async def aread(self, work: Callable[[Connection], R]) -> R:
        """Read something, in a thread.

        Raises:
            StorageError: The database cannot be read.
        """
        return await asyncio.to_thread(self._found, work)

    def scrub(self) -> None:
        """Make what was deleted unreadable, in the file, its free pages and its log.

        Raises:
            StorageError: Somebody reads or writes for too long.
        """
        if self.is_there:
            with self._telling(), self._one_writer():
                scrub(self._opened())

    def close(self) -> None:
        """Wait for what is being written and let go of all connections; the next use opens it again."""
        if self._own() is None:
            self._clerk.close()
        with self._lock:
            if self._engine is not None:
                self._engine.dispose(close=self._pid == os.getpid())
            self._engine = None

    def _written(self, work: Callable[[Connection], R]) -> R:
        with self.begin() as connection:
            return work(connection)

    def _found(self, work: Callable[[Connection], R]) -> R:
        with self.read() as connection:
            return work(connection)

    @contextmanager
    def _together(self) -> Iterator[None]:
        with self.begin():
            yield

    def _renew(self) -> None:
        self._pid = os.getpid()
        self._clerk = Clerk(self._together)
        self._lock, self._writer, self._local = threading.Lock(), threading.Lock(), threading.local()
        self._engine = None

    def _own(self) -> Connection | None:
        if self._pid != os.getpid():  # a forked child opens its own, and inherits no lock that is held
            self._renew()
        found: Connection | None = getattr(self._local, "connection", None)
        return found

    def _one_writer(self) -> AbstractContextManager[object]:
        """Let threads queue here and not at the file, where who waits longest is not served first."""
        return self._writer if self.dialect == "sqlite" else nullcontext()

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = open_engine(self._at)
                try:
                    self._bring_up_to_date(engine)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    def _bring_up_to_date(self, engine: Engine) -> None:
        with engine.connect() as connection:
            with connection.begin():
                if is_up_to_date(connection):
                    return
            with writing(connection).begin():
                migrate(connection)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (OSError, SQLAlchemyError) as error:
            cause = str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error)
            raise StorageError(
                f"{self.name} cannot be used: {cause.splitlines()[0] if cause else type(error).__name__}.",
                fix="Check its rights, its space and that it answers.",
            ) from error
