"""NexusChatModel: the next model answers, money is held, half an answer is none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.tools import tool
from pydantic import BaseModel, SecretStr
from tests.unit.llm.obedient import obey

from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import (
    BudgetExceeded,
    ConfigurationError,
    ProviderContentError,
    ProviderPermanentError,
    ProviderTransientError,
    TenantError,
)
from nexusplanner.llm.nexus_chat import NexusChatModel
from nexusplanner.testing.completion import Break
from nexusplanner.testing.openai_server import Completion, OpenAIServer
from nexusplanner.testing.scripted import Reply, ScriptedChatModel, Step

LONG = Completion("The first words came, and then there were many more of them.", tokens_in=10, tokens_out=20)
Ask = Callable[[NexusChatModel, str], str]


class Joke(BaseModel):
    """A joke."""

    setup: str
    punchline: str


@tool
def lookup(word: str) -> str:
    """Look a word up."""
    return word


def scripted(*steps: Step, name: str = "scripted-chat") -> ScriptedChatModel:
    """Play replies."""
    return ScriptedChatModel.playing(steps, model_name=name)


def chat(*models: ScriptedChatModel, **more: object) -> NexusChatModel:
    """Hold models; a fault is not tried again."""
    return NexusChatModel.model_validate({"models": models, "max_retries": 0, **more})


def served(first: Completion, second: Completion = LONG) -> Callable[[JsonObject], Completion]:
    """Let ``gpt-5-mini`` say one thing and any other model another."""
    return lambda body: first if body["model"] == "gpt-5-mini" else second


def two_models(server: OpenAIServer, **more: object) -> NexusChatModel:
    """Hold two models of one server."""
    names = ["openai:gpt-5-mini", "openai:gpt-5-nano"]
    return NexusChatModel.model_validate(
        {"models": names, "base_url": server.base_url, "max_retries": 0, "timeout": 5, **more}
    )


def whole(model: NexusChatModel, words: str) -> str:
    return model.invoke(words).text


def whole_async(model: NexusChatModel, words: str) -> str:
    return asyncio.run(model.ainvoke(words)).text


def streamed(model: NexusChatModel, words: str) -> str:
    return "".join(chunk.text for chunk in model.stream(words))


def streamed_async(model: NexusChatModel, words: str) -> str:
    async def gathered() -> str:
        return "".join([chunk.text async for chunk in model.astream(words)])

    return asyncio.run(gathered())


@pytest.fixture(params=[whole, whole_async, streamed, streamed_async])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Ask in each of the four ways."""
    way: Ask = request.param
    return way


@pytest.fixture(params=[streamed, streamed_async])
def stream(request: pytest.FixtureRequest) -> Ask:
    """Ask for a stream, in both ways."""
    way: Ask = request.param
    return way


@pytest.fixture
def obedient() -> Iterator[OpenAIServer]:
    """Serve a model that does as it is told."""
    with OpenAIServer(obey) as server:
        yield server


def test_a_reply_says_who_gave_it_at_what_cost_after_how_many_calls_and_who_did_not() -> None:
    model = chat(
        scripted(ProviderPermanentError("no such model"), name="openai:gpt-5"),
        scripted(Reply("So it is.", tokens_in=1_000_000, tokens_out=0), name="openai:gpt-5-mini"),
    )
    said = model.invoke("Is it?").response_metadata
    assert (said["rung"], said["cost_usd"], said["attempts"]) == ("openai:gpt-5-mini", 0.25, 2)
    assert said["lost"] == ["openai:gpt-5: no such model"]


def test_tokens_that_no_model_counted_are_bounded_from_the_text() -> None:
    counted = chat(scripted("So it is.")).invoke("Is it?").usage_metadata
    assert counted is not None
    assert counted["input_tokens"] > 0
    assert counted["total_tokens"] == counted["input_tokens"] + counted["output_tokens"]


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_the_next_model_answers_where_the_first_fails(status: int, ask: Ask) -> None:
    """Whole or streamed, sync or async."""
    with OpenAIServer(served(Completion("nothing here", status=status))) as server:
        model = two_models(server)
        assert ask(model, "Hello") == LONG.text
        assert model.purse.held_usd == 0
        assert len(server.requests) == 2


def test_a_passing_fault_is_tried_again_at_the_same_model() -> None:
    model = chat(scripted(ProviderTransientError("busy"), "So it is."), max_retries=1)
    said = model.invoke("Is it?")
    assert (said.text, said.response_metadata["attempts"], said.response_metadata["lost"]) == ("So it is.", 2, [])


def test_where_nobody_answers_one_error_tells_all_reasons(ask: Ask) -> None:
    """It may pass where one of them may."""
    with OpenAIServer(served(Completion("no", status=401), Completion("busy", status=503))) as server:
        model = two_models(server)
        with pytest.raises(ProviderTransientError, match=r"gpt-5-mini.*; openai:gpt-5-nano"):
            ask(model, "Hello")


def test_a_stream_that_breaks_before_its_first_words_is_begun_by_the_next_model(stream: Ask) -> None:
    """A connection that ends after the head alone has said nothing yet."""
    first = Completion("", breaks="error")
    with OpenAIServer(served(first)) as server:
        assert stream(two_models(server), "Hello") == LONG.text


@pytest.mark.parametrize("breaks", ["cut", "early", "error", "garbage"])
def test_a_stream_that_breaks_in_mid_answer_raises_and_no_other_model_goes_on(breaks: Break, stream: Ask) -> None:
    """What two models said is never pasted together; the hold counts in full, since its fate is unknown."""
    with OpenAIServer(served(Completion(LONG.text, breaks=breaks))) as server:
        model = two_models(server)
        with pytest.raises((ProviderTransientError, ProviderPermanentError), match="broke off in mid-answer"):
            stream(model, "Hello")
        assert [body["model"] for body in server.requests] == ["gpt-5-mini"]
        assert model.purse.held_usd == 0
        assert model.purse.spent_usd > 0


def test_a_stream_that_hangs_is_given_up_in_time(stream: Ask) -> None:
    with OpenAIServer(served(Completion(LONG.text, breaks="held"))) as server:
        model = two_models(server, timeout=0.5)
        with pytest.raises(ProviderTransientError, match="broke off in mid-answer"):
            stream(model, "Hello")


def test_a_stream_costs_what_it_took_and_tells_so_in_its_last_chunk() -> None:
    with OpenAIServer([LONG]) as server:
        model = two_models(server)
        *_, last = model.stream("Hello")
    assert last.chunk_position == "last"
    assert last.response_metadata["rung"] == "openai:gpt-5-mini"
    assert last.response_metadata["cost_usd"] == pytest.approx(float(model.purse.spent_usd), abs=1e-6)
    assert model.purse.held_usd == 0


def test_a_stream_that_was_left_counts_in_full() -> None:
    """The provider may have charged all of it."""
    with OpenAIServer([LONG]) as server:
        model = two_models(server)
        chunks = model.stream("Hello")
        next(chunks)
        held = model.purse.held_usd
        chunks.close()  # type: ignore[attr-defined]
    assert held > 0
    assert model.purse.held_usd == 0
    assert model.purse.spent_usd == held


def test_no_call_is_made_that_could_pass_the_limit(ask: Ask) -> None:
    with OpenAIServer([LONG]) as server:
        model = two_models(server, limit_usd=0)
        with pytest.raises(BudgetExceeded):
            ask(model, "Hello")
        assert not server.requests


@pytest.mark.parametrize("first", [Completion("", finish_reason="content_filter"), Completion(refusal="I will not.")])
def test_withheld_and_refused_replies_go_to_the_next_model(first: Completion, ask: Ask) -> None:
    """A stream that was withheld before it said anything, too."""
    with OpenAIServer(served(first)) as server:
        assert ask(two_models(server), "Hello") == LONG.text


def test_a_cut_reply_is_passed_on_as_words_but_never_as_arguments_of_a_tool() -> None:
    cut = Reply("Half a sen", finish_reason="length")
    assert chat(scripted(cut)).invoke("Hello").response_metadata["finish_reason"] == "length"
    calling = Completion(tool_call=("lookup", '{"word": "10'), finish_reason="length")
    with OpenAIServer([calling]) as server, pytest.raises(ProviderContentError, match="cut"):
        two_models(server, models=["openai:gpt-5-mini"]).bind_tools([lookup]).invoke("Hello")


@pytest.mark.parametrize("method", ["json_schema", "function_calling", "json_mode"])
def test_a_form_is_filled_by_each_method(method: str, obedient: OpenAIServer) -> None:
    asked = two_models(obedient).with_structured_output(Joke, method=method, include_raw=True)
    said = asked.invoke("Tell me a joke, as JSON.")
    assert isinstance(said["parsed"], Joke)
    assert isinstance(said["raw"], AIMessage)


@pytest.mark.parametrize("reply", ['{"setup": "half a', '{"setup": 3}', "no joke today"])
def test_a_form_that_is_not_filled_goes_to_the_next_model(reply: str) -> None:
    good = Completion('{"setup": "Why?", "punchline": "So."}')
    with OpenAIServer(served(Completion(reply), good)) as server:
        model = two_models(server).with_structured_output(Joke)
        assert model.invoke("Tell me a joke.") == Joke(setup="Why?", punchline="So.")
        assert list(model.stream("Tell me a joke.")) == [Joke(setup="Why?", punchline="So.")]


def test_one_of_the_models_can_be_asked_first(obedient: OpenAIServer) -> None:
    model = two_models(obedient)
    assert model.invoke("Hello", model="openai:gpt-5-nano").response_metadata["rung"] == "openai:gpt-5-nano"
    with pytest.raises(ConfigurationError, match="none of the models"):
        model.invoke("Hello", model="openai:gpt-4")


def test_callbacks_hear_of_one_call_however_many_models_were_asked() -> None:
    class Counting(BaseCallbackHandler):
        def __init__(self) -> None:
            self.starts = self.ends = 0

        def on_chat_model_start(self, *args: object, **kwargs: object) -> None:
            self.starts += 1

        def on_llm_end(self, *args: object, **kwargs: object) -> None:
            self.ends += 1

    counting = Counting()
    model = chat(scripted(ProviderPermanentError("no")), scripted("So it is.", name="second"))
    model.invoke("Is it?", config={"callbacks": [counting]})
    assert (counting.starts, counting.ends) == (1, 1)


def test_a_program_may_open_one_loop_after_the_other(obedient: OpenAIServer) -> None:
    """Connections that an earlier loop left over are passed by, without a try being counted."""
    model = two_models(obedient)
    for _ in range(3):
        assert asyncio.run(model.ainvoke("Hello")).response_metadata["attempts"] == 1
        assert streamed_async(model, "Hello")


def test_sync_calls_work_where_a_loop_is_running(obedient: OpenAIServer) -> None:
    """As in a notebook."""

    async def in_a_notebook(model: NexusChatModel) -> tuple[str, str]:
        return whole(model, "Hello"), streamed(model, "Hello")

    first, second = asyncio.run(in_a_notebook(two_models(obedient)))
    assert first == second


def test_chunks_add_up_to_the_whole_message(obedient: OpenAIServer) -> None:
    first, *others = two_models(obedient).stream("Hello")
    full: AIMessageChunk = sum(others, first)
    assert full.text == two_models(obedient).invoke("Hello").text
    assert full.response_metadata["model_name"] == "scripted"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"models": []}, ConfigurationError),
        ({"models": ["rules"]}, ConfigurationError),
        ({"models": ["nobody:knows"]}, ConfigurationError),
        ({"limit_usd": "much"}, ConfigurationError),
        ({"limits_usd": 1}, ConfigurationError),
        ({"tenant": "../acme"}, TenantError),
    ],
)
def test_wrong_arguments_are_told_at_once_in_one_line(wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error) as told:
        NexusChatModel(**{"models": [scripted()], **wrong})
    assert "\n" not in str(told.value)


def test_a_key_is_never_shown() -> None:
    model = NexusChatModel(models=["openai:gpt-5-mini"], api_key=SecretStr("sk-very-secret"))
    assert "very-secret" not in repr(model) + str(model.asdict())


def test_a_cache_of_langchains_answers_again_but_never_another_tenant() -> None:
    """Its key holds tenant and models; what it answers costs nothing."""
    cache = InMemoryCache()
    first = chat(scripted("So it is."), cache=cache, tenant="acme")
    assert first.invoke("Is it?").text == "So it is."
    spent = first.purse.spent_usd
    assert first.invoke("Is it?").text == "So it is."
    assert first.purse.spent_usd == spent
    assert chat(scripted("Not here."), cache=cache, tenant="other").invoke("Is it?").text == "Not here."
