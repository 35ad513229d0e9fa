"""Spans of OpenTelemetry: a run, its nodes, its agents, their calls and its tools, each below what it belongs to.

Only the API package is used: without a tracer provider of the application's own nothing is kept and nothing is sent.
Attributes follow the conventions for generative AI; what those do not name begins with ``nexusplanner.``. Words of
prompts, replies, briefs or customers are never attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import Token
from types import TracebackType
from typing import TYPE_CHECKING, Self

from nexusplanner.errors import MissingExtraError, NexusError
from nexusplanner.observability.redaction import redacted
from nexusplanner.ports.observer import Fact, Watch, Work, WorkKind
from nexusplanner.secrecy import masked

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, TracerProvider

_OPERATIONS: dict[WorkKind, str] = {
    "run": "invoke_workflow",
    "agent": "invoke_agent",
    "call": "chat",
    "tool": "execute_tool",
}
_NAMED_BY: dict[WorkKind, str] = {
    "run": "gen_ai.workflow.name",
    "node": "nexusplanner.node",
    "agent": "gen_ai.agent.name",
    "call": "gen_ai.request.model",
    "tool": "gen_ai.tool.name",
}
_PROVIDERS = {"openai": "openai", "bedrock": "aws.bedrock"}
_ATTRIBUTES = {
    "prompt_id": "gen_ai.prompt.name",
    "model": "gen_ai.response.model",
    "tokens_in": "gen_ai.usage.input_tokens",
    "tokens_out": "gen_ai.usage.output_tokens",
    "max_tokens": "gen_ai.request.max_tokens",
    "score": "gen_ai.evaluation.score.value",
}


class OpenTelemetrySpans:
    """Tells what is done as spans.

    Args:
        provider: Whose tracer to use; by default the process's.

    Raises:
        MissingExtraError: ``opentelemetry-api`` is not installed.
    """

    def __init__(self, provider: TracerProvider | None = None) -> None:
        try:
            from opentelemetry import trace
        except ImportError as error:
            raise MissingExtraError("Tracing", extra="otel") from error
        self._tracer = trace.get_tracer("nexusplanner", tracer_provider=provider)

    def begin(self, work: Work, *, within: Watch | None = None) -> Watch:
        """Start a span."""
        from opentelemetry.trace import SpanKind

        above = within.context if isinstance(within, _SpanWatch) else None
        span = self._tracer.start_span(
            span_name(work),
            context=above,
            kind=SpanKind.CLIENT if work.kind == "call" else SpanKind.INTERNAL,
            attributes=dict(_first_attributes(work)),
        )
        return _SpanWatch(span)

    def told(self, name: str, facts: Mapping[str, Fact]) -> None:
        """Add an event to the current span."""
        from opentelemetry import trace

        trace.get_current_span().add_event(f"nexusplanner.{name}", dict(_attributes(facts)))


class _SpanWatch:
    """A span that is open."""

    def __init__(self, span: Span) -> None:
        self._span, self._token, self._is_open = span, None, True

    _token: Token[Context] | None

    @property
    def context(self) -> Context:
        """The context that further spans start in to be below this one, whatever task they are in."""
        from opentelemetry import trace

        return trace.set_span_in_context(self._span)

    def note(self, facts: Mapping[str, Fact]) -> None:
        if self._span.is_recording():
            self._span.set_attributes(dict(_attributes(facts)))

    def end(self, error: BaseException | None = None) -> None:
        if not self._is_open:
            return
        self._is_open = False
        if error is not None and self._span.is_recording():
            self._tell(error)
        self._span.end()

    def _tell(self, error: BaseException) -> None:
        from opentelemetry.trace import Status, StatusCode

        kind = error.code if isinstance(error, NexusError) else type(error).__qualname__
        self._span.set_attribute("error.type", kind)
        self._span.set_status(Status(StatusCode.ERROR, kind))
        told = {"exception.type": type(error).__qualname__, "exception.message": redacted(str(error))[:500]}
        self._span.add_event("exception", told)

    def __enter__(self) -> Self:
        from opentelemetry import context

        self._token = context.attach(self.context)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        from opentelemetry import context

        if self._token is not None:
            context.detach(self._token)
            self._token = None
        self.end(error)


def span_name(work: Work) -> str:
    """Name a span: a node by its own name, all else by the operation and what it is done with."""
    operation = _OPERATIONS.get(work.kind)
    name = work.name.partition(":")[2] or work.name if work.kind == "call" else work.name
    return f"{operation} {name}" if operation else name


def _first_attributes(work: Work) -> Iterator[tuple[str, Fact]]:
    if operation := _OPERATIONS.get(work.kind):
        yield "gen_ai.operation.name", operation
    name = work.name
    if work.kind == "call":
        provider, _, model = name.partition(":")
        yield "gen_ai.provider.name", _PROVIDERS.get(provider, provider)
        name = model or name
    if work.kind in _NAMED_BY:
        yield _NAMED_BY[work.kind], name
    if work.run:
        yield "gen_ai.conversation.id", work.run
    if work.tenant:
        yield "nexusplanner.tenant", work.tenant
    yield from _attributes(work.facts)


def _attributes(facts: Mapping[str, Fact]) -> Iterator[tuple[str, Fact]]:
    for name, fact in facts.items():
        yield _ATTRIBUTES.get(name, f"nexusplanner.{name}"), masked(fact) if isinstance(fact, str) else fact
