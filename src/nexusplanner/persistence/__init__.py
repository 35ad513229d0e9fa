"""Where plans and runs are kept: in memory, or as files of a workspace."""

from nexusplanner.persistence.checkpoints import memory_checkpoints, release, sqlite_checkpoints
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.persistence.plan_files import FilePlans
from nexusplanner.persistence.plan_memory import InMemoryPlans

__all__ = ["FilePlans", "InMemoryPlans", "SqliteLedger", "memory_checkpoints", "release", "sqlite_checkpoints"]
