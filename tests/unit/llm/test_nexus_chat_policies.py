"""What holds a chat model: breakers, one clock over all tries, shared books, kept replies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import TypedDict

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import tool_call
from langchain_core.tools import tool
from pydantic import BaseModel, Field
from tests.unit.llm.obedient import obey

from nexusplanner.errors import BudgetExceeded, ProviderError, ProviderPermanentError, ProviderTransientError
from nexusplanner.llm.answers_memory import InMemoryAnswers
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.llm.nexus_chat import NexusChatModel
from nexusplanner.llm.treasury import Treasury
from nexusplanner.settings import Budgets
from nexusplanner.testing.openai_server import Completion, OpenAIServer
from nexusplanner.testing.scripted import Reply, ScriptedChatModel, Step


class Joke(BaseModel):
    """A joke."""

    setup: str
    punch_line: str = Field(alias="punchline")


class Pun(TypedDict):
    """A pun."""

    setup: str


@tool
def lookup(word: str) -> str:
    """Look a word up."""
    return word


def chat(*steps: Step, **more: object) -> NexusChatModel:
    """Hold one scripted model."""
    scripted = ScriptedChatModel.playing(steps, model_name="gpt-5-mini")
    return NexusChatModel.model_validate({"models": [scripted], "max_retries": 0, **more})


def of_server(server: OpenAIServer, **more: object) -> NexusChatModel:
    """Hold one model of a server."""
    settings: dict[str, object] = {"models": ["openai:gpt-5-mini"], "base_url": server.base_url, "max_retries": 0}
    return NexusChatModel.model_validate(settings | {"timeout": 5} | more)


@pytest.fixture
def obedient() -> Iterator[OpenAIServer]:
    """Serve a model that does as it is told."""
    with OpenAIServer(obey) as server:
        yield server


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_deployment_that_is_down_is_left_alone_by_all_chat_models(is_streamed: bool) -> None:
    """After five faults no request leaves, whoever asks."""
    with OpenAIServer([Completion("overloaded", status=503)]) as server:
        for _ in range(9):
            with pytest.raises(ProviderTransientError):
                list(of_server(server).stream("Hello")) if is_streamed else of_server(server).invoke("Hello")
        assert len(server.requests) == 5
        left_alone = of_server(server)
        with pytest.raises(ProviderTransientError, match="left alone"):
            left_alone.invoke("Hello")
        assert left_alone.purse.spent_usd == 0


def test_a_request_that_is_refused_says_nothing_of_the_deployment() -> None:
    with OpenAIServer([Completion("wrong", status=400)]) as server:
        for _ in range(9):
            with pytest.raises(ProviderPermanentError):
                of_server(server).invoke("Hello")
        assert len(server.requests) == 9


@pytest.mark.parametrize("is_streamed", [False, True])
def test_one_clock_runs_over_all_tries_at_a_model(is_streamed: bool) -> None:
    """A server that hangs costs one time-out, not one a try."""
    with OpenAIServer([Completion(is_held=True)]) as server:
        model = of_server(server, timeout=0.4, max_retries=5)
        began = time.monotonic()
        with pytest.raises(ProviderTransientError):
            list(model.stream("Hello")) if is_streamed else model.invoke("Hello")
        assert time.monotonic() - began < 0.4 + 1
        assert model.purse.held_usd == 0


def test_a_model_that_cannot_be_built_costs_nothing() -> None:
    """No request left."""
    model = NexusChatModel(models=["openai:gpt-5-mini"], api_key=None, base_url=None)
    with pytest.raises(ProviderPermanentError, match="no key"):
        model.invoke("Hello")
    assert model.purse.spent_usd == 0


def test_a_model_that_cannot_stream_gives_its_reply_in_one_chunk() -> None:
    *_, last = chunks = list(chat("So it is.").stream("Is it?"))
    assert "".join(chunk.text for chunk in chunks) == "So it is."
    assert last.response_metadata["rung"] == "gpt-5-mini"


def test_books_that_are_handed_in_hold_several_chat_models_to_one_ceiling() -> None:
    """Each has its own limit besides, and the books tell who was paid for what."""
    ledger = InMemoryLedger()
    books = Treasury(ledger, budgets=Budgets(tenant_day_usd=Decimal("0.30")))
    reply = Reply("So it is.", tokens_in=1_000_000)
    first, second = (chat(reply, reply, treasury=books, tenant="acme") for _ in range(2))
    first.invoke("Is it?")
    assert first.purse.spent_usd == Decimal("0.25")
    second.invoke("Is it?")
    with pytest.raises(BudgetExceeded) as exceeded:
        second.invoke("Is it?")
    assert exceeded.value.ceiling == "tenant_day"
    assert chat("So it is.", treasury=books, tenant="other").invoke("Is it?").text == "So it is."


@pytest.mark.parametrize("is_same", [False, True])
def test_a_run_of_the_same_name_goes_on_where_it_stood(is_same: bool) -> None:
    books, reply = Treasury(), Reply("So it is.", tokens_in=1_000_000)
    settings: dict[str, object] = {"treasury": books, "limit_usd": "0.251"}
    chat(reply, run="batch", **settings).invoke("Is it?")
    again = chat(reply, run="batch" if is_same else "", **settings)
    if is_same:
        with pytest.raises(BudgetExceeded):
            again.invoke("Is it?")
    else:
        assert again.invoke("Is it?").text == "So it is."


def test_the_same_call_is_paid_for_once_and_says_so_the_second_time() -> None:
    store = InMemoryAnswers()
    model = chat(Reply("So it is.", tokens_in=1_000_000), "Or is it?", cache_answers=store)
    first, second = model.invoke("Is it?"), model.invoke("Is it?")
    assert (second.text, first.response_metadata.get("cached")) == ("So it is.", None)
    told = second.response_metadata
    assert (told["cached"], told["cost_usd"], told["attempts"], told["rung"]) == (True, 0, 0, "gpt-5-mini")
    assert model.purse.spent_usd == Decimal("0.25")
    assert model.invoke("Is it not?").text == "Or is it?"


def test_calls_that_differ_in_anything_are_not_the_same() -> None:
    store, settings = InMemoryAnswers(), list[dict[str, object]]()
    settings += [{}, {"tenant": "other"}, {"max_tokens": 9}, {"temperature": 1}, {"stop": ["x"]}]
    for n, more in enumerate(settings):
        assert chat(f"Reply {n}.", cache_answers=store, **more).invoke("Is it?").text == f"Reply {n}."


def test_pictures_and_results_of_other_calls_are_told_apart() -> None:
    """What is counted alike is not the same."""

    def asked(picture: str, call: str) -> list[BaseMessage]:
        block = {"type": "image", "base64": picture, "mime_type": "image/png"}
        calling = AIMessage(
            "", tool_calls=[tool_call(name="lookup", args={}, id="a"), tool_call(name="lookup", args={}, id="b")]
        )
        return [HumanMessage([block]), calling, ToolMessage("found", tool_call_id=call)]

    model = chat("One.", "Two.", "Three.", cache_answers=InMemoryAnswers())
    calls = [("AAAA", "a"), ("BBBB", "a"), ("AAAA", "b"), ("AAAA", "a")]
    assert [model.invoke(asked(*call)).text for call in calls] == ["One.", "Two.", "Three.", "One."]


def test_calls_at_the_same_time_share_one(obedient: OpenAIServer) -> None:
    model = of_server(obedient, cache_answers=InMemoryAnswers())

    async def at_once() -> list[AIMessage]:
        return await asyncio.gather(*(model.ainvoke("Hello") for _ in range(8)))

    assert len({said.text for said in asyncio.run(at_once())}) == 1
    assert len(obedient.requests) == 1


@pytest.mark.parametrize("form", [Joke, Pun, {"title": "Pun", **Joke.model_json_schema()}])
def test_forms_and_calls_of_tools_are_kept_as_what_they_are(form: type | dict[str, object]) -> None:
    """A class is filled again, an object stays an object."""
    with OpenAIServer(obey) as server:
        model = of_server(server, cache_answers=InMemoryAnswers())
        asked = model.with_structured_output(form, method="function_calling")
        first, second = asked.invoke("Tell me 'a joke'."), asked.invoke("Tell me 'a joke'.")
        assert (type(first), first) == (type(second), second)
        calls = [model.bind_tools([lookup]).invoke("Look 'spin' up.").tool_calls for _ in range(2)]
        assert calls[0] == calls[1]
        assert calls[0][0]["args"] == {"word": "spin"}
        assert len(server.requests) == 2


def test_a_form_that_has_changed_is_asked_for_again() -> None:
    """Two classes of one name are two forms."""

    def joke(note: str) -> type[BaseModel]:
        class Told(BaseModel):
            text: str = Field(description=note)

        return Told

    with OpenAIServer(obey) as server:
        model = of_server(server, cache_answers=InMemoryAnswers())
        for note in ("Short.", "Long."):
            model.with_structured_output(joke(note)).invoke("Tell me a joke.")
        assert len(server.requests) == 2


def test_streams_are_not_kept_and_what_a_lower_model_said_is_not_either(obedient: OpenAIServer) -> None:
    model = of_server(obedient, cache_answers=InMemoryAnswers())
    for _ in range(2):
        assert "".join(chunk.text for chunk in model.stream("Hello"))
    assert len(obedient.requests) == 2
    broken = ScriptedChatModel.playing(lambda _: ProviderPermanentError("no"), model_name="first")
    second = ScriptedChatModel.playing(["One.", "Two."], model_name="second")
    two = NexusChatModel(models=[broken, second], cache_answers=InMemoryAnswers())
    assert [two.invoke("Hello").text for _ in range(2)] == ["One.", "Two."]


def test_a_failure_is_not_kept() -> None:
    model = chat(ProviderPermanentError("no"), "So it is.", cache_answers=InMemoryAnswers())
    with pytest.raises(ProviderError):
        model.invoke("Is it?")
    assert model.invoke("Is it?").text == "So it is."
