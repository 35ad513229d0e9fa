"""The loopback OpenAI: it answers as the script says, and refuses what OpenAI would refuse."""

from __future__ import annotations

import json
from typing import cast

import httpx
import pytest

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.completion import Break, Completion, Feature
from nexusplanner.testing.openai_server import OpenAIServer

SAID: JsonObject = {"role": "user", "content": "Fill it in, as JSON."}
SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"line": {"type": "string"}},
    "required": ["line"],
    "additionalProperties": False,
}
FORM: JsonObject = {"type": "json_schema", "json_schema": {"name": "form", "strict": True, "schema": SCHEMA}}
TOOL: JsonObject = {"type": "function", "function": {"name": "fill", "parameters": SCHEMA}}
FORCED: JsonObject = {"type": "function", "function": {"name": "fill"}}
CALLING: JsonObject = {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function"}]}
SERVED: JsonObject = {"role": "tool", "tool_call_id": "call_1", "content": "42"}
LINE = '{"line": "Spin it again."}'


def body(**parameters: object) -> JsonObject:
    """Make a request's body."""
    return cast("JsonObject", {"model": "gpt-5-mini", "messages": [SAID], **parameters})


def posted(server: OpenAIServer, sent: JsonObject) -> httpx.Response:
    """Send a request."""
    return httpx.post(f"{server.base_url}/chat/completions", json=sent, timeout=10)


@pytest.mark.parametrize(
    "sent",
    [
        body(response_format=FORM),
        body(response_format={"type": "json_object"}),
        body(response_format={"type": "text"}, max_completion_tokens=10),
        body(tools=[TOOL], tool_choice="auto"),
        body(messages=[SAID, CALLING, SERVED], tools=[TOOL]),
        body(model="gpt-4o", max_tokens=10, temperature=0.2),
        body(stream=True, stream_options={"include_usage": True}),
    ],
)
def test_what_openai_takes_is_answered_by_the_script(sent: JsonObject) -> None:
    with OpenAIServer([Completion(LINE)]) as server:
        assert posted(server, sent).status_code == 200
    assert server.refused == []


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({"model": "gpt-5-mini"}, "messages"),
        (body(messages=[]), "messages"),
        (body(messages=["hello"]), "messages[0]"),
        (body(messages=[SAID, SERVED]), "messages[1].role"),
        (body(messages=[SAID, CALLING, SAID]), "messages"),
        (body(messages=[SAID, CALLING]), "messages"),
        ({"messages": [SAID]}, "model"),
        (body(stream_options={"include_usage": True}), "stream_options"),
        (body(max_completion_tokens=0), "max_completion_tokens"),
        (body(max_tokens=10), "max_tokens"),
        (body(temperature=0.2), "temperature"),
        (body(response_format={"type": "xml"}), "response_format.type"),
        (body(response_format="json"), "response_format.type"),
        (body(response_format={"type": "json_schema", "json_schema": {}}), "response_format.json_schema.name"),
        (
            body(response_format={"type": "json_schema", "json_schema": {"name": "a b"}}),
            "response_format.json_schema.name",
        ),
        (
            body(response_format={"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": {}}}),
            "response_format",
        ),
        (
            body(response_format={"type": "json_object"}, messages=[{"role": "user", "content": "Fill it in."}]),
            "messages",
        ),
        (body(tool_choice=FORCED), "tool_choice"),
        (body(tools=[]), "tools"),
        (body(tools=[{"type": "function", "function": {"name": "a b"}}]), "tools[0].function.name"),
        (body(tools=[TOOL], tool_choice={"type": "function", "function": {"name": "other"}}), "tool_choice"),
        (
            body(tools=[{"type": "function", "function": {"name": "fill", "strict": True, "parameters": {}}}]),
            "tools[0].function.parameters",
        ),
    ],
)
def test_what_openai_refuses_is_refused_and_the_script_is_not_asked(sent: JsonObject, param: str) -> None:
    """As its 400 says it: type, parameter and a message."""
    with OpenAIServer([Completion("never sent")]) as server:
        reply = posted(server, sent)
    assert reply.status_code == 400
    error = reply.json()["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert server.refused == [error["message"]]


@pytest.mark.parametrize(
    ("feature", "sent"),
    [
        ("json_schema", body(response_format=FORM)),
        ("json_object", body(response_format={"type": "json_object"})),
        ("tools", body(tools=[TOOL])),
        ("stream", body(stream=True)),
    ],
)
def test_a_model_may_lack_a_feature(feature: Feature, sent: JsonObject) -> None:
    """The others, and plain words, it still can do."""
    with OpenAIServer([Completion(LINE)], refuses={feature}) as server:
        assert posted(server, sent).status_code == 400
        assert posted(server, body()).json()["choices"][0]["message"]["content"] == LINE
    assert len(server.log) == 2


@pytest.mark.parametrize("choice", [FORCED, "required"])
def test_a_model_that_has_to_call_a_tool_says_its_text_as_arguments(choice: object) -> None:
    with OpenAIServer([Completion(LINE)]) as server:
        message = posted(server, body(tools=[TOOL], tool_choice=choice)).json()["choices"][0]["message"]
    (call,) = message["tool_calls"]
    assert (message["content"], call["function"]) == (None, {"name": "fill", "arguments": LINE})


def test_a_streamed_tool_call_comes_in_pieces() -> None:
    """The name first, then the arguments, as OpenAI sends them."""
    with OpenAIServer([Completion(LINE)]) as server:
        reply = posted(server, body(tools=[TOOL], tool_choice=FORCED, stream=True))
    events = [json.loads(line.removeprefix("data: ")) for line in reply.text.split("\n\n") if "{" in line]
    calls = [call for event in events for call in event["choices"][0]["delta"].get("tool_calls", [])]
    assert calls[0]["function"] == {"name": "fill", "arguments": ""}
    assert len(calls) > 2
    assert "".join(call["function"]["arguments"] for call in calls) == LINE


@pytest.mark.parametrize("breaks", ["cut", "reset"])
@pytest.mark.parametrize("is_stream", [False, True])
def test_a_reply_can_break_off(breaks: Break, is_stream: bool) -> None:
    with OpenAIServer([Completion(LINE * 20, breaks=breaks)]) as server, pytest.raises(httpx.TransportError):
        posted(server, body(stream=is_stream))


def test_a_closed_server_cuts_off_what_is_under_way_and_answers_no_more() -> None:
    """As one that is killed; leaving it afterwards is fine."""
    with OpenAIServer([Completion(LINE)]) as server:
        server.close_after(2)
        assert posted(server, body()).status_code == 200
        with pytest.raises(httpx.TransportError):
            posted(server, body())
        with pytest.raises(httpx.ConnectError):
            posted(server, body())
    assert len(server.log) == 2
