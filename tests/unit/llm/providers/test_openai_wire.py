"""OpenAI's wire, spoken straight: whole, in pieces, and broken in every place."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.unit.llm.asking import GOOD, request

from nexusplanner.errors import ProviderContentError, ProviderError
from nexusplanner.llm.messages import exchange_of
from nexusplanner.llm.providers import sessions
from nexusplanner.llm.providers.faults import provider_error
from nexusplanner.llm.providers.openai_reply import Deltas
from nexusplanner.llm.providers.openai_wire import OpenAIWire, ServerSaidNo
from nexusplanner.llm.wire import Form, Said
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.faults import Fault, stream_faults
from nexusplanner.testing.openai_server import OpenAIServer


def wire(server: OpenAIServer) -> OpenAIWire:
    """Open a line to a server."""
    return OpenAIWire("gpt-5-mini", SecretStr("sk-test"), server.base_url, timeout_s=0.4, max_tokens=321)


def say(server: OpenAIServer, *, form: Form = "json_schema", heard: list[str] | None = None) -> Said:
    """Ask once; with a list the reply is streamed into it."""
    hear = None if heard is None else heard.append
    return asyncio.run(wire(server).say(exchange_of(request(), form), hear))


@pytest.mark.parametrize("form", ["json_schema", "tool", "json_object", "text"])
@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_reply_is_the_same_in_every_form_whole_or_in_pieces(form: Form, is_streamed: bool) -> None:
    heard: list[str] = []
    with OpenAIServer([Completion(GOOD, tokens_in=21, tokens_out=7)]) as server:
        said = say(server, form=form, heard=heard if is_streamed else None)
    assert (said.text, said.tokens_in, said.tokens_out, said.other_tool) == (GOOD, 21, 7, "")
    assert said.finish_reason in {"stop", "tool_calls"}
    assert "".join(heard) == (GOOD if is_streamed else "")
    assert len(heard) != 1, "in pieces, or not at all"
    (taken,) = server.log
    assert taken.headers["authorization"] == "Bearer sk-test"
    assert (taken.body["max_completion_tokens"], taken.body["model"]) == (321, "gpt-5-mini")


@pytest.mark.parametrize("fault", [pytest.param(f, id=f.name) for f in stream_faults(good=GOOD)])
def test_a_stream_that_breaks_is_no_reply(fault: Fault) -> None:
    """What was told before is void; a reply that was cut says so."""
    heard: list[str] = []
    with OpenAIServer([fault.completion]) as server:
        said = asyncio.run(said_or_raised(server, heard))
    if isinstance(said, Said):
        assert said.finish_reason == "length"
    else:
        assert isinstance(provider_error("m", said), ProviderError)


async def said_or_raised(server: OpenAIServer, heard: list[str]) -> Said | BaseException:
    """Ask for a stream, and return what came of it within two seconds."""
    saying = wire(server).say(exchange_of(request(), "text"), heard.append)
    (came,) = await asyncio.gather(asyncio.wait_for(saying, 2), return_exceptions=True)
    return came


def test_the_reasons_of_a_refusal_are_read_and_the_key_is_in_none() -> None:
    with OpenAIServer([Completion("no such model", status=404, kind="model_not_found")]) as server:
        with pytest.raises(ServerSaidNo) as refused:
            say(server)
        assert "sk-test" not in repr(wire(server))
    assert (refused.value.status_code, refused.value.code) == (404, "model_not_found")
    assert "no such model" in str(refused.value)


def test_connections_are_kept_for_the_loop_and_closed_with_it() -> None:
    with OpenAIServer([Completion(GOOD)], keeps_alive=True) as server:

        async def twice() -> tuple[object, int]:
            pool = await sessions.session()
            for _ in range(5):
                await wire(server).say(exchange_of(request(), "text"), None)
            assert pool is await sessions.session()
            return pool, len(getattr(pool.connector, "_conns", {}))

        first, connections = asyncio.run(twice())
        second, _ = asyncio.run(twice())
    assert first is not second
    assert connections == 1
    assert all(getattr(pool, "closed", False) for pool in (first, second))


def pieces(text: str, sizes: Iterator[int]) -> list[str]:
    """Cut a text into pieces."""
    cut = []
    while text:
        size = next(sizes)
        cut.append(text[:size])
        text = text[size:]
    return cut


@given(st.text(min_size=1, max_size=80), st.lists(st.integers(1, 9), min_size=1), st.booleans())
def test_pieces_join_to_the_whole_wherever_they_are_cut(text: str, sizes: list[int], is_tool: bool) -> None:
    heard: list[str] = []
    deltas = Deltas(heard.append, wanted="Said")
    endless = iter(lambda: sizes[len(heard) % len(sizes)], None)
    for number, piece in enumerate(pieces(text, endless)):
        called = {"function": {"name": "Said" if number == 0 else None, "arguments": piece}}
        deltas.take({"choices": [{"delta": {"tool_calls": [called]} if is_tool else {"content": piece}}]})
    deltas.take({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    deltas.take({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}})
    said = deltas.said()
    assert "".join(heard) == text == said.text
    assert (said.tokens_in, said.tokens_out, said.other_tool) == (3, 4, "")


def test_a_stream_longer_than_a_reply_may_be_is_left() -> None:
    deltas = Deltas(lambda _: None, wanted="")
    piece: dict[str, object] = {"choices": [{"delta": {"content": "x" * 500_000}}]}
    deltas.take(piece)
    deltas.take(piece)
    with pytest.raises(ProviderContentError, match="million"):
        deltas.take(piece)
