"""Opening a planner: options and ``nexusplanner.toml`` become settings and sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.errors import ConfigurationError

if TYPE_CHECKING:
    from nexusplanner.planner import Planner
    from nexusplanner.settings import Settings


@dataclass(frozen=True)
class Sources:
    """What a plan is made from, as given on the command line; relative specs start at the working folder."""

    crm: str | None = None
    history: str | None = None
    signals: Sequence[str] = ()
    memory: str | None = None
    tools: Sequence[str] = ()


def load_settings(
    brief: Path | None = None,
    *,
    workspace: Path | None = None,
    tenant: str | None = None,
    seed: int | None = None,
    limit_usd: Decimal | None = None,
    models: Sequence[str] | None = None,
) -> Settings:
    """Read the settings of the brief's folder (else the working folder) under what was given.

    Raises:
        ConfigurationError: A setting is wrong.
        TenantError: The tenant's name is not valid.
    """
    from nexusplanner.settings import Settings

    return Settings.load(
        folder=brief.parent if brief else None,
        workspace=workspace,
        tenant=tenant,
        seed=seed,
        limits=None if limit_usd is None else {"usd": limit_usd},
        models=tuple(models) if models else None,
    )


def open_planner(settings: Settings, sources: Sources | None = None) -> Planner:
    """Wire a planner; a source that was not given is the one the settings name.

    Raises:
        InputError: A spec is wrong.
        ConfigurationError: A model or tool cannot be resolved.
    """
    from nexusplanner.planner import Planner

    given, defaults = sources or Sources(), settings.plan
    return Planner(
        crm=given.crm or defaults.crm,
        history=given.history or defaults.history,
        signals=tuple(given.signals or defaults.signals),
        memory=given.memory or defaults.memory,
        tools=tuple(given.tools),
        settings=settings,
        workspace=settings.workspace,
    )


def need_workspace(settings: Settings, verb: str) -> None:
    """Refuse a verb that looks for something kept where nothing is kept.

    Raises:
        ConfigurationError: There is no workspace, and no database.
    """
    if settings.storage.url is not None:
        return
    if settings.workspace is None:
        raise ConfigurationError(
            f"{verb} needs a workspace, and none is named.",
            fix="Give --workspace DIR, set NEXUSPLANNER_WORKSPACE, or write workspace = 'DIR' into nexusplanner.toml.",
        )
    if not settings.workspace.is_dir():
        raise ConfigurationError(
            f"There is no workspace at {settings.workspace}.", fix="Give the folder that the plan was made with."
        )
