"""Metrics for Prometheus, in a registry of the application's own; it serves them, and nobody else does.

Tenants are no labels: there may be any number of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from nexusplanner.errors import MissingExtraError, NexusError
from nexusplanner.ports.observer import Fact, Watch, Work

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Gauge

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0)
_HEALTH = {"closed": 1.0, "half-open": 0.5, "open": 0.0}
_DONE = "ok"


class PrometheusMetrics:
    """Counts runs, nodes, calls, tokens, dollars, fallbacks, cached answers, and how long each took.

    Args:
        registry: Where they are registered; once a registry.
        monotonic: The clock.

    Raises:
        MissingExtraError: ``prometheus-client`` is not installed.
    """

    def __init__(self, registry: CollectorRegistry, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        try:
            from prometheus_client import Counter, Gauge, Histogram
        except ImportError as error:
            raise MissingExtraError("Metrics", extra="prometheus") from error
        self.monotonic = monotonic
        counter, gauge = partial(Counter, registry=registry), partial(Gauge, registry=registry)
        timed = partial(Histogram, registry=registry, buckets=_SECONDS)
        self.runs = counter("nexusplanner_runs", "Runs that ended, by status.", ["status"])
        self.run_seconds = timed("nexusplanner_run_seconds", "Time of runs.", ["status"])
        self.at_work = {
            "run": gauge("nexusplanner_runs_in_progress", "Runs under way."),
            "call": gauge("nexusplanner_calls_in_progress", "Requests to models under way."),
            "wait": gauge("nexusplanner_runs_waiting", "Briefs of batches that wait for their turn."),
        }
        self.node_seconds = timed("nexusplanner_node_seconds", "Time of nodes.", ["node"])
        self.answers = counter("nexusplanner_answers", "Answers to agents, by who gave them.", ["agent", "rung"])
        self.lost = counter("nexusplanner_fallbacks", "Models that an agent asked in vain.", ["agent"])
        self.cached = counter("nexusplanner_cached_answers", "Answers that came from the cache.", ["agent"])
        self.calls = counter("nexusplanner_calls", "Requests to models, by outcome.", ["model", "outcome"])
        self.call_seconds = timed("nexusplanner_call_seconds", "Time of requests to models.", ["model"])
        self.tokens = counter("nexusplanner_tokens", "Tokens that were paid for.", ["rung", "direction"])
        self.usd = counter("nexusplanner_cost_usd", "Dollars that were paid.", ["rung"])
        self.tools = counter("nexusplanner_tool_calls", "Tools that were asked, by outcome.", ["tool", "outcome"])
        self.healthy = gauge(
            "nexusplanner_deployment_up", "1 answers, 0.5 is tried again, 0 is left alone.", ["deployment"]
        )

    def begin(self, work: Work, *, within: Watch | None = None) -> Watch:  # noqa: ARG002 - the port's
        """Count that it is under way."""
        gauge = self.at_work.get(work.kind)
        if gauge is not None:
            gauge.inc()
        return _MetricWatch(self, work, gauge)

    def told(self, name: str, facts: Mapping[str, Fact]) -> None:
        """Set how a deployment does."""
        if name == "health":
            self.healthy.labels(str(facts["deployment"])).set(_HEALTH.get(str(facts["state"]), 0.0))

    def ended(self, work: Work, facts: Mapping[str, Fact], took_s: float, error: BaseException | None) -> None:
        """Count what ended."""
        outcome = _DONE if error is None else _code(error)
        if work.kind == "run":
            status = str(facts.get("status", outcome))
            self.runs.labels(status).inc()
            self.run_seconds.labels(status).observe(took_s)
        elif work.kind == "node":
            self.node_seconds.labels(work.name).observe(took_s)
        elif work.kind == "call":
            self.calls.labels(work.name, outcome).inc()
            self.call_seconds.labels(work.name).observe(took_s)
        elif work.kind == "tool":
            self.tools.labels(work.name, "lost" if facts.get("lost") else outcome).inc()
        elif work.kind == "agent":
            self._answered(work.name, facts)

    def _answered(self, agent: str, facts: Mapping[str, Fact]) -> None:
        rung = str(facts.get("rung", "none"))
        self.answers.labels(agent, rung).inc()
        self.lost.labels(agent).inc(float(facts.get("lost", 0)))
        self.cached.labels(agent).inc(float(facts.get("cached_calls", 0)))
        self.tokens.labels(rung, "in").inc(float(facts.get("tokens_in", 0)))
        self.tokens.labels(rung, "out").inc(float(facts.get("tokens_out", 0)))
        self.usd.labels(rung).inc(float(facts.get("usd", 0)))


class _MetricWatch:
    """A piece of work whose time runs."""

    def __init__(self, metrics: PrometheusMetrics, work: Work, gauge: Gauge | None) -> None:
        self._metrics, self._work, self._gauge = metrics, work, gauge
        self._began, self._facts, self._is_open = metrics.monotonic(), dict[str, Fact](), True

    def note(self, facts: Mapping[str, Fact]) -> None:
        self._facts.update(facts)

    def end(self, error: BaseException | None = None) -> None:
        if not self._is_open:
            return
        self._is_open = False
        if self._gauge is not None:
            self._gauge.dec()
        self._metrics.ended(self._work, self._facts, self._metrics.monotonic() - self._began, error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end(error)


def _code(error: BaseException) -> str:
    if not isinstance(error, Exception):
        return "cancelled"
    return error.code if isinstance(error, NexusError) else type(error).__name__
