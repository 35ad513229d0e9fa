"""Fields of a secret: one name may hold several values."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import SecretStr

from nexusplanner.errors import ConfigurationError
from nexusplanner.secrecy import keep_secret


def parted(name: str) -> tuple[str, str]:
    """Part a name from the field behind ``#``."""
    place, _, key = name.partition("#")
    return place, key


def of_text(text: str, name: str) -> SecretStr:
    """Return a text as a secret, or one field of it where the name asks for one and the text is a JSON object.

    Raises:
        ConfigurationError: It is empty, or has no such field.
    """
    place, key = parted(name)
    if not key:
        return _kept(text, name)
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise ConfigurationError(f"The secret {place!r} has no fields.", fix=f"Leave out '#{key}'.")
    return of_fields(fields, name)


def of_fields(fields: Mapping[str, object], name: str) -> SecretStr:
    """Return the field that a name asks for, or the only one.

    Raises:
        ConfigurationError: There is no such field, or none is named and there are several.
    """
    place, key = parted(name)
    if not key and len(fields) == 1:
        key = next(iter(fields))
    value = fields.get(key) if key else None
    if not isinstance(value, str):
        fix = f"Name one of its fields: {', '.join(f'{place}#{field}' for field in sorted(fields)) or 'it has none'}."
        raise ConfigurationError(f"The secret {place!r} has no text field {key!r}.", fix=fix)
    return _kept(value, name)


def missing(name: str, where: str) -> ConfigurationError:
    """Return the error of a secret that is not there."""
    return ConfigurationError(f"There is no secret {name!r} in {where}.", fix="Put it there, or name another.")


def _kept(text: str, name: str) -> SecretStr:
    value = text.removesuffix("\n").removesuffix("\r")
    if not value:
        raise ConfigurationError(f"The secret {name!r} is empty.", fix="Give it a value.")
    keep_secret(value)
    return SecretStr(value)
