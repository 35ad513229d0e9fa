"""Vendors and files behind our ports: each translates, nothing else."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexusplanner.adapters.crm.csv import CsvCRM as CsvCRM
    from nexusplanner.adapters.history.csv import CsvHistory as CsvHistory
    from nexusplanner.adapters.specs import crm_from_spec as crm_from_spec
    from nexusplanner.adapters.specs import history_from_spec as history_from_spec

# Loaded on first use: what an adapter translates for is heavy.
_EXPORTS = {
    "CsvCRM": "nexusplanner.adapters.crm.csv",
    "CsvHistory": "nexusplanner.adapters.history.csv",
    "crm_from_spec": "nexusplanner.adapters.specs",
    "history_from_spec": "nexusplanner.adapters.specs",
}


def __getattr__(name: str) -> object:
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_EXPORTS[name]), name)


def __dir__() -> list[str]:
    return sorted(_EXPORTS)
