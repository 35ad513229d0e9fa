"""Finding a plan: what is a path, and what an id."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.cli.calling import written

from nexusplanner.cli.finding import is_path


@pytest.mark.parametrize(
    ("name", "expected"),
    [("plan.json", True), ("out/plan", True), ("out\\plan", True), ("plan-0123456789abcdef", False)],
)
def test_a_path_is_told_from_an_id(name: str, expected: bool) -> None:
    assert is_path(name) is expected


def test_a_file_that_is_there_is_a_path(tmp_path: Path) -> None:
    written(tmp_path / "kept", "{}")
    assert is_path("kept")
