"""Settings name secrets; a planner that is opened has their values, and asks each source once for a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.unit.adapters.secrets.test_secrets import TOKEN, kept

from nexusplanner import Planner, Settings
from nexusplanner.domain.operations import Alerts, Cache, SecretSources
from nexusplanner.errors import ConfigurationError
from nexusplanner.planner.secret_values import opened
from nexusplanner.secrecy import forget_secrets, masked
from nexusplanner.testing.vault_server import VaultServer

CANARY = "canary-e17b5d02"


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    yield
    forget_secrets()


class Asked:
    """Secrets of an application, with a list of what was asked for."""

    def __init__(self, value: str = CANARY) -> None:
        self.names: list[str] = []
        self._value = value

    def get(self, name: str) -> SecretStr:
        self.names.append(name)
        return SecretStr(self._value)


def value(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def test_settings_without_a_reference_are_as_they_were_and_their_values_are_known() -> None:
    settings = Settings(openai_api_key=SecretStr(CANARY))
    assert opened(settings) is settings
    assert CANARY not in masked(f"key {CANARY}")


def test_each_source_is_asked_by_the_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, "openai", CANARY)
    kept(tmp_path, "vault-token", TOKEN.get_secret_value())
    monkeypatch.setenv("HOOK_OF_THE_TESTS", f"https://hooks.example/{CANARY}")
    with VaultServer(
        {"apps/cache": {"url": f"redis://:{CANARY}@cache.example"}}, token=TOKEN.get_secret_value()
    ) as vault:
        sources = SecretSources(folder=tmp_path, vault_url=vault.url, vault_token=SecretStr("secret:file:vault-token"))
        settings = opened(
            Settings(
                openai_api_key=SecretStr("secret:file:openai"),
                alerts=Alerts(webhook=SecretStr("secret:env:HOOK_OF_THE_TESTS")),
                cache=Cache(store="secret:vault:apps/cache#url"),
                secrets=sources,
            )
        )
    assert value(settings.openai_api_key) == CANARY
    assert value(settings.alerts.webhook).endswith(CANARY)
    assert settings.cache.store == f"redis://:{CANARY}@cache.example"
    assert CANARY not in repr(settings)


def test_a_name_is_looked_up_once_also_by_a_planner() -> None:
    asked = Asked()
    reference = SecretStr("secret:app:the-key")
    settings = Settings(openai_api_key=reference, secrets=SecretSources(vault_token=reference))
    with Planner(settings=settings, models=[], secrets=asked) as planner:
        assert value(planner.settings.openai_api_key) == CANARY
    assert asked.names == ["the-key"]


@pytest.mark.parametrize(
    "reference",
    ["secret:", "secret:env:", "secret:cloud:x", "secret:app:x", "secret:env:NONE_OF_THE_TESTS", "secret:vault:x"],
)
def test_a_reference_that_leads_nowhere_is_told(reference: str) -> None:
    with pytest.raises(ConfigurationError):
        opened(Settings(openai_api_key=SecretStr(reference)))


def test_a_value_that_does_not_fit_is_told_by_its_place_alone() -> None:
    settings = Settings(alerts=Alerts(webhook=SecretStr("secret:app:hook")))
    with pytest.raises(ConfigurationError, match=r"alerts\.webhook") as caught:
        opened(settings, Asked("ftp://canary-of-a-hook"))
    assert "canary" not in repr(caught.value)


def test_a_file_may_name_a_key_and_not_hold_one(tmp_path: Path) -> None:
    file = tmp_path / "nexusplanner.toml"
    file.write_text('openai_api_key = "secret:env:OTHER_KEY"\n', encoding="utf-8")
    assert value(Settings.load(folder=tmp_path).openai_api_key) == "secret:env:OTHER_KEY"
    file.write_text(f'openai_api_key = "{CANARY}"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not read from files") as caught:
        Settings.load(folder=tmp_path)
    assert CANARY not in str(caught.value)
