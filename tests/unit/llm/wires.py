"""Chains whose providers are loopback servers, on either wire."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from tests.unit.llm.asking import Said

from nexusplanner.llm import Model, RulesModel, build_chain
from nexusplanner.llm.breaker import Breakers
from nexusplanner.testing.bedrock_server import BedrockServer
from nexusplanner.testing.completion import Completion, Respond
from nexusplanner.testing.faults import Wire
from nexusplanner.testing.loopback import LoopbackServer
from nexusplanner.testing.openai_server import OpenAIServer

WIRES: tuple[Wire, ...] = ("openai", "bedrock")
NAMES: dict[Wire, str] = {"openai": "openai:gpt-5-mini", "bedrock": "bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0"}
RULES = RulesModel({"test.ask": lambda _: Said(text="by rule")})


def other(wire: Wire) -> Wire:
    """Return the other wire."""
    return "bedrock" if wire == "openai" else "openai"


def server_of(wire: Wire, script: list[Completion] | Respond) -> LoopbackServer:
    """Make a server that speaks a wire."""
    return OpenAIServer(script) if wire == "openai" else BedrockServer(script)


def chain(
    *servers: LoopbackServer, patch: pytest.MonkeyPatch, limit_s: float, breakers: Breakers | None = None
) -> Model:
    """Build a chain of servers, in their order, before the rules; breakers are its own where none are given."""
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "eu-west-1")):
        patch.setenv(f"AWS_{name}", value)
    base_url = None
    for server in servers:
        if isinstance(server, OpenAIServer):
            base_url = server.base_url
        else:
            patch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.origin)
    return build_chain(
        [NAMES["openai" if isinstance(server, OpenAIServer) else "bedrock"] for server in servers],
        RULES,
        api_key=SecretStr("sk-test"),
        base_url=base_url,
        timeout_s=limit_s,
        max_tokens=500,
        breakers=breakers or Breakers(),
    )
