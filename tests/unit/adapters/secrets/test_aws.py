"""AWS Secrets Manager, as a server on loopback plays it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import boto3
import pytest

from nexusplanner.adapters.secrets.aws import AWSSecrets
from nexusplanner.errors import ConfigurationError
from nexusplanner.secrecy import forget_secrets

pytestmark = pytest.mark.slow

CANARY = "canary-51f0aa7e"
REGION = "eu-central-1"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Start the server; return its address."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def secrets(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AWSSecrets]:
    """Return the adapter, with some secrets behind it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-tests")
    client = boto3.client("secretsmanager", region_name=REGION, endpoint_url=endpoint)
    for name, value in (("plain", CANARY), ("prod/planner", json.dumps({"key": CANARY}))):
        if not client.list_secrets(Filters=[{"Key": "name", "Values": [name]}])["SecretList"]:
            client.create_secret(Name=name, SecretString=value)
    if not client.list_secrets(Filters=[{"Key": "name", "Values": ["raw"]}])["SecretList"]:
        client.create_secret(Name="raw", SecretBinary=CANARY.encode())
    client.close()
    yield AWSSecrets(region=REGION, endpoint_url=endpoint)
    forget_secrets()


@pytest.mark.parametrize("name", ["plain", "prod/planner#key", "raw"])
def test_a_secret_is_found(secrets: AWSSecrets, name: str) -> None:
    assert secrets.get(name).get_secret_value() == CANARY


@pytest.mark.parametrize("name", ["none", "prod/planner#none", "plain#key"])
def test_what_is_not_there_is_told_without_a_value(secrets: AWSSecrets, name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        secrets.get(name)
    assert CANARY not in str(caught.value)
