"""A loopback server that speaks Bedrock's Converse and ConverseStream: scripted replies, usage and faults."""

from __future__ import annotations

import json
import struct
import zlib

from pydantic_core import from_json

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.bedrock_request import bedrock_refusal, forced_tool
from nexusplanner.testing.completion import Completion, as_told
from nexusplanner.testing.loopback import LoopbackServer, Sent, Taken

_PIECE = 12
_FLOOD = 20_000_000
_STOP = {"stop": "end_turn", "length": "max_tokens", "content_filter": "content_filtered", "tool_calls": "tool_use"}
_TYPES = {
    400: "ValidationException",
    401: "UnrecognizedClientException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    408: "ModelTimeoutException",
    424: "ModelErrorException",
    429: "ThrottlingException",
    500: "InternalServerException",
    503: "ServiceUnavailableException",
}
_STRING = 7


class BedrockServer(LoopbackServer):
    """Serves ``POST /model/<id>/converse`` and ``/converse-stream``; hand ``origin`` in as the endpoint's URL.

    A status brings the error type that AWS sends with it, unless the completion's ``kind`` says another. A
    request that Bedrock would refuse is refused with its ValidationException, and the script is not asked.

    Args:
        script: Replies in order, the last one again and again; or a function of the request's body.
        refuses: What the model cannot do, such as ``{"tools"}``.
    """

    def knows(self, method: str, path: str) -> bool:
        """Whether it is a conversation."""
        return method == "POST" and path.startswith("/model/") and path.endswith(("/converse", "/converse-stream"))

    def refusal(self, body: JsonObject) -> Completion | None:
        """Return Bedrock's refusal of a request that is wrong."""
        return bedrock_refusal(body, self._refuses)

    def wire(self, completion: Completion, taken: Taken) -> Sent:
        """Put a completion in Bedrock's words."""
        if completion.body is not None:
            return Sent((completion.body,), "application/json")
        if completion.status >= 300:
            kind = completion.kind or _TYPES.get(completion.status, "")
            headers = (("x-amzn-errortype", kind),) if kind else ()
            return Sent((json.dumps({"message": completion.text}).encode(),), "application/json", headers)
        completion = as_told(completion, forced_tool(taken.body))
        if taken.path.endswith("/converse-stream"):
            return Sent(tuple(_frames(completion)), "application/vnd.amazon.eventstream", is_stream=True)
        whole: JsonObject = {
            "output": {"message": {"role": "assistant", "content": [_block(completion)]}},
            "stopReason": _stop(completion),
            "metrics": {"latencyMs": 1},
        }
        if completion.tokens_in is not None:
            whole["usage"] = _usage(completion.tokens_in, completion.tokens_out)
        return Sent((json.dumps(whole).encode(),), "application/json")


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    """Write one frame of ``application/vnd.amazon.eventstream``.

    Lengths of the whole and of the headers, their checksum, the headers as strings, the payload, and the
    checksum of all before it; numbers are big-endian, checksums CRC-32.
    """
    packed = b"".join(
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", _STRING, len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack("!II", 16 + len(packed) + len(payload), len(packed))
    head = prelude + struct.pack("!I", zlib.crc32(prelude)) + packed + payload
    return head + struct.pack("!I", zlib.crc32(head))


def _event(kind: str, payload: JsonObject) -> bytes:
    headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    return frame(headers, json.dumps(payload).encode())


def _frames(completion: Completion) -> list[bytes]:
    block = _block(completion)
    frames = [_event("messageStart", {"role": "assistant"})]
    if isinstance(tool := block.get("toolUse"), dict):
        start: JsonObject = {"toolUseId": tool["toolUseId"], "name": tool["name"]}
        frames.append(_event("contentBlockStart", {"contentBlockIndex": 0, "start": {"toolUse": start}}))
        told = json.dumps(tool["input"])
        frames += [_delta({"toolUse": {"input": told[i : i + _PIECE]}}) for i in range(0, len(told), _PIECE)]
    else:
        text = str(block["text"])
        frames += [_delta({"text": text[i : i + _PIECE]}) for i in range(0, len(text), _PIECE)]
    if completion.breaks:
        return frames[: max(2, len(frames) // 2)] + _broken(completion)
    frames.append(_event("contentBlockStop", {"contentBlockIndex": 0}))
    frames.append(_event("messageStop", {"stopReason": _stop(completion)}))
    if completion.tokens_in is not None:
        usage = _usage(completion.tokens_in, completion.tokens_out)
        frames.append(_event("metadata", {"usage": usage, "metrics": {"latencyMs": 1}}))
    return frames


def _broken(completion: Completion) -> list[bytes]:
    if completion.breaks == "error":
        kind = completion.kind or "modelStreamErrorException"
        headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
        return [frame(headers, json.dumps({"message": "overloaded"}).encode())]
    if completion.breaks == "garbage":
        good = _delta({"text": "x"})
        return [good[:-1] + bytes([good[-1] ^ 1])]
    if completion.breaks == "flood":
        return [_delta({"text": "x" * 1_000_000})] * (_FLOOD // 1_000_000)
    return []


def _delta(delta: JsonObject) -> bytes:
    return _event("contentBlockDelta", {"contentBlockIndex": 0, "delta": delta})


def _block(completion: Completion) -> JsonObject:
    name, arguments = completion.tool_call or ("", "")
    given = _json_object(arguments)
    if name and given is not None:
        return {"toolUse": {"toolUseId": "call_1", "name": name, "input": given}}
    return {"text": completion.refusal or arguments or completion.text}


def _json_object(arguments: str) -> JsonObject | None:
    """Read a tool's arguments: this wire sends them as an object, and words as words."""
    try:
        found = from_json(arguments, allow_inf_nan=False)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _stop(completion: Completion) -> str:
    if completion.refusal:
        return "refusal"
    is_calling = "toolUse" in _block(completion) and completion.finish_reason == "stop"
    return _STOP.get("tool_calls" if is_calling else completion.finish_reason, completion.finish_reason)


def _usage(tokens_in: int, tokens_out: int) -> JsonObject:
    return {"inputTokens": tokens_in, "outputTokens": tokens_out, "totalTokens": tokens_in + tokens_out}
