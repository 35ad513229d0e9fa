"""Metrics count what ended, and how it ended."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from nexusplanner.errors import MissingExtraError, ProviderTransientError
from nexusplanner.observability.metrics import PrometheusMetrics
from nexusplanner.ports.observer import Fact, Work, WorkKind


@pytest.fixture
def registry() -> CollectorRegistry:
    """Return a registry of the test's own."""
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> PrometheusMetrics:
    """Return metrics whose clock goes on by two seconds each time it is read."""
    moments = iter(range(0, 1000, 2))
    return PrometheusMetrics(registry, monotonic=lambda: float(next(moments)))


def value(registry: CollectorRegistry, name: str, **labels: str) -> float:
    found = registry.get_sample_value(f"nexusplanner_{name}", labels)
    return 0.0 if found is None else found


def done(metrics: PrometheusMetrics, kind: WorkKind, name: str, facts: dict[str, Fact] | None = None) -> None:
    with metrics.begin(Work(kind, name)) as watch:
        watch.note(facts or {})


def test_a_run_is_counted_by_its_status(metrics: PrometheusMetrics, registry: CollectorRegistry) -> None:
    watch = metrics.begin(Work("run", "plan"))
    assert value(registry, "runs_in_progress") == 1
    watch.note({"status": "degraded"})
    watch.end()
    watch.end()
    with pytest.raises(ProviderTransientError), metrics.begin(Work("run", "plan")):
        raise ProviderTransientError("down")
    with pytest.raises(asyncio.CancelledError), metrics.begin(Work("run", "plan")):
        raise asyncio.CancelledError
    assert value(registry, "runs_in_progress") == 0
    for status in ("degraded", "provider.transient", "cancelled"):
        assert value(registry, "runs_total", status=status) == 1
    assert value(registry, "run_seconds_sum", status="degraded") == 2.0


def test_an_answer_is_counted_with_its_tokens_dollars_and_fallbacks(
    metrics: PrometheusMetrics, registry: CollectorRegistry
) -> None:
    facts: dict[str, Fact] = {"rung": "openai:m", "tokens_in": 7, "tokens_out": 5, "usd": 0.25, "lost": 2}
    done(metrics, "agent", "critic", facts | {"cached_calls": 1})
    assert value(registry, "answers_total", agent="critic", rung="openai:m") == 1
    assert value(registry, "fallbacks_total", agent="critic") == 2
    assert value(registry, "cached_answers_total", agent="critic") == 1
    assert value(registry, "tokens_total", rung="openai:m", direction="in") == 7
    assert value(registry, "tokens_total", rung="openai:m", direction="out") == 5
    assert value(registry, "cost_usd_total", rung="openai:m") == 0.25


def test_calls_nodes_tools_and_waits_are_counted(metrics: PrometheusMetrics, registry: CollectorRegistry) -> None:
    done(metrics, "call", "openai:m")
    busy = metrics.begin(Work("call", "openai:m"))
    assert value(registry, "calls_in_progress") == 1
    busy.end(ProviderTransientError("busy"))
    done(metrics, "node", "size")
    done(metrics, "tool", "crm")
    done(metrics, "tool", "crm", {"lost": "provider.transient"})
    waiting = metrics.begin(Work("wait", "batch"))
    assert value(registry, "runs_waiting") == 1
    waiting.end()
    assert value(registry, "runs_waiting") == 0
    assert value(registry, "calls_total", model="openai:m", outcome="ok") == 1
    assert value(registry, "calls_total", model="openai:m", outcome="provider.transient") == 1
    assert value(registry, "call_seconds_count", model="openai:m") == 2
    assert value(registry, "node_seconds_count", node="size") == 1
    assert value(registry, "tool_calls_total", tool="crm", outcome="ok") == 1
    assert value(registry, "tool_calls_total", tool="crm", outcome="lost") == 1


@pytest.mark.parametrize(("state", "up"), [("closed", 1.0), ("half-open", 0.5), ("open", 0.0)])
def test_the_breaker_is_a_gauge(metrics: PrometheusMetrics, registry: CollectorRegistry, state: str, up: float) -> None:
    metrics.told("health", {"deployment": "openai:m", "state": state})
    metrics.told("weather", {})
    assert registry.get_sample_value("nexusplanner_deployment_up", {"deployment": "openai:m"}) == up


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, registry: CollectorRegistry) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prometheus_client", None)
    with pytest.raises(MissingExtraError, match=r"nexusplanner\[prometheus\]"):
        PrometheusMetrics(registry)
