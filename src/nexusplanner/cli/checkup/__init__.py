"""The checks of ``doctor``: each looks at one thing, changes nothing, and never shows a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from nexusplanner.cli.checkup.check import Check, State
from nexusplanner.cli.checkup.installation import clock, extras, packages, python, serializer, sqlite, time_zones
from nexusplanner.cli.checkup.keeping import database, rights, workspace
from nexusplanner.cli.checkup.models import deployments, embeddings, models, prompts
from nexusplanner.cli.checkup.operating import budgets, observers, opened_settings
from nexusplanner.settings import Settings

Look = Callable[[Settings], Iterator[Check]]

CHECKS: Mapping[str, Look] = {
    "Python": python,
    "Packages": packages,
    "Extras": extras,
    "SQLite": sqlite,
    "Serializer": serializer,
    "Time zones": time_zones,
    "Clock": clock,
    "Prompts": prompts,
    "Models": models,
    "Deployments": deployments,
    "Embeddings": embeddings,
    "Budgets": budgets,
    "Observers": observers,
    "Workspace": workspace,
    "Rights": rights,
    "Database": database,
}
"""What is looked at, in this order; before it, settings are read and the secrets they name are looked up."""


def checks(settings: Settings) -> Iterator[Check]:
    """Look at everything a plan depends on."""
    settings, found = opened_settings(settings)
    yield from found
    for look in CHECKS.values():
        yield from look(settings)


__all__ = [
    "CHECKS",
    "Check",
    "Look",
    "State",
    "budgets",
    "checks",
    "clock",
    "database",
    "deployments",
    "embeddings",
    "extras",
    "models",
    "observers",
    "opened_settings",
    "packages",
    "prompts",
    "python",
    "rights",
    "serializer",
    "sqlite",
    "time_zones",
    "workspace",
]
