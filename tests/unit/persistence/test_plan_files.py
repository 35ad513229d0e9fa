"""Plans as files: for the owner alone, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nexusplanner.domain.tenant import storage_key
from nexusplanner.errors import InputError, StorageError
from nexusplanner.persistence import FilePlans
from nexusplanner.testing import sample_plan


async def test_files_are_readable_for_their_owner_alone(tmp_path: Path) -> None:
    """Plans hold business secrets; so do their folders' names of tenants."""
    plan, workspace = sample_plan(), tmp_path / "workspace"
    await FilePlans(workspace).save(plan, tenant="acme")
    (file,) = (path for path in workspace.rglob("*") if path.is_file())
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file == workspace / storage_key("acme") / "plans" / f"{plan.id}.json"
    assert "acme" not in str(file.relative_to(tmp_path))
    assert file.read_text() == plan.to_json()


async def test_a_write_that_fails_leaves_the_plan_that_was_there_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk half way is a StorageError, the older plan stays whole, nothing else lies about."""
    plan = sample_plan()
    plans = FilePlans(tmp_path)
    await plans.save(plan, tenant="acme")
    write = Path.write_text

    def half(self: Path, data: str, **kwargs: str) -> int:
        write(self, data[: len(data) // 2], **kwargs)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(StorageError, match="No space left"):
        await plans.save(plan.model_copy(update={"status": "refused"}), tenant="acme")
    monkeypatch.undo()
    assert await plans.list(tenant="acme") == (plan,)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{plan.id}.json"]


async def test_a_workspace_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    """One line, with the next step."""
    (tmp_path / "workspace").write_text("a file")
    with pytest.raises(StorageError) as refused:
        await FilePlans(tmp_path / "workspace").save(sample_plan(), tenant="acme")
    assert refused.value.fix


async def test_a_file_that_is_no_plan_is_an_input_error(tmp_path: Path) -> None:
    """What somebody else wrote into the workspace is not taken for a plan."""
    plan, plans = sample_plan(), FilePlans(tmp_path)
    await plans.save(plan, tenant="acme")
    (file,) = tmp_path.rglob("plan-*.json")
    file.write_text("{}")
    with pytest.raises(InputError):
        await plans.get(plan.id, tenant="acme")


async def test_the_newest_file_stands_first(tmp_path: Path) -> None:
    """Order is of the files' times, not of ids."""
    plans, plan = FilePlans(tmp_path), sample_plan()
    for at, mark in enumerate(("cc", "aa", "bb")):
        named = plan.model_copy(update={"id": "plan-" + mark * 8})
        await plans.save(named, tenant="acme")
        os.utime(tmp_path / storage_key("acme") / "plans" / f"{named.id}.json", (1000 + at, 1000 + at))
    assert [p.id[5:7] for p in await plans.list(tenant="acme")] == ["bb", "aa", "cc"]
