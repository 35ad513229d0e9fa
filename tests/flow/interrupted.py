"""Runs that are interrupted at a request, on a provider that says what the rules would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr
from tests.flow.campaigns import brief, planner
from tests.flow.replies import Speak, by_rules, completion, speaker

from nexusplanner import Planner
from nexusplanner.domain.model import JsonObject
from nexusplanner.settings import Limits, Settings
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.openai_server import OpenAIServer


@dataclass
class Wire:
    """A provider that does something at one of its requests."""

    speak: Speak
    base_url: str = ""
    at: int = -1
    then: Callable[[], object] = field(default=lambda: None)
    requests: int = 0

    def respond(self, body: JsonObject) -> Completion:
        """Reply, and do it."""
        self.requests += 1
        if self.requests == self.at:
            self.then()
        return completion(self.speak(body))

    def reset(self) -> None:
        """Count anew, and do nothing."""
        self.requests, self.at = 0, -1


@contextmanager
def wire() -> Iterator[Wire]:
    """Serve what the rules say to the small brief."""
    serving = Wire(speaker(by_rules()[1]))
    with OpenAIServer(serving.respond) as server:
        serving.base_url = server.base_url
        yield serving


def asking(at: Wire, workspace: Path | None, **sources: object) -> Planner:
    """Return a planner that asks the provider."""
    settings = Settings(
        openai_api_key=SecretStr("sk-test"), openai_base_url=at.base_url, limits=Limits(usd=9, max_calls=60)
    )
    arguments = {"settings": settings, "models": ["openai:gpt-5-mini"], "workspace": workspace, **sources}
    return planner(**arguments)


def interrupt(at: Wire, workspace: Path, *, request: int, **sources: object) -> str:
    """Plan until a request, and leave it there as a person would who presses Ctrl-C; return the run."""

    async def plan() -> str:
        with asking(at, workspace, **sources) as made:
            loop, task = asyncio.get_running_loop(), asyncio.create_task(made.aplan(brief()))
            at.at, at.then = at.requests + request, lambda: loop.call_soon_threadsafe(task.cancel)
            await asyncio.wait([task])
            assert task.cancelled()
            (run,) = await made.aruns()
            assert run.status == "stopped"
            return run.run_id

    return asyncio.run(plan())
