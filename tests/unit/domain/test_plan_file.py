"""A plan.json comes back as it was written, or is refused with file and field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nexusplanner.domain import plan_file
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import InputError
from nexusplanner.testing.plans import sample_plan


def test_a_plan_round_trips_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(sample_plan().to_json(), "utf-8")
    plan = CampaignPlan.load(path)
    assert plan == sample_plan()
    assert plan.to_json() == path.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1, column 1: not JSON"),
        ("[]", "not a plan"),
        ("{}", "is missing"),
        ('{"id": 1, "id": 2}', "id: the key stands twice"),
        ('{"id": NaN}', "not a finite number"),
        ('{"id": "plan-1"', "not JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"plan\.json: ") as caught:
        CampaignPlan.load(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_field_is_named(tmp_path: Path) -> None:
    tree = json.loads(sample_plan().to_json())
    tree["budget"]["lines"][1]["share"] = 1.5
    tree["budget"]["lines"][0]["shares"] = 1
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(tree), "utf-8")
    with pytest.raises(InputError) as caught:
        CampaignPlan.load(path)
    assert caught.value.field == "budget.lines[0].shares"
    assert "Did you mean 'share'?" in str(caught.value)
    assert "budget.lines[1].share" in str(caught.value)


def test_a_file_beyond_the_cap_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.json"
    path.write_text(sample_plan().to_json(), "utf-8")
    monkeypatch.setattr(plan_file, "MAX_BYTES", 1000)
    with pytest.raises(InputError, match="more than the 1,000"):
        CampaignPlan.load(path)
