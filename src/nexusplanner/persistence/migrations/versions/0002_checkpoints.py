"""Make the tables of checkpoints, on a server: a workspace keeps them in a file of their own."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Text

revision = "0002_checkpoints"
down_revision = "0001_plans"

_THREAD = ("tenant", "thread", "ns")


def upgrade() -> None:
    """Make the tables."""
    if op.get_context().dialect.name == "sqlite":
        return
    op.create_table(
        "checkpoint_heads",
        *_texts(*_THREAD, "id"),
        Column("parent", Text),
        Column("run", Text),
        Column("at", BigInteger, nullable=False),
        *_value(),
        *_texts("metadata"),
        PrimaryKeyConstraint(*_THREAD, "id", name=op.f("pk_checkpoint_heads")),
    )
    op.create_index(op.f("ix_checkpoint_heads_run"), "checkpoint_heads", ["run"])
    op.create_table(
        "checkpoint_values",
        *_texts(*_THREAD, "channel", "version"),
        *_value(),
        PrimaryKeyConstraint(*_THREAD, "channel", "version", name=op.f("pk_checkpoint_values")),
    )
    op.create_table(
        "checkpoint_writes",
        *_texts(*_THREAD, "id", "task"),
        Column("idx", Integer, nullable=False),
        *_texts("path", "channel"),
        *_value(),
        PrimaryKeyConstraint(*_THREAD, "id", "task", "idx", name=op.f("pk_checkpoint_writes")),
    )


def downgrade() -> None:
    """Drop the tables."""
    if op.get_context().dialect.name != "sqlite":
        for table in ("checkpoint_writes", "checkpoint_values", "checkpoint_heads"):
            op.drop_table(table)


def _texts(*names: str) -> tuple[Column[str], ...]:
    return tuple(Column(name, Text, nullable=False) for name in names)


def _value() -> tuple[Column[str], Column[bytes]]:
    return Column("kind", Text, nullable=False), Column("data", LargeBinary, nullable=False)
