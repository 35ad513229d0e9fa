"""``nexusplanner runs`` and ``cancel``: what there is to resume, and how a run is ended for good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.cli.calling import BRIEF, Cli, written

from nexusplanner.cli.interrupted import Following, telling_how_to_resume
from nexusplanner.observability.events import Event, StageEvent, StartedEvent
from nexusplanner.settings import Settings


def test_runs_are_listed_and_cancelled(cli: Cli, tmp_path: Path) -> None:
    """A run that waits is ended; one that is done stays done; both are shown with their plans."""
    brief = written(tmp_path / "brief.yaml", BRIEF)
    assert cli("plan", brief, "--workspace", "kept").code == 0
    assert cli("plan", written(brief, BRIEF + "approvers: [Ada]\n"), "--workspace", "kept").code == 0
    waits, done = json.loads(cli("runs", "--workspace", "kept", "--json").out)
    assert [(r["status"], r["name"], r["lives"]) for r in (waits, done)] == [
        ("waiting", "Harbour Lane, spring", 1),
        ("done", "Harbour Lane, spring", 1),
    ]
    assert f"Run {waits['id']} is cancelled." in cli("cancel", waits["id"], "--workspace", "kept").err
    assert f"Run {done['id']} is done already." in cli("cancel", done["id"], "--workspace", "kept").err
    refused = cli("resume", waits["id"], "--workspace", "kept")
    assert refused.code == 1
    assert "was cancelled" in refused.error
    shown = cli("resume", done["id"], "--workspace", "kept", "--json")
    assert json.loads(shown.out)["id"] == done["plan"]
    rows = [line.split("\t") for line in cli("runs", "--workspace", "kept").out.splitlines()]
    assert [(row[0], row[3]) for row in rows[1:]] == [(waits["id"], "cancelled"), (done["id"], "done")]


def test_an_unknown_run_and_no_run_at_all(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    assert "No runs of tenant" in cli("runs", "--workspace", "kept").err
    for verb in ("resume", "cancel"):
        unknown = cli(verb, "run-0000", "--workspace", "kept")
        assert unknown.code == 2
        assert "nexusplanner runs" in unknown.error


def events() -> Iterator[Event]:
    """Tell that a run began, and be interrupted."""
    yield StartedEvent(run_id="run-1")
    yield StageEvent(stage="intake", phase="start")
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("workspace", "told"),
    [(Path("my work"), ("Go on with: nexusplanner resume run-1 --workspace 'my work'",)), (None, ())],
)
def test_who_interrupts_is_told_how_to_go_on(workspace: Path | None, told: tuple[str, ...]) -> None:
    """Where nothing is kept there is nothing to go on with."""
    following = Following(events())
    with pytest.raises(KeyboardInterrupt) as stopped, telling_how_to_resume(following, Settings(workspace=workspace)):
        list(following)
    assert stopped.value.args == told
