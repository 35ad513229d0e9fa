"""Doubles of every port, and the contract each implementation of a port must hold.

    from nexusplanner.testing import CRMContract, InMemoryHistory, sample_plan

Each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexusplanner.testing.approvals import ApprovalsContract
    from nexusplanner.testing.audit import AuditContract
    from nexusplanner.testing.crm import CRMContract, InMemoryCRM, Order, Person
    from nexusplanner.testing.history import HistoryContract, InMemoryHistory
    from nexusplanner.testing.journal import JournalContract
    from nexusplanner.testing.learning_store import LearningContract, Stores
    from nexusplanner.testing.memory import InMemoryMemory, MemoryContract, document
    from nexusplanner.testing.plans import sample_brief, sample_plan
    from nexusplanner.testing.plans_store import PlansContract
    from nexusplanner.testing.runs import RunsContract
    from nexusplanner.testing.secrets import SecretsContract
    from nexusplanner.testing.signals import InMemorySignals, SignalsContract, signal
    from nexusplanner.testing.sources_store import SourcesContract
    from nexusplanner.testing.steps import StepsContract
    from nexusplanner.testing.tools import InMemoryTool, ToolContract

_HOMES = {
    "ApprovalsContract": "approvals",
    "AuditContract": "audit",
    "CRMContract": "crm",
    "HistoryContract": "history",
    "InMemoryCRM": "crm",
    "InMemoryHistory": "history",
    "InMemoryMemory": "memory",
    "InMemorySignals": "signals",
    "InMemoryTool": "tools",
    "JournalContract": "journal",
    "LearningContract": "learning_store",
    "MemoryContract": "memory",
    "Order": "crm",
    "Person": "crm",
    "PlansContract": "plans_store",
    "RunsContract": "runs",
    "SecretsContract": "secrets",
    "SignalsContract": "signals",
    "SourcesContract": "sources_store",
    "StepsContract": "steps",
    "Stores": "learning_store",
    "ToolContract": "tools",
    "document": "memory",
    "sample_brief": "plans",
    "sample_plan": "plans",
    "signal": "signals",
}

__all__ = [
    "ApprovalsContract",
    "AuditContract",
    "CRMContract",
    "HistoryContract",
    "InMemoryCRM",
    "InMemoryHistory",
    "InMemoryMemory",
    "InMemorySignals",
    "InMemoryTool",
    "JournalContract",
    "LearningContract",
    "MemoryContract",
    "Order",
    "Person",
    "PlansContract",
    "RunsContract",
    "SecretsContract",
    "SignalsContract",
    "SourcesContract",
    "StepsContract",
    "Stores",
    "ToolContract",
    "document",
    "sample_brief",
    "sample_plan",
    "signal",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'nexusplanner.testing' has no attribute {name!r}")
    return getattr(import_module(f"nexusplanner.testing.{home}"), name)


def __dir__() -> list[str]:
    return list(__all__)
