"""``nexusplanner plan``: what stands where, and what is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.calling import BRIEF, Cli, written

FILES = {"plan.json", "plan.md", "plan.html", "timeline.json", "calendar.ics", "budget.csv"}


def test_json_alone_is_on_standard_output(cli: Cli, brief: Path) -> None:
    done = cli("plan", brief, "--json", "--seed", "3")
    assert done.code == 0
    plan = json.loads(done.out)
    assert plan["seed"] == 3
    assert plan["status"] == "complete"
    assert "done complete" in done.err


def test_the_same_seed_gives_the_same_bytes(cli: Cli, brief: Path) -> None:
    first, second, other = (cli("plan", brief, "--json", "--seed", seed).out for seed in ("7", "7", "8"))
    assert first == second
    assert first != other


def test_out_writes_five_files_and_says_what_they_show(cli: Cli, brief: Path, tmp_path: Path) -> None:
    done = cli("plan", brief, "--out", "made/here")
    assert done.code == 0
    assert {path.name for path in (tmp_path / "made/here").iterdir()} == FILES
    for name in FILES:
        assert f"made/here/{name}\t" in done.out
    assert "nexusplanner verify made/here/plan.json" in done.out


def test_without_out_a_summary_is_printed_and_nothing_written(cli: Cli, brief: Path, tmp_path: Path) -> None:
    done = cli("plan", brief)
    assert done.code == 0
    for part in ("Harbour Lane, spring", "$40,000", "Positioning", "Money", "First steps", "Risks", "--out DIR"):
        assert part in done.out
    assert [path.name for path in tmp_path.iterdir()] == ["brief.yaml"]


def test_options_come_from_the_file_beside_the_brief(cli: Cli, tmp_path: Path, history: Path) -> None:
    """Specs in nexusplanner.toml start at its own folder, not at the working folder."""
    folder = tmp_path / "campaign"
    folder.mkdir()
    written(folder / "brief.yaml", BRIEF)
    written(folder / "history.csv", history.read_text(encoding="utf-8"))
    written(folder / "nexusplanner.toml", 'seed = 5\n[plan]\nhistory = "csv:history.csv"\n')
    plan = json.loads(cli("plan", folder / "brief.yaml", "--json").out)
    assert plan["seed"] == 5
    assert {e["source"] for e in plan["evidence"] if e["kind"] == "history"} == {"history.csv"}


def test_an_option_wins_over_the_file(cli: Cli, brief: Path, tmp_path: Path) -> None:
    written(tmp_path / "nexusplanner.toml", "seed = 5\n")
    assert json.loads(cli("plan", brief, "--json", "--seed", "6").out)["seed"] == 6


def test_relative_specs_start_at_the_working_folder(cli: Cli, tmp_path: Path, history: Path) -> None:
    (tmp_path / "briefs").mkdir()
    path = written(tmp_path / "briefs" / "brief.yaml", BRIEF)
    written(tmp_path / "here.csv", history.read_text(encoding="utf-8"))
    done = cli("plan", path, "--history", "csv:here.csv", "--json")
    assert done.code == 0, done.err
    assert "here.csv" in {e["source"] for e in json.loads(done.out)["evidence"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--crm", "hubspot"),
        ("--crm", "cvs:x.csv"),
        ("--crm", "csv:absent.csv"),
        ("--history", "csv:absent.csv"),
        ("--signals", "rss:absent.xml"),
        ("--memory", "folder:absent"),
        ("--tool", "absent"),
        ("--model", "absent:model"),
        ("--tenant", " "),
        ("--limit-usd", "many"),
        ("--limit-usd", "-1"),
        ("--limit-usd", "nan"),
        ("--seed", "-1"),
        ("--sead", "1"),
        ("--out", "brief.yaml"),
        ("--out", "brief.yaml/out"),
    ],
)
def test_a_wrong_option_is_one_line_and_exit_2(
    cli: Cli, brief: Path, tmp_path: Path, arguments: tuple[str, str]
) -> None:
    done = cli("plan", brief, "--out", "out", *arguments)
    assert done.code == 2, done.err
    assert done.error
    assert done.out == ""
    assert {path.name for path in tmp_path.iterdir()} == {"brief.yaml"}


def test_a_wrong_setting_names_file_and_key(cli: Cli, brief: Path, tmp_path: Path) -> None:
    written(tmp_path / "nexusplanner.toml", "sead = 5\n")
    done = cli("plan", brief)
    assert done.code == 2
    assert "nexusplanner.toml" in done.error
    assert "sead" in done.error


def test_a_plan_that_waits_without_a_workspace_says_so(cli: Cli, tmp_path: Path) -> None:
    """Nothing keeps the run, so the reader must learn how to make one that can be approved."""
    path = written(tmp_path / "brief.yaml", BRIEF + "approvers: [Ada]\n")
    done = cli("plan", path)
    assert done.code == 0
    assert "waits for approval by Ada" in done.out
    assert "cannot be resumed later" in done.out
    assert "--workspace DIR" in done.out


def test_what_others_wrote_is_never_read_as_markup(cli: Cli, tmp_path: Path) -> None:
    path = written(tmp_path / "brief.yaml", BRIEF.replace("Harbour Lane, spring", '"[red]Spring[/red] :boom:"'))
    assert "[red]Spring[/red] :boom:" in cli("plan", path).out
