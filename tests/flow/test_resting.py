"""Resting: a run that is cut goes on from the disk, and what has ended leaves nothing there."""

from __future__ import annotations

import sqlite3
from contextlib import aclosing, closing
from pathlib import Path
from typing import cast

import pytest
from tests.flow.campaigns import brief, planner

from nexusplanner import Planner
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.graph.context import RunContext
from nexusplanner.graph.state import PlanState
from nexusplanner.observability.events import StageEvent
from nexusplanner.persistence import release, sqlite_checkpoints
from nexusplanner.planner.runs import thread_of


async def cut(planning: Planner, stage: str) -> None:
    """Plan, and give up as soon as a stage has begun."""
    async with aclosing(planning.astream(brief())) as told:  # type: ignore[type-var]
        async for event in told:
            if isinstance(event, StageEvent) and (event.stage, event.phase) == (stage, "start"):
                return


def kept(folder: Path) -> list[tuple[int, ...]]:
    """Count the rows of each table."""
    with closing(sqlite3.connect(folder / "runs.sqlite")) as found:
        tables = ("checkpoint_heads", "checkpoint_values", "checkpoint_writes")
        return [found.execute(f"SELECT COUNT(*) FROM {table}").fetchone() for table in tables]


async def gone_on(folder: Path) -> CampaignPlan:
    """Walk the one run that rests in a folder to its end, as another process would."""
    saver = sqlite_checkpoints(folder / "runs.sqlite")
    [name] = {item.config["configurable"]["thread_id"].partition("/")[2] async for item in saver.alist(None)}
    release(saver)
    with planner(workspace=folder) as planning:
        config = thread_of("default", name)
        state = await planning.graph.ainvoke(None, config, context=RunContext(), durability="sync")
    return CampaignPlan.model_validate(cast(PlanState, state)["plan"])


@pytest.mark.parametrize("stage", ["size", "argue", "save"])
async def test_a_run_that_is_cut_goes_on_from_the_disk_to_the_same_plan(tmp_path: Path, stage: str) -> None:
    """Each stage finds on the disk all that the stages before it found."""
    whole = await planner().aplan(brief())
    with planner(workspace=tmp_path) as planning:
        await cut(planning, stage)
    assert whole.plan is not None
    assert (await gone_on(tmp_path)).id == whole.plan.id


async def test_each_step_is_on_the_disk_before_the_next_begins(tmp_path: Path) -> None:
    """Whoever looks when a stage begins finds the steps before it."""
    alone = ("intake", "research", "size", "check", "weigh", "assemble", "save")
    with planner(workspace=tmp_path) as planning:
        found = [
            kept(tmp_path)[0][0]
            async for event in planning.astream(brief())
            if isinstance(event, StageEvent) and event.phase == "start" and event.stage in alone
        ]
    assert len(found) > len(alone)
    assert found == sorted(set(found))
    assert kept(tmp_path) == [(0,), (0,), (0,)]


async def test_without_a_workspace_nothing_rests() -> None:
    """Not in a file, and not in memory."""
    planning = planner()
    result = await planning.aplan(brief())
    assert result.plan is not None
    assert "_saver" not in planning.__dict__
