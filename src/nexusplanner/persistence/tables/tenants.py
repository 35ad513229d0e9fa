"""Tenants: who keeps anything here."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from nexusplanner.persistence.tables.metadata import metadata

tenants = Table(
    "tenants",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("likeness", Text, doc="what the name looks like; no two tenants share it"),
    Index(None, "likeness", unique=True),
)
