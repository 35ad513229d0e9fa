"""A reply becomes a typed value, or is refused with a reason a model can act on."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.llm.asking import GIVEN, GOOD, MADE_UP, Said, request

from nexusplanner.errors import ProviderContentError
from nexusplanner.llm.content import MAX_REPLY, ContentRefusedError, ids_in, parse_reply
from nexusplanner.llm.request import Usage


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here you are:\n\n```\n{GOOD}\n```\nAnything else?",
        f"Certainly! {GOOD} I hope this fits.",
        f"\n\n  {GOOD}\n",
    ],
)
def test_one_object_is_read_bare_fenced_or_in_chatter(text: str) -> None:
    """What stands around the object does not matter."""
    assert parse_reply(text, request(), Usage()) == Said(text="So it is.", share=0.25, evidence=(GIVEN,))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON object"),
        ("I would rather not.", "no JSON object"),
        (GOOD[:-20], "no JSON object"),
        ('{"text": "a", "share": ', "no JSON object"),
        ('{"text": "a", "share": }', "does not fit the schema"),
        ('{"text": "a", "share": NaN}', "does not fit the schema"),
        ('{"text": "a", "share": Infinity}', "does not fit the schema"),
        ('{"text": "a", "share": 1e999}', "does not fit the schema"),
        ('{"share": 0.5}', "text: Field required"),
        ('{"text": ["a"]}', "text: "),
        ('{"text": "a", "extra": 1}', "extra: "),
        ("}{", "no JSON object"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_place(text: str, why: str) -> None:
    """The reason names the first fault, the reply goes along, and so does its cost."""
    with pytest.raises(ContentRefusedError) as refused:
        parse_reply(text, request(), Usage(calls=1))
    assert why in refused.value.detail
    assert refused.value.reply == text
    assert refused.value.usage == Usage(calls=1)
    assert isinstance(refused.value, ProviderContentError)


@pytest.mark.parametrize("made_up", [MADE_UP, "calc-allocation-00000000", "source 7"])
def test_an_id_that_was_never_given_is_refused(made_up: str) -> None:
    """A model cannot cite what nobody showed it, of whichever kind."""
    with pytest.raises(ContentRefusedError, match="1 id ") as refused:
        parse_reply(json.dumps({"text": "a", "evidence": [GIVEN, made_up]}), request(), Usage())
    assert repr(made_up) in refused.value.detail
    assert made_up not in refused.value.message


def test_an_id_made_up_within_prose_is_refused() -> None:
    """A citation in brackets is a citation."""
    for made_up in (MADE_UP, MADE_UP.upper(), "ev-crm-x1z2"):
        with pytest.raises(ContentRefusedError) as refused:
            parse_reply(json.dumps({"text": f"So it is ({made_up})."}), request(), Usage())
        assert made_up in refused.value.detail
    text = f"So it is ({GIVEN})."
    assert parse_reply(json.dumps({"text": text}), request(), Usage()).text == text


def test_a_reply_of_more_than_a_million_characters_is_refused_unread() -> None:
    """Size is checked before anything is parsed; what is kept of it is short."""
    text = '{"text": "' + "a" * MAX_REPLY + '"}'
    with pytest.raises(ContentRefusedError, match="longer than a million") as refused:
        parse_reply(text, request(), Usage())
    assert len(refused.value.reply) <= 2000


@given(st.text(max_size=200))
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text at all is a value or a refusal."""
    try:
        outcome: object = parse_reply(text, request(), Usage())
    except ContentRefusedError as refused:
        outcome = refused
    assert isinstance(outcome, Said) or "\n" not in str(outcome)


def test_ids_are_found_however_deep() -> None:
    """Lists, tuples, objects and models are all looked through."""
    nested = {"a": [{"b": (GIVEN,)}, Said(text=MADE_UP)], "c": 3}
    assert sorted(ids_in(nested)) == [GIVEN, MADE_UP]


def test_what_nobody_sees_is_taken_out() -> None:
    """Zero-width and steering characters hide words from code, and say nothing to a reader."""
    hidden = "9\u200b87\u2060,6\u202e54\U000e0041\x00"
    assert parse_reply(json.dumps({"text": hidden}), request(), Usage()).text == "987,654"
