"""Checks of what is installed here."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

from nexusplanner.cli.checkup.check import Check, dotted
from nexusplanner.settings import Settings

PYTHON_FLOOR = (3, 11)
SQLITE_FLAW = (3, 7, 0)
SQLITE_SAFE = (3, 51, 3)
"""In between, a write-ahead log that is reset while another connection writes can corrupt the file."""
_AHEAD = timedelta(minutes=5)
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""No release is older."""


def python(settings: Settings, *, found: tuple[int, ...] = sys.version_info[:3]) -> Iterator[Check]:
    """Compare Python with its floor, 3.11."""
    told, floor = dotted(found), dotted(PYTHON_FLOOR)
    if found < PYTHON_FLOOR:
        yield Check("Python", "broken", f"{told} is below {floor}", f"Install Python {floor} or newer.")
    else:
        yield Check("Python", "good", told)


def packages(settings: Settings, *, distribution: str = "nexusplanner") -> Iterator[Check]:
    """Compare the installed packages with their floors; only those that fall short are named."""
    from packaging.requirements import Requirement

    try:
        needs = [Requirement(text) for text in requires(distribution) or ()]
    except PackageNotFoundError:
        yield Check("Packages", "broken", f"{distribution} is not installed", f"Run: pip install {distribution}.")
        return
    bad = []
    for need in (n for n in needs if n.marker is None or n.marker.evaluate({"extra": ""})):
        found = _version(need.name) or "missing"
        if found == "missing" or not need.specifier.contains(found, prereleases=True):
            bad.append(Check(need.name, "broken", f"{found}, needs {need.specifier}", f"Run: pip install '{need}'."))
    yield from bad or [Check("Packages", "good", f"{len(needs)} requirements, nothing missing or too old")]


def extras(settings: Settings, *, distribution: str = "nexusplanner") -> Iterator[Check]:
    """Say which extras are installed; one that the settings need and that is not is broken."""
    from packaging.requirements import Requirement

    try:
        needs = [Requirement(text) for text in requires(distribution) or ()]
        names = metadata(distribution).get_all("Provides-Extra") or []
    except PackageNotFoundError:
        return
    there = []
    for extra in names:
        its = [n for n in needs if n.marker and n.marker.evaluate({"extra": extra}) and not n.marker.evaluate()]
        if its and all(n.specifier.contains(_version(n.name) or "0", prereleases=True) for n in its):
            there.append(extra)
    missing = [extra for extra in asked_extras(settings) if extra not in there]
    for extra in missing:
        yield Check("Extras", "broken", f"{extra} is needed", f"Run: pip install 'nexusplanner[{extra}]'.")
    if not missing:
        yield Check("Extras", "good", ", ".join(there) or "none installed, none needed")


def asked_extras(settings: Settings) -> tuple[str, ...]:
    """Name the extras that settings cannot do without."""
    asked = {
        "otel": settings.observability.spans,
        "postgres": settings.storage.url is not None,
        "redis": settings.cache.store.startswith(("redis://", "rediss://")),
        "sentry": settings.observability.sentry_dsn is not None,
    }
    return tuple(extra for extra, is_asked in asked.items() if is_asked)


def sqlite(settings: Settings, *, found: tuple[int, ...] = sqlite3.sqlite_version_info) -> Iterator[Check]:
    """Look for full-text search, and for the fault of versions 3.7.0 to 3.51.2 that can corrupt a file."""
    with sqlite3.connect(":memory:") as connection:
        has_fts5 = connection.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0]
    connection.close()
    if not has_fts5:
        yield Check(
            "SQLite", "broken", "built without FTS5, which finds words in memory", "Use another build of Python."
        )
    elif SQLITE_FLAW <= found < SQLITE_SAFE:
        detail = f"{dotted(found)} may corrupt a file that two processes write at once"
        yield Check("SQLite", "warning", detail, f"Let one process use a workspace, or get {dotted(SQLITE_SAFE)}.")
    else:
        yield Check("SQLite", "good", dotted(found))


def serializer(settings: Settings, *, loads: Callable[[tuple[str, bytes]], object] | None = None) -> Iterator[Check]:
    """Hand the reader of checkpoints one that names a class of ours; it must not build it."""
    from nexusplanner.persistence.checkpoints import strict_serializer

    strict = strict_serializer()
    built = (loads or strict.loads_typed)(strict.dumps_typed(Planted("x")))
    if isinstance(built, Planted):
        detail = "a checkpoint can build any class it names"
        yield Check("Serializer", "broken", detail, "Run: pip install 'langgraph-checkpoint>=4.3,<5'.")
    else:
        yield Check("Serializer", "good", "strict: checkpoints build plain data alone")


@dataclass(frozen=True)
class Planted:
    """A class that no checkpoint may build."""

    text: str


def clock(settings: Settings, *, now: Callable[[], float] = time.time) -> Iterator[Check]:
    """Look whether the clock can be right: not before this release, nor before the newest file of the workspace."""
    at = datetime.fromtimestamp(now(), UTC)
    newest = max((_changed(file) for file in _files(settings.workspace)), default=_EPOCH)
    if at < _EPOCH:
        yield Check("Clock", "broken", f"{at:%Y-%m-%d} is before this release", "Set it; budgets go by its days.")
    elif newest > at + _AHEAD:
        detail = f"the workspace was written to at {newest:%Y-%m-%d %H:%M}, and it is {at:%Y-%m-%d %H:%M} UTC"
        yield Check("Clock", "warning", detail, "Set it; budgets, leases and logs go by it.")
    else:
        yield Check("Clock", "good", f"{at:%Y-%m-%d %H:%M} UTC")


def time_zones(settings: Settings, *, load: Callable[[str], object] | None = None) -> Iterator[Check]:
    """Look for the time zone data that moments in feeds and files are read with."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        (load or ZoneInfo)("America/New_York")
    except ZoneInfoNotFoundError:
        yield Check("Time zones", "broken", "no data", "Run: pip install tzdata.")
    else:
        yield Check("Time zones", "good", "found")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _files(folder: Path | None) -> Iterator[Path]:
    if folder is not None and folder.is_dir():
        yield from (file for file in folder.iterdir() if file.is_file())


def _changed(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
