"""The books of what calls cost, where a server keeps them. Amounts are micro-dollars, times seconds since 1970."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Identity, Index, Integer, Table, Text

from nexusplanner.persistence.tables.metadata import SERVER, metadata

scopes = Table(
    "scopes",
    metadata,
    Column("key", Text, primary_key=True, doc="a run, or a period and whose it is"),
    Column("spent", BigInteger, nullable=False, server_default="0"),
    Column("held", BigInteger, nullable=False, server_default="0"),
    info=SERVER,
)

holds = Table(
    "holds",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("expires", Float, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("scopes", Text, nullable=False, doc="JSON"),
    Column("tenant", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("model", Text, nullable=False),
    info=SERVER,
)

calls = Table(
    "calls",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("hold", BigInteger, unique=True),
    Column("tenant", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("tokens_in", BigInteger, nullable=False),
    Column("tokens_out", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("saved", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("scopes", Text, nullable=False, doc="JSON while a call's fate is unknown, so that it can be corrected"),
    Index(None, "tenant", "day"),
    Index(None, "tenant", "run"),
    info=SERVER,
)

alerts = Table(
    "alerts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("percent", Integer, primary_key=True, autoincrement=False),
    info=SERVER,
)
