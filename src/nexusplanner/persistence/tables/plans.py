"""Plans: a row to list and search by, the text apart, so that pages of rows stay small."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, Text

from nexusplanner.persistence.tables.metadata import metadata

briefs = Table(
    "briefs",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False, doc="canonical JSON"),
    Column("created_at", BigInteger, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("root", Text, nullable=False, doc="version 1"),
    Column("parent", Text, doc="the version that this one was made from"),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("day", Text, nullable=False, doc="the planning day"),
    Column("kept_at", BigInteger, nullable=False, doc="when it was first kept"),
    Column("changed_at", BigInteger, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("brief_sha", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("objective", Text, nullable=False, doc="JSON"),
    Column("forecast", Text, nullable=False, doc="JSON, without the channels"),
    Column("budget_minor", BigInteger, nullable=False, doc="in whole minor units of the currency"),
    Column("currency", Text, nullable=False),
    Column("cost_micros", BigInteger, nullable=False, doc="what models and tools took, in micro-dollars"),
    Column("calls", Integer, nullable=False),
    Index(None, "tenant", "day", "kept_at", "plan_id"),
    Index(None, "tenant", "status", "day", "kept_at", "plan_id"),
    Index(None, "tenant", "root", "version"),
    Index(None, "tenant", "brief_sha"),
)

_PLAN = ["plans.tenant", "plans.plan_id"]

plan_texts = Table(
    "plan_texts",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("text", LargeBinary, nullable=False, doc="canonical JSON, deflated"),
    ForeignKeyConstraint(["tenant", "plan_id"], _PLAN, ondelete="CASCADE"),
)

plan_words = Table(
    "plan_words",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("word", Text, primary_key=True, doc="of name, objective or summary; folded"),
    Column("day", Text, primary_key=True, doc="the plan's, so that what is found comes newest first"),
    Column("kept_at", BigInteger, primary_key=True, autoincrement=False),
    Column("plan_id", Text, primary_key=True),
    ForeignKeyConstraint(["tenant", "plan_id"], _PLAN, ondelete="CASCADE"),
    Index(None, "tenant", "plan_id"),
    sqlite_with_rowid=False,
)
