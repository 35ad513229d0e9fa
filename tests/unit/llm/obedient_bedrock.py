"""The obedient model on Bedrock's wire: its requests are told in OpenAI's words, and obeyed."""

from __future__ import annotations

from collections.abc import Iterator

from tests.unit.llm.obedient import obey

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.completion import Completion


def obey_bedrock(body: JsonObject) -> Completion:
    """Reply to one request of Converse: by a tool call, or words."""
    told: JsonObject = {"messages": list(_messages(body))}
    config = body.get("toolConfig")
    if isinstance(config, dict) and isinstance(tools := config.get("tools"), list):
        told["tools"] = [_tool(tool) for tool in tools]
        choice = config.get("toolChoice")
        if isinstance(choice, dict) and isinstance(chosen := choice.get("tool"), dict):
            told["tool_choice"] = {"type": "function", "function": {"name": chosen["name"]}}
        elif isinstance(choice, dict) and "any" in choice:
            told["tool_choice"] = "required"
    return obey(told)


def _messages(body: JsonObject) -> Iterator[JsonObject]:
    messages = body.get("messages")
    for message in messages if isinstance(messages, list) else []:
        assert isinstance(message, dict)
        blocks = message["content"]
        assert isinstance(blocks, list)
        is_result = any(isinstance(block, dict) and "toolResult" in block for block in blocks)
        yield {"role": "tool" if is_result else message["role"], "content": blocks}


def _tool(tool: object) -> JsonObject:
    spec = tool["toolSpec"] if isinstance(tool, dict) else {}
    assert isinstance(spec, dict)
    schema = spec["inputSchema"]
    assert isinstance(schema, dict)
    return {"type": "function", "function": {"name": spec["name"], "parameters": schema["json"]}}
