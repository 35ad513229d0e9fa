"""Excerpts of JSON for the page: readable, and short whatever the size of the value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from nexusplanner.rendering.format import clean

_ITEMS, _KEYS, _TEXT, _DEPTH, _LINE, _ALL = 8, 40, 240, 8, 100, 8_000


def json_excerpt(value: JsonValue) -> str:
    """Write JSON with long arrays, texts and depths cut; plan.json has them whole."""
    written = _block(_capped(value, 0), "")
    return written if len(written) <= _ALL else f"{written[:_ALL].rstrip()}\n… the rest is in plan.json"


def _capped(value: JsonValue, depth: int) -> JsonValue:
    if isinstance(value, str):
        text = clean(value[: _TEXT + 1])
        return text if len(value) <= _TEXT else f"{text[:_TEXT]}…"
    if isinstance(value, list):
        return _capped_list(value, depth)
    if isinstance(value, dict):
        if depth >= _DEPTH and value:
            return f"… {len(value)} keys in plan.json"
        kept: dict[str, JsonValue] = {clean(key): _capped(value[key], depth + 1) for key in list(value)[:_KEYS]}
        return kept if len(value) <= _KEYS else {**kept, "…": f"{len(value) - _KEYS} more in plan.json"}
    return value


def _capped_list(value: Sequence[JsonValue], depth: int) -> JsonValue:
    if depth >= _DEPTH and value:
        return f"… {len(value)} items in plan.json"
    kept = [_capped(item, depth + 1) for item in value[:_ITEMS]]
    return kept if len(value) <= _ITEMS else [*kept, f"… {len(value) - _ITEMS} more in plan.json"]


def _block(value: JsonValue, indent: str) -> str:
    """Write a value on one line where it fits, else one item a line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= _LINE or not isinstance(value, (list, dict)):
        return flat
    deeper = indent + "  "
    if isinstance(value, Mapping):
        items = [f"{deeper}{json.dumps(k, ensure_ascii=False)}: {_block(v, deeper)}" for k, v in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    items = [deeper + _block(item, deeper) for item in value]
    return "[\n" + ",\n".join(items) + f"\n{indent}]"
