"""The checks of ``doctor``, one by one."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest
from tests.unit.cli.calling import written

from nexusplanner.cli import checkup
from nexusplanner.settings import Settings


def test_an_old_python_is_broken() -> None:
    assert [c.state for c in checkup.python(Settings(), found=(3, 10, 14))] == ["broken"]
    assert [c.state for c in checkup.python(Settings(), found=(3, 11, 0))] == ["good"]


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ((3, 51, 2), "warning"),
        ((3, 51, 3), "good"),
        ((3, 40, 1), "warning"),
        ((3, 7, 0), "warning"),
        ((3, 6, 23), "good"),
    ],
)
def test_an_sqlite_that_may_corrupt_is_a_warning(version: tuple[int, ...], state: str) -> None:
    assert [check.state for check in checkup.sqlite(Settings(), found=version)] == [state]


def test_a_package_that_is_not_installed_is_broken() -> None:
    (check,) = checkup.packages(Settings(), distribution="no-such-distribution")
    assert check.state == "broken"


def test_a_floor_that_is_not_met_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "nexusplanner.cli.checkup.installation.requires", lambda _: ["rich>=999", "typer>=0.1", "no-such-package>=1"]
    )
    found = {check.what: check for check in checkup.packages(Settings())}
    assert {name: check.state for name, check in found.items()} == {"rich": "broken", "no-such-package": "broken"}
    assert ">=999" in found["rich"].detail


def test_missing_time_zones_are_broken() -> None:
    def none(key: str) -> object:
        raise ZoneInfoNotFoundError(key)

    assert [c.state for c in checkup.time_zones(Settings(), load=none)] == ["broken"]


@pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")
def test_a_workspace_is_looked_at(tmp_path: Path) -> None:
    closed, opened = tmp_path / "closed", tmp_path / "opened"
    closed.mkdir(mode=0o700)
    opened.mkdir(mode=0o755)
    file = written(tmp_path / "file", "")
    states = {
        path.name: next(checkup.workspace(Settings(workspace=path))).state
        for path in (closed, opened, file, tmp_path / "later")
    }
    assert states == {"closed": "good", "opened": "warning", "file": "broken", "later": "good"}
