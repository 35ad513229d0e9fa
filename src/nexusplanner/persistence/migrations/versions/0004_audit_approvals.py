"""Make the audit log and the approvals."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text

revision = "0004_audit_approvals"
down_revision = "0002_checkpoints"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit",
        *_text("tenant"),
        *_big("seq"),
        *_text("at", "action", "subject", "payload", "payload_sha256", "previous", "hash"),
        PrimaryKeyConstraint("tenant", "seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_tenant_subject_seq"), "audit", ["tenant", "subject", "seq"])
    op.create_table(
        "audit_heads",
        *_text("tenant"),
        *_big("seq"),
        *_text("hash"),
        PrimaryKeyConstraint("tenant", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "approvals",
        *_text("tenant", "question", "run_id", "plan_id", "plan_sha256", "verdict", "decided_by", "reason", "edits"),
        *_big("asked_at", "decided_at"),
        PrimaryKeyConstraint("tenant", "question", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_tenant_run_id"), "approvals", ["tenant", "run_id"])
    op.create_index(op.f("ix_approvals_tenant_decided_at_question"), "approvals", ["tenant", "decided_at", "question"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("approvals", "audit_heads", "audit"):
        op.drop_table(table)


def _text(*names: str) -> tuple[Column[str], ...]:
    return tuple(Column(name, Text, nullable=False) for name in names)


def _big(*names: str) -> tuple[Column[int], ...]:
    return tuple(Column(name, BigInteger, nullable=False) for name in names)
