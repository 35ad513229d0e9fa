"""Every store of plans keeps the port's promises."""

from __future__ import annotations

from pathlib import Path

from nexusplanner.persistence import FilePlans, InMemoryPlans
from nexusplanner.ports import Plans
from nexusplanner.testing import PlansContract


class TestInMemoryPlans(PlansContract):
    """Gone with the process."""

    def make(self, folder: Path) -> Plans:
        return InMemoryPlans()


class TestFilePlans(PlansContract):
    """Files of a workspace."""

    def make(self, folder: Path) -> Plans:
        return FilePlans(folder / "workspace")
