"""Writers of files, to be killed: a file is there whole, under its name, or not at all."""

from __future__ import annotations

import asyncio
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from nexusplanner import Planner
from nexusplanner.domain.audit import AuditNote
from nexusplanner.domain.audit_file import verify_file
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.persistence.audit_sql import SqlAudit
from nexusplanner.persistence.database import FILE_NAME, Database
from nexusplanner.persistence.steps_sql import SqlSteps
from nexusplanner.persistence.tenant_export import check_export, write_export
from nexusplanner.ports.personal_data import Kept
from nexusplanner.rendering.plan_folder import save_plan
from nexusplanner.testing import sample_plan
from nexusplanner.testing.steps import step

NOW = datetime(2027, 1, 9, 12, tzinfo=UTC)
_STEPS, _THINGS = 300, 200


class WrittenPlanFiles:
    """Plans as files: each in a folder of its own, and in one that always holds the latest.

    Args:
        folder: Where.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, number: int) -> None:
        """Save a plan twice."""
        plan = _plan(number)
        save_plan(plan, self._folder / f"{number}")
        save_plan(plan, self._folder / "latest")

    def whole(self) -> set[int]:
        """Compare every file, byte by byte, with what the plan that it names is written as."""
        numbers = {int(place.name) for place in self._folder.glob("[0-9]*") if (place / "plan.json").exists()}
        for number in numbers:
            written = dict(_files(self._folder / f"{number}"))
            assert written == _expected(number), number
        for name, content in _files(self._folder / "latest"):
            named = re.search(rb"plan-([0-9a-f]{16})", content)
            assert name == "budget.csv" or named, f"latest/{name} names no plan"
            assert content == _expected(int(named[1], 16) if named else 0)[name], f"latest/{name}"
        return numbers

    def close(self) -> None:
        """Do nothing: no file stays open."""


class WrittenExports:
    """Copies of what is kept for a tenant, as a folder and as an archive.

    Args:
        folder: Where.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, number: int) -> None:
        """Write a copy of some things, and pack it."""
        things = [Kept("plans", f"plan-{at}", {"number": number, "words": "So it is. " * 40}) for at in range(_THINGS)]
        for name in (f"{number}", f"{number}.zip"):
            write_export(things, self._folder / name, tenant="acme", made_at=NOW, bill=())

    def whole(self) -> set[int]:
        """Hold what is there against the manifests in it."""
        folders = {int(place.name) for place in self._folder.glob("[0-9]*") if place.is_dir()}
        packed = {int(place.stem) for place in self._folder.glob("[0-9]*.zip")}
        for number in folders:
            _check_export(self._folder / f"{number}")
        for number in packed:
            with TemporaryDirectory() as place, zipfile.ZipFile(self._folder / f"{number}.zip") as archive:
                archive.extractall(place)
                _check_export(Path(place))
        return folders & packed

    def close(self) -> None:
        """Do nothing: no file stays open."""


class WrittenLogs:
    """The audit log and the log of decisions as files, each time under other names and under the same.

    Args:
        folder: Where, and where the workspace is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "logs"
        self._folder.mkdir(exist_ok=True)
        _fill(folder / "workspace")
        self._planner = Planner(models=(), workspace=folder / "workspace", now=lambda: NOW)

    def write(self, number: int) -> None:
        """Write both logs."""
        for name in ("latest", f"{number}"):
            self._planner.export_audit(self._folder / f"{name}.audit", tenant="acme")
            assert self._planner.export_decisions(self._folder / f"{name}.steps", tenant="acme") == _STEPS

    def whole(self) -> set[int]:
        """Let each log prove itself, and count its lines."""
        for path in self._folder.glob("*.audit"):
            with path.open("rb") as file:
                assert verify_file(file, source=path.name).is_intact, path.name
        for path in self._folder.glob("*.steps"):
            lines = path.read_bytes().splitlines(keepends=True)
            assert [json.loads(line)["id"] for line in lines] == [step(at).id for at in range(_STEPS)], path.name
        return {int(path.stem) for path in self._folder.glob("[0-9]*.steps")}

    def close(self) -> None:
        """Close the planner."""
        self._planner.close()


def _plan(number: int) -> CampaignPlan:
    return sample_plan(id=f"plan-{number:016x}")


@cache
def _of_the_first() -> Mapping[str, bytes]:
    with TemporaryDirectory() as place:
        save_plan(_plan(0), Path(place))
        return dict(_files(Path(place)))


@cache
def _expected(number: int) -> Mapping[str, bytes]:
    first, own = _plan(0).id.encode(), _plan(number).id.encode()
    return {name: content.replace(first, own) for name, content in _of_the_first().items()}


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield files by name, but for the parts that a killed writer leaves; a calendar without the folds in its lines."""
    for path in folder.glob("[!.]*"):
        content = path.read_bytes()
        yield path.name, content.replace(b"\r\n ", b"") if path.suffix == ".ics" else content


def _check_export(folder: Path) -> None:
    assert check_export(folder) == ()
    lines = (folder / "plans.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["key"] for line in lines] == [f"plan-{at}" for at in range(_THINGS)]


def _fill(workspace: Path) -> None:
    """Keep something to be exported, once."""
    database = Database(workspace / FILE_NAME)
    audit, steps = SqlAudit(database, lambda: NOW), SqlSteps(database)
    asyncio.run(steps.add([step(number) for number in range(_STEPS)], tenant="acme"))
    if not audit.read(tenant="acme", limit=1):
        audit.append(AuditNote(action="plan.saved", subject="plan-1"), tenant="acme")
    database.close()
