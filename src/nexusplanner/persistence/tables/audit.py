"""The audit log: a chain of entries for each tenant, and where each chain ends."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from nexusplanner.persistence.tables.metadata import metadata

audit = Table(
    "audit",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False, doc="in UTC, to the microsecond; as it is hashed"),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, doc="an id, never a person"),
    Column("payload", Text, nullable=False, doc="canonical JSON; empty where a person was erased from it"),
    Column("payload_sha256", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "tenant", "subject", "seq"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)
