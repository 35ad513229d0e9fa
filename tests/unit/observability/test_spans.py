"""Spans stand below what they belong to, across tasks and threads, and hold no words."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from nexusplanner.errors import MissingExtraError, ProviderPermanentError
from nexusplanner.observability.spans import OpenTelemetrySpans, span_name
from nexusplanner.ports.observer import Work


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Return where spans go."""
    return InMemorySpanExporter()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> OpenTelemetrySpans:
    """Return an observer with a tracer provider of its own."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return OpenTelemetrySpans(provider)


def parents(exporter: InMemorySpanExporter) -> dict[str, str]:
    """Name of each span to that of the one above it."""
    found = exporter.get_finished_spans()
    names = {span.context.span_id: span.name for span in found if span.context}
    return {span.name: names[span.parent.span_id] if span.parent else "" for span in found}


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def test_work_that_begins_within_other_work_stands_below_it_in_every_task_and_thread(
    spans: OpenTelemetrySpans, exporter: InMemorySpanExporter
) -> None:
    async def critic(name: str) -> None:
        with spans.begin(Work("agent", name)):
            await asyncio.sleep(0)
            with spans.begin(Work("call", f"openai:{name}")):
                await asyncio.sleep(0)

    async def run() -> None:
        whole = spans.begin(Work("run", "plan"))  # never entered: the generator that walks it has no context of its own

        async def node(name: str) -> None:
            with spans.begin(Work("node", name), within=whole):
                await asyncio.gather(critic(f"{name}-1"), critic(f"{name}-2"))

        await asyncio.gather(node("critique"), node("argue"))
        with spans.begin(Work("node", "research"), within=whole):
            await asyncio.to_thread(lambda: spans.begin(Work("tool", "crm")).end())
            copied = contextvars.copy_context()
            thread = threading.Thread(target=lambda: copied.run(lambda: spans.begin(Work("tool", "history")).end()))
            thread.start()
            thread.join()
        whole.end()

    asyncio.run(run())
    assert parents(exporter) == {
        "invoke_workflow plan": "",
        "critique": "invoke_workflow plan",
        "argue": "invoke_workflow plan",
        "research": "invoke_workflow plan",
        "execute_tool crm": "research",
        "execute_tool history": "research",
        **{f"invoke_agent {n}-{i}": n for n in ("critique", "argue") for i in (1, 2)},
        **{f"chat {n}-{i}": f"invoke_agent {n}-{i}" for n in ("critique", "argue") for i in (1, 2)},
    }


def test_a_call_is_described_by_the_conventions(spans: OpenTelemetrySpans, exporter: InMemorySpanExporter) -> None:
    work = Work("call", "bedrock:amazon.nova", "acme", "run-1", {"prompt_id": "critic/critique", "is_repair": True})
    with spans.begin(work) as watch:
        watch.note({"tokens_in": 3, "tokens_out": 2, "model": "nova", "usd": 0.5, "score": 0.75})
    (span,) = exporter.get_finished_spans()
    assert (span.name, span.kind) == ("chat amazon.nova", SpanKind.CLIENT)
    assert attributes(span) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aws.bedrock",
        "gen_ai.request.model": "amazon.nova",
        "gen_ai.conversation.id": "run-1",
        "nexusplanner.tenant": "acme",
        "gen_ai.prompt.name": "critic/critique",
        "nexusplanner.is_repair": True,
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 2,
        "gen_ai.response.model": "nova",
        "nexusplanner.usd": 0.5,
        "gen_ai.evaluation.score.value": 0.75,
    }


def test_an_error_is_told_by_its_code_and_redacted(spans: OpenTelemetrySpans, exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ProviderPermanentError), spans.begin(Work("node", "critique")):
        raise ProviderPermanentError("refused Bearer abcdef.123 of mara@kiln.example")
    with pytest.raises(ZeroDivisionError), spans.begin(Work("node", "size")):
        raise ZeroDivisionError
    first, second = exporter.get_finished_spans()
    assert first.status.status_code is StatusCode.ERROR
    assert attributes(first)["error.type"] == "provider.permanent"
    assert attributes(second)["error.type"] == "ZeroDivisionError"
    assert "abcdef" not in first.to_json()
    assert "mara" not in first.to_json()


def test_a_watch_ends_once(spans: OpenTelemetrySpans, exporter: InMemorySpanExporter) -> None:
    with spans.begin(Work("node", "approve")) as watch:
        watch.end()
    watch.end(ValueError("late"))
    (span,) = exporter.get_finished_spans()
    assert span.status.status_code is StatusCode.UNSET


def test_what_is_told_is_an_event_of_the_current_span(
    spans: OpenTelemetrySpans, exporter: InMemorySpanExporter
) -> None:
    with spans.begin(Work("agent", "critic")):
        spans.told("health", {"deployment": "openai:gpt-5", "state": "open"})
    (event,) = exporter.get_finished_spans()[0].events
    assert event.name == "nexusplanner.health"


def test_without_a_provider_of_the_applications_own_nothing_is_kept() -> None:
    with OpenTelemetrySpans().begin(Work("node", "size")) as watch:
        watch.note({"a": 1})
        watch.end(ValueError("nobody hears"))


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry", None)
    with pytest.raises(MissingExtraError, match=r"nexusplanner\[otel\]"):
        OpenTelemetrySpans()


def test_a_node_is_called_by_its_name() -> None:
    assert [span_name(Work(kind, "x")) for kind in ("node", "wait", "tool")] == ["x", "x", "execute_tool x"]
