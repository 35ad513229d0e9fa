"""Where plans and runs are kept: in memory, or as files of a workspace."""

from nexusplanner.persistence.checkpoints import (
    database_checkpoints,
    memory_checkpoints,
    release,
    sqlite_checkpoints,
)
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.persistence.plan_files import FilePlans
from nexusplanner.persistence.plan_memory import InMemoryPlans

__all__ = [
    "FilePlans",
    "InMemoryPlans",
    "SqliteLedger",
    "database_checkpoints",
    "memory_checkpoints",
    "release",
    "sqlite_checkpoints",
]
