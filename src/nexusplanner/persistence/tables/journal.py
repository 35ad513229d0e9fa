"""The journal of what runs were told, where a server keeps it; in a workspace it is in the ledger's file."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from nexusplanner.persistence.tables.metadata import SERVER, metadata

journal = Table(
    "journal",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("scope", Text, primary_key=True, doc="the node: step, name and branch"),
    Column("call", Text, primary_key=True, doc="who asked"),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("sha256", Text, nullable=False, doc="of all that was asked"),
    Column("rung", Text, nullable=False),
    Column("body", Text, nullable=False, doc="what was told, raw, as JSON"),
    Column("amount", BigInteger, nullable=False, doc="micro-dollars"),
    Column("tokens_in", BigInteger, nullable=False),
    Column("tokens_out", BigInteger, nullable=False),
    Column("saved", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("day", Text, nullable=False),
    Index(None, "day"),
    info=SERVER,
)
