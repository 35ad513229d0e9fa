"""Migrations: each file in ``versions`` is one step of the schema, named as its revision is.

A new database walks all of them. The steps of one opening are one transaction, on both databases, and whoever comes
second waits and then finds nothing left to do.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from nexusplanner.errors import StorageError

HERE = Path(__file__).parent
_ONE_AT_A_TIME = threading.Lock()
"""Alembic has one context for all threads."""
_TABLE = "alembic_version"
_LOCK = 7_306_911_120_471_318
"""An advisory lock of PostgreSQL; any number will do that no other program takes."""


@cache
def revisions() -> tuple[str, ...]:
    """Return the ids of all revisions, the first one first."""
    return tuple(sorted(file.stem for file in (HERE / "versions").glob("[0-9]*.py")))


def revision_of(connection: Connection) -> str | None:
    """Return the revision that a database is at; None where it is empty."""
    if not inspect(connection).has_table(_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()  # noqa: S608 - a constant
    return None if found is None else str(found)


def is_up_to_date(connection: Connection) -> bool:
    """Tell whether a database has the schema of this release.

    Raises:
        StorageError: A newer release wrote it.
    """
    found = revision_of(connection)
    if found is not None and found not in revisions():
        raise StorageError(
            f"The database is at revision {found!r}, which this release does not know.",
            fix="Use the release that wrote it, or a later one.",
        )
    return found == revisions()[-1]


def migrate(connection: Connection, to: str = "head") -> None:
    """Bring a database to a revision, within the transaction that the connection is in.

    Args:
        connection: In a transaction that writes.
        to: A revision, ``head``, or ``base`` for an empty one.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    target = {"head": revisions()[-1], "base": None}.get(to, to)
    here = revision_of(connection)
    if here == target:
        return
    # Alembic is loaded where there is something to do, which is seldom.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    is_up = target is not None and (here is None or target > here)
    with _ONE_AT_A_TIME:
        (command.upgrade if is_up else command.downgrade)(config, to)
