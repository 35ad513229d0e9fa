"""Secrets: where keys, tokens and passwords are looked up by name."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from pydantic import SecretStr


@runtime_checkable
class Secrets(Protocol):
    """A place that knows secrets by name; it never tells one in an error."""

    def get(self, name: str) -> SecretStr:
        """Return a secret.

        Args:
            name: Its name; ``#KEY`` behind it picks a field of one that has several.

        Raises:
            ConfigurationError: There is no such secret, it may not be read, or it has no such field.
            ProviderTransientError: The place does not answer.
        """
        ...
