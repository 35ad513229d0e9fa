"""A person is found in every spelling, and nobody else is."""

from __future__ import annotations

import json
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from nexusplanner.domain.person import ERASED, Person
from nexusplanner.errors import InputError

ANN = Person.of("ann@x.io", "Zoë Müller")


@pytest.mark.parametrize(
    "text",
    [
        "ann@x.io",
        "Write to ann@x.io.",
        "<Ann@X.IO>, urgent",
        "mailto:ann@x.io?subject=hi",
        "…ann@x.io",
        "zoë müller came",
        unicodedata.normalize("NFD", "Zoë Müller"),
        quote("ann@x.io", safe=""),
        json.dumps("Zoë Müller"),
        json.dumps(json.dumps({"who": "line\nann@x.io"})),
        json.dumps(json.dumps("Zoë Müller")),
    ],
)
def test_a_person_is_found_however_the_name_is_written(text: str) -> None:
    assert ANN.is_in(text)
    assert not ANN.is_in(ANN.taken_out(text))
    assert ERASED in ANN.taken_out(text)


@pytest.mark.parametrize(
    "text", ["joann@x.io", "jo.ann@x.io", "ann@x.iota", "ann@x.io.uk", "ann@x-io", "ann+list@y.io", "Zoë Müllerin", ""]
)
def test_somebody_else_is_not_taken_for_the_person(text: str) -> None:
    assert not ANN.is_in(text)
    assert ANN.taken_out(text) == text


def test_a_person_is_taken_out_of_keys_and_values_at_any_depth() -> None:
    told: JsonValue = {"ann@x.io": [{"note": "by ann@x.io", "n": 3}], "rest": None}
    assert ANN.taken_out_of(told) == {ERASED: [{"note": f"by {ERASED}", "n": 3}], "rest": None}


@given(st.recursive(st.text() | st.just("ann@x.io"), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_nothing_of_a_person_is_left_in_any_json(value: object) -> None:
    written = json.dumps(value)
    assert not ANN.is_in(ANN.taken_out(written))
    json.loads(ANN.taken_out(written))


@pytest.mark.parametrize("names", [(), ("ab",), ("a" * 255,), ("  x ",), tuple(f"name {n}" for n in range(33))])
def test_a_person_must_be_named_so_that_one_can_be_told_by_it(names: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        Person.of(*names)


def test_a_person_shows_no_name() -> None:
    assert "ann" not in repr(ANN)
