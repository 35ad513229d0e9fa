"""A loopback model that does as it is told: calls the tool it must, fills the form it is given, or talks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.openai_server import Completion

_QUOTED = re.compile("'([^']+)'")
_NUMBER = re.compile(r"\d+")


def obey(body: JsonObject) -> Completion:
    """Reply to one request: by a tool call, a filled form, or words."""
    asked = _last_words(body)
    form, tool = _form(body), _tool(body)
    if tool is not None:
        name, parameters = tool
        return Completion(tool_call=(name, json.dumps(_filled(parameters, asked))), finish_reason="tool_calls")
    if form is not None:
        return Completion(json.dumps(_filled(form, asked)))
    return Completion("Leaves fall on still water. The cat does not look up.", tokens_in=12, tokens_out=13)


def _last_words(body: JsonObject) -> str:
    messages = body.get("messages")
    content = messages[-1].get("content") if isinstance(messages, list) and isinstance(messages[-1], dict) else ""
    return json.dumps(content, ensure_ascii=False)


def _tool(body: JsonObject) -> tuple[str, Mapping[str, object]] | None:
    tools, choice = body.get("tools"), body.get("tool_choice")
    if not isinstance(tools, list) or not tools or (choice is None and _was_served(body)):
        return None
    functions = [tool["function"] for tool in tools if isinstance(tool, dict) and isinstance(tool["function"], dict)]
    if isinstance(choice, dict) and isinstance(chosen := choice["function"], dict):
        functions = [f for f in functions if f["name"] == chosen["name"]]
    parameters = functions[0].get("parameters")
    return str(functions[0]["name"]), parameters if isinstance(parameters, dict) else {}


def _was_served(body: JsonObject) -> bool:
    messages = body.get("messages")
    return isinstance(messages, list) and any(isinstance(m, dict) and m.get("role") == "tool" for m in messages)


def _form(body: JsonObject) -> Mapping[str, object] | None:
    wanted = body.get("response_format")
    if not isinstance(wanted, dict):
        return None
    if wanted.get("type") == "json_object":
        return {"properties": {"setup": {"type": "string"}, "punchline": {"type": "string"}}}
    told = wanted.get("json_schema")
    form = told.get("schema") if isinstance(told, dict) else None
    return form if isinstance(form, dict) else None


def _filled(schema: Mapping[str, object], asked: str) -> dict[str, object]:
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    return {name: _value(kind, asked) for name, kind in known.items()}


def _value(kind: object, asked: str) -> object:
    if isinstance(kind, dict) and kind.get("type") == "integer":
        return int((_NUMBER.findall(asked) or ["1"])[-1])
    return (_QUOTED.findall(asked) or ["as a pirate would"])[0]
