"""Every source of secrets does what a source must do."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import boto3
import pytest
from pydantic import SecretStr

from nexusplanner.adapters.secrets import EnvironmentSecrets, FileSecrets
from nexusplanner.adapters.secrets.aws import AWSSecrets
from nexusplanner.adapters.secrets.vault import VaultSecrets
from nexusplanner.ports.secrets import Secrets
from nexusplanner.secrecy import forget_secrets
from nexusplanner.testing.secrets import SecretsContract
from nexusplanner.testing.vault_server import VaultServer

Held = Mapping[str, Mapping[str, str]]
REGION = "eu-central-1"


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    yield
    forget_secrets()


class TestEnvironmentSecrets(SecretsContract):
    def make(self, secrets: Held) -> Secrets:
        return EnvironmentSecrets({name: json.dumps(fields) for name, fields in secrets.items()})


class TestFileSecrets(SecretsContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make(self, secrets: Held) -> Secrets:
        for name, fields in secrets.items():
            (self.folder / name).touch(mode=0o600)
            (self.folder / name).write_text(json.dumps(fields), encoding="utf-8")
        return FileSecrets(self.folder)


class TestVaultSecrets(SecretsContract):
    @pytest.fixture(autouse=True)
    def _servers(self) -> Iterator[None]:
        with ExitStack() as self.servers:
            yield

    def make(self, secrets: Held) -> Secrets:
        server = self.servers.enter_context(VaultServer(secrets, token="hvs.of-the-contract"))
        return VaultSecrets(server.url, SecretStr("hvs.of-the-contract"))


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """Start a server that plays AWS; return its address."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.mark.slow
class TestAWSSecrets(SecretsContract):
    @pytest.fixture(autouse=True)
    def _credentials(self, aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-tests")
        self.address = aws

    def make(self, secrets: Held) -> Secrets:
        client = boto3.Session().client("secretsmanager", region_name=REGION, endpoint_url=self.address)
        for name, fields in secrets.items():
            with suppress(client.exceptions.ResourceExistsException):  # another test put it there, the same
                client.create_secret(Name=name, SecretString=json.dumps(fields))
        client.close()
        return AWSSecrets(region=REGION, endpoint_url=self.address)
