"""A loopback server that speaks OpenAI's chat completions: scripted replies, streams, usage and faults."""

from __future__ import annotations

import json

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.completion import Completion, Respond, as_told
from nexusplanner.testing.loopback import LoopbackServer, Sent, Taken
from nexusplanner.testing.openai_request import forced_tool, openai_refusal

_PIECE = 12
_FLOOD = 20_000_000

__all__ = ["Completion", "OpenAIServer", "Respond"]


class OpenAIServer(LoopbackServer):
    """Serves ``POST /v1/chat/completions``, whole or as server-sent events.

        with OpenAIServer([Completion(status=429, headers=(("Retry-After", "2"),)), Completion("{}")]) as server:
            Settings(openai_base_url=server.base_url)

    ``stream``, ``stream_options.include_usage``, ``response_format`` and ``tools`` are taken; what the model
    says is what the script says, as a tool's arguments where it has to call one. A request that OpenAI would
    refuse is refused with its 400, and the script is not asked.

    Args:
        script: Replies in order, the last one again and again; or a function of the request's body.
        refuses: What the model cannot do, such as ``{"json_schema"}``.
    """

    @property
    def base_url(self) -> str:
        """What ``OPENAI_BASE_URL`` would be.

        Raises:
            RuntimeError: The server was never started.
        """
        return f"{self.origin}/v1"

    def knows(self, method: str, path: str) -> bool:
        """Whether it is a chat completion."""
        return (method, path) == ("POST", "/v1/chat/completions")

    def refusal(self, body: JsonObject) -> Completion | None:
        """Return OpenAI's refusal of a request that is wrong."""
        return openai_refusal(body, self._refuses)

    def wire(self, completion: Completion, taken: Taken) -> Sent:
        """Put a completion in OpenAI's words."""
        if completion.body is not None:
            return Sent((completion.body,), "application/json")
        if completion.status >= 300:
            said: JsonObject = {
                "message": completion.text,
                "type": completion.kind or "scripted",
                "param": None,
                "code": None,
            }
            return Sent((_packed({"error": said}),), "application/json")
        completion = as_told(completion, forced_tool(taken.body))
        if taken.body.get("stream"):
            return Sent(tuple(_events(completion, taken.body)), "text/event-stream", is_stream=True)
        whole: JsonObject = {
            **_envelope("chat.completion"),
            "choices": [{"index": 0, "finish_reason": completion.finish_reason, "message": _message(completion)}],
        }
        if completion.tokens_in is not None:
            whole["usage"] = _usage(completion.tokens_in, completion.tokens_out)
        return Sent((_packed(whole),), "application/json")


def _message(completion: Completion) -> JsonObject:
    message: JsonObject = {"role": "assistant", "content": completion.text}
    if completion.refusal:
        message |= {"content": None, "refusal": completion.refusal}
    if completion.tool_call:
        name, arguments = completion.tool_call
        call: JsonObject = {
            "id": "call_1",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        message |= {"content": None, "tool_calls": [call]}
    return message


def _events(completion: Completion, body: JsonObject) -> list[bytes]:
    message = _message(completion)
    deltas: list[JsonObject] = [{"role": "assistant", "content": ""}]
    if isinstance(content := message.get("content"), str):
        deltas += [{"content": content[i : i + _PIECE]} for i in range(0, len(content), _PIECE)]
    deltas += [{key: message[key]} for key in ("refusal",) if key in message]
    if completion.tool_call:
        deltas += _calling(*completion.tool_call)
    events = [_event(delta, None) for delta in deltas]
    if completion.breaks:
        return events[: max(1, len(events) // 2)] + _broken(completion)
    events.append(_event({}, completion.finish_reason))
    options = body.get("stream_options")
    if completion.tokens_in is not None and isinstance(options, dict) and options.get("include_usage"):
        usage = _usage(completion.tokens_in, completion.tokens_out)
        events.append(_sse({**_envelope("chat.completion.chunk"), "choices": [], "usage": usage}))
    return [*events, b"data: [DONE]\n\n"]


def _calling(name: str, arguments: str) -> list[JsonObject]:
    first: JsonObject = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}}
    deltas: list[JsonObject] = [{"tool_calls": [first]}]
    for start in range(0, len(arguments), _PIECE):
        piece: JsonObject = {"arguments": arguments[start : start + _PIECE]}
        deltas.append({"tool_calls": [{"index": 0, "function": piece}]})
    return deltas


def _broken(completion: Completion) -> list[bytes]:
    if completion.breaks == "error":
        return [_sse({"error": {"message": "overloaded", "type": completion.kind or "server_error"}})]
    if completion.breaks == "garbage":
        return [b"data: {not json\n\n"]
    if completion.breaks == "flood":
        return [_event({"content": "x" * 1_000_000}, None)] * (_FLOOD // 1_000_000)
    return []


def _event(delta: JsonObject, finish_reason: str | None) -> bytes:
    choice: JsonObject = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return _sse({**_envelope("chat.completion.chunk"), "choices": [choice]})


def _sse(data: JsonObject) -> bytes:
    return b"data: " + _packed(data) + b"\n\n"


def _envelope(kind: str) -> JsonObject:
    return {"id": "chatcmpl-scripted", "object": kind, "created": 0, "model": "scripted"}


def _usage(tokens_in: int, tokens_out: int) -> JsonObject:
    return {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}


def _packed(data: JsonObject) -> bytes:
    return json.dumps(data).encode()
