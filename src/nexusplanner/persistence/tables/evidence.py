"""Evidence, each item once for a tenant, and which plans rest on it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, Text

from nexusplanner.persistence.tables.metadata import metadata

evidence = Table(
    "evidence",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("sha256", Text, primary_key=True, doc="of the canonical JSON"),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False, doc="canonical JSON"),
    Index(None, "tenant", "source"),
)

plan_evidence = Table(
    "plan_evidence",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    ForeignKeyConstraint(["tenant", "plan_id"], ["plans.tenant", "plans.plan_id"], ondelete="CASCADE"),
    Index(None, "tenant", "sha256"),
    sqlite_with_rowid=False,
)
