"""OpenAI's chat completions, spoken straight: one request, one reply, nothing between that does not pay.

The vendor's client costs a millisecond and a half of CPU a call, this a fifth of a millisecond. The prompt is ours, the
reply is parsed by us, and retries, time and money are held by the chain: of the client nothing else was used.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from pydantic_core import from_json, to_json

from nexusplanner.errors import ProviderContentError, ProviderPermanentError, ProviderTransientError
from nexusplanner.llm.providers.capped import Cap, foreign
from nexusplanner.llm.providers.openai_reply import Deltas, said_of
from nexusplanner.llm.providers.sessions import CONNECT_S, session
from nexusplanner.llm.wire import FORMS, Exchange, Form, Hear, Said

if TYPE_CHECKING:
    from pydantic import SecretStr

ADDRESS = "https://api.openai.com/v1"
_DONE = b"[DONE]"


class ServerSaidNo(Exception):  # noqa: N818 - it is an answer, and read as one by the table of faults
    """A server answered with a status that is no success."""

    def __init__(self, status_code: int, code: str, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(f"{status_code} {message}".strip())
        self.status_code, self.code, self.headers = status_code, code, headers


@dataclass(frozen=True)
class OpenAIWire:
    """A line to one model of a server that speaks OpenAI's chat completions."""

    model: str
    api_key: SecretStr | None = field(repr=False)
    base_url: str | None
    timeout_s: float
    """Longest silence; the wall clock is the caller's."""
    max_tokens: int
    forms: tuple[Form, ...] = FORMS
    tells_end: bool = True

    async def say(self, exchange: Exchange, hear: Hear | None) -> Said:
        """Send an exchange and wait for the whole reply.

        Raises:
            ServerSaidNo: It answered with a status that is no success.
            ProviderTransientError: What it sent is no JSON, or its stream broke.
            ProviderPermanentError: What answered does not speak this wire.
            ProviderContentError: The reply is too long.
        """
        pool = await session()
        async with pool.post(
            f"{(self.base_url or ADDRESS).rstrip('/')}/chat/completions",
            data=self._body(exchange, is_stream=hear is not None),
            headers=self._headers(),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=min(CONNECT_S, self.timeout_s), sock_read=self.timeout_s
            ),
        ) as reply:
            kind = reply.headers.get("content-type", "").lower()
            if fault := foreign(reply.status, kind):
                raise fault
            cap = Cap(content_type=kind, encoding=reply.headers.get("content-encoding", "").lower())
            if reply.status >= 300:
                raise await _refusal(reply, cap)
            if hear is not None and "event-stream" in kind:
                return await _streamed(reply, cap, Deltas(hear, wanted=exchange.schema_name))
            return said_of(_parsed(await _whole(reply, cap)), wanted=exchange.schema_name)

    def _headers(self) -> dict[str, str]:
        key = self.api_key.get_secret_value() if self.api_key else "none"
        return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def _body(self, exchange: Exchange, *, is_stream: bool) -> bytes:
        body: dict[str, object] = {
            "model": self.model,
            "messages": [{"role": role, "content": text} for role, text in exchange.messages],
            "max_completion_tokens": self.max_tokens,
            **_asked_form(exchange),
        }
        if is_stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return _as_bytes(body)


def _as_bytes(body: object) -> bytes:
    try:
        return to_json(body)
    except ValueError:  # half a character, as a broken source may bring it: a question mark stands in for it
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _asked_form(exchange: Exchange) -> dict[str, object]:
    is_strict = exchange.is_closed
    if exchange.form == "json_schema":
        asked = {"name": exchange.schema_name, "schema": exchange.schema, "strict": is_strict}
        return {"response_format": {"type": "json_schema", "json_schema": asked}}
    if exchange.form == "tool":
        function = {"name": exchange.schema_name, "parameters": exchange.schema, "strict": is_strict}
        choice = {"type": "function", "function": {"name": exchange.schema_name}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": choice}
    return {"response_format": {"type": "json_object"}} if exchange.form == "json_object" else {}


async def _whole(reply: aiohttp.ClientResponse, cap: Cap) -> bytes:
    return b"".join([cap.take(piece) async for piece in reply.content.iter_any()])


async def _refusal(reply: aiohttp.ClientResponse, cap: Cap) -> ServerSaidNo:
    try:
        told = from_json(await _whole(reply, cap))
    except (ValueError, ProviderContentError):
        told = None  # the status says enough
    error = told.get("error") if isinstance(told, dict) else None
    error = error if isinstance(error, dict) else {"message": error or ""}
    code = error.get("code") or error.get("type") or ""
    return ServerSaidNo(reply.status, str(code), str(error.get("message") or "")[:400], dict(reply.headers))


async def _streamed(reply: aiohttp.ClientResponse, cap: Cap, deltas: Deltas) -> Said:
    async for data in _events(reply, cap):
        if data == _DONE:
            break
        deltas.take(_parsed(data))
    return deltas.said()


async def _events(reply: aiohttp.ClientResponse, cap: Cap) -> AsyncIterator[bytes]:
    """Give the data of each server-sent event; OpenAI's are one line each."""
    rest = b""
    async for piece in reply.content.iter_any():
        *lines, rest = (rest + cap.take(piece)).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()
    if rest.startswith(b"data:"):
        yield rest[5:].strip()


def _parsed(raw: bytes) -> dict[str, object]:
    try:
        told = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise ProviderTransientError(f"What it sent is no JSON: {error}.") from error
    if not isinstance(told, dict):
        raise ProviderPermanentError("What it sent is no chat completion.")
    return told
