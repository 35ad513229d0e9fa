"""Outcomes, the lessons they taught, what later ones said of those, and the priors they left."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, LargeBinary, Table, Text

from nexusplanner.persistence.tables.metadata import metadata

outcomes = Table(
    "outcomes",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("outcome_id", Text, primary_key=True),
    Column("plan_id", Text, nullable=False),
    Column("status", Text, nullable=False, doc="counted, or replaced by another of the same plan"),
    Column("metric", Text, nullable=False),
    Column("end_day", Text, nullable=False, doc="the last day that was reported of"),
    Column("recorded_on", Text, nullable=False),
    Column("kept_at", BigInteger, nullable=False, doc="grows by one with each that is kept"),
    Column("text", LargeBinary, nullable=False, doc="canonical JSON, deflated"),
    Index(None, "tenant", "status", "end_day", "outcome_id"),
    Index(None, "tenant", "plan_id"),
)

_OUTCOME = ["outcomes.tenant", "outcomes.outcome_id"]

lessons = Table(
    "lessons",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("lesson_id", Text, primary_key=True),
    Column("outcome_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("learnt_on", Text, nullable=False),
    Column("text", Text, nullable=False, doc="canonical JSON, without status and counters"),
    ForeignKeyConstraint(["tenant", "outcome_id"], _OUTCOME, ondelete="CASCADE"),
    Index(None, "tenant", "status", "learnt_on", "lesson_id"),
    Index(None, "tenant", "outcome_id"),
)

lesson_uses = Table(
    "lesson_uses",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("lesson_id", Text, primary_key=True),
    Column("outcome_id", Text, primary_key=True),
    Column("verdict", Text, nullable=False, doc="helped or hurt"),
    ForeignKeyConstraint(["tenant", "outcome_id"], _OUTCOME, ondelete="CASCADE"),
    Index(None, "tenant", "outcome_id"),
    sqlite_with_rowid=False,
)

priors = Table(
    "priors",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("outcome_id", Text, primary_key=True, doc="that moved it"),
    Column("kept_at", BigInteger, nullable=False),
    Column("text", Text, nullable=False, doc="canonical JSON"),
    ForeignKeyConstraint(["tenant", "outcome_id"], _OUTCOME, ondelete="CASCADE"),
    Index(None, "tenant", "outcome_id"),
)
