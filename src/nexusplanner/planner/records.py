"""Records: where decisions and the audit log are kept, in the database of the workspace or in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from nexusplanner.graph.context import Parts
from nexusplanner.persistence import InMemoryPlans
from nexusplanner.persistence.approvals_memory import InMemoryApprovals
from nexusplanner.persistence.audit_memory import InMemoryAudit
from nexusplanner.ports.approvals import Approvals
from nexusplanner.ports.audit import AuditLog

if TYPE_CHECKING:
    from nexusplanner.persistence.database import Database


@dataclass(frozen=True)
class Records:
    """What people decided, and what was done."""

    audit: AuditLog
    approvals: Approvals


def records_in(database: Database | None, now: Callable[[], datetime]) -> Records:
    """Keep records in a database; in memory where there is none."""
    if database is None:
        log = InMemoryAudit(now)
        return Records(log, InMemoryApprovals(log))
    from nexusplanner.persistence.approvals_sql import SqlApprovals
    from nexusplanner.persistence.audit_sql import SqlAudit

    audit = SqlAudit(database, now)
    return Records(audit, SqlApprovals(database, audit))


def unrecorded(parts: Parts) -> Parts:
    """Return parts whose runs leave nothing behind: no plan, no decision, no note."""
    return replace(parts, plans=InMemoryPlans(), audit=None, approvals=None)
