"""All tables, one file a noun; who imports this room knows the whole schema."""

from nexusplanner.persistence.tables import (
    access,
    approvals,
    audit,
    books,
    checkpoints,
    evidence,
    journal,
    learning,
    plans,
    runs,
    steps,
    tenants,
)
from nexusplanner.persistence.tables.metadata import SERVER, is_kept, metadata

__all__ = [
    "SERVER",
    "access",
    "approvals",
    "audit",
    "books",
    "checkpoints",
    "evidence",
    "is_kept",
    "journal",
    "learning",
    "metadata",
    "plans",
    "runs",
    "steps",
    "tenants",
]
