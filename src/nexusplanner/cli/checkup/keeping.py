"""Checks of where things are kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from nexusplanner.cli.checkup.check import Check
from nexusplanner.errors import NexusError
from nexusplanner.settings import Settings

_MOST_FILES = 50_000
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
    from nexusplanner.persistence.database import FILE_NAME, Database
    from nexusplanner.persistence.migrations import revisions

    at = settings.storage.url or (settings.workspace and settings.workspace / FILE_NAME)
    if at is None:
        return
    kept, newest = Database(at), revisions()[-1]
    try:
        found = kept.revision()
    except NexusError as error:
        yield Check(_PLACE, "broken", error.message.rstrip("."), error.fix)
        return
    finally:
        kept.close()
    if found is None:
        yield Check(_PLACE, "good", f"{kept.name}, made when first needed")
    elif found == newest:
        yield Check(_PLACE, "good", f"{kept.name}, revision {found}")
    elif found in revisions():
        fix = f"The next use brings it to {newest}; back it up before."
        yield Check(_PLACE, "warning", f"{kept.name} is at revision {found}", fix)
    else:
        fix = "Use the release that wrote it, or a later one."
        yield Check(_PLACE, "broken", f"{kept.name} is at revision {found}, which is unknown here", fix)


def _is_open(place: Path) -> bool:
    return os.name == "posix" and bool(place.stat().st_mode & 0o077)
