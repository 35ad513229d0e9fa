"""Access: which role was granted to whom."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from nexusplanner.persistence.tables.metadata import metadata

grants = Table(
    "grants",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("who", Text, primary_key=True, doc="the user, as the embedding app calls them"),
    Column("role", Text, primary_key=True),
    Column("plan", Text, primary_key=True, doc="the plan's first version; empty for everything that is the tenant's"),
)
