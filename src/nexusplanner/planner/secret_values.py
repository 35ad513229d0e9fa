"""Secret values: what settings name is looked up when a planner is opened, once for each name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, SecretStr, ValidationError

from nexusplanner.domain.operations import REFERENCE, SecretSources, is_reference
from nexusplanner.errors import ConfigurationError
from nexusplanner.ports.secrets import Secrets
from nexusplanner.secrecy import keep_secret, keep_secrets_within
from nexusplanner.settings import Settings

Path = tuple[str, ...]
SOURCES = ("env", "file", "aws", "vault", "app")
_OF_AWS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def opened(settings: Settings, secrets: Secrets | None = None) -> Settings:
    """Return settings with values in the place of references; from now on no text that is told holds one of them.

    Args:
        settings: As they were read.
        secrets: Where ``secret:app:…`` is looked up.

    Raises:
        ConfigurationError: A reference is none, what it names is not there, or is not what the setting needs.
        ProviderTransientError: The source does not answer.
    """
    book = SecretBook(settings.secrets, secrets)
    found = {path: book.get(text) for path, text in hidden_values(settings) if is_reference(text)}
    if found:
        settings = _filled(settings, found)
    for _, text in hidden_values(settings):
        keep_secrets_within(text)
    for name in _OF_AWS:
        keep_secret(os.environ.get(name, ""))
    return settings


def hidden_values(model: BaseModel, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield what is never shown of settings, by its place: secrets, and addresses that may hold one."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from hidden_values(value, (*path, name))
        elif isinstance(value, SecretStr):
            yield (*path, name), value.get_secret_value()
            if not is_reference(value.get_secret_value()):
                keep_secret(value.get_secret_value())
        elif isinstance(value, str) and not field.repr:
            yield (*path, name), value


class SecretBook:
    """Looks secrets up by reference, each once.

    Args:
        sources: Where the sources are.
        app: What the application handed in.
    """

    def __init__(self, sources: SecretSources, app: Secrets | None = None) -> None:
        self._sources, self._app = sources, app
        self._found: dict[str, SecretStr] = {}
        self._open: dict[str, Secrets] = {}

    def get(self, reference: str) -> SecretStr:
        """Return what ``secret:<source>:<name>`` names.

        Raises:
            ConfigurationError: It is no reference, or there is no such secret.
            ProviderTransientError: The source does not answer.
        """
        if reference not in self._found:
            source, _, name = reference.removeprefix(REFERENCE).partition(":")
            if source not in SOURCES or not name:
                raise ConfigurationError(
                    f"{reference[:80]!r} names no secret.",
                    fix=f"Write secret:<source>:<name> with one of {', '.join(SOURCES)}.",
                )
            if source not in self._open:
                self._open[source] = self._opened(source)
            self._found[reference] = self._open[source].get(name)
        return self._found[reference]

    def _opened(self, source: str) -> Secrets:
        if source == "app":
            if self._app is None:
                raise ConfigurationError(
                    "secret:app: was named, and no secrets were handed in.", fix="Planner(secrets=…)."
                )
            return self._app
        if source == "env":
            from nexusplanner.adapters.secrets.environment import EnvironmentSecrets

            return EnvironmentSecrets()
        if source == "file":
            from nexusplanner.adapters.secrets.files import FileSecrets

            return FileSecrets(self._sources.folder)
        if source == "aws":
            from nexusplanner.adapters.secrets.aws import AWSSecrets

            return AWSSecrets(region=self._sources.aws_region, endpoint_url=self._sources.aws_endpoint_url)
        return self._vault()

    def _vault(self) -> Secrets:
        from nexusplanner.adapters.secrets.vault import VaultSecrets

        url = self._sources.vault_url or os.environ.get("VAULT_ADDR")
        token = self._sources.vault_token or SecretStr(os.environ.get("VAULT_TOKEN", ""))
        if token.get_secret_value().startswith((f"{REFERENCE}env:", f"{REFERENCE}file:")):
            token = self.get(token.get_secret_value())
        if not url or not token.get_secret_value():
            raise ConfigurationError(
                "Vault's address or token is not known.", fix="Set VAULT_ADDR and VAULT_TOKEN, or secrets.vault_url."
            )
        keep_secret(token.get_secret_value())
        return VaultSecrets(url, token, mount=self._sources.vault_mount)


def _filled(settings: Settings, found: Mapping[Path, SecretStr]) -> Settings:
    """Put values in their places and check the whole again, without telling one."""
    data = settings.model_dump()
    for path, secret in found.items():
        place = data
        for step in path[:-1]:
            place = place[step]
        is_text = isinstance(place[path[-1]], str)
        place[path[-1]] = secret.get_secret_value() if is_text else secret
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        places = ", ".join(sorted({".".join(str(part) for part in fault["loc"]) for fault in error.errors()}))
    raise ConfigurationError(f"What the settings name as a secret does not fit: {places}.", fix="Check its value.")
