"""A fault on a wire, once or for good, with or without a second provider: the plan that comes of it, and its faults."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from tests.flow.plan_worker import Job, Made, Worker
from tests.flow.replies import Said, Speak, by_rules, completion, essence, speaker, times_asked

from nexusplanner.domain.model import JsonObject
from nexusplanner.llm.providers.retry_after import retry_after_s
from nexusplanner.testing.bedrock_server import BedrockServer
from nexusplanner.testing.completion import Completion, Respond
from nexusplanner.testing.faults import Fault, Wire, faults, stream_faults
from nexusplanner.testing.loopback import LoopbackServer, Taken
from nexusplanner.testing.openai_server import OpenAIServer

How = Literal["once", "primary down", "both down"]
HOWS: tuple[How, ...] = ("once", "primary down", "both down")
WIRES: tuple[Wire, ...] = ("openai", "bedrock")
MODELS: dict[Wire, str] = {
    "openai": "openai:gpt-5-mini",
    "bedrock": "bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0",
}
CALL_S = 1.0
MOST_MB = 100.0
SLACK_S = 0.01
"""How much a log and a sleep may disagree."""


@dataclass(frozen=True)
class Scenario:
    """One way in which providers fail while a plan is made."""

    wire: Wire
    fault: str
    how: How
    is_streamed: bool = False

    @property
    def name(self) -> str:
        """Say it in one line."""
        return f"{self.wire}: {self.fault}, {self.how}"


@dataclass(frozen=True)
class Shown:
    """What a scenario showed."""

    scenario: Scenario
    made: Made
    wrong: tuple[str, ...]
    requests: int


def every_scenario() -> list[Scenario]:
    """List every fault of both wires in every way, and those of their streams."""
    whole = [Scenario(w, fault.name, how) for w in WIRES for fault in faults(w) for how in HOWS]
    streamed = [Scenario(w, f.name, how, is_streamed=True) for w in WIRES for f in stream_faults() for how in HOWS]
    return whole + streamed


def warmed(worker: Worker) -> Worker:
    """Let a worker make a good plan on each wire, before it is measured."""
    speak = speaker(by_rules()[1])
    respond: Respond = lambda body: completion(speak(body))  # noqa: E731 - its type is told
    with OpenAIServer(respond) as openai, BedrockServer(respond) as bedrock:
        url = openai.base_url
        jobs = [Job((MODELS[w],), url, bedrock.origin, 20, is_streamed=s) for w in WIRES for s in (False, True)]
        worker.warm(*jobs)
    return worker


def show(scenario: Scenario, worker: Worker) -> Shown:
    """Make a plan while it happens, and look for what must not be."""
    plan, said = by_rules()
    speak = speaker(said)
    with ExitStack() as stack:
        servers = {wire: stack.enter_context(_server(wire, scenario, speak)) for wire in WIRES}
        made = worker.do(_job(scenario, servers))
    wrong = [
        *_wrong(made, essence(plan), rungs=len(_asked(scenario))),
        *(f"asked again after {gap:.2f} s, {due:g} s were due" for gap, due in _early(scenario, servers, said)),
    ]
    return Shown(scenario, made, tuple(wrong), sum(len(server.log) for server in servers.values()))


def _wrong(made: Made, expected: str, *, rungs: int) -> Iterator[str]:
    if made.status not in {"complete", "degraded"} or made.failures:
        yield f"no valid plan: {made.status} {made.failures[:2]}"
    if made.essence != expected:
        yield "the plan is not whole: it is not what its models and the rules wrote"
    if made.longest_call_s > rungs * CALL_S + 1:
        yield f"a call hung for {made.longest_call_s:.2f} s"
    if made.over_idle_mb > MOST_MB:
        yield f"{made.over_idle_mb:.0f} MB above idle"


def _asked(scenario: Scenario) -> tuple[Wire, ...]:
    return (scenario.wire, _other(scenario.wire)) if scenario.how != "once" else (scenario.wire,)


def _other(wire: Wire) -> Wire:
    return "bedrock" if wire == "openai" else "openai"


def _job(scenario: Scenario, servers: dict[Wire, LoopbackServer]) -> Job:
    return Job(
        models=tuple(MODELS[wire] for wire in _asked(scenario)),
        openai_url=f"{servers['openai'].origin}/v1",
        bedrock_url=servers["bedrock"].origin,
        call_timeout_s=CALL_S,
        is_streamed=scenario.is_streamed,
    )


def _server(wire: Wire, scenario: Scenario, speak: Speak) -> LoopbackServer:
    is_faulty = wire == scenario.wire or scenario.how == "both down"
    respond = _failing(wire, scenario, speak) if is_faulty else lambda body: completion(speak(body))
    return OpenAIServer(respond) if wire == "openai" else BedrockServer(respond)


def _failing(wire: Wire, scenario: Scenario, speak: Speak) -> Respond:
    asked = 0

    def respond(body: JsonObject) -> Completion:
        nonlocal asked
        asked += 1
        text = speak(body)
        return completion(text) if scenario.how == "once" and asked > 1 else _fault(wire, scenario, text).completion

    return respond


def _fault(wire: Wire, scenario: Scenario, good: str) -> Fault:
    """Find the fault by its name; what the other wire does not know is an outage there."""
    known = stream_faults(good=good) if scenario.is_streamed else faults(wire, good=good)
    down = Fault("503", "transient", Completion("down", status=503))
    return next((fault for fault in known if fault.name == scenario.fault), down)


def _early(
    scenario: Scenario, servers: dict[Wire, LoopbackServer], said: Sequence[Said]
) -> Iterator[tuple[float, float]]:
    """Find the calls that were tried again before the time that was asked for, by the servers' own logs."""
    headers = dict(_fault(scenario.wire, scenario, "{}").completion.headers)
    due_s = retry_after_s(headers) or 0.0
    if not due_s:
        return
    for server in servers.values():
        asked = defaultdict[str, list[Taken]](list)
        for taken in server.log:
            asked[json.dumps(taken.body, sort_keys=True)].append(taken)
        for same in asked.values():
            gaps = sorted(later.at_s - sooner.at_s for sooner, later in pairwise(same))
            own = max(times_asked(same[0].body, said), 1)
            yield from ((gap, due_s) for gap in gaps[own - 1 :] if gap < due_s - SLACK_S)
