"""Answers in Redis: kept under a prefix for a time; a server that is gone keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from nexusplanner.errors import MissingExtraError, StorageError
from nexusplanner.persistence.answers_redis import RedisAnswers
from nexusplanner.ports.answers import AnswerStore


class Client:
    """A client that keeps bytes, as Redis does."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, int]] = {}
        self.is_up = True

    def get(self, name: str, /) -> object:
        """Return the bytes."""
        if not self.is_up:
            raise ConnectionError("redis://:hidden@h is gone")
        return self.kept[name][0] if name in self.kept else None

    def set(self, name: str, value: str, /, *, px: int) -> object:
        """Keep the bytes and their time."""
        if not self.is_up:
            raise ConnectionError("redis://:hidden@h is gone")
        self.kept[name] = (value.encode(), px)
        return True

    def scan_iter(self, match: str) -> Iterator[bytes]:
        """Walk the names that begin so."""
        yield from [name.encode() for name in self.kept if name.startswith(match.removesuffix("*"))]

    def delete(self, *names: str) -> object:
        """Forget the bytes."""
        return len([self.kept.pop(name) for name in names if name in self.kept])

    def close(self) -> None:
        """Be gone."""
        self.is_up = False


def test_an_answer_is_kept_for_its_time_under_the_projects_prefix() -> None:
    client = Client()
    store = RedisAnswers(client)
    assert isinstance(store, AnswerStore)
    assert store.get("k", now=0) is None
    store.put("k", "Größe", now=0, ttl_s=1.5)
    assert store.get("k", now=0) == "Größe"
    assert client.kept == {"nexusplanner:answer:k": ("Größe".encode(), 1500)}


def test_a_server_that_is_gone_is_a_storage_error_without_its_address() -> None:
    store = RedisAnswers(Client())
    store.close()
    with pytest.raises(StorageError, match="does not answer: ConnectionError") as read:
        store.get("k", now=0)
    with pytest.raises(StorageError, match="does not answer: ConnectionError") as written:
        store.put("k", "t", now=0, ttl_s=1)
    assert "hidden" not in str(read.value) + str(written.value)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    with pytest.raises(MissingExtraError, match=r"nexusplanner\[redis\]"):
        RedisAnswers.at(SecretStr("redis://127.0.0.1:1/0"))
