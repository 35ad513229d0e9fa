"""The checks of ``doctor``: each looks at one thing, calls nobody, and never shows a key."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nexusplanner.cli.checkup_database import database
from nexusplanner.errors import NexusError
from nexusplanner.settings import Settings

if TYPE_CHECKING:
    from nexusplanner.llm.breaker import Breakers

State = Literal["good", "warning", "broken"]
PYTHON_FLOOR = (3, 11)
SQLITE_SAFE = (3, 51, 3)
"""From here on a write-ahead log that is reset while another connection writes cannot corrupt the file."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    state: State
    detail: str
    fix: str = ""


def checks(settings: Settings) -> Iterator[Check]:
    """Look at everything a plan depends on."""
    yield python()
    yield from packages()
    yield from sqlite()
    yield prompts(settings)
    yield from models(settings)
    yield from deployments(settings)
    yield embeddings()
    yield workspace(settings)
    yield from database(settings)
    yield time_zones()


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Check:
    """Compare Python with its floor."""
    told, floor = _dotted(version), _dotted(PYTHON_FLOOR)
    if version < PYTHON_FLOOR:
        return Check("Python", "broken", f"{told} is below {floor}", f"Install Python {floor} or newer.")
    return Check("Python", "good", told)


def packages(distribution: str = "nexusplanner") -> Iterator[Check]:
    """Compare the installed packages with their floors; only those that fall short are named."""
    from importlib.metadata import PackageNotFoundError, requires, version

    from packaging.requirements import Requirement

    try:
        needs = [Requirement(text) for text in requires(distribution) or ()]
    except PackageNotFoundError:
        yield Check("Packages", "broken", f"{distribution} is not installed", f"Run: pip install {distribution}.")
        return
    bad = []
    for need in (n for n in needs if n.marker is None or n.marker.evaluate({"extra": ""})):
        try:
            found = version(need.name)
        except PackageNotFoundError:
            found = "missing"
        if found == "missing" or not need.specifier.contains(found, prereleases=True):
            bad.append(Check(need.name, "broken", f"{found}, needs {need.specifier}", f"Run: pip install '{need}'."))
    yield from bad or [Check("Packages", "good", f"{len(needs)} requirements, nothing missing or too old")]


def sqlite(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Iterator[Check]:
    """Look for full-text search, and for a fault of older versions."""
    with sqlite3.connect(":memory:") as connection:
        has_fts5 = connection.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0]
    connection.close()
    if not has_fts5:
        yield Check(
            "SQLite", "broken", "built without FTS5, which finds words in memory", "Use another build of Python."
        )
    elif version < SQLITE_SAFE:
        detail = f"{_dotted(version)} may corrupt a file that two processes write at once"
        yield Check("SQLite", "warning", detail, f"Let one process use a workspace, or get {_dotted(SQLITE_SAFE)}.")
    else:
        yield Check("SQLite", "good", _dotted(version))


def prompts(settings: Settings) -> Check:
    """Find and read every prompt, the user's own among them."""
    from nexusplanner.planner.wiring import wire_prompts
    from nexusplanner.prompts import find, prompt_ids

    try:
        ids = prompt_ids()
        for name in ids:
            find(name)
    except (NexusError, OSError) as error:
        return Check("Prompts", "broken", str(error), "Install the package again.")
    if not ids:
        return Check("Prompts", "broken", "none found", "Install the package again.")
    try:
        own = wire_prompts(settings).own
    except NexusError as error:
        return Check("Prompts", "broken", error.message, error.fix)
    told = f", {len(own)} of them your own" if own else ""
    return Check("Prompts", "good", f"{len(ids)} found{told}")


def models(settings: Settings) -> Iterator[Check]:
    """Say which models would write, and whether there are keys; never their values."""
    from nexusplanner.planner.wiring import model_names, wire_model
    from nexusplanner.settings import PromptFiles

    yield Check("OpenAI key", "good", "set" if settings.openai_api_key else "not set")
    yield Check("AWS credentials", "good", "set" if _has_aws() else "not set")
    try:
        wire_model(None, settings.model_copy(update={"prompts": PromptFiles()}))
        names = (*model_names(None, settings), "rules")
    except NexusError as error:
        yield Check("Models", "broken", error.message, error.fix)
        return
    yield Check("Models", "good", f"{', then '.join(names)}; ${settings.limits.usd} a run at most")


def deployments(settings: Settings, breakers: Breakers | None = None) -> Iterator[Check]:
    """Tell of each named model whether it is left alone after faults; nobody is asked."""
    from nexusplanner.llm.breaker import SHARED
    from nexusplanner.llm.loading import deployment
    from nexusplanner.planner.wiring import model_names

    for name in model_names(None, settings):
        health = (breakers or SHARED).of(deployment(name, settings.openai_base_url)).health()
        if health.state == "closed":
            yield Check(name, "good", "answers" if health.is_proven else "not asked yet")
        else:
            detail = f"{health.state} for {health.since_s:.0f} s; the last fault: {health.last_fault}"
            yield Check(name, "warning", detail, "The next model of the chain answers meanwhile.")


def embeddings() -> Check:
    """Say which embeddings would answer."""
    from nexusplanner.adapters.embeddings import choose_embeddings

    try:
        return Check("Embeddings", "good", choose_embeddings()[1])
    except NexusError as error:
        return Check("Embeddings", "broken", error.message, error.fix)


def workspace(settings: Settings) -> Check:
    """Look whether the workspace can be written, and by whom it can be read."""
    folder = settings.workspace
    if folder is None:
        return Check("Workspace", "good", "none: plans and waiting runs are not kept")
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        return Check("Workspace", "broken", f"{there} cannot be written", "Change its rights, or name another.")
    if there == folder and _is_open(folder):
        return Check("Workspace", "warning", f"{folder} can be read by others", f"Run: chmod 700 {folder}.")
    return Check("Workspace", "good", f"{folder}" if there == folder else f"{folder}, made when first needed")


def time_zones(load: Callable[[str], object] | None = None) -> Check:
    """Look for the time zone data that moments in feeds and files are read with."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        (load or ZoneInfo)("America/New_York")
    except ZoneInfoNotFoundError:
        return Check("Time zones", "broken", "no data", "Run: pip install tzdata.")
    return Check("Time zones", "good", "found")


def _has_aws() -> bool:
    return bool(os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE"))


def _is_open(folder: Path) -> bool:
    return os.name == "posix" and bool(folder.stat().st_mode & 0o077)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
