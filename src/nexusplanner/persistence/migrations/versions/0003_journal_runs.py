"""Let runs be taken up again: who walks them, what they were handed, what came of them; on a server the journal."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Text

revision = "0003_journal_runs"
down_revision = "0002_checkpoints"

_TEXTS = ("kind", "name", "more", "result", "error")
_OWNER = "ix_runs_tenant_owner"
_JOURNAL_DAY = "ix_journal_day"


def upgrade() -> None:
    """Add the columns, and make the journal where a server keeps it."""
    for name in _TEXTS:
        op.add_column("runs", Column(name, Text))
    op.add_column("runs", Column("lives", Integer, nullable=False, server_default="1"))
    op.add_column("runs", Column("is_cancel_asked", Integer, nullable=False, server_default="0"))
    op.create_index(op.f(_OWNER), "runs", ["tenant", "owner"])
    if op.get_context().dialect.name != "sqlite":
        _journal()


def downgrade() -> None:
    """Take them away again."""
    if op.get_context().dialect.name != "sqlite":
        op.drop_table("journal")
    op.drop_index(op.f(_OWNER), "runs")
    for name in ("is_cancel_asked", "lives", *reversed(_TEXTS)):
        op.drop_column("runs", name)


def _journal() -> None:
    key = ("tenant", "run", "scope", "call", "idx")
    op.create_table(
        "journal",
        *(Column(name, Text, nullable=False) for name in key[:-1]),
        Column("idx", Integer, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("kind", "sha256", "rung", "body")),
        *(Column(name, BigInteger, nullable=False) for name in ("amount", "tokens_in", "tokens_out", "saved")),
        *(Column(name, Text, nullable=False) for name in ("outcome", "day")),
        PrimaryKeyConstraint(*key, name=op.f("pk_journal")),
    )
    op.create_index(op.f(_JOURNAL_DAY), "journal", ["day"])
