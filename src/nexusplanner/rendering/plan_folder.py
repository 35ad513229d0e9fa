"""Save a plan as files: all or nothing is rendered, and no file is ever seen half-written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.timeline import Timeline
from nexusplanner.errors import StorageError
from nexusplanner.rendering.budget_csv import to_budget_csv
from nexusplanner.rendering.calendar_file import to_icalendar
from nexusplanner.rendering.html import to_html
from nexusplanner.rendering.markdown import to_markdown
from nexusplanner.rendering.whole_files import write_whole

_FIX = "Give a folder that can be written to and has room."


def save_plan(plan: CampaignPlan, folder: Path, *, timeline: Timeline | None = None) -> tuple[Path, ...]:
    """Write plan.json, plan.md, plan.html, calendar.ics and budget.csv into a folder, making it if need be.

    Everything is rendered before the first byte is written; each file appears whole, under its
    name, or not at all. plan.json comes last, so a new one stands beside its own companions.

    Args:
        plan: The plan.
        folder: Where to.
        timeline: Who worked when on it; drawn in plan.html and written as timeline.json.

    Returns:
        The paths, plan.json first.

    Raises:
        StorageError: The folder cannot be written.
    """
    files = {
        "plan.json": plan.to_json(),
        "plan.md": to_markdown(plan),
        "plan.html": to_html(plan, timeline=timeline),
        "calendar.ics": to_icalendar(plan),
        "budget.csv": to_budget_csv(plan),
    }
    if timeline is not None and timeline.shifts:
        files["timeline.json"] = timeline.to_json()
    contents = {name: text.encode("utf-8", "replace") for name, text in files.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_folders(folder, contents)
        write_whole(folder, contents)
    except OSError as error:
        raise StorageError(f"{folder}: the plan cannot be saved ({error.strerror or error}).", fix=_FIX) from error
    return tuple(folder / name for name in contents)


def _refuse_folders(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Find out before the first file is replaced that one of them cannot be."""
    for name in contents:
        if (folder / name).is_dir():
            raise StorageError(f"{folder / name}: is a folder, not a file.", fix="Move it away or name another folder.")
