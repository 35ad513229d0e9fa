"""What OpenAI refuses before any model is asked: the same 400 for the same mistakes."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.completion import Completion, Feature
from nexusplanner.testing.strict_schema import strict_fault

_FORMATS = ("json_object", "json_schema", "text")
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)
_REASONS = re.compile(r"(?:o\d|gpt-5)")
"""Models that think first: they know neither ``max_tokens`` nor a temperature."""


class _Mistake(NamedTuple):
    message: str
    param: str
    code: str | None = None


def openai_refusal(body: JsonObject, refuses: Collection[Feature] = ()) -> Completion | None:
    """Return OpenAI's refusal of a chat completion's request; None where it would be answered.

    Args:
        body: The request.
        refuses: What the model behind it cannot do.
    """
    for mistake in _mistakes(body, refuses):
        told: JsonObject = {
            "message": mistake.message,
            "type": "invalid_request_error",
            "param": mistake.param,
            "code": mistake.code,
        }
        return Completion(mistake.message, status=400, body=json.dumps({"error": told}).encode())
    return None


def forced_tool(body: JsonObject) -> str:
    """Name the tool that the model has to call; empty where it may answer in words."""
    choice, names = body.get("tool_choice"), _tool_names(body)
    if isinstance(choice, dict):
        return str(_object(choice, "function").get("name", ""))
    return names[0] if choice == "required" and names else ""


def _mistakes(body: JsonObject, refuses: Collection[Feature]) -> Iterator[_Mistake]:
    yield from _in_messages(body)
    yield from _in_parameters(body, refuses)
    yield from _in_format(body, refuses)
    yield from _in_tools(body, refuses)


def _in_messages(body: JsonObject) -> Iterator[_Mistake]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        yield _Mistake("Missing required parameter: 'messages'.", "messages", "missing_required_parameter")
        return
    open_calls = set[str]()
    for at, message in enumerate(messages):
        if not isinstance(message, dict):
            yield _Mistake(f"Invalid type for 'messages[{at}]': expected an object.", f"messages[{at}]", "invalid_type")
            return
        if message.get("role") == "tool":
            if message.get("tool_call_id") not in open_calls:
                yield _Mistake(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceding message with "
                    "'tool_calls'.",
                    f"messages[{at}].role",
                )
            open_calls.discard(str(message.get("tool_call_id")))
        elif open_calls:
            break
        calls = message.get("tool_calls")
        open_calls |= {str(c.get("id")) for c in calls if isinstance(c, dict)} if isinstance(calls, list) else set()
    if open_calls:
        yield _Mistake(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. These did not have response messages: {', '.join(sorted(open_calls))}",
            "messages",
        )


def _in_parameters(body: JsonObject, refuses: Collection[Feature]) -> Iterator[_Mistake]:
    if not isinstance(body.get("model"), str):
        yield _Mistake("you must provide a model parameter", "model")
    if body.get("stream") and "stream" in refuses:
        yield _Mistake("Unsupported value: 'stream' does not support true with this model.", "stream")
    if body.get("stream_options") is not None and not body.get("stream"):
        yield _Mistake("'stream_options' is only allowed when 'stream' is enabled.", "stream_options")
    for name in ("max_tokens", "max_completion_tokens"):
        most = body.get(name)
        if most is not None and (not isinstance(most, int) or most < 1):
            yield _Mistake(f"Invalid '{name}': expected an integer of at least 1.", name, "integer_below_min_value")
    if not _REASONS.match(str(body.get("model"))):
        return
    if body.get("max_tokens") is not None:
        yield _Mistake(
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "max_tokens",
            "unsupported_parameter",
        )
    if body.get("temperature") not in {None, 1}:
        yield _Mistake(
            f"Unsupported value: 'temperature' does not support {body['temperature']} with this model. "
            "Only the default (1) value is supported.",
            "temperature",
            "unsupported_value",
        )


def _in_format(body: JsonObject, refuses: Collection[Feature]) -> Iterator[_Mistake]:
    wanted = body.get("response_format")
    if wanted is None:
        return
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if not isinstance(wanted, dict) or kind not in _FORMATS:
        known = ", ".join(map(repr, _FORMATS))
        yield _Mistake(
            f"Invalid value: {kind!r}. Supported values are: {known}.", "response_format.type", "invalid_value"
        )
        return
    if kind in refuses:
        yield _Mistake(
            f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model.",
            "response_format",
        )
    if kind == "json_object" and "json" not in json.dumps(body.get("messages")).lower():
        yield _Mistake(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            "messages",
        )
    if kind == "json_schema":
        yield from _in_form(_object(wanted, "json_schema"))


def _in_form(form: Mapping[str, object]) -> Iterator[_Mistake]:
    name, where = form.get("name"), "response_format.json_schema"
    if not isinstance(name, str) or not name:
        yield _Mistake(f"Missing required parameter: '{where}.name'.", f"{where}.name", "missing_required_parameter")
    elif not _NAME.fullmatch(name):
        yield _Mistake(
            f"Invalid '{where}.name': letters, digits, '_' and '-' only, at most 64.", f"{where}.name", "invalid_value"
        )
    if form.get("strict") and (fault := strict_fault(form.get("schema"))):
        yield _Mistake(f"Invalid schema for response_format {name!r}: {fault}", "response_format")


def _in_tools(body: JsonObject, refuses: Collection[Feature]) -> Iterator[_Mistake]:
    tools, choice = body.get("tools"), body.get("tool_choice")
    if tools is None:
        if choice is not None and choice != "none":
            yield _Mistake(
                "Invalid value for 'tool_choice': 'tool_choice' is only allowed with 'tools'.", "tool_choice"
            )
        return
    if "tools" in refuses:
        yield _Mistake("'tools' is not supported with this model.", "tools", "unsupported_parameter")
    if not isinstance(tools, list) or not tools:
        yield _Mistake("Invalid 'tools': empty array. Expected at least one tool.", "tools", "empty_array")
        return
    for at, tool in enumerate(tools):
        function = _object(tool, "function") if isinstance(tool, dict) else {}
        if not _NAME.fullmatch(str(function.get("name", ""))):
            yield _Mistake(f"Invalid 'tools[{at}].function.name'.", f"tools[{at}].function.name", "invalid_value")
        if function.get("strict") and (fault := strict_fault(function.get("parameters"))):
            yield _Mistake(
                f"Invalid schema for function {function.get('name')!r}: {fault}", f"tools[{at}].function.parameters"
            )
    if isinstance(choice, dict) and (named := forced_tool(body)) not in _tool_names(body):
        yield _Mistake(f"Tool choice {named!r} not found in 'tools' parameter.", "tool_choice")


def _tool_names(body: JsonObject) -> list[str]:
    tools = body.get("tools")
    known = [tool for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
    return [str(named["name"]) for tool in known if "name" in (named := _object(tool, "function"))]


def _object(node: Mapping[str, object], key: str) -> Mapping[str, object]:
    held = node.get(key)
    return held if isinstance(held, dict) else {}
