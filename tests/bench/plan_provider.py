"""A provider in a process of its own: OpenAI's wire at next to no cost, each reply after a fixed time, all logged."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_INSTRUCTION = re.compile(rb'"content": *("(?:[^"\\]|\\.)*")')
_PLAN = re.compile(rb"bench-([a-z]+)-([a-z]+)")
_PREFIX = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"

Script = Mapping[tuple[str, str], str]
"""Replies by a brief's letters and the instruction that asks for one."""


@dataclass(frozen=True)
class Served:
    """One call as the provider saw it, in monotonic seconds."""

    plan: str
    came_s: float
    went_s: float
    body: bytes


@dataclass(frozen=True)
class Provider:
    """A provider at work."""

    base_url: str
    _line: Connection

    def served(self) -> tuple[list[Served], float]:
        """Return what was served since the last time, and the CPU seconds that took."""
        self._line.send("served")
        calls, cpu_s = self._line.recv()
        return calls, cpu_s


@contextmanager
def provider(script: Script, *, delay_s: float) -> Iterator[Provider]:
    """Start a provider that answers by a script; it ends with the block."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(dict(script), delay_s, theirs), daemon=True)
    process.start()
    try:
        yield Provider(f"http://127.0.0.1:{ours.recv()}/v1", ours)
    finally:
        process.terminate()
        process.join()


def _run(script: Script, delay_s: float, line: Connection) -> None:
    log: list[Served] = []
    replies = {key: _reply(text) for key, text in script.items()}

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            partial(_Wire, replies, delay_s=delay_s, log=log), "127.0.0.1", 0, backlog=4096
        )
        line.send(server.sockets[0].getsockname()[1])
        started_s = time.process_time()
        while True:
            await asyncio.to_thread(line.recv)
            line.send((list(log), time.process_time() - started_s))
            log.clear()
            started_s = time.process_time()

    asyncio.run(serve())


def _reply(text: str) -> bytes:
    message = {"role": "assistant", "content": text, "refusal": None}
    body = json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": "gpt-5-mini",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message, "logprobs": None}],
            "usage": {"prompt_tokens": 4000, "completion_tokens": 600, "total_tokens": 4600},
        }
    ).encode()
    return _PREFIX % len(body) + body


class _Wire(asyncio.Protocol):
    def __init__(self, replies: Mapping[tuple[str, str], bytes], *, delay_s: float, log: list[Served]) -> None:
        self._replies, self._delay_s, self._log = replies, delay_s, log
        self._buffer, self._need, self._came_s = bytearray(), 0, 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport if isinstance(transport, asyncio.Transport) else None

    def data_received(self, data: bytes) -> None:
        if not self._buffer:
            self._came_s = time.monotonic()
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n") if not self._need else 0
        if end < 0:
            return
        if not self._need:
            found = _LENGTH.search(self._buffer, 0, end)
            self._need = end + 4 + (int(found[1]) if found else 0)
        if len(self._buffer) >= self._need:
            body = bytes(self._buffer[self._buffer.find(b"\r\n\r\n") + 4 : self._need])
            del self._buffer[: self._need]
            self._need = 0
            asyncio.get_running_loop().call_later(self._delay_s, self._answer, body, self._came_s)

    def _answer(self, body: bytes, came_s: float) -> None:
        said, plan = _INSTRUCTION.search(body), _PLAN.search(body)
        if said is None or plan is None or self._transport is None:
            raise ValueError(body[:200])
        reply = self._replies[plan[1].decode(), json.loads(said[1])]
        self._transport.write(reply)
        self._log.append(Served(f"{plan[1].decode()}-{plan[2].decode()}", came_s, time.monotonic(), body))
