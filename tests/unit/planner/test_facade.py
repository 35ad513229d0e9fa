"""The planner's door: sync verbs anywhere, closing, what it says of itself."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from tests.flow.campaigns import BRIEF, brief, crm, everything, planner, to_approve

from nexusplanner import CampaignBrief, ConfigurationError, InputError, Planner
from nexusplanner.planner.background import run_in_background
from nexusplanner.planner.core import _today


@pytest.mark.parametrize(("asked", "rests"), [(brief(), 0), (to_approve(), 1)])
def test_only_a_run_that_somebody_is_asked_about_rests(tmp_path: Path, asked: CampaignBrief, rests: int) -> None:
    """What a run needs to go on stays, and nothing of one that ended."""
    with Planner(models=(), workspace=tmp_path) as planning:
        assert planning.plan(asked).plan is not None
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as kept:
        assert kept.execute("SELECT COUNT(*) FROM checkpoint_heads").fetchone() == (rests,)
        assert bool(kept.execute("SELECT COUNT(*) FROM checkpoint_values").fetchone()[0]) == bool(rests)


async def test_sync_verbs_work_inside_a_running_loop() -> None:
    """As in a notebook, where a loop is always running."""
    assert asyncio.get_running_loop().is_running()
    with planner() as planning:
        result = planning.plan(brief())
        assert result.plan is not None
        assert planning.list() == (result.plan,)
        assert planning.show(result.plan.id) == result.plan


def test_sync_verbs_work_from_many_threads() -> None:
    """All share one background loop."""
    planning, found = planner(), []
    threads = [
        threading.Thread(target=lambda n=n: found.append(planning.plan(brief(name=f"Campaign {n}")).status))
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == ["complete"] * 3


def test_an_error_on_the_background_loop_reaches_the_caller() -> None:
    """As itself, not as one of the machinery's."""

    async def fail() -> None:
        raise InputError("no")

    with pytest.raises(InputError):
        run_in_background(fail())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_has_a_loop_of_its_own() -> None:
    """A web server that forks its workers after the first plan does not hang."""

    async def answer() -> int:
        return 7

    assert run_in_background(answer()) == 7
    child = os.fork()
    if child == 0:
        os._exit(run_in_background(answer()))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_planner_a_plan_and_a_result_show_themselves() -> None:
    """In a shell by one line that says what it is; in a notebook by HTML that runs nothing."""
    planning = planner(**everything())
    assert repr(planning) == "<Planner rules; crm, history, signals, memory>"
    assert repr(planner()) == "<Planner rules; no tools>"
    result = planning.plan(brief(name="Fill <b>spring</b>"))
    assert result.plan is not None
    assert result.run_id in repr(result)
    assert "complete" in repr(result)
    assert "40000.00 EUR" in repr(result.plan)
    assert "\n" not in repr(result)
    shown = result._repr_html_()
    assert "Fill &lt;b&gt;spring" in shown
    assert "<b>spring" not in shown
    assert "<script" not in shown
    assert result.debate == result.plan.debate
    assert result.cost == result.plan.cost


def test_a_result_that_asks_says_how_much() -> None:
    """Of a person, or of the brief."""
    assert "asks 1" in repr(planner().plan(to_approve()))
    assert "asks 4" in repr(planner().plan({"name": BRIEF["name"]}))


def test_a_result_without_a_plan_has_empty_parts() -> None:
    """Nothing was lost, nothing was paid, nothing was debated."""
    result = planner().plan({"name": BRIEF["name"]})
    assert (result.degraded, result.debate, result.cost.calls) == ((), None, 0)


async def test_a_closed_planner_lets_go_of_its_workspace_and_of_its_tools(tmp_path: Path) -> None:
    """And closing one that did nothing is no error."""
    planner(workspace=tmp_path / "never").close()
    assert not (tmp_path / "never").exists()
    async with planner(workspace=tmp_path / "w", crm=crm()) as planning:
        result = await planning.aplan(to_approve())
        assert result.pending
    with planner(workspace=tmp_path / "w") as again:
        assert (await again.aplan(brief())).status == "complete"


def test_a_brief_is_taken_in_every_form(tmp_path: Path) -> None:
    """A path, its name, plain data and the brief itself give one plan."""
    import json

    file = tmp_path / "brief.json"
    file.write_text(json.dumps(BRIEF))
    plans = [planner().plan(form).plan for form in (file, str(file), BRIEF, brief())]
    assert len({plan.to_json() for plan in plans if plan}) == 1


def test_the_planning_day_is_no_later_than_the_campaigns_last() -> None:
    """A brief of last year is planned as of its own days, not of ours."""
    past = brief(period={"start": "2026-01-05", "end": "2026-02-01"})
    plan = planner().plan(past).plan
    assert plan is not None
    assert plan.created_at.date().isoformat() == "2026-02-01"
    assert _today().year >= 2026


def test_a_planner_without_arguments_reads_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its defaults are those of ``nexusplanner.toml`` where it stands."""
    (tmp_path / "nexusplanner.toml").write_text('tenant = "kiln"\nseed = 9\n')
    monkeypatch.chdir(tmp_path)
    plan = Planner(models=[]).plan(brief()).plan
    assert plan is not None
    assert (plan.tenant, plan.seed) == ("kiln", 9)


@pytest.mark.parametrize("arguments", [{"crm": "nosuch:x.csv"}, {"models": ["nosuch:model"]}, {"memory": "nosuch:"}])
def test_what_cannot_be_resolved_is_a_configuration_error(arguments: dict[str, object]) -> None:
    """Before anything runs."""
    with pytest.raises((ConfigurationError, InputError)):
        planner(**arguments)
