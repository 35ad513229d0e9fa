"""Runs: one row each, written before the graph begins to walk."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from nexusplanner.persistence.tables.metadata import metadata

runs = Table(
    "runs",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("status", Text, nullable=False, doc="running, waiting, done, failed or cancelled"),
    Column("brief", Text, nullable=False, doc="JSON, as it was handed in"),
    Column("seed", BigInteger, nullable=False),
    Column("day", Text, nullable=False, doc="the planning day"),
    Column("limits", Text, nullable=False, doc="JSON"),
    Column("settings_sha", Text, nullable=False),
    Column("owner", Text, doc="the process that walks it"),
    Column("lease_until", BigInteger, doc="until then nobody else may take it"),
    Column("plan_id", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("done_at", BigInteger, doc="set by the last node alone: the one sign that a run is finished"),
    Index(None, "tenant", "created_at"),
    Index(None, "tenant", "status", "created_at"),
    Index(None, "tenant", "plan_id"),
)
