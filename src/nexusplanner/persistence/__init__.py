"""Where plans and runs are kept: in memory, in files of a workspace, or in PostgreSQL."""

from nexusplanner.persistence.checkpoints import (
    database_checkpoints,
    memory_checkpoints,
    release,
    sqlite_checkpoints,
)
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.persistence.plan_memory import InMemoryPlans

__all__ = [
    "InMemoryPlans",
    "SqliteLedger",
    "database_checkpoints",
    "memory_checkpoints",
    "release",
    "sqlite_checkpoints",
]
