"""A secret goes in and comes out nowhere: no log, checkpoint, event, plan, span, metric, report or exception."""

from __future__ import annotations

import io
import json
import logging
import threading
import traceback
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry, generate_latest
from pydantic import SecretStr
from sentry_sdk.client import Client
from tests.flow.campaigns import planner, to_approve
from tests.flow.scanned import leaks
from tests.unit.adapters.secrets.test_secrets import free_port
from tests.unit.observability.test_sentry import DSN, Kept

from nexusplanner import Settings
from nexusplanner.domain.decision import Decision
from nexusplanner.domain.operations import Alerts, Storage
from nexusplanner.errors import NexusError, ProviderTransientError
from nexusplanner.llm.nexus_chat import NexusChatModel
from nexusplanner.observability.json_formatter import LOGGER, json_logs
from nexusplanner.observability.metrics import PrometheusMetrics
from nexusplanner.observability.sentry import SentryErrors
from nexusplanner.observability.spans import OpenTelemetrySpans
from nexusplanner.secrecy import forget_secrets
from nexusplanner.settings import Limits
from nexusplanner.testing.openai_server import Completion, OpenAIServer

KEY, HOOK, PASSWORD = "canary.key.4f8d1c", "canary-hook-77ab10c4", "canary-password-91e2"
ALL = (KEY, HOOK, PASSWORD)


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    yield
    forget_secrets()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return all that is logged, by everybody, twice: as JSON, and plainly by an application of its own."""
    stream = io.StringIO()
    plain, ours = logging.StreamHandler(stream), json_logs(stream, level=logging.DEBUG)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(plain)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(plain)
    root.setLevel(level)
    logging.getLogger(LOGGER).removeHandler(ours)
    logging.getLogger(LOGGER).setLevel(logging.NOTSET)


class Leaking:
    """A tool whose service tells the key in its error."""

    name = "leaking"

    async def gather(self, brief: object, *, tenant: str, today: object) -> object:
        raise ProviderTransientError(f"refused the key {KEY}")


@pytest.fixture
def hook() -> Iterator[str]:
    """Serve a webhook that takes whatever is posted; return its address."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/{HOOK}?token={HOOK}"
    server.shutdown()
    server.server_close()
    thread.join(10)


def echoing() -> Iterator[Completion]:
    """Charge for nonsense, and refuse in words that hold the key, in turn."""
    for number in count():
        if number % 3 == 0:
            yield Completion(f'{{"no": "schema"}} {KEY}', tokens_in=4000, tokens_out=8000)
        else:
            yield Completion(f"Incorrect API key provided: {KEY}. {'x' * 100} {KEY}", status=400 + number % 3)


def test_no_secret_is_found_in_anything_that_a_run_leaves_behind(tmp_path: Path, log: io.StringIO, hook: str) -> None:
    exporter, tracers, registry, kept = InMemorySpanExporter(), TracerProvider(), CollectorRegistry(), Kept()
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    observers = (
        OpenTelemetrySpans(tracers),
        PrometheusMetrics(registry),
        SentryErrors(Client(dsn=DSN, transport=kept, default_integrations=False)),
    )
    replies = echoing()
    workspace, out = tmp_path / "kept", tmp_path / "out"
    with OpenAIServer(lambda _: next(replies)) as server:
        settings = Settings(
            openai_api_key=SecretStr(KEY),
            openai_base_url=server.base_url,
            limits=Limits(usd="0.06"),
            alerts=Alerts(webhook=SecretStr(hook)),
        )
        with planner(
            settings=settings, models=["openai:gpt-5-mini"], workspace=workspace, tools=[Leaking()], observers=observers
        ) as made:
            waiting = made.plan(to_approve())
            shown = [repr(made), repr(settings), str(made.settings.model_dump()), json.dumps(_events(waiting.events))]
            at_rest = leaks(tmp_path, ALL)
            result = made.resume(waiting.run_id, {waiting.pending[0].id: Decision(approve=True)})
            assert result.plan is not None
            result.plan.save(out)
            made.export_decisions(out / "decisions.jsonl")
            shown += [repr(result), result.plan.to_json(), result.plan.to_markdown(), str(result.degraded)]
        assert server.requests
    spans = "".join(span.to_json() for span in exporter.get_finished_spans())
    told = [*shown, log.getvalue(), spans, generate_latest(registry).decode(), *kept.sent, traceback_of_a_call()]
    assert at_rest + leaks(tmp_path, ALL) == []
    assert [text[max(at - 80, 0) : at + 40] for text in told for s in ALL if (at := text.find(s)) >= 0] == []
    assert "[key]" in result.plan.to_json()
    assert any(line for line in log.getvalue().splitlines() if "of the ceiling" in line)


def _events(events: tuple[object, ...]) -> list[Mapping[str, object]]:
    return [event.model_dump(mode="json") for event in events]  # type: ignore[attr-defined]


def traceback_of_a_call() -> str:
    """Return how an exception of a model's is printed, with all its causes."""
    with OpenAIServer([Completion(f"Incorrect API key provided: {KEY}", status=401)]) as server:
        chat = NexusChatModel(models=["openai:gpt-5-mini"], api_key=SecretStr(KEY), base_url=server.base_url)
        with pytest.raises(NexusError) as caught:
            chat.invoke("Say something.")
    return "".join(traceback.format_exception(caught.value)) + repr(caught.value)


def test_the_password_of_a_database_is_in_no_exception(log: io.StringIO) -> None:
    url = SecretStr(f"postgresql://planner:{PASSWORD}@127.0.0.1:{free_port()}/plans")
    with planner(settings=Settings(storage=Storage(url=url))) as made, pytest.raises(NexusError) as caught:
        made.decisions()
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + log.getvalue()
    assert PASSWORD not in told


def test_a_secret_that_a_run_ends_by_is_reported_without_it() -> None:
    class Broken(Leaking):
        """Fails in a way that nobody foresaw."""

        async def gather(self, brief: object, *, tenant: str, today: object) -> object:
            raise RuntimeError(f"no such key {KEY}")

    kept = Kept()
    sentry = SentryErrors(Client(dsn=DSN, transport=kept, default_integrations=False))
    settings = Settings(openai_api_key=SecretStr(KEY))
    with planner(settings=settings, tools=[Broken()], observers=[sentry]) as made, pytest.raises(RuntimeError):
        made.plan(to_approve())
    assert len(kept.sent) == 1
    assert KEY not in kept.sent[0]
