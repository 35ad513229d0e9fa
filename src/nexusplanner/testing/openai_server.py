"""A loopback server that speaks OpenAI's chat completions: scripted replies, usage and faults."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from nexusplanner.domain.model import JsonObject

LONGEST_HOLD_S = 30.0


@dataclass(frozen=True)
class Completion:
    """One scripted reply of the server."""

    text: str = "{}"
    status: int = 200
    """HTTP status; from 400 the text is the error's message."""
    finish_reason: str = "stop"
    """``length`` for a reply that was cut."""
    tokens_in: int = 100
    tokens_out: int = 50
    is_held: bool = False
    """Whether it is kept back until the server is closed: a provider that hangs."""


Respond = Callable[[JsonObject], Completion]


class OpenAIServer:
    """Serves ``POST /v1/chat/completions`` on a free port of this machine; a context manager.

    Args:
        script: Replies in order, the last one again and again; or a function of the request's body.
    """

    def __init__(self, script: Iterable[Completion] | Respond) -> None:
        self._respond = script if callable(script) else _in_order(script)
        self._lock, self._released = threading.Lock(), threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self.requests: list[JsonObject] = []
        """The body of every request, in the order they came."""

    @property
    def base_url(self) -> str:
        """What ``OPENAI_BASE_URL`` would be.

        Raises:
            RuntimeError: The server was not started.
        """
        if self._server is None:
            raise RuntimeError("the server is not running")
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _handler(self._taken, self._released))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._released.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _taken(self, body: JsonObject) -> Completion:
        with self._lock:
            self.requests.append(body)
            return self._respond(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


def _in_order(script: Iterable[Completion]) -> Respond:
    steps = deque(script)
    return lambda _: steps.popleft() if len(steps) > 1 else steps[0]


def _handler(take: Respond, released: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            completion = take(json.loads(raw))
            if completion.is_held:
                released.wait(LONGEST_HOLD_S)
            body = json.dumps(_wire(completion)).encode()
            try:
                self.send_response(completion.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                return  # whoever asked did not wait

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            del format, args

    return Handler


def _wire(completion: Completion) -> JsonObject:
    if completion.status >= 400:
        return {"error": {"message": completion.text, "type": "scripted", "param": None, "code": None}}
    total = completion.tokens_in + completion.tokens_out
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [
            {
                "index": 0,
                "finish_reason": completion.finish_reason,
                "message": {"role": "assistant", "content": completion.text},
            }
        ],
        "usage": {
            "prompt_tokens": completion.tokens_in,
            "completion_tokens": completion.tokens_out,
            "total_tokens": total,
        },
    }
