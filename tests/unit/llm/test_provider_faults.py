"""Every way a provider fails, on both wires and in their streams: always a whole answer, and always in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr, SecretStr
from tests.unit.llm.asking import GOOD, Said, ask, request

from nexusplanner.llm.breaker import Breakers
from nexusplanner.llm.chain import build_chain
from nexusplanner.llm.providers.bedrock import bedrock_chat
from nexusplanner.llm.providers.openai import openai_chat
from nexusplanner.llm.request import Answer, Model
from nexusplanner.llm.rules import RulesModel
from nexusplanner.testing.bedrock_server import BedrockServer
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.faults import Fault, Wire, faults, stream_faults
from nexusplanner.testing.loopback import LoopbackServer
from nexusplanner.testing.openai_server import OpenAIServer

LIMIT_S = 1.0
RULES = RulesModel({"test.ask": lambda _: Said(text="by rule")})
NAMES: dict[Wire, str] = {"openai": "openai:gpt-5-mini", "bedrock": "bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0"}
WIRES: tuple[Wire, ...] = ("openai", "bedrock")
EACH = [pytest.param(wire, fault, id=f"{wire}-{fault.name}") for wire in WIRES for fault in faults(wire, good=GOOD)]
STREAMED = [pytest.param(w, fault, id=f"{w}-{fault.name}") for w in WIRES for fault in stream_faults(good=GOOD)]
REQUESTS = {"transient": {1, 2, 3}, "permanent": {1}, "content": {1, 2, 3, 4, 5}, "harmless": {1}}


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back off by next to nothing: how long is asked elsewhere."""
    defaults = {"longest_wait_s": 0.01}
    from nexusplanner.llm.retried import Retried

    original = Retried.__init__
    monkeypatch.setattr(
        Retried, "__init__", lambda self, model, **given: original(self, model, **{**defaults, **given})
    )


@contextmanager
def served(wire: Wire, *script: Completion) -> Iterator[LoopbackServer]:
    """Serve a wire, and let the environment point at it."""
    server: LoopbackServer = OpenAIServer(script) if wire == "openai" else BedrockServer(script)
    with server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.origin)
        for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "eu-west-1")):
            patch.setenv(f"AWS_{name}", value)
        yield server


def chain(*wires: Wire | BaseChatModel, openai: LoopbackServer | None = None, limit_s: float = LIMIT_S) -> Model:
    """Build a chain before the rules."""
    return build_chain(
        [NAMES[w] if isinstance(w, str) else w for w in wires],
        RULES,
        api_key=SecretStr("sk-test"),
        base_url=f"{openai.origin}/v1" if openai else None,
        timeout_s=limit_s,
        max_tokens=500,
        breakers=Breakers(),
    )


def timed(model: Model) -> tuple[Answer[Said], float]:
    """Ask, and take the time; what is imported at a first call is not counted."""
    _warm()
    began = time.monotonic()
    answer = ask(model, request())
    return answer, time.monotonic() - began


def _warm() -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "eu-west-1")):
            patch.setenv(f"AWS_{name}", value)
        if not _warmed:
            bedrock_chat(NAMES["bedrock"].partition(":")[2], timeout_s=1, max_tokens=10)
            openai_chat("x", api_key=SecretStr("k"), base_url=None, timeout_s=1, max_tokens=10)
            _warmed.append(True)


_warmed: list[bool] = []


@pytest.mark.slow
@pytest.mark.parametrize(("wire", "fault"), EACH)
def test_a_provider_that_stays_down_leaves_the_rules(wire: Wire, fault: Fault) -> None:
    """A typed answer in time; one request where the fault stays, and up to three where it may pass."""
    with served(wire, fault.completion) as server:
        answer, took_s = timed(chain(wire, openai=server))
    assert answer.rung == (NAMES[wire] if fault.kind == "harmless" else "rules")
    assert len(answer.lost) == (fault.kind != "harmless")
    assert took_s < LIMIT_S + 1
    assert len(server.log) in REQUESTS[fault.kind], answer.lost


@pytest.mark.slow
@pytest.mark.parametrize(("wire", "fault"), EACH)
def test_a_fault_that_passes_leaves_no_trace_but_time(wire: Wire, fault: Fault) -> None:
    """After one transient fault the provider answers, unless it asked for a long rest or took all the time."""
    with served(wire, fault.completion, Completion(GOOD)) as server:
        answer, took_s = timed(chain(wire, openai=server))
    assert answer.rung in {NAMES[wire], "rules"}
    assert answer.value.text in {"So it is.", "by rule"}
    assert took_s < LIMIT_S + 1
    is_quick = fault.completion.status >= 400 and not fault.completion.headers
    if fault.kind == "transient" and is_quick:
        assert (answer.rung, len(server.log)) == (NAMES[wire], 2)
    if fault.kind == "permanent":
        assert (answer.rung, len(server.log)) == ("rules", 1)


@pytest.mark.slow
@pytest.mark.parametrize(("wire", "fault"), EACH)
def test_the_second_provider_answers_where_the_first_is_down(wire: Wire, fault: Fault) -> None:
    other: Wire = "bedrock" if wire == "openai" else "openai"
    with served(wire, fault.completion) as first, served(other, Completion(GOOD)) as second:
        openai, bedrock = (first, second) if wire == "openai" else (second, first)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.origin)
            answer, took_s = timed(chain(wire, other, openai=openai))
    assert answer.rung == NAMES[wire if fault.kind == "harmless" else other]
    assert answer.value.text == "So it is."
    assert took_s < LIMIT_S + 1


class Streaming(BaseChatModel):
    """Asks the held model for a stream, and hands on the whole of it."""

    model_name: str = "streaming"
    _inner: BaseChatModel = PrivateAttr()

    @classmethod
    def of(cls, inner: BaseChatModel) -> Streaming:
        """Hold a model."""
        made = cls()
        made._inner = inner
        return made

    @property
    def _llm_type(self) -> str:
        return "streaming"

    def _generate(self, messages: list[BaseMessage], *args: object, **kwargs: object) -> ChatResult:
        raise AssertionError("it is only asked from an event loop")

    async def _agenerate(self, messages: list[BaseMessage], *args: object, **kwargs: object) -> ChatResult:
        whole: AIMessageChunk | None = None
        async for chunk in self._inner.astream(messages):
            assert isinstance(chunk, AIMessageChunk)
            whole = chunk if whole is None else whole + chunk
        assert whole is not None
        message = AIMessage(content=whole.content, response_metadata=whole.response_metadata)
        return ChatResult(generations=[ChatGeneration(message=message)])


def streaming(wire: Wire, server: LoopbackServer) -> BaseChatModel:
    """Make a model of a wire that streams."""
    if wire == "openai":
        url = f"{server.origin}/v1"
        inner = openai_chat("m", api_key=None, base_url=url, timeout_s=LIMIT_S, max_tokens=500)
    else:
        inner = bedrock_chat(NAMES[wire].partition(":")[2], timeout_s=LIMIT_S, max_tokens=500)
    return Streaming.of(inner)


@pytest.mark.parametrize("wire", WIRES)
def test_a_whole_stream_is_an_answer(wire: Wire) -> None:
    with served(wire, Completion(GOOD)) as server:
        answer, _ = timed(chain(streaming(wire, server)))
    assert (answer.rung, answer.value.text, answer.lost) == ("streaming", "So it is.", ())


@pytest.mark.parametrize(("wire", "fault"), STREAMED)
def test_a_broken_stream_is_no_answer(wire: Wire, fault: Fault) -> None:
    """Whatever was said before it broke."""
    with served(wire, fault.completion) as server:
        answer, took_s = timed(chain(streaming(wire, server)))
    assert answer.rung == "rules"
    assert took_s < LIMIT_S + 1
    assert len(server.log) <= 3, answer.lost


@pytest.mark.slow
@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("is_date", [False, True])
def test_nobody_is_asked_again_before_the_time_it_gave(wire: Wire, is_date: bool) -> None:
    """By the server's own log, in seconds and as a date (which has whole seconds only)."""
    at = datetime.fromtimestamp(time.time() + 2, tz=UTC)
    value = at.strftime("%a, %d %b %Y %H:%M:%S GMT") if is_date else "1"
    limit = Completion("slow", status=429, headers=(("Retry-After", value),))
    with served(wire, limit, Completion(GOOD)) as server:
        answer, _ = timed(chain(wire, openai=server, limit_s=10))
    assert answer.rung == NAMES[wire]
    first, second = server.log
    due_s = at.replace(microsecond=0).timestamp() - time.time() + time.monotonic() if is_date else first.at_s + 1
    assert second.at_s >= due_s - 0.01


@pytest.mark.parametrize("wire", WIRES)
def test_a_proxy_of_the_environment_is_not_used(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prompts go where they were sent, and nowhere else."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with served(wire, Completion(GOOD)) as server:
        answer, _ = timed(chain(wire, openai=server, limit_s=5))
    assert (answer.rung, len(server.log)) == (NAMES[wire], 1)


@pytest.mark.parametrize("wire", WIRES)
def test_thirty_calls_at_once_are_all_answered(wire: Wire) -> None:
    """Threads and connections are enough for all of them."""
    with served(wire, Completion(GOOD)) as server:
        model = chain(wire, openai=server, limit_s=20)

        async def storm() -> list[Answer[Said]]:
            await model.answer(request())
            return await asyncio.gather(*(model.answer(request()) for _ in range(30)))

        answers = asyncio.run(storm())
    assert {a.rung for a in answers} == {NAMES[wire]}
    assert len(server.log) == 31


@pytest.mark.parametrize("wire", WIRES)
def test_a_chain_outlives_the_event_loop_it_was_first_used_in(wire: Wire) -> None:
    with served(wire, Completion(GOOD)) as server:
        model = chain(wire, openai=server, limit_s=5)
        rungs = [ask(model).rung for _ in range(3)]
    assert rungs == [NAMES[wire]] * 3
