"""Whole plans with somebody looking on: spans, metrics and the log of decisions say what was done."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from tests.flow.campaigns import TODAY, brief, everything, planner, to_approve

from nexusplanner import Planner, PlanResult, Settings
from nexusplanner.domain.decision import Decision
from nexusplanner.domain.operations import DecisionLog, Observability, Storage
from nexusplanner.domain.step import Step
from nexusplanner.graph.plan_graph import _VERBS
from nexusplanner.graph.state import PlanState
from nexusplanner.observability.json_formatter import LOGGER
from nexusplanner.observability.metrics import PrometheusMetrics
from nexusplanner.observability.spans import OpenTelemetrySpans
from nexusplanner.settings import Limits
from nexusplanner.testing.openai_server import Completion, OpenAIServer

RUN = "invoke_workflow plan"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Return where spans go."""
    return InMemorySpanExporter()


@pytest.fixture
def tracers(exporter: InMemorySpanExporter) -> TracerProvider:
    """Return an application's tracer provider."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


def below(exporter: InMemorySpanExporter) -> Counter[tuple[str, str]]:
    """Count spans by name and by the name of the one above."""
    found = exporter.get_finished_spans()
    names = {span.context.span_id: span.name for span in found if span.context}
    return Counter((span.name, names.get(span.parent.span_id, "?") if span.parent else "") for span in found)


def asking(server: OpenAIServer, **arguments: object) -> Planner:
    """Return a planner that asks a server."""
    settings = Settings(
        openai_api_key=SecretStr("sk-of-the-flow-tests"), openai_base_url=server.base_url, limits=Limits(usd="0.05")
    )
    return planner(settings=settings, models=["openai:gpt-5-mini"], **arguments)


def test_every_node_tool_agent_and_call_of_a_plan_has_a_span_below_what_it_belongs_to(
    exporter: InMemorySpanExporter, tracers: TracerProvider
) -> None:
    sources = everything()
    with (
        OpenAIServer([Completion("never", status=401)]) as server,
        asking(server, observers=[OpenTelemetrySpans(tracers)], **sources) as made,
    ):
        result = made.plan(brief())
    spans = below(exporter)
    nodes = {s.who for s in result.timeline.shifts if s.kind == "stage"}
    assert nodes >= {*_VERBS, *sources} - {"revise", "submit", "approve", "understand", "refine"}
    for shift in result.timeline.shifts:
        if shift.kind == "stage":
            assert spans[shift.who, RUN], shift.who
        else:
            assert spans[f"invoke_agent {shift.who}", "?"] == 0
    for tool in sources:
        assert spans[f"execute_tool {tool}", tool] == 1
    asked = Counter(name for (name, above) in spans.elements() if above in nodes)
    answers = Counter(f"invoke_agent {s.who}" for s in result.timeline.answers)
    assert {name: count for name, count in asked.items() if name.startswith("invoke_agent")} == answers
    assert {above for name, above in spans if name == "chat gpt-5-mini"} <= set(answers)
    assert sum(count for (name, _), count in spans.items() if name == "chat gpt-5-mini") == len(server.requests)
    assert spans[RUN, ""] == 1
    assert len({span.context.trace_id for span in exporter.get_finished_spans() if span.context}) == 1


def test_a_plan_that_is_streamed_is_one_trace_too_below_the_callers_own_span(
    exporter: InMemorySpanExporter, tracers: TracerProvider
) -> None:
    with (
        planner(observers=[OpenTelemetrySpans(tracers)]) as made,
        trace.get_tracer("app", tracer_provider=tracers).start_as_current_span("request"),
    ):
        events = list(made.stream(brief()))
        made.plan(brief())
    spans = below(exporter)
    assert events[-1].type == "done"
    assert spans[RUN, "request"] == 2
    assert spans["assemble", RUN] == 2
    assert len({span.context.trace_id for span in exporter.get_finished_spans() if span.context}) == 1


def test_a_run_that_waits_ends_its_trace_without_an_error(
    exporter: InMemorySpanExporter, tracers: TracerProvider
) -> None:
    with planner(observers=[OpenTelemetrySpans(tracers)]) as made:
        waiting = made.plan(to_approve())
        made.resume(waiting.run_id, {waiting.pending[0].id: Decision(approve=True)})
    ended = exporter.get_finished_spans()
    assert [s.attributes["nexusplanner.status"] for s in ended if s.name == RUN and s.attributes] == [
        "needs_approval",
        "complete",
    ]
    assert [s.name for s in ended if not s.status.is_unset] == []


def test_metrics_tell_runs_fallbacks_calls_and_money() -> None:
    registry = CollectorRegistry()
    with (
        OpenAIServer([Completion('{"no": "such schema"}', tokens_in=10, tokens_out=5)]) as server,
        asking(server, observers=[PrometheusMetrics(registry)]) as made,
    ):
        result = made.plan(brief())
        made.batch([brief(), brief()], limits=Limits(usd=0), max_concurrency=1)

    def value(name: str, **labels: str) -> float:
        return registry.get_sample_value(f"nexusplanner_{name}", labels) or 0.0

    assert value("runs_total", status="degraded") == 3
    assert value("runs_in_progress") == value("calls_in_progress") == value("runs_waiting") == 0
    assert value("calls_total", model="openai:gpt-5-mini", outcome="provider.content") == len(server.requests) > 0
    assert value("fallbacks_total", agent="critic") == 3 * sum(
        s.lost for s in result.timeline.answers if s.who == "critic"
    )
    assert value("answers_total", agent="editor", rung="rules") == 3


def every(made: Planner, **asked: object) -> tuple[Step, ...]:
    return made.decisions(size=1000, **asked).steps  # type: ignore[arg-type]


def told(result: PlanResult) -> Counter[tuple[str, str, str]]:
    return Counter((s.who, s.branch, s.task) for s in result.timeline.answers)


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_log_of_decisions_holds_each_step_of_each_run(tmp_path: Path, is_kept: bool) -> None:
    with planner(workspace=tmp_path if is_kept else None, **everything()) as made:
        first, second = made.plan(brief()), made.plan(brief(), seed=3)
        made.estimate(brief())
        steps = every(made)
        assert Counter((s.agent, s.branch, s.task) for s in steps) == told(first) + told(second)
        of_first = every(made, run=first.run_id)
        assert {s.run for s in of_first} == {first.run_id}
        assert every(made, agent="critic", since=of_first[-1].at + timedelta(microseconds=1)) == tuple(
            s for s in every(made, run=second.run_id) if s.agent == "critic"
        )
        plan = first.plan
        assert plan is not None
        cited = {i for claim in plan.claims for i in claim.evidence}
        assert cited <= {i for s in of_first for i in s.inputs}
        by_prompt = {(p.prompt_id, p.prompt_sha256) for p in plan.provenance if p.prompt_id}
        assert by_prompt <= {(s.prompt_id, s.prompt_sha256) for s in of_first}
        assert every(made, tenant="other") == ()
        count = made.export_decisions(tmp_path / "log.jsonl", run=second.run_id)
    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == count == told(second).total()
    assert Step.model_validate_json(lines[0]).run == second.run_id


@pytest.mark.slow
def test_the_log_of_decisions_is_on_the_server_with_the_rest(postgres_url: SecretStr, tmp_path: Path) -> None:
    settings = Settings(storage=Storage(url=postgres_url))
    with planner(settings=settings, workspace=tmp_path) as made:
        result = made.plan(brief(), tenant="acme")
        assert len(every(made, tenant="acme", run=result.run_id)) == told(result).total()
    assert not list(tmp_path.glob("nexusplanner.sqlite*"))


def test_the_log_outlives_its_process_and_can_be_turned_off(tmp_path: Path) -> None:
    with planner(workspace=tmp_path) as made:
        result = made.plan(to_approve())
    with planner(workspace=tmp_path, settings=Settings(decisions=DecisionLog(keep_steps=0))) as made:
        made.resume(result.run_id, {result.pending[0].id: Decision(approve=True)})
        assert every(made) == ()
    with planner(workspace=tmp_path) as made:
        assert len(every(made)) == told(result).total()


def test_a_run_that_a_host_began_by_itself_is_logged_too() -> None:
    with planner() as made:
        raw = brief().model_dump(mode="json", exclude_none=True)
        given: PlanState = {"brief": raw, "tenant": "default", "seed": 7, "today": TODAY.isoformat()}
        asyncio.run(made.server_graph().ainvoke(given, {"configurable": {"thread_id": "thread-1"}}))
        steps = every(made, run="thread-1")
    assert Counter(s.agent for s in steps)["strategist"] >= 3
    assert {s.agent for s in steps} >= {"critic", "editor"}


@pytest.fixture
def _log_as_it_was() -> Iterator[None]:
    """Leave the log as it was."""
    logger = logging.getLogger(LOGGER)
    before, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:] = before
    logger.setLevel(level)


@pytest.mark.usefixtures("_log_as_it_was")
def test_settings_turn_on_the_log_and_the_spans(capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(observability=Observability(log="json", spans=True))
    results = []
    for _ in range(2):
        with planner(settings=settings) as made:
            results.append(made.plan(brief()))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert len(lines) == sum(len(result.timeline.answers) for result in results)
    assert {line["run"] for line in lines} == {result.run_id for result in results}
    assert {line["logger"] for line in lines} == {"nexusplanner.llm"}
