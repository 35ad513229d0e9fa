"""Measure what looking on costs a plan in CPU: the log of decisions, metrics, spans, and all of them.

python tests/bench/observing.py          # 30 rounds
python tests/bench/observing.py 100

Plans by models that answer at once, each with a workspace of its own; every round makes one plan in each way, in turn,
and what is printed is the median over the rounds of the difference to the plan without. Numbers are computed once.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from nexusplanner import Planner, Settings
from nexusplanner.domain.operations import DecisionLog
from nexusplanner.observability import OpenTelemetrySpans, PrometheusMetrics
from nexusplanner.ports.observer import Observer
from nexusplanner.settings import Limits

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script, it sees the tests

from tests.bench.plan_provider import Provider, provider
from tests.bench.plan_speed import named, scripted, small

ROUNDS = 30
ALL_MOST_MS = 10.0
"""Of the 25 ms that a plan's checkpoints, journal, logs and measures may take together."""


class Nowhere(SpanExporter):
    """Takes spans and throws them away."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return SpanExportResult.SUCCESS


def spans() -> Observer:
    """Return spans that are sampled, gathered and thrown away."""
    tracers = TracerProvider()
    tracers.add_span_processor(BatchSpanProcessor(Nowhere()))
    return OpenTelemetrySpans(tracers)


def metrics() -> Observer:
    """Return metrics in a registry of their own."""
    return PrometheusMetrics(CollectorRegistry())


WAYS: dict[str, tuple[bool, tuple[Callable[[], Observer], ...]]] = {
    "nothing": (False, ()),
    "log of decisions": (True, ()),
    "metrics": (False, (metrics,)),
    "spans": (False, (spans,)),
    "all of them": (True, (metrics, spans)),
}


def planner_at(at: Provider, way: str, folder: Path) -> Planner:
    """Return a planner that is looked on in one way."""
    is_logged, observers = WAYS[way]
    settings = Settings(
        openai_api_key=SecretStr("sk-test"),
        openai_base_url=at.base_url,
        limits=Limits(run_timeout_s=900),
        decisions=DecisionLog(keep_steps=20_000 if is_logged else 0),
    )
    return Planner(
        models=("openai:gpt-5-mini",),
        settings=settings,
        workspace=folder / way,
        clock=lambda: date(2026, 11, 2),
        observers=[make() for make in observers],
    )


def turned(ways: list[tuple[str, Planner]], number: int) -> list[tuple[str, Planner]]:
    """Let each way be the first in turn: who comes first finds the machine colder."""
    at = number % len(ways)
    return ways[at:] + ways[:at]


async def measure(rounds: int) -> None:
    """Print the CPU and the wall that each way adds to a plan."""
    brief, sources = small()
    cpu: dict[str, list[float]] = {way: [] for way in WAYS}
    wall: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder, provider(scripted(brief, sources, 1), delay_s=0.0) as at:
        async with AsyncExitStack() as stack:
            planners = {way: await stack.enter_async_context(planner_at(at, way, Path(folder))) for way in WAYS}
            for number in range(rounds + 3):
                for way, planner in turned(list(planners.items()), number):
                    began_s, cpu_s = time.perf_counter(), time.process_time()
                    result = await planner.aplan(named(brief, 0, number))
                    cpu[way].append((time.process_time() - cpu_s) * 1000)
                    wall[way].append((time.perf_counter() - began_s) * 1000)
                    assert result.plan is not None
    for way in WAYS:
        told(way, cpu, wall)


def told(way: str, cpu: dict[str, list[float]], wall: dict[str, list[float]]) -> None:
    """Print one way's figures; the first rounds warm up."""
    if way == "nothing":
        each = (statistics.median(values[way][3:]) for values in (cpu, wall))
        print("     a plan without: {:.1f} ms of CPU, {:.1f} ms".format(*each))
        return
    more = [[a - b for a, b in zip(x[way][3:], x["nothing"][3:], strict=True)] for x in (cpu, wall)]
    cpu_ms, wall_ms = (statistics.median(values) for values in more)
    sign = "ok  " if cpu_ms <= ALL_MOST_MS else "FAIL"
    print(f"{sign} {way}: {cpu_ms:+.1f} ms of CPU a plan, {wall_ms:+.1f} ms; at most {ALL_MOST_MS:.0f} ms of CPU")


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
