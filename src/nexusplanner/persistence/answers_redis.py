"""Answers in Redis, which forgets them by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pydantic import SecretStr

from nexusplanner.errors import MissingExtraError, StorageError
from nexusplanner.llm.answers_data import AnswerData

_PREFIX = "nexusplanner:answer:"
_TIMEOUT_S = 2.0


class RedisClient(Protocol):
    """What is asked of a client: redis-py's ``Redis`` answers it."""

    def get(self, name: str, /) -> object:
        """Return a value as bytes or text, or None."""
        ...

    def set(self, name: str, value: str, /, *, px: int) -> object:
        """Keep a value for some milliseconds."""
        ...

    def scan_iter(self, match: str) -> Iterable[object]:
        """Walk the names that match a pattern."""
        ...

    def delete(self, *names: str) -> object:
        """Forget values."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class RedisAnswers(AnswerData):
    """Keeps answers where several machines reach them.

    Args:
        client: A client; its time-outs are its own.
    """

    waits = True

    def __init__(self, client: RedisClient) -> None:
        self._client = client

    @classmethod
    def at(cls, url: SecretStr) -> RedisAnswers:
        """Connect to ``redis://host:port/db`` at the first answer.

        Raises:
            MissingExtraError: The client is not installed.
        """
        try:
            from redis import Redis
        except ImportError as error:
            raise MissingExtraError("A cache in Redis", extra="redis") from error
        timeouts = {"socket_timeout": _TIMEOUT_S, "socket_connect_timeout": _TIMEOUT_S}
        return cls(Redis.from_url(url.get_secret_value(), **timeouts))

    def get(self, key: str, *, now: float) -> str | None:  # noqa: ARG002 - Redis has a clock of its own
        """Return a text that Redis still holds, or None."""
        try:
            found = self._client.get(_PREFIX + key)
        except Exception as error:
            raise _unreachable(error) from error
        return None if found is None else _text(found)

    def put(self, key: str, text: str, *, now: float, ttl_s: float) -> None:  # noqa: ARG002
        """Keep a text for some seconds."""
        try:
            self._client.set(_PREFIX + key, text, px=max(int(ttl_s * 1000), 1))
        except Exception as error:
            raise _unreachable(error) from error

    def of(self, owner: str) -> Iterator[tuple[str, str]]:
        """Yield keys and texts of an owner."""
        try:
            names = sorted(_text(name) for name in self._client.scan_iter(match=f"{_PREFIX}{owner}*"))
        except Exception as error:
            raise _unreachable(error) from error
        for key in (name.removeprefix(_PREFIX) for name in names):
            if (text := self.get(key, now=0.0)) is not None:
                yield key, text

    def drop(self, keys: Sequence[str]) -> None:
        """Forget answers."""
        try:
            if keys:
                self._client.delete(*(_PREFIX + key for key in keys))
        except Exception as error:
            raise _unreachable(error) from error

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _text(found: object) -> str:
    return found.decode("utf-8") if isinstance(found, bytes) else str(found)


def _unreachable(error: Exception) -> StorageError:
    return StorageError(f"Redis does not answer: {type(error).__name__}.", fix="Check cache.store.")
