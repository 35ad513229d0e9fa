"""What every test may rely on: no network beyond loopback, no keys, a home of its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pydantic import SecretStr
from pytest_socket import SocketBlockedError
from tests.postgres import PostgresServer, running_postgres

ROOT = Path(__file__).resolve().parents[1]

_OF_PROVIDERS = ("OPENAI_", "AZURE_OPENAI_", "AWS_", "ANTHROPIC_", "BEDROCK_", "LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_")
_OF_THE_HOUSE = ("NEXUSPLANNER_",)
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "NO_PROXY")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "", "0.0.0.0"})

settings.register_profile(
    "default",
    max_examples=50,
    deadline=None,  # the machine is shared; a slow example is not a wrong one
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=500, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure(config: pytest.Config) -> None:
    """Clear the environment before anything of the library is imported; child processes inherit it."""
    del config
    for name in tuple(os.environ):
        if name.startswith(_OF_PROVIDERS + _OF_THE_HOUSE) or name.upper() in _PROXIES:
            del os.environ[name]
    os.environ["LANGGRAPH_CLI_NO_ANALYTICS"] = "1"


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Point HOME and the XDG folders to an empty place, so that no test reads the developer's own."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("USERPROFILE", str(home))
        for kind in ("CONFIG", "CACHE", "DATA", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / f".{kind.lower()}"))
        yield home


@pytest.fixture(scope="session", autouse=True)
def _no_names_looked_up() -> Iterator[None]:
    """Refuse to resolve any name but loopback's: pytest-socket stops connections, not questions to DNS."""
    resolve = socket.getaddrinfo

    def guarded(host: str | bytes | None, *args: object, **kwargs: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name.lower() not in _LOOPBACK:
            raise SocketBlockedError(f"A test tried to look up {name!r}.")
        return resolve(host, *args, **kwargs)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", guarded)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def example(root: Path) -> Path:
    """Return the first example's folder."""
    return root / "examples" / "01_cd_retailer"


@pytest.fixture(scope="session")
def shared(root: Path) -> Path:
    """Return the folder of larger public data sets beside the repository, or skip."""
    folder = root.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip(f"needs the public data sets in {folder.name}/data beside the repository")
    return folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Start a PostgreSQL server, once; who uses it is ``slow``."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        server.spare_the_disk()
        yield server


@pytest.fixture(scope="module")
def postgres_url(postgres: PostgresServer) -> SecretStr:
    """Return the URL of a database that this module has for itself, empty at first."""
    return postgres.fresh()
