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
    Column("number", BigInteger, nullable=False, doc="grows by one with each that its tenant keeps"),
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
    Index(None, "tenant", "number", unique=True),
    Index(None, "tenant", "day", "number"),
    Index(None, "tenant", "status", "day", "number"),
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
    Column("words", Text, nullable=False, doc="what the plan is found by, to be forgotten when it changes"),
    ForeignKeyConstraint(["tenant", "plan_id"], _PLAN, ondelete="CASCADE"),
)

plan_words = Table(
    "plan_words",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("word", Text, primary_key=True, doc="of name, objective or summary, folded; or a mark of status or day"),
    Column("block", Integer, primary_key=True, autoincrement=False, doc="a run of plans, by their numbers"),
    Column("bits", LargeBinary, nullable=False, doc="1 for each plan of the block that has the word, lowest first"),
    sqlite_with_rowid=False,
)
