"""Steps: the decisions of agents, in the order they were taken."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from nexusplanner.persistence.tables.metadata import metadata

steps = Table(
    "steps",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("step_id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False, doc="when it was asked"),
    Column("run_id", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("rung", Text, nullable=False, doc="who answered; empty where nobody did"),
    Column("text", Text, nullable=False, doc="JSON: all that is known of it"),
    Index(None, "tenant", "at", "step_id"),
    Index(None, "tenant", "run_id", "at", "step_id"),
)
