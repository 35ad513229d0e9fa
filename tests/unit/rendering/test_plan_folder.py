"""Saving must write five whole files, or leave what was there alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import StorageError
from nexusplanner.rendering import plan_folder, save_plan
from nexusplanner.rendering.whole_files import part_names
from nexusplanner.testing.plans import sample_plan

_NAMES = ("plan.json", "plan.md", "plan.html", "calendar.ics", "budget.csv")


def test_five_files_are_written_and_nothing_else(tmp_path: Path) -> None:
    plan = sample_plan()
    paths = save_plan(plan, tmp_path / "new" / "out")
    assert paths == tuple(tmp_path / "new" / "out" / name for name in _NAMES)
    assert sorted(p.name for p in (tmp_path / "new" / "out").iterdir()) == sorted(_NAMES)
    assert paths[0].read_bytes().decode() == plan.to_json()
    assert paths[1].read_bytes().decode() == plan.to_markdown()


def test_saving_again_gives_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in save_plan(sample_plan(), tmp_path)]
    assert [path.read_bytes() for path in save_plan(sample_plan(), tmp_path)] == first


def test_a_failing_renderer_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(plan: CampaignPlan) -> str:
        raise RuntimeError(plan.id)

    monkeypatch.setattr(plan_folder, "to_budget_csv", fail)
    with pytest.raises(RuntimeError):
        save_plan(sample_plan(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_the_old_files_whole_and_no_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills while the fourth part is written: the five old files stay as they were."""
    before = [path.read_bytes() for path in save_plan(sample_plan(), tmp_path)]
    opened: list[str] = []
    real = Path.open

    def full(self: Path, *args: object, **kwargs: object) -> object:
        opened.append(self.name)
        if len(opened) == 4:
            raise OSError(28, "No space left on device")
        return real(self, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(StorageError, match=r"No space left on device\)\. Give a folder") as error:
        save_plan(sample_plan(version=2), tmp_path)
    monkeypatch.undo()
    assert "\n" not in str(error.value)
    assert [(tmp_path / name).read_bytes() for name in _NAMES] == before
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(_NAMES)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(StorageError, match="out: the plan cannot be saved"):
        save_plan(sample_plan(), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_a_folder_in_the_place_of_a_file_is_found_before_anything_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "budget.csv").mkdir()
    with pytest.raises(StorageError, match=r"budget\.csv: is a folder"):
        save_plan(sample_plan(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["budget.csv"]


def test_a_link_left_at_a_part_is_not_followed(tmp_path: Path) -> None:
    """A part of a run that died may be anything by now; it is removed, not written through."""
    other = tmp_path / "other"
    other.write_text("mine")
    folder = tmp_path / "out"
    folder.mkdir()
    names = part_names(folder, _NAMES)
    names[folder / "plan.md"].symlink_to(other)
    save_plan(sample_plan(), folder)
    assert other.read_text() == "mine"
    assert sorted(p.name for p in folder.iterdir()) == sorted(_NAMES)
