"""The loopback Bedrock: it answers as the script says, and refuses what Converse would refuse."""

from __future__ import annotations

from typing import cast

import httpx
import pytest

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.bedrock_server import BedrockServer
from nexusplanner.testing.completion import Completion, Feature

ASKED: JsonObject = {"role": "user", "content": [{"text": "Fill it in."}]}
SAID: JsonObject = {"role": "assistant", "content": [{"text": "So."}]}
TOOL: JsonObject = {"toolSpec": {"name": "fill", "inputSchema": {"json": {"type": "object"}}}}
FORCED: JsonObject = {"tools": [TOOL], "toolChoice": {"tool": {"name": "fill"}}}
FORM: JsonObject = {
    "textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": '{"type": "object"}', "name": "f"}}}
}
LINE = '{"line": "Spin it again."}'


def body(**parameters: object) -> JsonObject:
    """Make a request's body."""
    return cast("JsonObject", {"messages": [ASKED], **parameters})


def posted(server: BedrockServer, sent: JsonObject, *, operation: str = "converse") -> httpx.Response:
    """Send a request."""
    return httpx.post(f"{server.origin}/model/m/{operation}", json=sent, timeout=10)


@pytest.mark.parametrize(
    "sent",
    [
        body(inferenceConfig={"maxTokens": 10}),
        body(messages=[ASKED, SAID, ASKED]),
        body(toolConfig=FORCED),
        body(toolConfig={"tools": [TOOL], "toolChoice": {"any": {}}}),
        body(outputConfig=FORM),
    ],
)
def test_what_converse_takes_is_answered_by_the_script(sent: JsonObject) -> None:
    with BedrockServer([Completion(LINE)]) as server:
        assert posted(server, sent).status_code == 200
    assert server.refused == []


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "messages"),
        (body(messages=[SAID]), "start with a user message"),
        (body(messages=[ASKED, ASKED]), "alternate"),
        (body(messages=[{"role": "user", "content": []}]), "is empty"),
        (body(messages=[{"role": "user", "content": [{"text": "  "}]}]), "is blank"),
        (body(messages=[{"role": "user", "content": [{"toolResult": {"toolUseId": "1"}}]}]), "must be defined"),
        (body(toolConfig={"tools": []}), "at least one tool"),
        (body(toolConfig={"tools": [TOOL], "toolChoice": {"tool": {"name": "other"}}}), "'other'"),
        (body(inferenceConfig={"maxTokens": 0}), "maxTokens"),
        (body(outputConfig={"textFormat": {"structure": {"jsonSchema": {"schema": {}}}}}), "as a string"),
    ],
)
def test_what_converse_refuses_is_refused_and_the_script_is_not_asked(sent: JsonObject, says: str) -> None:
    with BedrockServer([Completion("never sent")]) as server:
        reply = posted(server, sent)
    assert (reply.status_code, reply.headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert says in reply.json()["message"]
    assert len(server.refused) == 1


@pytest.mark.parametrize(
    ("feature", "sent"), [("tools", body(toolConfig=FORCED)), ("json_schema", body(outputConfig=FORM))]
)
def test_a_model_may_lack_a_feature(feature: Feature, sent: JsonObject) -> None:
    with BedrockServer([Completion(LINE)], refuses={feature}) as server:
        assert posted(server, sent).status_code == 400
        assert posted(server, body()).status_code == 200


def test_a_model_that_has_to_call_a_tool_gives_its_text_as_input() -> None:
    with BedrockServer([Completion(LINE)]) as server:
        told = posted(server, body(toolConfig=FORCED)).json()
        streamed = posted(server, body(toolConfig=FORCED), operation="converse-stream")
    (block,) = told["output"]["message"]["content"]
    assert (told["stopReason"], block["toolUse"]["input"]) == ("tool_use", {"line": "Spin it again."})
    assert streamed.content.count(b"contentBlockDelta") > 1


@pytest.mark.parametrize(("text", "reason"), [("Certainly!", "stop"), ('{"line": "Sp', "length")])
def test_words_that_are_no_input_stay_words(text: str, reason: str) -> None:
    """This wire has no way to send half an object."""
    with BedrockServer([Completion(text, finish_reason=reason)]) as server:
        told = posted(server, body(toolConfig=FORCED)).json()
    assert told["output"]["message"]["content"] == [{"text": text}]
    assert told["stopReason"] == {"stop": "end_turn", "length": "max_tokens"}[reason]
