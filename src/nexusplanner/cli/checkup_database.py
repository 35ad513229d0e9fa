"""The check of the database: where its schema stands; nothing is made and nothing is brought up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexusplanner.errors import NexusError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nexusplanner.cli.checkup import Check
    from nexusplanner.settings import Settings


def database(settings: Settings) -> Iterator[Check]:
    """Compare the schema's revision with that of this release; say nothing where nothing is kept."""
    from nexusplanner.cli.checkup import Check
    from nexusplanner.persistence.database import FILE_NAME, Database
    from nexusplanner.persistence.migrations import revisions

    at = settings.storage.url or (settings.workspace and settings.workspace / FILE_NAME)
    if at is None:
        return
    kept, newest = Database(at), revisions()[-1]
    try:
        found = kept.revision()
    except NexusError as error:
        yield Check("Database", "broken", error.message, error.fix)
        return
    if found is None:
        yield Check("Database", "good", f"{kept.name}, made when first needed")
    elif found not in revisions():
        fix = "Use the release that wrote it, or a later one."
        yield Check("Database", "broken", f"{kept.name} is at revision {found}, which is unknown here", fix)
    else:
        later = "" if found == newest else f", brought to {newest} when first used"
        yield Check("Database", "good", f"{kept.name}, revision {found}{later}")
