"""Checks of where things are kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from nexusplanner.cli.checkup.check import Check
from nexusplanner.errors import NexusError
from nexusplanner.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MOST_FILES = 50_000
DATABASE = "nexusplanner.sqlite"
TIMEOUT_S = 5
_PLACE = "Database"


def workspace(settings: Settings) -> Iterator[Check]:
    """Look whether the workspace can be written, and by whom its folder can be read."""
    folder = settings.workspace
    if folder is None:
        yield Check("Workspace", "good", "none: plans and waiting runs are not kept")
        return
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        yield Check("Workspace", "broken", f"{there} cannot be written", "Change its rights, or name another.")
    elif there == folder and _is_open(folder):
        yield Check("Workspace", "warning", f"{folder} can be read by others", f"Run: chmod 700 {folder}.")
    else:
        yield Check("Workspace", "good", f"{folder}" if there == folder else f"{folder}, made when first needed")


def rights(settings: Settings) -> Iterator[Check]:
    """Look for files of the workspace that others than their owner may read: databases should be 0600."""
    folder = settings.workspace
    if folder is None or not folder.is_dir() or os.name != "posix":
        return
    files = [file for file in islice(folder.rglob("*.sqlite*"), _MOST_FILES) if file.is_file()]
    if opened := [file for file in files if _is_open(file)]:
        names = ", ".join(sorted(file.name for file in opened)[:5])
        yield Check("Rights", "warning", f"{names} can be read by others", f"Run: chmod 600 {folder}/*.sqlite*.")
    else:
        yield Check("Rights", "good", f"{len(files)} databases, of their owner alone")


def database(settings: Settings) -> Iterator[Check]:
    """Look whether the database answers, and whether its schema is this release's; nothing is brought up to date."""
    at = settings.storage.url or (settings.workspace and settings.workspace / DATABASE)
    if at is None:
        return
    if isinstance(at, Path) and not at.exists():
        yield Check(_PLACE, "good", f"{at}, made when first needed")
        return
    from sqlalchemy.exc import SQLAlchemyError

    from nexusplanner.persistence.engine import open_engine

    try:
        engine = open_engine(at if isinstance(at, Path) else _in_time(at))
    except NexusError as error:
        yield Check(_PLACE, "broken", error.message, error.fix)
        return
    try:
        with engine.connect() as connection:
            yield _revision(connection)
    except (SQLAlchemyError, OSError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        name = at.name if isinstance(at, Path) else "PostgreSQL"
        yield Check(_PLACE, "broken", f"{name} does not answer ({kind})", "Check that it runs, and storage.url.")
    finally:
        engine.dispose()


def _in_time(url: SecretStr) -> SecretStr:
    """Bound the wait for a server that does not answer, unless the URL does."""
    text = url.get_secret_value()
    if "connect_timeout" in text:
        return url
    return SecretStr(f"{text}{'&' if '?' in text else '?'}connect_timeout={TIMEOUT_S}")


def _revision(connection: Connection) -> Check:
    from nexusplanner.persistence.migrations import revision_of, revisions

    found, head = revision_of(connection), revisions()[-1]
    version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    name = f"{'SQLite' if connection.dialect.name == 'sqlite' else 'PostgreSQL'} {version}".strip()
    if found == head:
        return Check(_PLACE, "good", f"{name} at revision {found}")
    if found is None or found in revisions():
        told = found or "none"
        return Check(_PLACE, "warning", f"{name} at revision {told}", f"The next use brings it to {head}; back it up.")
    fix = "Use the release that wrote it, or a later one."
    return Check(_PLACE, "broken", f"{name} at revision {found}, which this release does not know", fix)


def _is_open(place: Path) -> bool:
    return os.name == "posix" and bool(place.stat().st_mode & 0o077)
