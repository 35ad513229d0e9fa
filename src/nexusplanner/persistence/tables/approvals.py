"""Approvals: what people decided about plans that waited; each question is answered once."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from nexusplanner.persistence.tables.metadata import metadata

approvals = Table(
    "approvals",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("question", Text, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("plan_id", Text, nullable=False, doc="the plan that was asked about"),
    Column("plan_sha256", Text, nullable=False, doc="of its content"),
    Column("verdict", Text, nullable=False, doc="approved, rejected or edited"),
    Column("decided_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("edits", Text, nullable=False, doc="JSON: feedback, or a list of changes"),
    Column("asked_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    Index(None, "tenant", "run_id"),
    Index(None, "tenant", "decided_at", "question"),
)
