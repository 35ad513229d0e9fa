"""Answers longer than one reply: written section by section, joined by code, never read where they were cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, RootModel, ValidationError
from tests.unit.llm.asking import GIVEN, MADE_UP, Said, ask, purse, request
from tests.unit.llm.cutting import cutting

from nexusplanner.domain.model import DomainModel, JsonObject
from nexusplanner.errors import ProviderContentError
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.chat import ChatRung
from nexusplanner.llm.chat_wire import ChatWire
from nexusplanner.llm.content import ContentRefusedError, ReplyCutError
from nexusplanner.llm.loading import wire_of
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.repaired import Repaired
from nexusplanner.llm.request import Answer, Model, Request, Usage
from nexusplanner.llm.rules import RulesModel
from nexusplanner.llm.sectioned import Sectioned
from nexusplanner.llm.sections import MOST_ITEMS, Section, joined, schema_of, smaller, values_of
from nexusplanner.testing.bedrock_server import BedrockServer
from nexusplanner.testing.loopback import LoopbackServer
from nexusplanner.testing.openai_server import OpenAIServer
from nexusplanner.testing.scripted import Reply, ScriptedChatModel, Step

Wire = Literal["openai", "bedrock"]


class Pillar(DomainModel):
    """One item of a list."""

    text: str
    evidence: tuple[str, ...] = ()


class Words(DomainModel):
    """An answer of texts and lists, with bounds."""

    title: str
    idea: str = ""
    share: float = Field(default=0.5, ge=0, le=1)
    pillars: tuple[Pillar, ...] = Field(min_length=1)
    claims: list[str] = Field(default_factory=list, max_length=40)


WHOLE = Words(
    title="Spin it again",
    idea="Old records find new listeners.",
    share=0.25,
    pillars=tuple(Pillar(text=f"Pillar number {n} of the campaign.", evidence=(GIVEN,)) for n in range(12)),
    claims=[f"Claim {n} stands on what was given." for n in range(20)],
)
FIELDS = tuple(Words.model_fields)


def words(held: Purse | None = None) -> Request[Words]:
    """Ask for the words."""
    return replace(request(held=held), schema=Words)  # type: ignore[arg-type,return-value]


def answered(model: Model, asked: Request[Words] | None = None) -> Answer[Words]:
    """Ask a model and wait for its answer."""
    return asyncio.run(model.answer(asked or words()))


@contextmanager
def served(wire: Wire, whole: Mapping[str, object], most_tokens: int) -> Iterator[tuple[LoopbackServer, Model]]:
    """Serve an answer that is cut, and hold the model that speaks to the server."""
    respond = cutting(whole, most_tokens=most_tokens)
    server: LoopbackServer = OpenAIServer(respond) if wire == "openai" else BedrockServer(respond)
    name = "openai:gpt-5-mini" if wire == "openai" else "bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0"
    with server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.origin)
        for variable in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            patch.setenv(f"AWS_{variable}", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        load = wire_of(name, api_key=None, base_url=f"{server.origin}/v1", timeout_s=10, max_tokens=most_tokens)
        rung = ChatRung(load, name=name, timeout_s=10)
        yield server, Repaired(Budgeted(rung, max_tokens=most_tokens))


def scripted(*steps: Step) -> Model:
    """Play replies."""
    chat = ScriptedChatModel.playing(steps)
    return ChatRung(lambda: ChatWire(chat), name="openai:gpt-5-mini", timeout_s=5)


@pytest.mark.parametrize("wire", ["openai", "bedrock"])
@pytest.mark.parametrize("most_tokens", [400, 150, 60, 40])
def test_a_server_that_cuts_still_gives_the_whole_answer(wire: Wire, most_tokens: int) -> None:
    """However small its replies are; prompt, rung and money are those of any other answer."""
    held = purse("20")
    with served(wire, WHOLE.model_dump(mode="json"), most_tokens) as (server, model):
        answer = answered(Sectioned(model, most_calls=40), words(held))
    assert answer.value == WHOLE
    assert (answer.rung, answer.prompt_id, answer.prompt_sha256) == (
        model.name,
        words().prompt.id,
        words().prompt.sha256,
    )
    assert answer.usage.calls == len(server.requests) <= 40
    assert answer.usage.tokens_in == 100 * len(server.requests)
    assert abs(answer.usage.usd - held.spent_usd) < Decimal("0.0001")
    assert held.held_usd == 0


@given(
    whole=st.builds(
        Words,
        title=st.text(max_size=20),
        idea=st.text(max_size=20),
        share=st.floats(0, 1),
        pillars=st.lists(st.builds(Pillar, text=st.text(max_size=9)), min_size=1, max_size=9).map(tuple),
        claims=st.lists(st.text(max_size=9), max_size=20),
    ),
    data=st.data(),
)
def test_however_a_schema_is_split_its_parts_join_back_to_the_same_value(whole: Words, data: st.DataObject) -> None:
    """Through JSON, as it comes from a model."""
    sections, written = [Section(FIELDS)], dict[str, object]()
    while sections:
        section = sections.pop(0)
        is_split: bool = data.draw(st.booleans())
        if is_split and (parts := smaller(section, Words)):
            sections = [*parts, *sections]
            continue
        held = whole.model_dump(mode="json")
        schema = schema_of(section, Words)
        if not section.most_items:
            part = schema.model_validate_json(json.dumps({name: held[name] for name in section.fields}))
            written |= values_of(part)
            continue
        (field,) = section.fields
        step = section.most_items
        pages = [held[field][at : at + step] for at in range(0, len(held[field]), step)]
        typed = [schema.model_validate_json(json.dumps({"items": page, "is_last": False})) for page in pages]
        written[field] = tuple(item for page in typed for item in values_of(page)["items"])  # type: ignore[attr-defined]
    assert joined(written, Words) == whole


def test_parts_keep_the_bounds_of_their_fields() -> None:
    part = schema_of(Section(("share", "pillars")), Words)
    wrongs: list[JsonObject] = [
        {"share": 1.5, "pillars": [{"text": "x"}]},
        {"pillars": []},
        {"pillars": [{"words": "x"}]},
    ]
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            part.model_validate(wrong)
    page = schema_of(Section(("pillars",), 2), Words).model_json_schema()
    assert page["properties"]["items"]["maxItems"] == 2
    assert page["required"] == ["items", "is_last"]


def test_only_lists_are_asked_for_in_pages() -> None:
    assert smaller(Section(("title",)), Words) == ()
    assert smaller(Section(("share",)), Words) == ()
    assert smaller(Section(("claims",)), Words) == (Section(("claims",), MOST_ITEMS),)
    assert smaller(Section(("claims",), 1), Words) == ()
    assert smaller(Section(("root",)), RootModel[list[int]]) == ()


def test_each_part_is_asked_with_what_was_written_before_as_data() -> None:
    """The same prompt and data, the fields that are wanted as instruction, the rest behind the data."""
    with served("openai", WHOLE.model_dump(mode="json"), 400) as (server, model):
        answered(Sectioned(model))
    systems, users = zip(*((m[0]["content"], m[1]["content"]) for m in _messages(server)), strict=True)
    assert all(system.startswith("Say it.") for system in systems)
    assert all('{"brief":1}' in user for user in users)
    assert "Write only these fields now: title, idea, share." in systems[1]
    assert "Spin it again" not in users[1]
    assert '"written_so_far":{"idea":"Old records find new listeners."' in users[2]
    assert users[2].index("Spin it again") < users[2].index("DATA>>>")


def test_a_task_that_did_not_fit_is_asked_in_the_sections_that_did_the_next_time() -> None:
    """Nothing is cut any more; other tasks are asked as a whole."""
    with served("openai", WHOLE.model_dump(mode="json"), 60) as (server, model):
        sectioned = Sectioned(model)
        first, second = (answered(sectioned).usage.calls for _ in range(2))
        other = replace(words(), task="test.other")
        count = len(server.requests)
        answered(sectioned, other)
        asked_first = _messages(server)[count][0]["content"]
    assert second < first
    assert "Write only" not in asked_first


@pytest.mark.parametrize("most_calls", [1, 2, 5, 24])
def test_a_model_that_always_cuts_is_given_up_after_a_few_calls(most_calls: int) -> None:
    """A single text that does not fit is lost to the next rung."""
    with (
        served("openai", WHOLE.model_dump(mode="json"), 1) as (server, model),
        pytest.raises(ProviderContentError, match=r"did not fit|not complete"),
    ):
        answered(Sectioned(model, most_calls=most_calls))
    assert len(server.requests) <= min(most_calls, 5)


def test_a_list_without_an_end_is_given_up_after_a_bounded_number_of_calls() -> None:
    pages = [json.dumps({"items": [f"claim {n}"], "is_last": False}) for n in range(50)]
    cut = Reply("", finish_reason="length")
    good = json.dumps({"title": "t", "pillars": [{"text": "p"}]})
    model = scripted(cut, json.dumps({"title": "t"}), cut, good.replace('"title": "t", ', ""), cut, *pages)
    with pytest.raises(ProviderContentError, match="after 24 replies"):
        answered(Sectioned(model))


def test_a_list_that_comes_again_from_its_beginning_is_not_taken_twice() -> None:
    cut, page = Reply("", finish_reason="length"), json.dumps({"items": ["a", "b"], "is_last": False})
    model = scripted(cut, json.dumps({"title": "t"}), cut, json.dumps({"pillars": [{"text": "p"}]}), cut, page, page)
    with pytest.raises(ProviderContentError, match="came again"):
        answered(Sectioned(model))


def test_parts_that_make_no_whole_are_refused() -> None:
    """Each claim is well; there are too many of them for the whole."""
    cut = Reply("", finish_reason="length")
    pages = [json.dumps({"items": [f"claim {p}/{n}" for n in range(30)], "is_last": p == 1}) for p in range(2)]
    model = scripted(cut, json.dumps({"title": "t"}), cut, json.dumps({"pillars": [{"text": "p"}]}), cut, *pages)
    with pytest.raises(ContentRefusedError, match=r"make a whole: claims.*40") as refused:
        answered(Sectioned(model))
    assert refused.value.usage.calls == 7


def test_a_part_may_cite_only_what_was_given_and_is_mended_alone() -> None:
    cut = Reply("", finish_reason="length")
    wrong, good = (json.dumps({"pillars": [{"text": "p", "evidence": [i]}], "claims": []}) for i in (MADE_UP, GIVEN))
    model = scripted(cut, json.dumps({"title": "t"}), wrong, good)
    answer = answered(Sectioned(Repaired(model)))
    assert answer.value.pillars[0].evidence == (GIVEN,)
    assert answer.usage.calls == 4


def test_a_second_try_in_sections_quotes_the_first_as_data() -> None:
    chat = ScriptedChatModel.playing(
        [Reply("", finish_reason="length"), '{"title": "t"}', '{"pillars": [{"text": "p"}]}']
    )
    model = Sectioned(ChatRung(lambda: ChatWire(chat), name="m", timeout_s=5))
    answered(model, words().with_repair("the first try", "It was late."))
    *_, last = chat.seen
    assert len(last) == 2
    assert '"refused":{"reply":"the first try","why":"It was late."}' in str(last[1].content)


def test_what_fits_is_asked_for_once_and_the_rules_are_never_asked_in_sections() -> None:
    assert ask(Sectioned(scripted('{"text": "So it is."}'))).usage.calls == 1
    by_rules = ask(Sectioned(RulesModel({"test.ask": lambda _: Said(text="So be it.")})))
    assert (by_rules.rung, by_rules.usage) == ("rules", Usage())


@pytest.mark.parametrize("reason", ["content_filter", "guardrail_intervened"])
def test_what_was_withheld_is_not_asked_for_in_parts(reason: str) -> None:
    """Each part would be withheld, too."""
    with pytest.raises(ProviderContentError) as withheld:
        ask(Sectioned(scripted(Reply("", finish_reason=reason))))
    assert not isinstance(withheld.value, ReplyCutError)


def test_a_cut_reply_carries_what_it_and_the_ones_before_it_cost() -> None:
    """It was paid for, mended or not."""
    model = Repaired(scripted(Reply("no", tokens_in=10), Reply("{", "length", tokens_in=10)))
    with pytest.raises(ReplyCutError) as cut:
        ask(model)
    assert (cut.value.usage.calls, cut.value.usage.tokens_in) == (2, 20)


def _messages(server: LoopbackServer) -> list[list[dict[str, str]]]:
    return [body["messages"] for body in server.requests]  # type: ignore[misc]
