"""Secrets in environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import SecretStr

from nexusplanner.adapters.secrets.fields import missing, of_text, parted


class EnvironmentSecrets:
    """Looks up variables of the environment.

    Args:
        environment: The variables; by default those of the process, as they are when one is looked up.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = environment

    def get(self, name: str) -> SecretStr:
        """Return a variable's value."""
        variables = os.environ if self._environment is None else self._environment
        value = variables.get(parted(name)[0])
        if value is None:
            raise missing(name, "the environment")
        return of_text(value, name)
