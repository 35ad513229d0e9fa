"""JSON Schemas in the dialect that servers can hold a reply to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from pydantic import BaseModel

_UNKNOWN = frozenset({"default", "title", "minLength", "maxLength", "uniqueItems", "format", "description"})
"""Keywords that are refused or of no use there; the reply is validated against all of them afterwards."""


@lru_cache(maxsize=128)
def strict_schema(model: type[BaseModel]) -> Mapping[str, object]:
    """Return a model's schema with every object closed and every property required.

    That is what OpenAI's ``strict`` and Bedrock's ``outputConfig`` ask for. Fields with a default are then always
    written, which changes nothing: the value is validated by the model itself.
    """
    return cast("Mapping[str, object]", _strict(model.model_json_schema(), is_schema=True))


@lru_cache(maxsize=128)
def can_be_strict(model: type[BaseModel]) -> bool:
    """Tell whether a server can hold a reply to a model's schema."""
    return is_closed(strict_schema(model))


def is_closed(schema: object) -> bool:
    """Tell whether a schema names every property there can be; maps with free keys do not."""
    if isinstance(schema, list):
        return all(is_closed(part) for part in schema)
    if not isinstance(schema, Mapping):
        return True
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return False
    return all(is_closed(part) for part in schema.values())


def _strict(node: object, *, is_schema: bool) -> object:
    if isinstance(node, list):
        return [_strict(part, is_schema=True) for part in node]
    if not isinstance(node, dict):
        return node
    if not is_schema:  # a map of names to schemas: properties, definitions
        return {name: _strict(part, is_schema=True) for name, part in node.items()}
    strict = {
        key: _strict(value, is_schema=key not in {"properties", "$defs"})
        for key, value in node.items()
        if key not in _UNKNOWN
    }
    if isinstance(properties := strict.get("properties"), dict):
        strict |= {"additionalProperties": False, "required": list(properties)}
    return strict
