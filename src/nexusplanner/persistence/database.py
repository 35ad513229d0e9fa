"""The database: a SQLite file of a workspace, or one of PostgreSQL; opened, and brought up to date, when used."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from nexusplanner.errors import StorageError
from nexusplanner.persistence.engine import open_engine, writing
from nexusplanner.persistence.migrations import is_up_to_date, migrate

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

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that writes: all of it is on the disk when it ends, or none.

        Within another of the same thread it is a part of that one.

        Raises:
            StorageError: The database cannot be written.
        """
        if (joined := self._own()) is not None:
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

    def close(self) -> None:
        """Let go of all connections; the next use opens it again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose(close=self._pid == os.getpid())
            self._engine = None

    def _renew(self) -> None:
        self._pid = os.getpid()
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
