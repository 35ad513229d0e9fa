"""Make tenants, briefs, plans, evidence and runs; on a server the books as well."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

revision = "0001_plans"
down_revision = None

_TABLES = ("plan_words", "plan_texts", "plan_evidence", "evidence", "plans", "briefs", "runs", "tenants")
_BOOKS = ("alerts", "calls", "holds", "scopes")


def upgrade() -> None:
    """Make the tables."""
    _tenants_and_briefs()
    _plans()
    _texts_and_words()
    _evidence()
    _runs()
    if op.get_context().dialect.name != "sqlite":
        _accounts()
        _calls()


def downgrade() -> None:
    """Drop the tables."""
    is_server = op.get_context().dialect.name != "sqlite"
    for table in (*_TABLES, *(_BOOKS if is_server else ())):
        op.drop_table(table)


def _text(*names: str, nullable: bool = False) -> tuple[Column[str], ...]:
    return tuple(Column(name, Text, nullable=nullable) for name in names)


def _big(*names: str, nullable: bool = False) -> tuple[Column[int], ...]:
    return tuple(Column(name, BigInteger, nullable=nullable) for name in names)


def _key(table: str, *names: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def _of_a_plan(table: str) -> ForeignKeyConstraint:
    here = ["tenant", "plan_id"]
    there = [f"plans.{name}" for name in here]
    return ForeignKeyConstraint(here, there, name=op.f(f"fk_{table}_plans"), ondelete="CASCADE")


def _index(table: str, *names: str) -> None:
    op.create_index(op.f("_".join(("ix", table, *names))), table, list(names))


def _tenants_and_briefs() -> None:
    op.create_table("tenants", *_text("tenant"), *_big("created_at"), _key("tenants", "tenant"))
    op.create_table(
        "briefs",
        *_text("tenant", "sha256", "name", "text"),
        *_big("created_at"),
        _key("briefs", "tenant", "sha256"),
    )


def _plans() -> None:
    op.create_table(
        "plans",
        *_text("tenant", "plan_id"),
        *_big("number"),
        *_text("root"),
        *_text("parent", nullable=True),
        Column("version", Integer, nullable=False),
        *_text("status", "day"),
        *_big("kept_at", "changed_at", "seed"),
        *_text("brief_sha", "name", "summary", "objective", "forecast"),
        *_big("budget_minor"),
        *_text("currency"),
        *_big("cost_micros"),
        Column("calls", Integer, nullable=False),
        _key("plans", "tenant", "plan_id"),
    )
    op.create_index(op.f("ix_plans_tenant_number"), "plans", ["tenant", "number"], unique=True)
    _index("plans", "tenant", "day", "number")
    _index("plans", "tenant", "status", "day", "number")
    _index("plans", "tenant", "root", "version")
    _index("plans", "tenant", "brief_sha")


def _texts_and_words() -> None:
    op.create_table(
        "plan_texts",
        *_text("tenant", "plan_id", "sha256"),
        Column("text", LargeBinary, nullable=False),
        *_text("words"),
        _of_a_plan("plan_texts"),
        _key("plan_texts", "tenant", "plan_id"),
    )
    op.create_table(
        "plan_words",
        *_text("tenant", "word"),
        Column("block", Integer, nullable=False),
        Column("bits", LargeBinary, nullable=False),
        _key("plan_words", "tenant", "word", "block"),
        sqlite_with_rowid=False,
    )


def _evidence() -> None:
    op.create_table(
        "evidence", *_text("tenant", "sha256", "kind", "source", "text"), _key("evidence", "tenant", "sha256")
    )
    _index("evidence", "tenant", "source")
    op.create_table(
        "plan_evidence",
        *_text("tenant", "plan_id", "sha256"),
        _of_a_plan("plan_evidence"),
        _key("plan_evidence", "tenant", "plan_id", "sha256"),
        sqlite_with_rowid=False,
    )
    _index("plan_evidence", "tenant", "sha256")


def _runs() -> None:
    op.create_table(
        "runs",
        *_text("tenant", "run_id", "status", "brief"),
        *_big("seed"),
        *_text("day", "limits", "settings_sha"),
        *_text("owner", nullable=True),
        *_big("lease_until", nullable=True),
        *_text("plan_id", nullable=True),
        *_big("created_at", "updated_at"),
        *_big("done_at", nullable=True),
        _key("runs", "tenant", "run_id"),
    )
    _index("runs", "tenant", "created_at")
    _index("runs", "tenant", "status", "created_at")
    _index("runs", "tenant", "plan_id")


def _accounts() -> None:
    op.create_table(
        "scopes",
        *_text("key"),
        Column("spent", BigInteger, nullable=False, server_default="0"),
        Column("held", BigInteger, nullable=False, server_default="0"),
        _key("scopes", "key"),
    )
    op.create_table(
        "holds",
        Column("id", BigInteger, Identity(), nullable=False),
        *_text("owner"),
        Column("expires", Float, nullable=False),
        *_big("amount"),
        *_text("scopes", "tenant", "day", "run", "agent", "model"),
        _key("holds", "id"),
    )
    op.create_table(
        "alerts", *_text("key"), Column("percent", Integer, nullable=False), _key("alerts", "key", "percent")
    )


def _calls() -> None:
    op.create_table(
        "calls",
        Column("id", BigInteger, Identity(), nullable=False),
        *_big("hold", nullable=True),
        *_text("tenant", "day", "run", "agent", "model"),
        *_big("tokens_in", "tokens_out", "amount", "saved"),
        *_text("outcome", "scopes"),
        UniqueConstraint("hold", name=op.f("uq_calls_hold")),
        _key("calls", "id"),
    )
    _index("calls", "tenant", "day")
    _index("calls", "tenant", "run")
