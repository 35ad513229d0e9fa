"""A calculation's id follows from calculator and inputs, however these are written."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from nexusplanner.domain.calculation import Calculation, canonical

_JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=3), _JSON, max_size=4))
def test_the_id_survives_reformatting(inputs: dict[str, JsonValue]) -> None:
    again = json.loads(json.dumps(inputs, sort_keys=True, indent=2))
    ids = {Calculation.record("x", "1", inputs=i, outputs={}).id for i in (inputs, again)}
    assert len(ids) == 1


def test_whole_floats_and_integers_are_one_number_and_other_inputs_another_id() -> None:
    assert canonical({"b": 1.0, "a": [2, (3.5,)]}) == '{"a":[2,[3.5]],"b":1}'
    ids = {
        Calculation.record("x", "1", inputs={}, outputs={}).id,
        Calculation.record("x", "2", inputs={}, outputs={}).id,
        Calculation.record("x", "1", inputs={"a": 1}, outputs={}).id,
    }
    assert len(ids) == 3
