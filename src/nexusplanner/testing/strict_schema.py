"""Which JSON Schemas OpenAI takes where ``strict`` is asked for: it refuses the others before any model is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_BARRED = (
    "allOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "default",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "uniqueItems",
    "contains",
    "prefixItems",
)
_KINDS = ("type", "anyOf", "enum", "const", "$ref")
_ROOT = "the root"


def strict_fault(schema: object) -> str:
    """Say what is wrong with a schema; empty where it is taken.

    Every object closes itself with ``additionalProperties: false`` and requires all of its properties; the root
    is an object; some keywords are not known.
    """
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return "schema must be a JSON Schema of 'type: \"object\"'"
    return next(_faults(schema, _ROOT), "")


def _faults(node: Mapping[str, object], at: str) -> Iterator[str]:
    yield from (f"In {at}, {word!r} is not permitted." for word in _BARRED if word in node)
    if not any(word in node for word in _KINDS):
        yield f"In {at}, schema must have a 'type' key."
    if "$ref" in node and len(node) > 1:
        yield f"In {at}, $ref cannot have keywords {sorted(set(node) - {'$ref'})}."
    if node.get("type") == "object":
        yield from _of_object(node, at)
    if node.get("type") == "array" and not isinstance(node.get("items"), dict):
        yield f"In {at}, array schema missing items."
    for name, child in _children(node):
        yield from _faults(child, f"{at}.{name}")


def _of_object(node: Mapping[str, object], at: str) -> Iterator[str]:
    properties, required = node.get("properties"), node.get("required")
    known = set(properties) if isinstance(properties, dict) else set()
    named = {str(name) for name in required} if isinstance(required, list) else set()
    if node.get("additionalProperties") is not False:
        yield f"In {at}, 'additionalProperties' is required to be supplied and to be false."
    if missing := sorted(known - named):
        yield f"In {at}, 'required' must include every key in properties. Missing {missing[0]!r}."
    if extra := sorted(named - known):
        yield f"In {at}, 'required' names {extra[0]!r}, which is no property."


def _children(node: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    for group in ("properties", "$defs", "definitions"):
        if isinstance(held := node.get(group), dict):
            yield from ((str(name), child) for name, child in held.items() if isinstance(child, dict))
    if isinstance(items := node.get("items"), dict):
        yield "items", items
    if isinstance(ways := node.get("anyOf"), list):
        yield from ((f"anyOf.{i}", way) for i, way in enumerate(ways) if isinstance(way, dict))
