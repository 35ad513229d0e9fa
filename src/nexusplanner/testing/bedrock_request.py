"""What Bedrock's Converse refuses before any model is asked: the same ValidationException for the same mistakes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.completion import Completion, Feature

_TALK_OF_TOOLS = ("toolUse", "toolResult")


def bedrock_refusal(body: JsonObject, refuses: Collection[Feature] = ()) -> Completion | None:
    """Return Bedrock's refusal of a conversation; None where it would be answered.

    Args:
        body: The request.
        refuses: What the model behind it cannot do.
    """
    for message in _mistakes(body, refuses):
        return Completion(message, status=400)
    return None


def forced_tool(body: JsonObject) -> str:
    """Name the tool that the model has to call; empty where it may answer in words."""
    choice, names = _object(_object(body, "toolConfig"), "toolChoice"), _tool_names(body)
    if "any" in choice and names:
        return names[0]
    return str(_object(choice, "tool").get("name", ""))


def _mistakes(body: JsonObject, refuses: Collection[Feature]) -> Iterator[str]:
    yield from _in_messages(body)
    yield from _in_tools(body, refuses)
    most = _object(body, "inferenceConfig").get("maxTokens")
    if most is not None and (not isinstance(most, int) or most < 1):
        yield "Value at 'inferenceConfig.maxTokens' failed to satisfy constraint: greater than or equal to 1"
    form = _object(_object(body, "outputConfig"), "textFormat")
    if not form:
        return
    if "json_schema" in refuses:
        yield "This model doesn't support the outputConfig.textFormat field. Remove it and try again."
    if not _is_json_object(_object(_object(form, "structure"), "jsonSchema").get("schema")):
        yield "The value at outputConfig.textFormat.structure.jsonSchema.schema is no JSON schema, as a string."


def _in_messages(body: JsonObject) -> Iterator[str]:
    messages = body.get("messages")
    turns = [turn for turn in messages if isinstance(turn, dict)] if isinstance(messages, list) else []
    if not turns:
        yield "The messages field is required and must hold at least one message."
        return
    roles = [str(turn.get("role")) for turn in turns]
    if roles[0] != "user":
        yield "A conversation must start with a user message. Try again with a conversation that starts so."
    if any(before == after for before, after in pairwise(roles)):
        yield "A conversation must alternate between user and assistant roles."
    for at, turn in enumerate(turns):
        blocks = turn.get("content")
        if not isinstance(blocks, list) or not blocks:
            yield f"The content field in the Message object at messages.{at} is empty."
            continue
        texts = [block.get("text") for block in blocks if isinstance(block, dict) and "text" in block]
        if any(not str(text).strip() for text in texts):
            yield f"The text field in the ContentBlock object at messages.{at}.content is blank."


def _in_tools(body: JsonObject, refuses: Collection[Feature]) -> Iterator[str]:
    if "toolConfig" not in body:
        if any(f'"{word}"' in json.dumps(body.get("messages")) for word in _TALK_OF_TOOLS):
            yield "The toolConfig field must be defined when using toolUse and toolResult content blocks."
        return
    if "tools" in refuses:
        yield "This model doesn't support tool use."
    names = _tool_names(body)
    if not names:
        yield "The toolConfig.tools field must hold at least one tool."
    elif (forced := forced_tool(body)) and forced not in names:
        yield f"The tool {forced!r} of toolConfig.toolChoice is none of toolConfig.tools."


def _tool_names(body: JsonObject) -> list[str]:
    tools = _object(body, "toolConfig").get("tools")
    specs = [_object(tool, "toolSpec") for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
    return [str(spec["name"]) for spec in specs if "name" in spec]


def _is_json_object(text: object) -> bool:
    try:
        return isinstance(text, str) and isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _object(node: Mapping[str, object], key: str) -> Mapping[str, object]:
    held = node.get(key)
    return held if isinstance(held, dict) else {}
