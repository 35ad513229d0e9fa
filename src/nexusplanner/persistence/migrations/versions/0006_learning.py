"""Make outcomes, lessons, their uses and priors."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, LargeBinary, PrimaryKeyConstraint, Text

revision = "0006_learning"
down_revision = "0005_access"

_TABLES = ("priors", "lesson_uses", "lessons", "outcomes")


def upgrade() -> None:
    """Make the tables."""
    _outcomes()
    _lessons()
    _priors()


def downgrade() -> None:
    """Drop the tables."""
    for table in _TABLES:
        op.drop_table(table)


def _text(*names: str) -> tuple[Column[str], ...]:
    return tuple(Column(name, Text, nullable=False) for name in names)


def _key(table: str, *names: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def _of_an_outcome(table: str) -> ForeignKeyConstraint:
    here = ["tenant", "outcome_id"]
    there = [f"outcomes.{name}" for name in here]
    return ForeignKeyConstraint(here, there, name=op.f(f"fk_{table}_outcomes"), ondelete="CASCADE")


def _index(table: str, *names: str) -> None:
    op.create_index(op.f("_".join(("ix", table, *names))), table, list(names))


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        *_text("tenant", "outcome_id", "plan_id", "status", "metric", "end_day", "recorded_on"),
        Column("kept_at", BigInteger, nullable=False),
        Column("text", LargeBinary, nullable=False),
        _key("outcomes", "tenant", "outcome_id"),
    )
    _index("outcomes", "tenant", "status", "end_day", "outcome_id")
    _index("outcomes", "tenant", "plan_id")


def _lessons() -> None:
    op.create_table(
        "lessons",
        *_text("tenant", "lesson_id", "outcome_id", "status", "learnt_on", "text"),
        _of_an_outcome("lessons"),
        _key("lessons", "tenant", "lesson_id"),
    )
    _index("lessons", "tenant", "status", "learnt_on", "lesson_id")
    _index("lessons", "tenant", "outcome_id")
    op.create_table(
        "lesson_uses",
        *_text("tenant", "lesson_id", "outcome_id", "verdict"),
        _of_an_outcome("lesson_uses"),
        _key("lesson_uses", "tenant", "lesson_id", "outcome_id"),
        sqlite_with_rowid=False,
    )
    _index("lesson_uses", "tenant", "outcome_id")


def _priors() -> None:
    op.create_table(
        "priors",
        *_text("tenant", "metric", "channel", "outcome_id"),
        Column("kept_at", BigInteger, nullable=False),
        Column("text", Text, nullable=False),
        _of_an_outcome("priors"),
        _key("priors", "tenant", "metric", "channel", "outcome_id"),
    )
    _index("priors", "tenant", "outcome_id")
