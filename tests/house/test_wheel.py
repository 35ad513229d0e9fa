"""The wheel holds what an installed library needs, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.house.source_tree import ROOT, project_files

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build wheel and sdist from a copy of the project's files, without the network."""
    copy, dist = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    for name in project_files():
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    command = (sys.executable, "-m", "build", "--no-isolation", "--outdir", str(dist), str(copy))
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return dist


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """Return the wheel."""
    (found,) = built.glob("*.whl")
    return found


def test_the_wheel_holds_every_module_prompt_and_template_once(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert len(names) == len(set(names))
    expected = {name.removeprefix("src/") for name in project_files() if name.startswith("src/")}
    expected |= {f"nexusplanner/_{name}" for name in project_files() if name.startswith("prompts/")}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert any(name.endswith("py.typed") for name in names)
    assert any(name.startswith("nexusplanner/_prompts/") for name in names)


def test_the_wheel_carries_the_licence(wheel: Path) -> None:
    assert any(name.endswith("/licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_the_sdist_can_build_the_same_again(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    needed = ("src/", "prompts/", "tests/", "examples/", "graphs/", "docs/")
    missing = [n for n in project_files() if n.startswith(needed) and n not in names]
    assert not missing


def test_the_library_finds_its_prompts_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    probe = (
        "import nexusplanner, nexusplanner.prompts as p; "
        "print(nexusplanner.__file__); print(p.prompt_folder()); print(p.find('critic/critique').purpose)"
    )
    run = subprocess.run(
        (sys.executable, "-c", probe),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    package, folder, purpose = run.stdout.splitlines()
    assert package.startswith(str(tmp_path))
    assert folder.startswith(str(tmp_path))
    assert purpose
