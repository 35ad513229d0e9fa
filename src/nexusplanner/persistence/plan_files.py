"""Plans as files: ``<workspace>/<tenant key>/plans/<plan id>.json``, each written whole or not at all.

A version that was made from another leaves an empty file, ``plans/versions/<root id>/<plan id>``, so that the versions
of a plan are found without reading all plans.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from secrets import token_hex

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.tenant import storage_key
from nexusplanner.errors import StorageError
from nexusplanner.persistence.plan_memory import no_such_plan

_VERSIONS = "versions"
_ID = re.compile(r"plan-[0-9a-f]{8,64}")


class FilePlans:
    """Keeps plans in a workspace folder, one folder a tenant.

    Args:
        workspace: The folder; made with rights for its owner alone.
    """

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace

    async def save(self, plan: CampaignPlan, *, tenant: str) -> None:
        """Keep a plan.

        Raises:
            StorageError: The workspace cannot be written.
        """
        await asyncio.to_thread(self._write, plan, self._folder(tenant))

    async def get(self, plan_id: str, *, tenant: str) -> CampaignPlan:
        """Return a plan, or raise an InputError."""
        place = self._folder(tenant) / f"{plan_id}.json"
        if not _ID.fullmatch(plan_id) or not place.is_file():
            raise no_such_plan(plan_id)
        return await asyncio.to_thread(CampaignPlan.load, place)

    async def list(self, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return the tenant's plans, newest first."""
        places = sorted(self._folder(tenant).glob("plan-*.json"), key=lambda p: (-p.stat().st_mtime_ns, p.name))
        return tuple(await asyncio.gather(*(asyncio.to_thread(CampaignPlan.load, place) for place in places)))

    async def versions(self, plan_id: str, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return all versions of a plan, the first one first; raise an InputError where there is none."""
        root, folder = (await self.get(plan_id, tenant=tenant)).root, self._folder(tenant)
        names = {root, plan_id, *(mark.name for mark in (folder / _VERSIONS / root).glob("plan-*"))}
        places = [place for name in sorted(names) if (place := folder / f"{name}.json").is_file()]
        found = await asyncio.gather(*(asyncio.to_thread(CampaignPlan.load, place) for place in places))
        return tuple(sorted(found, key=lambda p: (p.version, p.id)))

    def _folder(self, tenant: str) -> Path:
        return self._workspace / storage_key(tenant) / "plans"

    def _write(self, plan: CampaignPlan, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if plan.root != plan.id:
                self._mark(
                    plan, folder
                )  # first: a mark without its plan is passed over, a plan without its mark is lost
            draft = folder / f".{token_hex(16)}.tmp"
            try:
                draft.touch(mode=0o600)
                draft.write_text(plan.to_json(), encoding="utf-8")
                draft.replace(folder / f"{plan.id}.json")
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"The workspace cannot be written: {error.strerror or error}.",
                fix="Check the folder's rights and space.",
            ) from error

    def _mark(self, plan: CampaignPlan, folder: Path) -> None:
        if not _ID.fullmatch(plan.root):
            raise no_such_plan(plan.root)
        marks = folder / _VERSIONS / plan.root
        marks.mkdir(parents=True, exist_ok=True, mode=0o700)
        (marks / plan.id).touch(mode=0o600)
