"""The floors contract stops what it is there to stop: each planted fault breaks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house.source_tree import ROOT

pytestmark = pytest.mark.slow

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(place: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the copy of the house that stands in a folder."""
    return subprocess.run(
        (sys.executable, "-c", LINT, "--no-cache"),
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place / "src")},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Copy the house, to plant faults in."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_as_it_is_keeps_its_floors(house: Path) -> None:
    found = lint(house)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("domain/money.py", "from nexusplanner.ports import CRM", "Floors"),
        ("domain/money.py", "def late():\n    from nexusplanner.rendering import to_html", "Floors"),
        ("calculators/allocation.py", "from nexusplanner.rendering import to_html", "Floors"),
        ("agents/critic.py", "from nexusplanner.testing.crm import CRMContract", "Floors"),
        ("attic/__init__.py", "", "Floors"),
        ("agents/critic.py", "from langgraph.graph import StateGraph", "LangGraph stays"),
        ("llm/__init__.py", "def late():\n    import langgraph.types", "LangGraph stays"),
        ("calculators/allocation.py", "from langchain_core.tools import BaseTool", "LangChain's sockets"),
        ("planner/wiring.py", "import boto3", "Vendors' SDKs"),
        ("llm/chain.py", "def late():\n    import openai", "Vendors' SDKs"),
    ],
)
def test_a_planted_fault_breaks_the_contract(house: Path, path: str, line: str, contract: str) -> None:
    place = house / "src" / "nexusplanner" / path
    place.parent.mkdir(exist_ok=True)
    with place.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    found = lint(house)
    assert found.returncode != 0
    broken = [row for row in found.stdout.splitlines() if row.endswith("BROKEN") or "BROKEN" in row]
    assert any(row.startswith(contract) for row in broken) or (contract == "Floors" and "attic" in found.stdout)
