"""The report of a run: files, figures, and where to go next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nexusplanner import BriefIncomplete, CampaignPlan, Pending, PlanResult, Settings
from nexusplanner.cli.report import report


def test_json_and_files_together(made: CampaignPlan, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(_result(made), settings=Settings(), out=tmp_path / "out", is_json=True)
    captured = capsys.readouterr()
    assert json.loads(captured.out)["id"] == made.id
    assert "plan.html" in captured.err
    assert (tmp_path / "out/plan.json").read_text(encoding="utf-8") == captured.out


def test_a_kept_plan_is_named_by_its_id(made: CampaignPlan, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(workspace=Path("my plans"), tenant="acme")
    report(_result(made), settings=settings, out=None, is_json=False)
    assert f"nexusplanner show {made.id} --workspace 'my plans' --tenant acme" in capsys.readouterr().out


@pytest.mark.parametrize("is_json", [True, False])
def test_a_waiting_run_tells_how_to_decide(
    made: CampaignPlan, capsys: pytest.CaptureFixture[str], is_json: bool
) -> None:
    pending = Pending(id="q", plan_id=made.id, approvers=("Ada Byron",), question="?")
    report(_result(made, pending), settings=Settings(workspace=Path("kept")), out=None, is_json=is_json)
    captured = capsys.readouterr()
    told = captured.err if is_json else captured.out
    assert "nexusplanner resume run-1 --approve --by 'Ada Byron' --workspace kept" in told
    assert "nexusplanner resume run-1 --reject --by 'Ada Byron' --workspace kept" in told


def test_without_a_plan_the_questions_are_asked() -> None:
    asked = PlanResult(run_id="run-1", status="refused", questions=("How much money is there?",))
    with pytest.raises(BriefIncomplete, match="How much money is there"):
        report(asked, settings=Settings(), out=None, is_json=False)


def _result(plan: CampaignPlan, *pending: Pending) -> PlanResult:
    return PlanResult(run_id="run-1", status=plan.status, plan=plan, pending=pending)
