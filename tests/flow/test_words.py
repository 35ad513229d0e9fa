"""Words of agents, told as they are written: by whom, in which branch, on which rung; never parsed as a result."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from pydantic import SecretStr
from tests.flow.campaigns import TODAY, brief
from tests.flow.replies import by_rules, completion, essence, speaker

from nexusplanner import Planner, Settings
from nexusplanner.domain.model import JsonObject
from nexusplanner.observability.events import (
    DoneEvent,
    Event,
    HealthEvent,
    ProposalEvent,
    TokenEvent,
    TurnEvent,
    VerdictEvent,
)
from nexusplanner.settings import Limits
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.openai_server import OpenAIServer

MODEL = "openai:gpt-5-mini"
LENSES = {"efficiency", "growth", "brand_and_risk"}


def planner_at(server: OpenAIServer) -> Planner:
    """Plan with a model behind a server."""
    settings = Settings(openai_api_key=SecretStr("sk-test"), openai_base_url=server.base_url, limits=Limits(usd=9))
    return Planner(models=[MODEL], settings=settings, clock=lambda: TODAY)


def tries(told: Iterable[Event]) -> dict[str, list[str]]:
    """Join the pieces of each part's tries."""
    joined: dict[str, list[str]] = defaultdict(list)
    for event in told:
        if isinstance(event, TokenEvent):
            if event.is_start:
                joined[event.part].append("")
            joined[event.part][-1] += event.text
    return joined


async def test_every_agent_is_heard_while_it_writes() -> None:
    """In pieces that come before what they add up to, each with agent, branch and rung; the plan is the same."""
    plan, said = by_rules()
    speak = speaker(said)
    with OpenAIServer(lambda body: completion(speak(body))) as server:
        planning = planner_at(server)
        told = [event async for event in planning.astream(brief())]
        assert all(body["stream"] for body in server.requests)
    words = [event for event in told if isinstance(event, TokenEvent)]
    assert {event.rung for event in words} == {MODEL}
    assert {event.branch for event in words if event.agent == "strategist"} >= LENSES
    assert {event.agent for event in words} >= {"strategist", "critic", "editor"}
    assert len(words) > 5 * len(server.requests), "in pieces"
    assert all(json.loads(text) for texts in tries(told).values() for text in texts)
    for lens in LENSES:
        first = next(n for n, e in enumerate(told) if isinstance(e, TokenEvent) and e.branch == lens)
        assert first < next(n for n, e in enumerate(told) if isinstance(e, ProposalEvent) and e.lens == lens)
    done = told[-1]
    assert isinstance(done, DoneEvent)
    result = planning.result(done.run_id)
    assert result.plan is not None
    assert essence(result.plan) == essence(plan)


def test_who_does_not_read_along_is_sent_whole_replies() -> None:
    """A stream costs more; the events of the result hold no pieces."""
    _, said = by_rules()
    speak = speaker(said)
    with OpenAIServer(lambda body: completion(speak(body))) as server:
        result = planner_at(server).plan(brief())
        assert not any(body.get("stream") for body in server.requests)
    assert not any(isinstance(event, TokenEvent) for event in result.events)
    assert any(isinstance(event, VerdictEvent) for event in result.events)


async def test_the_rules_are_heard_whole() -> None:
    """One piece an answer, by the same names."""
    told = [event async for event in Planner(models=["rules"], clock=lambda: TODAY).astream(brief())]
    words = [event for event in told if isinstance(event, TokenEvent)]
    assert {event.rung for event in words} == {"rules"}
    assert all(event.is_start and json.loads(event.text) for event in words)
    turns = [event for event in told if isinstance(event, TurnEvent)]
    assert {f"{turn.voice} on {turn.about}" for turn in turns} <= {e.branch for e in words if e.agent == "debater"}


async def test_a_stream_that_breaks_is_void_and_the_rules_words_follow() -> None:
    """What was told of a broken try is not in the plan; the next try says that it begins."""
    plan, said = by_rules()
    speak = speaker(said)

    def broken(body: JsonObject) -> Completion:
        return Completion(speak(body), breaks="early")

    with OpenAIServer(broken) as server:
        planning = planner_at(server)
        told = [event async for event in planning.astream(brief())]
    done = told[-1]
    assert isinstance(done, DoneEvent)
    result = planning.result(done.run_id)
    assert result.plan is not None
    assert essence(result.plan) == essence(plan)
    assert result.status == "degraded"
    last = {part: texts[-1] for part, texts in tries(told).items()}
    assert all(json.loads(text) for text in last.values())
    assert {event.rung for event in told if isinstance(event, TokenEvent)} == {MODEL, "rules"}


async def test_a_provider_that_goes_down_is_told_of() -> None:
    """Once when it is left alone, with what was wrong."""
    with OpenAIServer([Completion("overloaded", status=400, kind="x")]) as server:
        url = server.base_url
    settings = Settings(openai_api_key=SecretStr("sk"), openai_base_url=url)  # nobody listens there any more
    planning = Planner(models=["openai:gpt-5-nano"], settings=settings, clock=lambda: TODAY)
    told = [event async for event in planning.astream(brief())]
    health = [event for event in told if isinstance(event, HealthEvent)]
    assert {event.state for event in health} == {"open"}
    assert all("Cannot connect" in event.last_fault for event in health)
