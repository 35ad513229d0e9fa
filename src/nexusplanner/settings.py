"""Settings: one frozen tree. Defaults < ``nexusplanner.toml`` < ``NEXUSPLANNER_*`` environment < arguments.

    [root]    workspace, tenant, require_tenant, seed, use_ai_generation, models, max_bad_share, prices, ceiling_price
    limits    usd, max_calls, max_tokens, call_timeout_s, run_timeout_s
    budgets   call_usd, day_usd, month_usd, tenant_day_usd, tenant_month_usd
    tenants.NAME  day_usd, month_usd
    alerts    webhook
    cache     store, ttl_s
    storage   url, keep_days
    approvals  expire_days
    quality   floor, judge
    deliberation  protocol
    recall    relevance, recency, outcome, half_life_days, most_campaigns, most_lessons
    plan      crm, history, signals, memory, out: defaults of the command line's options
    observability  spans, log, sentry_dsn
    decisions keep_days, keep_steps
    secrets   folder, aws_region, aws_endpoint_url, vault_url, vault_token, vault_mount
    prompts   folder, or a file for each prompt: "strategist/propose" = "my.md"

Nothing is read at import, and ``Settings()`` reads nothing either: only :meth:`Settings.load` looks
at a file and at the environment (``NEXUSPLANNER_SEED``, ``NEXUSPLANNER_LIMITS__USD``,
``NEXUSPLANNER_PLAN__CRM``; lists with commas). Keys come from ``OPENAI_API_KEY``; the file may only name one
(``secret:file:openai``), never hold it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from nexusplanner.domain.operations import (
    Alerts,
    ApprovalSettings,
    Cache,
    DecisionLog,
    Observability,
    SecretSources,
    Storage,
    is_reference,
)
from nexusplanner.domain.plain_file import check_plain, parse_toml, read_text
from nexusplanner.domain.recall import Recall
from nexusplanner.domain.relative_paths import resolved
from nexusplanner.domain.tenant import DEFAULT_TENANT, TenantId
from nexusplanner.domain.validation import from_validation
from nexusplanner.errors import ConfigurationError, InputError

FILE_NAME = "nexusplanner.toml"
_ENV_PREFIX = "NEXUSPLANNER_"
_MAX_BYTES = 200_000
_SECRETS = frozenset({"openai_api_key"})
_HIDDEN = _SECRETS | {
    "openai_base_url",
    "alerts.webhook",
    "cache.store",
    "observability.sentry_dsn",
    "secrets.vault_token",
    "storage.url",
}
_PATHS = (("workspace",), ("plan", "out"), ("prompts",), ("prompts", "files"), ("secrets", "folder"))
_SPECS = (("plan", "crm"), ("plan", "history"), ("plan", "signals"), ("plan", "memory"))


def _listed(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
"""Texts; one text with commas, as the environment gives it, is split."""


class Limits(BaseModel):
    """What one run may cost: money, calls, tokens and time.

    Raises:
        ConfigurationError: A limit is negative or not a number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    usd: Decimal = Field(default=Decimal(1), ge=0, le=100_000)
    """Ceiling of all model calls of a run; at 0 no paid call is made."""
    max_calls: int = Field(default=200, ge=0, le=100_000)
    max_tokens: int = Field(default=8_192, ge=64, le=200_000)
    """Output tokens of one call."""
    call_timeout_s: float = Field(default=60.0, gt=0, le=3_600)
    """Wall clock around one call."""
    run_timeout_s: float = Field(default=900.0, gt=0, le=86_400)
    """Wall clock around a run; when it is over the rules finish the plan."""

    def __init__(
        self,
        *,
        usd: Decimal | float | str = Decimal(1),
        max_calls: int = 200,
        max_tokens: int = 8_192,
        call_timeout_s: float = 60.0,
        run_timeout_s: float = 900.0,
    ) -> None:
        try:
            super().__init__(
                usd=usd,
                max_calls=max_calls,
                max_tokens=max_tokens,
                call_timeout_s=call_timeout_s,
                run_timeout_s=run_timeout_s,
            )
        except ValidationError as error:
            raise _misconfigured(from_validation(error, source="limits", model=Limits)) from None

    # Within Settings the fields are validated as fields, so that the error can name file and key.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]


Ceiling = Annotated[Decimal | None, Field(ge=0, le=10_000_000)]
"""USD; None is no ceiling."""


class Budgets(BaseModel):
    """Ceilings in USD beyond the run's own (``limits.usd``), over days and months in UTC; none unless set."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    call_usd: Ceiling = None
    """The most that one call may cost."""
    day_usd: Ceiling = None
    """All tenants, one day."""
    month_usd: Ceiling = None
    """All tenants, one calendar month."""
    tenant_day_usd: Ceiling = None
    """Each tenant, one day."""
    tenant_month_usd: Ceiling = None
    """Each tenant, one calendar month."""


class TenantBudgets(BaseModel):
    """Ceilings of one tenant, in place of those of each tenant (``budgets.tenant_day_usd``); in USD."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    day_usd: Ceiling = None
    month_usd: Ceiling = None


class ModelPrice(BaseModel):
    """What a model costs, in USD per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    in_per_million: Decimal = Field(ge=0, le=100_000)
    out_per_million: Decimal = Field(ge=0, le=100_000)


class Quality(BaseModel):
    """How good an answer of a model must be. Below the floor it is mended once, then the next model is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    floor: float = Field(default=0.5, ge=0, le=1)
    """Least score, 0-1; at 0 answers are scored and none is refused."""
    judge: str | None = None
    """A model that judges answers beside the yardsticks of code (``openai:gpt-5``); the run pays for it, too."""


class PlanOptions(BaseModel):
    """Defaults of the options of ``nexusplanner plan``; a spec is ``kind:location``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    crm: str | None = None
    history: str | None = None
    signals: Listed = ()
    memory: str | None = None
    out: Path | None = None


def _by_id(value: object) -> object:
    """Gather the entries named as prompts are under ``files``."""
    if not isinstance(value, Mapping):
        return value
    named = {key: path for key, path in value.items() if "/" in str(key)}
    rest = {key: given for key, given in value.items() if key not in named}
    return {**rest, "files": {**rest.get("files", {}), **named}} if named else rest


class PromptFiles(BaseModel):
    """The user's own prompts, each in place of ours of the same id.

    ``[prompts]`` holds ``folder``, and files by id beside it: ``"strategist/propose" = "my.md"``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path | None = None
    """Holds ``<role>/<purpose>.md``; what is not in it stays ours."""
    files: dict[str, Path] = {}
    """Files by id; they win over the folder."""


class Deliberation(BaseModel):
    """How drafts and critics lead to a choice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str = Field(default="debate", min_length=1, max_length=200)
    """``debate``, ``vote``, ``single``, or the name of an installed protocol."""


class Settings(BaseSettings):
    """Everything that can be set. Build one with :meth:`load`; ``Settings()`` is the defaults alone."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        env_prefix=_ENV_PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
    )

    workspace: Path | None = None
    """Folder of plans, runs and memory; None keeps them for the life of the process."""
    tenant: TenantId = DEFAULT_TENANT
    require_tenant: bool = False
    """Whether each call must name its tenant; set it where an app holds several, so that none is taken by oversight."""
    seed: int = Field(default=0, ge=0, lt=2**32)
    use_ai_generation: bool = True
    """Whether models may write the words; False asks the rules alone."""
    models: Listed = ()
    """Rungs of the chain, first to last: ``openai:<model>``, ``bedrock:<model id>``, ``rules``."""
    limits: Limits = Limits()
    budgets: Budgets = Budgets()
    tenants: dict[TenantId, TenantBudgets] = {}
    """Ceilings by tenant; a tenant that is not named here has those of ``budgets``."""
    prices: dict[str, ModelPrice] = {}
    """Prices by model (``openai:my-model``); they win over the price list."""
    ceiling_price: ModelPrice | None = None
    """Price assumed of a named model that no list knows; without one such a model is not called."""
    alerts: Alerts = Alerts()
    cache: Cache = Cache()
    storage: Storage = Storage()
    approvals: ApprovalSettings = ApprovalSettings()
    quality: Quality = Quality()
    deliberation: Deliberation = Deliberation()
    recall: Recall = Recall()
    plan: PlanOptions = PlanOptions()
    observability: Observability = Observability()
    decisions: DecisionLog = DecisionLog()
    secrets: SecretSources = SecretSources()
    prompts: Annotated[PromptFiles, BeforeValidator(_by_id)] = PromptFiles()
    max_bad_share: float = Field(default=0.2, ge=0, le=1)
    """Share of bad rows in a data file above which the run refuses."""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="openai_api_key")
    openai_base_url: str | None = Field(
        default=None, validation_alias="openai_base_url", pattern=r"^https?://[^\s]+$", repr=False
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take arguments alone, so that constructing settings reads nothing."""
        return (init_settings,)

    @classmethod
    def load(cls, *, folder: Path | None = None, **arguments: object) -> Self:
        """Read the settings.

        Args:
            folder: Where ``nexusplanner.toml`` is looked for first (the brief's folder); then in the
                working folder. Paths in the file are relative to the file.
            **arguments: Settings that win over file and environment; None counts as not given.

        Raises:
            ConfigurationError: An unknown key or a wrong value; names file and key.
            TenantError: The tenant's name is not valid.
        """
        file = _find(folder)
        given = {key: value for key, value in arguments.items() if value is not None}
        origins = {"arguments": given, "environment": _environment(cls), str(file): _table(file)}
        merged: dict[str, object] = {}
        for values in reversed(origins.values()):
            merged = _merged(merged, values)
        try:
            return cls.model_validate(merged)
        except ValidationError as error:
            raise _worded(error, cls, origins) from None


def _find(folder: Path | None) -> Path | None:
    places = [place for place in (folder, Path()) if place is not None]
    return next((place / FILE_NAME for place in places if (place / FILE_NAME).exists()), None)


def _table(file: Path | None) -> dict[str, object]:
    if file is None:
        return {}
    try:
        table = parse_toml(read_text(file, max_bytes=_MAX_BYTES), source=FILE_NAME)
        check_plain(table, source=FILE_NAME)
    except InputError as error:
        raise _misconfigured(error) from None
    for secret in _SECRETS & table.keys():
        if is_reference(str(table[secret])):
            continue
        raise ConfigurationError(
            f"{FILE_NAME}: {secret}: keys are not read from files.",
            fix="Set OPENAI_API_KEY in the environment, or name a secret.",
        )
    return resolved(table, file.parent, paths=_PATHS, specs=_SPECS)


def _environment(settings: type[BaseSettings]) -> dict[str, object]:
    try:
        return EnvSettingsSource(settings)()
    except SettingsError as error:
        raise ConfigurationError(
            f"environment: {error}.", fix=f"Set single values, such as {_ENV_PREFIX}LIMITS__USD=2."
        ) from None


def _merged(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _worded(
    error: ValidationError, settings: type[BaseSettings], origins: Mapping[str, Mapping[str, object]]
) -> ConfigurationError:
    found = from_validation(error, source="", model=settings)
    path = found.field.split("[")[0].split(".")
    origin = next((name for name, values in origins.items() if _holds(values, path)), "arguments")
    if origin == "environment":
        found = InputError(found.problem, source=_variable(path), value=_masked(found), fix=found.fix)
    else:
        source = origin if origin == "arguments" else FILE_NAME
        found = InputError(found.problem, source=source, field=found.field, value=_masked(found), fix=found.fix)
    return _misconfigured(found)


def _holds(values: Mapping[str, object], path: list[str]) -> bool:
    here: object = values
    for step in path:
        if not isinstance(here, Mapping) or step not in here:
            return False
        here = here[step]
    return True


def _variable(path: list[str]) -> str:
    name = "__".join(path).upper()
    return name if name in os.environ else f"{_ENV_PREFIX}{name}"


def _masked(found: InputError) -> object:
    return "…" if found.field in _HIDDEN and found.value is not ... else found.value


def _misconfigured(error: InputError) -> ConfigurationError:
    return ConfigurationError(error.message, fix=error.fix)
