"""``nexusplanner plan``: a brief becomes a plan."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.cli import options
from nexusplanner.cli.opening import Sources, load_settings, open_planner
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    from nexusplanner.planner import PlanResult
    from nexusplanner.settings import Settings


def plan(
    brief: options.Brief,
    *,
    crm: options.Crm = None,
    history: options.History = None,
    signals: options.Signals = None,
    memory: options.Memory = None,
    tool: options.Tool = None,
    model: options.Model = None,
    limit_usd: options.LimitUsd = None,
    tenant: options.Tenant = None,
    seed: options.Seed = None,
    workspace: options.Workspace = None,
    out: options.Out = None,
    json: options.Json = False,
) -> None:
    """Turn a brief and your data into a campaign plan."""
    settings = load_settings(brief, workspace=workspace, tenant=tenant, seed=seed, limit_usd=limit_usd, models=model)
    folder = out or settings.plan.out
    if folder is not None:
        check_folder(folder)
    sources = Sources(crm=crm, history=history, signals=signals or (), memory=memory, tools=tool or ())
    result = _made(brief, sources, settings)
    from nexusplanner.cli.report import report

    report(result, settings=settings, out=folder, is_json=json)


def check_folder(folder: Path) -> None:
    """Find out that a folder cannot be written before anything is spent.

    Raises:
        InputError: It is a file, or has no rights to write.
    """
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir():
        raise InputError("is a file, not a folder", source=str(there), field="--out", fix="Name another folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError("cannot be written", source=str(there), field="--out", fix="Name another folder.")


def _made(brief: Path, sources: Sources, settings: Settings) -> PlanResult:
    from nexusplanner.domain.brief import CampaignBrief

    read = CampaignBrief.load(brief)
    from nexusplanner.cli.interrupted import Following, telling_how_to_resume
    from nexusplanner.cli.progress import watch

    with open_planner(settings, sources) as planner:
        following = Following(planner.stream(read))
        with telling_how_to_resume(following, settings):
            return planner.result(watch(following).run_id)
