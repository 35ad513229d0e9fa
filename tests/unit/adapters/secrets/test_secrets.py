"""Each source of secrets gives what is there, says what is not, and never tells a value."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from nexusplanner.adapters.secrets import EnvironmentSecrets, FileSecrets
from nexusplanner.adapters.secrets.aws import AWSSecrets
from nexusplanner.adapters.secrets.vault import VaultSecrets
from nexusplanner.errors import ConfigurationError, MissingExtraError, ProviderTransientError
from nexusplanner.ports.secrets import Secrets
from nexusplanner.secrecy import forget_secrets, masked
from nexusplanner.testing.vault_server import VaultServer

CANARY = "canary-7c1f29ab"
TOKEN = SecretStr("hvs.token-of-the-tests")
FIELDS = {"key": CANARY, "other": "something-else"}


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    yield
    forget_secrets()


def kept(folder: Path, name: str, text: str, *, mode: int = 0o600) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def said(secrets: Secrets, name: str) -> str:
    return secrets.get(name).get_secret_value()


def test_a_variable_is_found_and_is_known_from_then_on() -> None:
    secrets = EnvironmentSecrets({"KEY": CANARY, "BOTH": json.dumps(FIELDS), "EMPTY": ""})
    assert isinstance(secrets, Secrets)
    assert said(secrets, "KEY") == said(secrets, "BOTH#key") == CANARY
    assert masked(CANARY) != CANARY
    assert CANARY not in repr(secrets.get("KEY"))


def test_the_variables_of_the_process_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY_OF_THE_TESTS", CANARY)
    assert said(EnvironmentSecrets(), "A_KEY_OF_THE_TESTS") == CANARY


@pytest.mark.parametrize("name", ["NONE", "EMPTY", "KEY#field", "BOTH#none", "LIST#key", "BOTH#number"])
def test_what_is_not_there_is_told_without_a_value(name: str) -> None:
    variables = {"KEY": CANARY, "BOTH": json.dumps({"key": CANARY, "number": 3}), "LIST": "[1]", "EMPTY": ""}
    with pytest.raises(ConfigurationError) as caught:
        EnvironmentSecrets(variables).get(name)
    assert CANARY not in str(caught.value)


def test_a_file_is_read_without_its_line_end(tmp_path: Path) -> None:
    kept(tmp_path, "openai", f"{CANARY}\r\n")
    kept(tmp_path, "apps/planner.json", json.dumps(FIELDS))
    secrets = FileSecrets(tmp_path)
    assert said(secrets, "openai") == said(secrets, "apps/planner.json#key") == CANARY


@pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    kept(tmp_path, "openai", CANARY, mode=mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        FileSecrets(tmp_path).get("openai")


def test_on_a_mount_that_is_read_only_whoever_mounted_it_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path, "openai", CANARY, mode=0o444)
    monkeypatch.setattr("nexusplanner.adapters.secrets.files._is_read_only", lambda _: True)
    assert said(FileSecrets(tmp_path), "openai") == CANARY


@pytest.mark.parametrize(
    "name", ["../openai", "/etc/hostname", "a/../../b", ".hidden", "", "none", "folder", "long", "raw"]
)
def test_a_file_that_is_none_of_the_folders_or_no_secret_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "secrets"
    kept(tmp_path, "openai", CANARY)
    kept(folder, ".hidden", CANARY)
    kept(folder, "long", "x" * 70_000)
    kept(folder, "raw", "").write_bytes(b"\xff\xfe\x00")
    (folder / "folder").mkdir()
    with pytest.raises(ConfigurationError):
        FileSecrets(folder).get(name)


def test_vault_gives_the_field_that_is_named_or_the_only_one() -> None:
    with VaultServer({"apps/one": {"only": CANARY}, "apps/two": FIELDS}, token=TOKEN.get_secret_value()) as vault:
        secrets = VaultSecrets(vault.url, TOKEN)
        assert said(secrets, "apps/one") == said(secrets, "apps/two#key") == CANARY
        for name, told in (("apps/two", "apps/two#other"), ("apps/two#none", "key"), ("apps/none", "Vault")):
            with pytest.raises(ConfigurationError, match=told) as caught:
                secrets.get(name)
            assert CANARY not in str(caught.value)
    assert vault.asked[:2] == ["apps/one", "apps/two"]


def test_a_vault_that_refuses_or_fails_is_told_apart_and_no_token_is_told() -> None:
    with VaultServer({}, token="another") as vault, pytest.raises(ConfigurationError, match="Forbidden") as refused:
        VaultSecrets(vault.url, TOKEN).get("apps/one")
    with VaultServer({}, token="x", fails_with=503) as vault, pytest.raises(ProviderTransientError):
        VaultSecrets(vault.url, TOKEN).get("apps/one")
    with pytest.raises(ProviderTransientError):
        VaultSecrets(f"http://127.0.0.1:{free_port()}", TOKEN).get("apps/one")
    assert TOKEN.get_secret_value() not in str(refused.value)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hvac", None)
    with pytest.raises(MissingExtraError, match=r"nexusplanner\[vault\]"):
        VaultSecrets("http://127.0.0.1:1", TOKEN)


def test_aws_without_credentials_or_an_answer_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    address = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ConfigurationError):
        AWSSecrets(region="eu-central-1", endpoint_url=address).get("planner")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-tests")
    with pytest.raises(ProviderTransientError):
        AWSSecrets(region="eu-central-1", endpoint_url=address).get("planner")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
