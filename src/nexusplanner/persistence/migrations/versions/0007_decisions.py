"""Make the log of agents' decisions."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text

revision = "0007_decisions"
down_revision = "0006_learning"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "steps",
        Column("tenant", Text, nullable=False),
        Column("step_id", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("run_id", Text, nullable=False),
        Column("agent", Text, nullable=False),
        Column("rung", Text, nullable=False),
        Column("text", Text, nullable=False),
        PrimaryKeyConstraint("tenant", "step_id", name=op.f("pk_steps")),
    )
    for names in (("tenant", "at", "step_id"), ("tenant", "run_id", "at", "step_id")):
        op.create_index(op.f("_".join(("ix", "steps", *names))), "steps", list(names))


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("steps")
