"""Make grants, and know each tenant by its looks."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text

revision = "0005_access"
down_revision = "0004_audit_approvals"


def upgrade() -> None:
    """Make the table and the column."""
    keys = ("tenant", "who", "role", "plan")
    op.create_table(
        "grants",
        *(Column(name, Text, nullable=False) for name in keys),
        PrimaryKeyConstraint(*keys, name=op.f("pk_grants")),
    )
    op.add_column("tenants", Column("likeness", Text))
    op.create_index(op.f("ix_tenants_likeness"), "tenants", ["likeness"], unique=True)


def downgrade() -> None:
    """Drop the column and the table."""
    op.drop_index(op.f("ix_tenants_likeness"), "tenants")
    op.drop_column("tenants", "likeness")
    op.drop_table("grants")
