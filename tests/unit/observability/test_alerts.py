"""Alerts leave by the log, a function and a URL; none of the three can fail or hold up a run."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import SecretStr

from nexusplanner.observability.alerts import Alert, AlertDesk

ALERT = Alert(
    ceiling="tenant_day",
    period="2027-01-09",
    tenant="acme",
    percent=80,
    spent_usd=Decimal("0.8"),
    limit_usd=Decimal(1),
)


@contextmanager
def receiving(status: int = 200, location: str = "") -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Serve one path on loopback; keep what is posted."""
    posted: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            del format, args

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/hook?token=hidden", posted
        finally:
            server.shutdown()
            thread.join()


def told(url: str) -> None:
    """Tell one alert, and wait until it was posted or given up."""
    desk = AlertDesk(webhook=SecretStr(url))
    desk.tell(ALERT)
    desk.close()


def test_an_alert_is_posted_as_json_with_amounts_and_no_more() -> None:
    with receiving() as (url, posted):
        told(url)
    ((path, body),) = posted
    assert path == "/hook?token=hidden"
    assert json.loads(body) == {
        "ceiling": "tenant_day",
        "period": "2027-01-09",
        "tenant": "acme",
        "percent": 80,
        "spent_usd": "0.8",
        "limit_usd": "1",
    }


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_is_not_followed(status: int, caplog: pytest.LogCaptureFixture) -> None:
    with receiving() as (elsewhere, stolen), receiving(status, elsewhere) as (url, posted):
        told(url)
    assert (len(posted), stolen) == (1, [])
    assert f"the answer was {status}" in caplog.text


def test_a_url_that_nobody_answers_is_logged_without_its_secret(caplog: pytest.LogCaptureFixture) -> None:
    with receiving() as (url, _):
        pass
    told(url)
    assert "could not be posted: ConnectError" in caplog.text
    assert "hidden" not in caplog.text


def test_the_log_says_it_in_words(caplog: pytest.LogCaptureFixture) -> None:
    AlertDesk().tell(ALERT)
    assert "80 % of the ceiling tenant_day 2027-01-09 is spent: 0.8 of 1 USD (tenant acme)." in caplog.text
