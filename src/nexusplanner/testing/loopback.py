"""A small HTTP server on loopback that keeps a script, a log and count of what is in flight."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import TracebackType
from typing import Self, cast

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.completion import Break, Completion, Feature, Respond, in_order

_REASON = "Scripted"
_BLOCK = 65_536
_CUTS = frozenset({"cut", "held", "reset"})
_UNKNOWN = (
    b"HTTP/1.1 404 Unexpected\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
)


@dataclass(frozen=True)
class Taken:
    """One request as it arrived."""

    at_s: float
    """Monotonic seconds."""
    path: str
    body: JsonObject
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)
    """By lower-case name."""


@dataclass(frozen=True)
class Sent:
    """What goes over the wire: parts are sent as chunks when there are several."""

    parts: tuple[bytes, ...]
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()
    is_stream: bool = False


class LoopbackServer(ABC):
    """Serves one wire on a free port of this machine, in a thread of its own; a context manager.

    Leaving it raises where a request came that the wire does not know.

    Args:
        script: Replies in order, the last one again and again; or a function of the request's body.
        refuses: What the model behind it cannot do; a request for it is refused as the vendor does.
        keeps_alive: Whether a connection serves more than one request; a client that never closes its own
            leaves them open when its event loop ends.
        monotonic: The clock of the log.
    """

    def __init__(
        self,
        script: Iterable[Completion] | Respond,
        *,
        refuses: Collection[Feature] = (),
        keeps_alive: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._respond = script if callable(script) else in_order(script)
        self._keeps_alive, self._monotonic, self._lock = keeps_alive, monotonic, threading.Lock()
        self._refuses = frozenset(refuses)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last = 0
        self._ready, self._port = threading.Event(), 0
        self._thread: threading.Thread | None = None
        self.requests: list[JsonObject] = []
        """The body of every request, in the order they came."""
        self.log: list[Taken] = []
        """Every request, in the order they came."""
        self.unexpected: list[str] = []
        """Requests that are none of this wire's."""
        self.refused: list[str] = []
        """What was wrong with each request that was refused before the script was asked."""
        self.in_flight, self.most_in_flight = 0, 0

    @abstractmethod
    def knows(self, method: str, path: str) -> bool:
        """Whether a request is one of this wire's."""

    @abstractmethod
    def refusal(self, body: JsonObject) -> Completion | None:
        """Return the vendor's refusal of a request that is wrong; None where it would be answered."""

    @abstractmethod
    def wire(self, completion: Completion, taken: Taken) -> Sent:
        """Put a completion in the words of the wire."""

    @property
    def origin(self) -> str:
        """Scheme, host and port.

        Raises:
            RuntimeError: The server was never started.
        """
        if not self._port:
            raise RuntimeError("the server is not running")
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, daemon=True, name="loopback")
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
        if error is None and self.unexpected:
            raise AssertionError(f"Requests came that the wire does not know: {self.unexpected}.")

    def close(self) -> None:
        """Stop as a server that is killed: nothing listens any more, and calls under way are cut off."""
        thread, self._thread = self._thread, None
        if self._loop is not None and thread is not None:
            with suppress(RuntimeError):  # it stopped by itself
                self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(10)

    def close_after(self, requests: int) -> None:
        """Stop by itself, as one that is killed, when so many requests have come; the last is not answered."""
        self._last = requests

    def _run(self) -> None:
        self._loop = loop = asyncio.new_event_loop()
        server = loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=2048))
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(asyncio.sleep(0.01))  # transports close a turn after they are told
        loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()  # whoever asked did not wait, or the server is closed
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; say whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        method, path, _ = first.split(" ", 2)
        taken = self._taken(method, path, headers, raw)
        if taken is None:
            await _write(writer, _UNKNOWN, 0)
            return False
        with self._lock:
            self.requests.append(taken.body)
            self.log.append(taken)
            self.in_flight += 1
            is_last = len(self.log) == self._last
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if is_last:
                asyncio.get_running_loop().stop()
                return False
            return await self._answer(taken, reader, writer)
        finally:
            with self._lock:
                self.in_flight -= 1

    def _taken(self, method: str, path: str, headers: Mapping[str, str], raw: bytes) -> Taken | None:
        try:
            body = json.loads(raw) if self.knows(method, path) else None
        except ValueError:
            body = None
        if not isinstance(body, dict):
            self.unexpected.append(f"{method} {path} {raw[:80]!r}")
            return None
        return Taken(self._monotonic(), path, cast("JsonObject", body), headers)

    async def _answer(self, taken: Taken, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        completion = self._completion(taken.body)
        if completion.is_held:
            await reader.read(1)  # returns when the other side hangs up, or the server closes
            return False
        if completion.delay_s:
            await asyncio.sleep(completion.delay_s)
        sent = self.wire(completion, taken)
        if completion.bomb_bytes:
            sent = Sent((bomb(completion.bomb_bytes),), sent.content_type, (("Content-Encoding", "gzip"),))
        if completion.padding:
            sent = Sent((b" " * completion.padding + sent.parts[0],), sent.content_type, sent.headers)
        head = _head(completion, sent, "keep-alive" if self._keeps_alive else "close")
        await _write(writer, head, completion.drip_s if completion.does_drip_head else 0)
        return await self._body(sent, completion, reader, writer)

    def _completion(self, body: JsonObject) -> Completion:
        """Say what the vendor says to a request that is wrong, else what the script says."""
        with self._lock:
            if (refusal := self.refusal(body)) is not None:
                self.refused.append(refusal.text)
                return refusal
            return self._respond(body)

    async def _body(
        self, sent: Sent, completion: Completion, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if not sent.is_stream:
            (whole,) = sent.parts
            is_cut = completion.breaks in _CUTS
            await _write(writer, whole[: len(whole) // 2] if is_cut else whole, completion.drip_s)
            await _break(completion.breaks, reader, writer)
            return self._keeps_alive and not is_cut
        for part in sent.parts:
            await _write(writer, b"%x\r\n%s\r\n" % (len(part), part), completion.drip_s)
        await _break(completion.breaks, reader, writer)
        if completion.breaks in _CUTS:
            return False
        await _write(writer, b"0\r\n\r\n", 0)
        return self._keeps_alive


@lru_cache(maxsize=2)
def bomb(size: int) -> bytes:
    """Compress ``size`` zeros."""
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(size >> 20)), packer.flush()])


def _head(completion: Completion, sent: Sent, connection: str) -> bytes:
    length = ("Transfer-Encoding", "chunked") if sent.is_stream else ("Content-Length", str(len(sent.parts[0])))
    kind = ("Content-Type", completion.content_type or sent.content_type)
    lines = [
        f"{name}: {value}"
        for name, value in (kind, length, ("Connection", connection), *sent.headers, *completion.headers)
    ]
    return "\r\n".join([f"HTTP/1.1 {completion.status} {_REASON}", *lines, "", ""]).encode("latin-1")


async def _break(how: Break, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if how == "held":
        await reader.read(1)
    if how == "reset":  # lingering for no time turns the end into a reset
        held: socket.socket = writer.get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


async def _write(writer: asyncio.StreamWriter, data: bytes, drip_s: float) -> None:
    size = 1 if drip_s else _BLOCK
    for start in range(0, len(data), size):
        writer.write(data[start : start + size])
        await writer.drain()
        if drip_s:
            await asyncio.sleep(drip_s)
