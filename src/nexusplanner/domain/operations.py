"""What an operator sets beside the planning: who looks on, what is kept of decisions, where secrets come from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from nexusplanner.domain.model import DomainModel

REFERENCE = "secret:"
"""What a setting begins with that names a secret instead of holding it."""


def is_reference(value: str) -> bool:
    """Whether a setting names a secret: ``secret:<source>:<name>``."""
    return value.startswith(REFERENCE)


def _web_address(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("http://", "https://", "secret:")):
        raise ValueError("must begin with http:// or https://")
    return value


class Alerts(DomainModel):
    """Who is told when half, four fifths and all of a ceiling are spent; the log is told always."""

    webhook: Annotated[SecretStr, AfterValidator(_web_address)] | None = None
    """URL that each alert is posted to as JSON."""


def _cache_store(value: str) -> str:
    if value not in ("off", "memory", "workspace") and not value.startswith(("redis://", "rediss://", "secret:")):
        raise ValueError("must be off, memory, workspace, or begin with redis://")
    return value


class Cache(DomainModel):
    """Whether answers of models are kept, to be given again to exactly the same request of the same tenant."""

    store: Annotated[str, AfterValidator(_cache_store)] = Field(default="off", repr=False)
    """``off``, ``memory``, ``workspace`` or a ``redis://`` URL."""
    ttl_s: float = Field(default=86_400.0, gt=0, le=31_536_000)
    """Seconds that an answer is kept."""


def _database_url(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("postgresql://", "postgres://", "secret:")):
        raise ValueError("must begin with postgresql://")
    return value


class Storage(DomainModel):
    """Where plans, runs and books are kept: in files of the workspace, unless a database is named."""

    url: Annotated[SecretStr, AfterValidator(_database_url)] | None = None
    """``postgresql://user:password@host/database``."""
    keep_days: int = Field(default=90, ge=1, le=36_500)
    """Days after its last step that a run which never ended is still there to be resumed."""


class ApprovalSettings(DomainModel):
    """How long a plan waits for the people who approve it."""

    expire_days: int = Field(default=30, ge=1, le=3_650)
    """Days after which a question takes no answer any more."""


class Observability(DomainModel):
    """What leaves a run for those who watch it; nothing unless set."""

    spans: bool = False
    """Whether spans go to OpenTelemetry, through the tracer provider that the application set up."""
    log: Literal["off", "json"] = "off"
    """``json`` writes the log to standard error, one object a line, without keys and personal data."""
    sentry_dsn: SecretStr | None = None
    """Where errors that end a run are reported."""


class DecisionLog(DomainModel):
    """How many decisions of agents are kept, of each tenant; the oldest go first."""

    keep_days: Annotated[int, Field(ge=1, le=36_500)] = 400
    keep_steps: Annotated[int, Field(ge=0, le=100_000_000)] = 20_000
    """A plan takes 20 to 40; at 0 none is kept."""


class SecretSources(DomainModel):
    """Where settings that begin with ``secret:`` are looked up.

    ``secret:env:NAME``, ``secret:file:NAME``, ``secret:aws:NAME`` and ``secret:vault:PATH``, each with ``#KEY`` behind
    it where what is found is a JSON object or has fields; ``secret:app:NAME`` asks what the application handed in.
    """

    folder: Path = Path("/run/secrets")
    """Holds one file a secret, as Docker and Kubernetes mount them."""
    aws_region: str | None = None
    aws_endpoint_url: str | None = None
    vault_url: str | None = None
    """By default ``VAULT_ADDR``."""
    vault_token: SecretStr | None = None
    """By default ``VAULT_TOKEN``."""
    vault_mount: str = "secret"
    """Of the key-value store, version 2."""
