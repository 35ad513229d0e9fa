"""Forms: each server is asked for the surest form it knows, and never again for one that it refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr
from tests.unit.llm.asking import GOOD, Said, ask, request

from nexusplanner.errors import ProviderPermanentError, ProviderTransientError
from nexusplanner.llm.chat import ChatRung
from nexusplanner.llm.forms import Forms, KnownForms
from nexusplanner.llm.loading import wire_of
from nexusplanner.llm.request import Answer
from nexusplanner.llm.wire import FORMS, Form
from nexusplanner.testing.bedrock_server import BedrockServer
from nexusplanner.testing.completion import Completion, Feature
from nexusplanner.testing.loopback import LoopbackServer
from nexusplanner.testing.openai_server import OpenAIServer

NAMES = {"openai": "openai:gpt-5-mini", "bedrock": "bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0"}


@contextmanager
def served(wire: str, *refuses: Feature) -> Iterator[tuple[LoopbackServer, ChatRung]]:
    """Serve good answers by a server that cannot do some things, and hold a rung that speaks to it."""
    kind = OpenAIServer if wire == "openai" else BedrockServer
    with kind([Completion(GOOD)], refuses=set(refuses)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.origin)
        for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "eu-west-1")):
            patch.setenv(f"AWS_{name}", value)
        url = f"{server.origin}/v1"
        line = wire_of(NAMES[wire], api_key=SecretStr("k"), base_url=url, timeout_s=5, max_tokens=500)
        yield server, ChatRung(line, name=NAMES[wire], timeout_s=5)


def forms_asked(server: LoopbackServer) -> list[Form]:
    """Read off the requests which forms were asked for."""
    return [_form(body) for body in server.requests]


def _form(body: object) -> Form:
    assert isinstance(body, dict)
    if "tools" in body or "toolConfig" in body:
        return "tool"
    if "outputConfig" in body:
        return "json_schema"
    wanted = body.get("response_format")
    if not isinstance(wanted, dict):
        return "text"
    return "json_schema" if wanted["type"] == "json_schema" else "json_object"


@pytest.mark.parametrize(
    ("wire", "refused", "asked"),
    [
        ("openai", (), ["json_schema"]),
        ("openai", ("json_schema",), ["json_schema", "tool"]),
        ("openai", ("json_schema", "tools"), ["json_schema", "tool", "json_object"]),
        ("openai", ("json_schema", "tools", "json_object"), ["json_schema", "tool", "json_object", "text"]),
        ("bedrock", (), ["json_schema"]),
        ("bedrock", ("json_schema",), ["json_schema", "tool"]),
        ("bedrock", ("json_schema", "tools"), ["json_schema", "tool", "text"]),
    ],
)
def test_the_surest_form_a_server_knows_is_found_and_remembered(
    wire: str, refused: tuple[Feature, ...], asked: list[Form]
) -> None:
    """The servers of the kit refuse in the vendors' words."""
    with served(wire, *refused) as (server, rung):
        answers: list[Answer[Said]] = [ask(rung), ask(rung)]
        assert forms_asked(server) == [*asked, asked[-1]]
    assert {a.value.text for a in answers} == {"So it is."}
    assert all(a.text and a.latency_s > 0 for a in answers)


@pytest.mark.parametrize("message", ["Your account is closed.", "The model is not found.", "Bad request."])
def test_a_refusal_for_any_other_reason_costs_one_request(message: str) -> None:
    """Asking in another form would bring the same."""
    with OpenAIServer([Completion(message, status=400)]) as server:
        line = wire_of(NAMES["openai"], api_key=None, base_url=server.base_url, timeout_s=5, max_tokens=9)
        with pytest.raises(ProviderPermanentError):
            ask(ChatRung(line, name="m", timeout_s=5))
    assert len(server.requests) == 1


def test_words_alone_cannot_be_refused_and_a_passing_fault_says_nothing_of_forms() -> None:
    forms = Forms()
    assert not forms.note_refusal("text", ProviderPermanentError("response_format is not supported"))
    assert not forms.note_refusal("json_schema", ProviderTransientError("response_format is busy"))
    assert forms.best(FORMS) == "json_schema"
    assert forms.note_refusal("json_schema", ProviderPermanentError("'response_format' is not supported"))
    assert forms.best(FORMS) == "tool"
    assert forms.best(("json_schema", "text")) == "text"


def test_deployments_are_known_apart() -> None:
    known = KnownForms()
    assert known.of("a") is known.of("a")
    known.of("a").note_refusal("json_schema", ProviderPermanentError("json_schema"))
    assert (known.of("a").best(FORMS), known.of("b").best(FORMS)) == ("tool", "json_schema")


@pytest.mark.parametrize("wire", ["openai", "bedrock"])
def test_another_tool_than_the_one_asked_for_is_no_answer(wire: str) -> None:
    called = Completion(tool_call=("search", '{"q": "x"}'), finish_reason="tool_calls")
    kind = OpenAIServer if wire == "openai" else BedrockServer
    with kind([called], refuses={"json_schema"}) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.origin)
        for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "eu-west-1")):
            patch.setenv(f"AWS_{name}", value)
        url = f"{server.origin}/v1"
        line = wire_of(NAMES[wire], api_key=None, base_url=url, timeout_s=5, max_tokens=9)
        with pytest.raises(Exception, match="search"):
            ask(ChatRung(line, name="m", timeout_s=5), request())
