"""A small Vault on loopback: the key-value store, version 2, reading alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class VaultServer:
    """Serves secrets by path to who has the token; a context manager.

    Args:
        secrets: Fields by path.
        token: What must be sent.
        mount: Where the store is mounted.
        fails_with: A status to answer everything with; 0 for none.
    """

    def __init__(
        self, secrets: Mapping[str, Mapping[str, object]], *, token: str, mount: str = "secret", fails_with: int = 0
    ) -> None:
        self.secrets, self.token, self.mount, self.fails_with = secrets, token, mount, fails_with
        self.asked: list[str] = []
        """The paths that were asked for."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def answer(self, path: str, token: str) -> tuple[int, object]:
        """Answer a request as Vault does."""
        prefix = f"/v1/{self.mount}/data/"
        if self.fails_with:
            return self.fails_with, {"errors": ["internal error"]}
        if token != self.token:
            return 403, {"errors": ["permission denied"]}
        self.asked.append(path.removeprefix(prefix))
        found = self.secrets.get(path.removeprefix(prefix)) if path.startswith(prefix) else None
        if found is None:
            return 404, {"errors": []}
        version = {"version": 3, "deletion_time": "", "destroyed": False}
        return 200, {"lease_id": "", "data": {"data": dict(found), "metadata": version}}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            """Answers one request."""

            def do_GET(self) -> None:
                """Answer."""
                status, body = server.answer(self.path, self.headers.get("X-Vault-Token", ""))
                raw = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
                """Say nothing."""

        return Handler
